package models

import (
	"fmt"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
)

// Spiking is the network that integrates and spikes of Lillicrap et al. (2016),
// Methods, "A deep network that integrates its activity and spikes". Its units are
// binary and stochastic; activity, errors and weights all move in every time step,
// and nothing is interrupted or reset between images. One step, l = 1..L:
//
//	s_0     = Bernoulli(min(x, 0.95))
//	h_l     <- (1 - tau) h_l + tau (W_l s_{l-1} + b_l),   s_l = Bernoulli(logistic(h_l))
//	delta_L = y* - s_L
//	delta_l <- (1 - tau) delta_l + tau B_l tanh(delta_{l+1})     l = L-1..1
//	W_l     <- (1 - gamma) W_l + eta (tanh(delta_l) * logistic'(h_l)) s_{l-1}^T
//
// and b_l likewise with a presynaptic unit that is always active. Both sweeps use
// what they have just computed. Where several samples are presented at once each
// has a stream of its own, neurons and errors, and the updates of a step are
// summed over the streams, which share the weights.
//
// Weights are float32, and so are sums over synapses; what a neuron has is float64.
type Spiking struct {
	*spikingWeights
	net    *Network
	tau    float64
	steps  int
	noise  noise
	each   func(n int, do func(k int))
	layers []*spikingLayer

	// by stream
	input  blas64.General // probabilities of its spikes
	target blas64.General
	number []uint64 // of the presentation, which names its noise

	active [][]spikes // by step and stream: s_0
	used   int        // streams in use: the samples of the presentation
}

// SpikingSettings are the constants of [Spiking].
type SpikingSettings struct {
	Tau     float64 // weight of the new input in a step
	Steps   int     // time steps of a presentation
	Streams int     // samples that can be presented at once
	Seed    uint64

	// Each calls do(0), .., do(n-1), in any order, from as many goroutines as it likes.
	Each func(n int, do func(k int))
}

// mostInput bounds the probability with which an input spikes.
const mostInput = 0.95

// NewSpiking returns the network of net, whose units are logistic, at rest. Its
// weights are zero until Load.
func NewSpiking(net *Network, s SpikingSettings) *Spiking {
	return newSpiking(net, newSpikingWeights(net), s, stream.Key(s.Seed, "spikes"))
}

// Tester returns a network of s's weights, whatever they become, with streams of
// its own, at rest. set names its noise.
func (s *Spiking) Tester(seed uint64, set string, streams int) *Spiking {
	settings := SpikingSettings{Tau: s.tau, Steps: s.steps, Streams: streams, Each: s.each}
	return newSpiking(s.net, s.spikingWeights, settings, stream.Key(seed, set+" spikes"))
}

func newSpiking(net *Network, w *spikingWeights, s SpikingSettings, key noise) *Spiking {
	n := &Spiking{
		spikingWeights: w, net: net, tau: s.Tau, steps: s.Steps, each: s.Each, noise: key,
		number: make([]uint64, s.Streams), input: newMatrix(s.Streams, net.Inputs()), target: newMatrix(s.Streams, net.Outputs()),
		active: newTrains(s, net.Inputs()),
	}
	before := n.active
	for l := range net.Depth() {
		layer := newSpikingLayer(s, w.synapses[l], w.feedback[l], before)
		n.layers, before = append(n.layers, layer), layer.active
	}
	return n
}

// newTrains returns the spikes of a layer, by step and stream. The unit behind its
// last is the bias of the next layer.
func newTrains(s SpikingSettings, neurons int) [][]spikes {
	trains := make([][]spikes, s.Steps)
	for t := range trains {
		for range s.Streams {
			trains[t] = append(trains[t], newSpikes(neurons+1))
		}
	}
	return trains
}

// Present shows the samples of batches for as many steps as there are, sample k of
// all to stream k, and lets the weights learn. The outcome is that of the last
// step. After an error nothing has moved.
func (s *Spiking) Present(batches []*Batch, p Plasticity) (Outcome, error) {
	if err := s.show(batches); err != nil {
		return Outcome{}, err
	}
	for t := range s.steps {
		s.forward(t)
		s.backward(t)
		s.learn(t, p)
	}
	s.consolidate()
	return s.outcome(), nil
}

// Test shows the samples of batches to a network in which neither errors nor
// weights move.
func (s *Spiking) Test(batches []*Batch) (Outcome, error) {
	if err := s.show(batches); err != nil {
		return Outcome{}, err
	}
	for t := range s.steps {
		s.forward(t)
	}
	return s.outcome(), nil
}

// show hands the samples to the streams.
func (s *Spiking) show(batches []*Batch) error {
	k := 0
	for _, batch := range batches {
		for b := range batch.N {
			for j, x := range row(batch.Input, b) {
				if !(x >= 0 && x <= 1) {
					return fmt.Errorf("sample %d of the minibatch: input %d is %g, but inputs are the probabilities of spikes here, 0 to 1", k, j+1, x)
				}
				row(s.input, k)[j] = min(x, mostInput)
			}
			copy(row(s.target, k), row(batch.Target, b))
			s.number[k] = batch.First + uint64(b)
			k++
		}
	}
	s.used = k
	return nil
}

// forward moves the activity of every layer, from the input on, in step t.
func (s *Spiking) forward(t int) {
	s.each(s.used, func(k int) { s.noise.fire(s.active[t][k], 0, row(s.input, k), s.number[k], t, 0) })
	s.spikeAlways(s.active[t], s.net.Inputs())
	for l, layer := range s.layers {
		before := layer.before[t][:s.used]
		layer.pending.meet(before)
		s.share(layer.w, func(c int) {
			layer.integrate(c, before, s.tau, s.scale[0])
			from, to := layer.w.span(c)
			for k := range s.used {
				s.noise.fire(layer.active[t][k], from, row(layer.rate, k)[from:to], s.number[k], t, l+1)
			}
		})
		s.spikeAlways(layer.active[t], layer.w.out)
	}
}

// spikeAlways makes unit i, a bias, active in every stream.
func (s *Spiking) spikeAlways(layer []spikes, i int) {
	if !s.net.Bias {
		return
	}
	for _, active := range layer[:s.used] {
		active.set(i)
	}
}

// backward moves the errors of every layer, from the output on, in step t.
func (s *Spiking) backward(t int) {
	last := len(s.layers) - 1
	for k := range s.used {
		s.layers[last].compare(k, row(s.target, k), s.layers[last].active[t][k])
	}
	for l := last - 1; l >= 0; l-- {
		layer, above := s.layers[l], s.layers[l+1]
		s.share(layer.b, func(c int) { layer.correct(c, above.signal[:s.used], s.tau) })
	}
}

// enoughToShare is from how many synapses of all streams on goroutines are worth
// their while.
const enoughToShare = 1 << 17

// share has do work at every panel of p.
func (s *Spiking) share(p panels, do func(c int)) {
	if p.in*p.out*s.used >= enoughToShare {
		s.each(p.count(), do)
		return
	}
	for c := range p.count() {
		do(c)
	}
}

// outcome judges every stream by its potentials. The loss is that of the rates.
func (s *Spiking) outcome() Outcome {
	o := Outcome{Samples: s.used}
	last := s.layers[len(s.layers)-1]
	for k := range s.used {
		target := row(s.target, k)
		o.Loss += s.net.Loss.Value(row(last.rate, k), target)
		if s.net.guess(row(last.potential, k)) != s.net.guess(target) {
			o.Errors++
		}
	}
	return o
}
