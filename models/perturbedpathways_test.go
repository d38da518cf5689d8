package models

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// newPerturbed is a fixture of a rule that learns from noise, which is held for a
// presentation and compared with the loss without noise.
func newPerturbed(t testing.TB, rule, hidden, path string, samples int) *fixture {
	t.Helper()
	r, err := RuleByName(rule)
	if err != nil {
		t.Fatal(err)
	}
	f := newFixture(t, []int{4, 6, 5, 3}, hidden, "linear", "half-squared-error", samples)
	if rule == "learned-feedback" && path == "layerwise" {
		f.takePath(t, r)
	}
	f.set.Rule = rule
	f.batch.First = 40
	f.set.Noise = NodeNoise{Amplitude: 0.1, Tau: math.Inf(1), TauBaseline: 1}
	f.set.Companion = CompanionSettings{Optimizer: "sgd", LearningRate: 0.1, Gamma: 0.1, Forget: 1}
	f.set.Seed, f.set.TauB, f.set.Step = 5, 0.3, 0.05
	return f
}

// perturbedCases are the ways in which noise teaches.
var perturbedCases = []struct {
	rule, path, optimizer string
	voltage               bool
}{
	{rule: "node-perturbation"},
	{rule: "node-perturbation", voltage: true},
	{rule: "learned-feedback", path: "layerwise", optimizer: "sgd"},
	{rule: "learned-feedback", path: "layerwise", optimizer: "ridge"},
	{rule: "learned-feedback", path: "direct", optimizer: "sgd"},
	{rule: "learned-feedback", path: "direct", optimizer: "ridge"},
}

func eachPerturbed(t *testing.T, law func(t *testing.T, f *fixture)) {
	for _, c := range perturbedCases {
		t.Run(fmt.Sprint(c.rule, " ", c.path, " ", c.optimizer, " ", c.voltage), func(t *testing.T) {
			f := newPerturbed(t, c.rule, "tanh", c.path, 8)
			f.set.Noise.Voltage, f.set.Companion.Optimizer = c.voltage, c.optimizer
			law(t, f)
		})
	}
}

// lessonsAt returns what a level teaches forward and feedback weights of the
// fixture's samples, one after another.
func (f *fixture) lessonsAt(t testing.TB, level string) []float64 {
	dw, p, _ := f.present(t, f.at(level))
	all := slices.Clone(dw.Plastic())
	if r, ok := p.(regressed); ok && f.set.Rule == "learned-feedback" {
		for i := range f.net.Depth() - 1 {
			cross, square := r.lessons(i)
			all = append(all, cross.Data...)
			if f.set.Companion.Optimizer == "ridge" {
				all = append(all, square.Data...)
			}
		}
	}
	return all
}

// With noise that is held and fast pathways, a presentation teaches what the
// discrete rule does of the same noise, to order 1 in tau_v = tau_b: forward
// weights, and the sums from which feedback weights learn.
func TestPerturbationInTimeIsTheDiscreteRuleToOrder1(t *testing.T) {
	eachPerturbed(t, func(t *testing.T, f *fixture) {
		want := f.lessonsAt(t, "steady")
		off := func(tau float64) float64 {
			f.set.TauV, f.set.TauB, f.set.Step = tau, tau, tau/8
			return distance(f.lessonsAt(t, "buffered"), want)
		}
		coarse, fine := off(0.04), off(0.02)
		if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.03 {
			t.Errorf("order %.3f, want 1 (%g, %g)", order, coarse, fine)
		}
	})
}

// As W and B slow down, what they have moved at level coupled tends to the averages
// of level buffered over the same noise, to first order in 1/tau.
func TestCoupledPerturbationTendsToTheBufferedOne(t *testing.T) {
	eachPerturbed(t, func(t *testing.T, f *fixture) {
		if f.set.Companion.Optimizer == "ridge" {
			t.Skip("a ridge is no flow of B alone")
		}
		f.set.Noise.Tau, f.set.Noise.Running = 0.5, true
		want := f.lessonsAt(t, "buffered")
		floats.Scale(1/float64(f.batch.N), want)
		off := func(tau float64) float64 {
			set := f.at("coupled")
			set.TauW, set.TauQ = tau, tau
			c, err := NewCoupledPerturbation(f.net, 1, set)
			if err != nil {
				t.Fatal(err)
			}
			w := NewWeights(f.net)
			w.Copy(f.w)
			if _, err := c.Present(w, []*Batch{f.batch}); err != nil {
				t.Fatal(err)
			}
			all := moved(w, f.w)
			floats.Scale(tau/f.set.Presentation, all)
			return distance(all[:len(want)], want)
		}
		coarse, fine := off(4000), off(8000)
		if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 {
			t.Errorf("order %.3f of 1/tau, want 1 (%g, %g)", order, coarse, fine)
		}
	})
}

// Noise of any correlation time, compared with the loss without noise or with its
// baseline, teaches a linear network's hidden layers their gradient in the mean:
// that is what the gains G_i are for. Left out are the first tau_b of the trace, as
// errors that come down are late by it, and the baseline's first tau_l, in which
// it has eaten less than G_i says. 64 presentations of 500 tau_n leave 2 %.
func TestPerturbationInTimeTeachesTheGradient(t *testing.T) {
	for _, running := range []bool{false, true} {
		f := newPerturbed(t, "node-perturbation", "linear", "", 1)
		for b := range TileRows { // one sample, many noises
			copy(row(f.batch.Input, b), row(f.batch.Input, 0))
			copy(row(f.batch.Target, b), row(f.batch.Target, 0))
		}
		f.batch.N = TileRows
		f.set.Noise = NodeNoise{Amplitude: 0.02, Running: running, Tau: 0.4, TauBaseline: 1}
		f.set.TauV, f.set.TauB, f.set.Step, f.set.Presentation = 0.2, 0.05, 0.05, 200
		got, _, _ := f.present(t, f.at("buffered"))
		f.set.Rule = "bp"
		want, _, _ := f.present(t, f.at("steady"))
		for i := range f.net.Depth() - 1 {
			if d := floats.Distance(got.W[i].Data, want.W[i].Data, 2) / floats.Norm(want.W[i].Data, 2); d > 0.05 {
				t.Errorf("running %v: dW%d is %.3f from the gradient", running, i+1, d)
			}
		}
	}
}

// A sample's noise is its own: cut into other minibatches, samples teach the same.
func TestPerturbationInTimeDoesNotDependOnMinibatches(t *testing.T) {
	f := newPerturbed(t, "learned-feedback", "tanh", "layerwise", 8)
	f.set.Noise.Tau, f.set.Noise.Running = 0.5, true
	whole := f.lessonsAt(t, "buffered")
	first, second := f.only(0, 1, 2), f.only(3, 4, 5, 6, 7)
	first.First, second.First = f.batch.First, f.batch.First+3
	parts := make([]float64, len(whole))
	for _, part := range []*Batch{first, second} {
		f.batch = part
		floats.Add(parts, f.lessonsAt(t, "buffered"))
	}
	if d := distance(parts, whole); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

func TestPerturbationInTimeRevealsWhatItLearnsFrom(t *testing.T) {
	eachPerturbed(t, func(t *testing.T, f *fixture) {
		_, p, _ := f.present(t, f.at("buffered"))
		r, m, d := f.states(t, p, "r1"), f.states(t, p, "m1"), f.states(t, p, "d1")
		for k, rate := range r {
			if !f.set.Noise.Voltage {
				m[k] *= 1 - rate*rate
			}
		}
		if !within(1e-14, d, m) {
			t.Error("d1 is not phi' * m1")
		}
	})
}
