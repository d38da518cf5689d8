package analysis

import (
	"testing"

	"credo/controllers"
	"credo/models"
)

// Random feedback makes every sample's loop unstable at a small leak. The sleep
// phase cannot begin there, for an unstable loop has no stationary state to learn
// from; begun at a large leak, which holds any loop, and lowered in stages, it
// learns feedback that is stable at the small one.
func TestSleepPhaseLeadsFromUnstableToStable(t *testing.T) {
	const alpha, samples, updates = 0.05, 6, 100
	for _, c := range []struct {
		name            string
		stages          []float64
		skipped, stable int // in a stage; at last
	}{
		{"small leak at once", []float64{alpha}, updates * samples, 0},
		{"large leak first", []float64{20, 2, 0.3, alpha}, 0, samples},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, architecture{[]int{6, 12, 10, 4}, "tanh", "linear", true}, 6, samples)
			f.randomFeedback(1)
			if n, _ := f.countStable(t, integral(t, alpha)); n > 0 {
				t.Fatalf("%d loops are stable with random feedback", n)
			}
			for _, leak := range c.stages {
				if skipped := f.sleep(t, integral(t, leak), updates); skipped != c.skipped {
					t.Errorf("alpha = %g: %d samples left out, want %d", leak, skipped, c.skipped)
				}
			}
			n, abscissa := f.countStable(t, integral(t, alpha))
			if n != c.stable {
				t.Errorf("%d loops are stable after sleep, want %d", n, c.stable)
			}
			t.Logf("the largest abscissa at alpha = %g is %.3g", alpha, abscissa)
		})
	}
}

func integral(t *testing.T, alpha float64) controllers.Controller {
	t.Helper()
	c, err := controllers.I(1, alpha)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// countStable returns how many samples have a stable loop awake, by the dense
// matrix at the feedforward point, and the largest abscissa. Levels skip the others.
func (f *fixture) countStable(t *testing.T, c controllers.Controller) (stable int, largest float64) {
	t.Helper()
	l := f.linearize()
	loop := Loop{f.net, f.w, c, 0.02}
	for k, s := range l.samples {
		var v []float64
		for _, g := range s.forward.V {
			v = append(v, row(g, s.b)...)
		}
		abscissa := abscissaOf(t, loop.Matrix(v))
		if abscissa < 0 {
			stable++
		}
		if k == 0 || abscissa > largest {
			largest = abscissa
		}
	}
	set := f.settings(c, "steady", 0.01)
	set.Unstable = "skip"
	p, err := models.NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	outcome, err := p.Present(models.NewWeights(f.net), f.w, f.tiles[0])
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Samples-outcome.Unstable != stable {
		t.Errorf("%d loops are stable, but level steady skips %d of %d", stable, outcome.Unstable, outcome.Samples)
	}
	return stable, largest
}

// sleep updates the feedback weights and returns how many samples were left out.
func (f *fixture) sleep(t *testing.T, c controllers.Controller, updates int) (skipped int) {
	t.Helper()
	set := models.FeedbackSettings{Controller: c, TauV: 0.02, TauA: 0.3, TauU: 1, Sigma: 0.1, SigmaOutput: 0.1, Beta: 1e-3}
	learning, err := models.NewFeedbackLearning(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	stepper, err := models.NewFeedbackStepper(f.net, models.FeedbackStep{Optimizer: "implicit", LearningRate: 1, Sigma: set.Sigma, Beta: set.Beta})
	if err != nil {
		t.Fatal(err)
	}
	drift := models.NewFeedbackDrift(f.net)
	for range updates {
		drift.Clear()
		learning.Add(drift, f.w, f.tiles[0])
		stepper.Step(f.w, drift)
		skipped += drift.Skipped
	}
	return skipped
}
