package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/internal/stream"
	"gonum.org/v1/gonum/floats"
)

// gap returns B_i - W_{i+1}^T of all hidden layers.
func gap(w *Weights) []float64 {
	var all []float64
	for i, next := range w.W[1:] {
		for k := range next.Cols {
			for j := range next.Rows {
				all = append(all, row(w.Link[i], k)[j]-row(next, j)[k])
			}
		}
	}
	return all
}

// Whatever the errors and the optimizer: what the weights differ by stays under the
// matching rule and falls geometrically under that of Kolen and Pollack, and with
// plain steps the latter is dB = eta r d^T - kappa B.
func TestMirroredWeightsDifferByTheSameThing(t *testing.T) {
	const steps, eta, decay = 40, 0.05, 0.3
	for rule, factor := range map[string]float64{"matching": 1, "kolen-pollack": math.Pow(1-eta*decay, steps)} {
		for _, kind := range []string{"sgd", "adam"} {
			f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "linear", "half-squared-error", 9)
			f.net.Feedback.Layerwise = true
			w := NewWeights(f.net)
			copy(w.plastic, f.w.plastic)
			if err := w.InitFeedback(f.net, "random", 3, nil); err != nil {
				t.Fatal(err)
			}
			optimizer, err := NewOptimizer(len(w.plastic), OptimizerSettings{Kind: kind, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-8})
			if err != nil {
				t.Fatal(err)
			}
			set := Settings{Rule: rule, Level: "steady"}
			p, c := mustPair(t, f.net, set)
			before, first, rng := gap(w), w.W[1].Data[0], rand.New(rand.NewPCG(1, 1))
			byHand := append([]float64{}, w.Link[0].Data...)
			for range steps {
				f.fill(rng, 9, "linear")
				dw := NewWeights(f.net)
				if _, err := p.Present(dw, w, f.batch); err != nil {
					t.Fatal(err)
				}
				for k := range w.Link[0].Rows {
					for j := range w.Link[0].Cols {
						at := k*w.Link[0].Cols + j
						byHand[at] += eta * (row(dw.W[1], j)[k] - decay*byHand[at])
					}
				}
				floats.AddScaled(dw.plastic, -decay, w.plastic)
				c.Gather(w, 1)
				optimizer.Step(w.plastic, dw.plastic, eta)
				c.Step(w, 9, eta*decay)
			}
			if w.W[1].Data[0] == first {
				t.Fatal("W does not move")
			}
			want := make([]float64, len(before))
			floats.ScaleTo(want, factor, before)
			if d := distance(gap(w), want); d > 1e-12 {
				t.Errorf("%s, %s: what they differ by is %g off", rule, kind, d)
			}
			if d := distance(byHand, w.Link[0].Data); rule == "kolen-pollack" && kind == "sgd" && d > 1e-12 {
				t.Errorf("eta r d^T - kappa B is %g off", d)
			}
		}
	}
}

func mustPair(t testing.TB, net *Network, s Settings) (Presenter, Companion) {
	t.Helper()
	p, err := NewPresenter(net, s)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCompanion(net, s)
	if err != nil {
		t.Fatal(err)
	}
	c.Join(p)
	return p, c
}

// The mean of a weight mirror is (sigma^2/beta) W^T diag(E phi'(v)), by Stein's
// lemma, with v_j normal of variance sigma^2 |w_j|^2.
func TestWeightMirrorComesToTheTransposedWeights(t *testing.T) {
	f := newFixture(t, []int{3, 6, 5, 4}, "tanh", "linear", "half-squared-error", 1)
	f.net.Feedback.Layerwise = true
	w := NewWeights(f.net)
	copy(w.plastic, f.w.plastic)
	if err := w.InitFeedback(f.net, "random", 3, nil); err != nil {
		t.Fatal(err)
	}
	const sigma, beta = 0.8, 0.5
	c := NewWeightMirror(f.net, Settings{Seed: 4, Companion: CompanionSettings{LearningRate: 0.01, Sigma: sigma, Beta: beta, Samples: 100}})
	mean := make([]float64, len(w.Link[0].Data))
	const burnIn, updates = 50, 1000
	for k := range burnIn + updates {
		c.Step(w, 0, 0)
		if k >= burnIn {
			floats.AddScaled(mean, 1.0/updates, w.Link[0].Data)
		}
	}
	want, next := newMatrix(6, 5), w.W[1]
	for j := range next.Rows {
		gain := sigma * sigma / beta * meanSlope(sigma*floats.Norm(row(next, j), 2))
		for k, x := range row(next, j) {
			row(want, k)[j] = gain * x
		}
	}
	if d := floats.Distance(mean, want.Data, 2) / floats.Norm(want.Data, 2); d > 0.02 {
		t.Errorf("the mean is %.4f from W^T diag(E phi')", d)
	}
}

// meanSlope returns the mean of tanh' over normals of standard deviation std.
func meanSlope(std float64) float64 {
	const n = 1 << 16
	sum, rng := 0.0, stream.New(1, "slopes")
	for range n {
		r := math.Tanh(std * rng.NormFloat64())
		sum += (1 - r*r) / n
	}
	return sum
}
