package models

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// spikingFixture is a network with groups of 70 output neurons, wider than a word
// and than a panel, and samples for it.
func spikingFixture(t testing.TB, sizes []int, samples int) (*Network, *Weights, *Batch) {
	t.Helper()
	hidden := make([]string, len(sizes)-2)
	for k := range hidden {
		hidden[k] = "sigmoid"
	}
	net, err := NewNetwork(sizes, hidden, "sigmoid", "half-squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback, net.Group = FeedbackPath{Layerwise: true}, sizes[len(sizes)-1]/2
	w := NewWeights(net)
	rng := stream.New(1, "test")
	for _, a := range slices.Concat(w.Arrays(), w.Feedback()) {
		for k := range a.Data {
			a.Data[k] = float64(float32(rng.NormFloat64() * 0.2))
		}
	}
	batch := NewBatch(net)
	batch.N, batch.First = samples, 11
	for b := range samples {
		for j := range row(batch.Input, b) {
			row(batch.Input, b)[j] = rng.Float64()
		}
		class := b % 2
		for j := range net.Group {
			row(batch.Target, b)[class*net.Group+j] = 1
		}
	}
	return net, w, batch
}

func serially(n int, do func(k int)) {
	for k := range n {
		do(k)
	}
}

// Seven steps of three streams and more updates than are tabulated together, twice,
// so that potentials carry over; decay strong enough that the lazy scale is not 1.
// The same spikes fall, so that what differs is the rounding of float32.
func TestSpikingIsItsEquations(t *testing.T) {
	const eta, gamma = 0.05, 0.01
	net, w, batch := spikingFixture(t, []int{70, 130, 300, 140}, 3)
	s := NewSpiking(net, SpikingSettings{Tau: 0.6, Steps: 7, Streams: 3, Seed: 5, Each: serially})
	s.Load(w)
	d := newDenseSpiking(net, w, 0.6, 3, 5)
	for range 2 {
		if _, err := s.Present([]*Batch{batch}, Plasticity{Rate: eta, Decay: gamma}); err != nil {
			t.Fatal(err)
		}
		d.present(batch, 7, eta, gamma)
		batch.First += 3
	}
	got := NewWeights(net)
	s.Store(got)
	if moved := distance(w.Plastic(), d.w.Plastic()); moved < 0.1 {
		t.Fatalf("weights have moved by %g: there is nothing to compare", moved)
	}
	if d := distance(got.Plastic(), d.w.Plastic()); d > 1e-6 {
		t.Errorf("weights are %g off", d)
	}
	for l := range net.Depth() {
		for k := range 3 {
			v, _ := s.Reveal(0, []string{"v1", "v2", "v3"}[l])
			m, _ := s.Reveal(0, []string{"m1", "m2", "m3"}[l])
			if d := distance(row(v, k), d.h[l][k]); d > 1e-5 {
				t.Errorf("potentials of layer %d are %g off", l+1, d)
			}
			if d := distance(row(m, k), d.m[l][k]); d > 1e-5 {
				t.Errorf("errors of layer %d are %g off", l+1, d)
			}
		}
	}
}

// With rates in place of spikes and weights at rest the network settles where
// level steady is, and its step of the weights is that level's update.
func TestSpikingWithRatesSettlesAtLevelSteady(t *testing.T) {
	const eta = 0.1
	net, w, batch := spikingFixture(t, []int{5, 9, 8, 4}, 3)
	floats.Scale(0.9, batch.Input.Data) // below what inputs saturate at
	d := newDenseSpiking(net, w, 0.6, 3, 5)
	d.rates = true
	d.present(batch, 100, 0, 0)
	d.present(batch, 1, eta, 0)
	p, err := NewPresenter(net, Settings{Rule: "spiking-fa", Level: "steady"})
	if err != nil {
		t.Fatal(err)
	}
	dw := NewWeights(net)
	if _, err := p.Present(dw, w, batch); err != nil {
		t.Fatal(err)
	}
	for k, g := range dw.Plastic() {
		if got := (d.w.Plastic()[k] - w.Plastic()[k]) / eta; math.Abs(got-g) > 1e-12 {
			t.Fatalf("d%s is %g, at level steady %g", w.Locate(k), got, g)
		}
	}
}

// crowded replaces every neuron of a network by copies, which share its synapses:
// weights are divided among the copies that send, and so is the rate of learning.
func crowded(t *testing.T, net *Network, w *Weights, batch *Batch, copies int) (*Network, *Weights, *Batch) {
	t.Helper()
	var sizes []int
	for _, n := range net.Sizes {
		sizes = append(sizes, copies*n)
	}
	crowd, weights, samples := spikingFixture(t, sizes, batch.N)
	share := func(dst, src blas64.General) {
		for i := range dst.Rows {
			for j := range dst.Cols {
				row(dst, i)[j] = row(src, i/copies)[j/copies] / float64(copies)
			}
		}
	}
	for l := range w.W {
		share(weights.W[l], w.W[l])
		share(weights.Link[l], w.Link[l])
		for i := range weights.B[l] {
			weights.B[l][i] = w.B[l][i/copies]
		}
	}
	for b := range batch.N {
		for j := range crowd.Inputs() {
			row(samples.Input, b)[j] = row(batch.Input, b)[j/copies]
		}
		for j := range crowd.Outputs() {
			row(samples.Target, b)[j] = row(batch.Target, b)[j/copies]
		}
	}
	return crowd, weights, samples
}

// By the law of large numbers many neurons that spike alike are one with a rate: the
// mean potentials of crowds of n follow the equations with rates, with a deviation
// of order 1/sqrt(n), while they learn. They learn little: an output neuron is taught
// by its own spikes, which sets the crowd apart by order eta^2 whatever its size.
func TestCrowdsOfSpikingNeuronsHaveRates(t *testing.T) {
	const eta, steps = 0.03, 10
	net, w, batch := spikingFixture(t, []int{4, 5, 4, 2}, 1)
	floats.Scale(3, w.Plastic())
	d := newDenseSpiking(net, w, 0.4, 1, 5)
	d.rates, d.crowd = true, true
	d.present(batch, steps, eta, 0)
	for _, copies := range []int{64, 256} {
		crowd, weights, samples := crowded(t, net, w, batch, copies)
		s := NewSpiking(crowd, SpikingSettings{Tau: 0.4, Steps: steps, Streams: 1, Seed: 5, Each: serially})
		s.Load(weights)
		if _, err := s.Present([]*Batch{samples}, Plasticity{Rate: eta / float64(copies)}); err != nil {
			t.Fatal(err)
		}
		for l := range net.Depth() {
			for i, want := range d.h[l][0] {
				v, _ := s.Reveal(0, fmt.Sprint("v", l+1))
				got := stat.Mean(row(v, 0)[i*copies:(i+1)*copies], nil)
				if bound := 1 / math.Sqrt(float64(copies)); math.Abs(got-want) > bound {
					t.Errorf("crowds of %d: layer %d, neuron %d is at %g, with rates at %g", copies, l+1, i+1, got, want)
				}
			}
		}
	}
}

// Weights whose scale has run low take it over, and go on.
func TestSpikingWeightsDecayGeometrically(t *testing.T) {
	net, w, batch := spikingFixture(t, []int{6, 9, 4}, 1)
	s := NewSpiking(net, SpikingSettings{Tau: 0.9, Steps: 5, Streams: 1, Each: serially})
	s.Load(w)
	for range 4 {
		if _, err := s.Present([]*Batch{batch}, Plasticity{Decay: 0.5}); err != nil {
			t.Fatal(err)
		}
	}
	if s.scale[0] < leastScale {
		t.Errorf("the scale has run low: %g", s.scale[0])
	}
	got := NewWeights(net)
	s.Store(got)
	for k, x := range w.Plastic() {
		if want := x * math.Exp2(-20); got.Plastic()[k] != want {
			t.Fatalf("%s is %g, want %g", w.Locate(k), got.Plastic()[k], want)
		}
	}
}

func TestSpikingBitsDoNotDependOnWorkers(t *testing.T) {
	concurrently := func(n int, do func(k int)) {
		var wait sync.WaitGroup
		for k := range n {
			wait.Go(func() { do(n - 1 - k) })
		}
		wait.Wait()
	}
	var ends [2]*Weights
	for k, each := range []func(int, func(int)){serially, concurrently} {
		net, w, batch := spikingFixture(t, []int{70, 600, 140}, 3)
		s := NewSpiking(net, SpikingSettings{Tau: 0.9, Steps: 3, Streams: 3, Seed: 5, Each: each})
		s.Load(w)
		if _, err := s.Present([]*Batch{batch}, Plasticity{Rate: 0.05}); err != nil {
			t.Fatal(err)
		}
		ends[k] = NewWeights(net)
		s.Store(ends[k])
	}
	if !slices.Equal(ends[0].Plastic(), ends[1].Plastic()) {
		t.Error("weights differ")
	}
}

func TestSpikingGoesOnFromItsState(t *testing.T) {
	settings := SpikingSettings{Tau: 0.5, Steps: 3, Streams: 2, Seed: 5, Each: serially}
	plasticity := Plasticity{Rate: 0.05, Decay: 0.013}
	net, w, batch := spikingFixture(t, []int{70, 130, 140}, 2)
	present := func(s *Spiking, first uint64) {
		batch.First = first
		if _, err := s.Present([]*Batch{batch}, plasticity); err != nil {
			t.Fatal(err)
		}
	}
	straight := NewSpiking(net, settings)
	straight.Load(w)
	present(straight, 0)
	saved := NewWeights(net)
	saved.Copy(w)
	straight.Store(saved)
	resumed := NewSpiking(net, settings)
	for k, a := range resumed.State() {
		copy(a.Data, straight.State()[k].Data)
	}
	resumed.Load(saved)
	present(straight, 2)
	present(resumed, 2)
	a, b := NewWeights(net), NewWeights(net)
	straight.Store(a)
	resumed.Store(b)
	if !slices.Equal(a.Plastic(), b.Plastic()) {
		t.Error("weights differ")
	}
	for k, a := range resumed.State() {
		if !slices.Equal(a.Data, straight.State()[k].Data) {
			t.Errorf("%s differs", a.Name)
		}
	}
}

// A tester leaves weights and streams alone and follows the weights.
func TestSpikingTesterMovesNothing(t *testing.T) {
	net, w, batch := spikingFixture(t, []int{70, 130, 140}, 2)
	s := NewSpiking(net, SpikingSettings{Tau: 0.9, Steps: 5, Streams: 2, Each: serially})
	s.Load(w)
	tester := s.Tester(3, "test", 2)
	if _, err := tester.Test([]*Batch{batch}); err != nil {
		t.Fatal(err)
	}
	after := NewWeights(net)
	s.Store(after)
	if !slices.Equal(after.Plastic(), w.Plastic()) {
		t.Error("weights have moved")
	}
	for _, a := range s.State()[1:] {
		if slices.ContainsFunc(a.Data, func(x float64) bool { return x != 0 }) {
			t.Errorf("%s has moved", a.Name)
		}
	}
	clear(w.Plastic())
	s.Load(w)
	if _, err := tester.Test([]*Batch{batch}); err != nil {
		t.Fatal(err)
	}
	if v, _ := tester.Reveal(0, "v2"); row(v, 0)[0] > 0.1 {
		t.Errorf("without weights the potential is %g", row(v, 0)[0])
	}
}

func TestSpikingRefusesInputsThatAreNoProbabilities(t *testing.T) {
	for _, x := range []float64{-0.1, 1.5, math.NaN()} {
		net, w, batch := spikingFixture(t, []int{6, 9, 4}, 2)
		s := NewSpiking(net, SpikingSettings{Tau: 0.9, Steps: 5, Streams: 2, Each: serially})
		s.Load(w)
		row(batch.Input, 1)[3] = x
		if _, err := s.Present([]*Batch{batch}, Plasticity{Rate: 1}); err == nil {
			t.Errorf("input %g is accepted", x)
		}
	}
}

// Of n draws the share that is active deviates from p by sqrt(p(1-p)/n).
func TestSpikesFollowTheirProbability(t *testing.T) {
	const n = 1 << 16
	for _, p := range []float64{0, 0.01, 0.5, 0.95, 1} {
		probability, s := make([]float64, n), newSpikes(n)
		for k := range probability {
			probability[k] = p
		}
		noise(stream.Key(1, "test")).fire(s, 0, probability, 3, 1, 2)
		if share := float64(s.overlap(s)) / n; math.Abs(share-p) > 4*math.Sqrt(p*(1-p)/n) {
			t.Errorf("p = %g: %g are active", p, share)
		}
	}
}
