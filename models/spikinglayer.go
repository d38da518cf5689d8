package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// spikingLayer is a layer of [Spiking]: the synapses onto it and its neurons, by
// stream.
type spikingLayer struct {
	w, b    panels     // of the weights: row j is what neuron j sends here, from below and from above
	before  [][]spikes // by step and stream: s_{l-1}
	active  [][]spikes // likewise s_l
	pending pendingUpdates

	potential, rate, errors blas64.General // h, logistic(h) and delta: streams x n
	signal                  [][]float32    // by stream: tanh(delta)
	sums                    [][][]float32  // by panel and stream: over synapses
}

func newSpikingLayer(s SpikingSettings, w, b panels, before [][]spikes) *spikingLayer {
	l := &spikingLayer{
		w: w, b: b, before: before, active: newTrains(s, w.out), pending: newPendingUpdates(s, w),
		potential: newMatrix(s.Streams, w.out), rate: newMatrix(s.Streams, w.out), errors: newMatrix(s.Streams, w.out),
	}
	l.signal = newRows32(s.Streams, w.out)
	for c := range w.count() {
		from, to := w.span(c)
		l.sums = append(l.sums, newRows32(s.Streams, to-from))
	}
	return l
}

// cleared returns the sums of panel c in the first streams, at zero.
func (l *spikingLayer) cleared(c, streams int) [][]float32 {
	sums := l.sums[c][:streams]
	for _, sum := range sums {
		clear(sum)
	}
	return sums
}

// integrate moves the potentials of panel c by what arrives from the neurons
// active below: scale (V + what is pending) s.
func (l *spikingLayer) integrate(c int, before []spikes, tau, scale float64) {
	from, to := l.w.span(c)
	sums := l.cleared(c, len(before))
	l.w.addActive(sums, c, before)
	l.pending.add(sums, from, to)
	for k, sum := range sums {
		potential, rate := row(l.potential, k)[from:to], row(l.rate, k)[from:to]
		for i, x := range sum {
			potential[i] = (1-tau)*potential[i] + tau*scale*float64(x)
			rate[i] = 1 / (1 + math.Exp(-potential[i]))
		}
	}
}

// compare sets the errors of the output in stream k.
func (l *spikingLayer) compare(k int, target []float64, active spikes) {
	for i, y := range target {
		if active.has(i) {
			y--
		}
		row(l.errors, k)[i] = y
	}
	l.send(k, 0, len(target))
}

// correct moves the errors of panel c by what arrives from above.
func (l *spikingLayer) correct(c int, above [][]float32, tau float64) {
	from, to := l.b.span(c)
	sums := l.cleared(c, len(above))
	l.b.addRows(sums, c, above)
	for k, sum := range sums {
		errors := row(l.errors, k)[from:to]
		for i, x := range sum {
			errors[i] = (1-tau)*errors[i] + tau*float64(x)
		}
		l.send(k, from, to)
	}
}

// send sets what stream k's neurons make of their errors, for others and themselves.
func (l *spikingLayer) send(k, from, to int) {
	signal := l.signal[k][from:to]
	for i, delta := range row(l.errors, k)[from:to] {
		signal[i] = float32(math.Tanh(delta))
	}
}
