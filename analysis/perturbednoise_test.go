package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// perturbed draws a 3-4-3-2 network with a layerwise path and two samples.
func perturbed(t *testing.T, hidden string) (*models.Network, *models.Weights, *models.Batch, models.PerturbationSettings) {
	t.Helper()
	net, err := models.NewNetwork([]int{3, 4, 3, 2}, []string{hidden, hidden}, "linear", "half-squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback = models.FeedbackPath{Layerwise: true}
	w, batch, rng := models.NewWeights(net), models.NewBatch(net), rand.New(rand.NewPCG(1, 2))
	if err := w.Init(3, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	batch.N = 2
	for b := range batch.N {
		for k := range row(batch.Input, b) {
			row(batch.Input, b)[k] = rng.NormFloat64()
		}
		for k := range row(batch.Target, b) {
			row(batch.Target, b)[k] = rng.NormFloat64()
		}
	}
	return net, w, batch, models.PerturbationSettings{
		Reference: "clean-error", Noise: 0.05, TauNoise: 0.5, TauV: 0.2, TauBaseline: 4,
		TauFeedback: 200, TauW: math.Inf(1), Kappa: "matched", Presentation: 20, Step: 0.1, Seed: 1,
	}
}

// The mean estimate of the dense system is G_i c^2/kappa_i times the gradient, of
// which the matrices know nothing.
func TestPerturbedNoiseHasTheGainsOfTheClosedForm(t *testing.T) {
	for _, reference := range []string{"clean-error", "two-pass", "one-network"} {
		for _, hidden := range []string{"linear", "tanh"} {
			net, w, batch, set := perturbed(t, hidden)
			set.Reference, set.Kappa = reference, "variance"
			p, err := NewPerturbedNoise(net, w, batch, 1, set)
			if err != nil {
				t.Fatal(err)
			}
			exact := models.NewPathways(net, models.Backprop{})
			if _, err := exact.Present(models.NewWeights(net), w, batch); err != nil {
				t.Fatal(err)
			}
			for i, name := range []string{"m1", "m2"} {
				m, _ := exact.Reveal(name)
				want, got := append([]float64(nil), row(m, 1)...), p.Estimate(i)
				floats.Scale(set.Gain(net, i), want)
				if off := floats.Distance(got, want, 2) / floats.Norm(want, 2); off > 1e-12 {
					t.Errorf("%s, %s, layer %d: off by %.2g", reference, hidden, i+1, off)
				}
			}
		}
	}
}

// Two samples in turn, 48 learners with 288 independent deviations: their root
// mean square scatters by 4%.
func TestSimulatedFeedbackSpreadsAsTheSpectrumOfItsNoiseSays(t *testing.T) {
	net, w, batch, set := perturbed(t, "linear")
	set.Reference, set.Presentation, set.TauBaseline = "two-pass", 10, 0
	const learners, length = 48, 1.0
	p, err := models.NewPerturbedFeedback(net, set, learners, nil)
	if err != nil {
		t.Fatal(err)
	}
	average, err := models.NewPerturbedFeedbackAverage(net, set)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float64, average.Dim())
	average.Bind(w, batch)
	if _, err := ode.Solve(average, y, 0, length*set.TauFeedback, ode.Options{RelTol: 1e-8, AbsTol: 1e-10}); err != nil {
		t.Fatal(err)
	}
	if err := p.Begin(w, 0, learners, batch, 0); err != nil {
		t.Fatal(err)
	}
	for n := range int(length * set.TauFeedback / set.Presentation) {
		if err := p.Present(batch, n%2); err != nil {
			t.Fatal(err)
		}
	}
	top, sum := 6, 0.0 // the numbers of B_2, which is the last block
	for k := range learners {
		x := p.State(k)
		d := floats.Distance(x[len(x)-top:], y[len(y)-top:], 2)
		sum += d * d
	}
	want, err := PerturbedSpread(net, w, batch, set, length)
	if err != nil {
		t.Fatal(err)
	}
	if got := math.Sqrt(sum / learners); math.Abs(got/want-1) > 0.1 {
		t.Errorf("rms deviation %.4f, want %.4f", got, want)
	} else {
		t.Logf("rms deviation %.4f, predicted %.4f", got, want)
	}
}
