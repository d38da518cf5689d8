package experiments

import (
	"math"
	"testing"

	"credo/analysis"
	"gonum.org/v1/gonum/floats"
)

// toy is the published student with feedback learned for it, at level steady and
// with the loss |e|^2 of a sample, so that lambda = 0.5 makes the label the target.
var toy = []string{
	"method.level=steady", "method.loss=squared-error", "method.target_scale=sample", "method.unstable=skip", "feedback.learn=true",
	"data.train=128", "data.validation=0", "data.test=10",
}

// Strong feedback, lambda = 0.5, clamps the output to the label: every sample of
// the toy network has a stable rest state there, whose output is the label up to
// the leak. The update is then no longer that of minimum norm, which it
// approaches as lambda falls: Meulemans et al. (2021), figure 4A.
func TestStrongFeedbackClampsTheOutputAndLeavesMinimumNorm(t *testing.T) {
	s, err := Load("scenarios/student-teacher-dfc.toml", toy...)
	if err != nil {
		t.Fatal(err)
	}
	angles, strengths := []float64{}, []float64{0.001, 0.05, 0.5}
	for _, lambda := range strengths {
		s.Method.TargetStepsize = lambda
		r := begin(t, s)
		samples := r.trainer.minibatch(r.trainer.order(1), 0)
		l := r.trainer.linearize(samples)
		outcome, err := r.trainer.present(samples, false, 0)
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Unstable != 0 || outcome.Samples != 128 {
			t.Errorf("lambda = %g: %d of %d samples have no stable rest state", lambda, outcome.Unstable, outcome.Samples)
		}
		reference, err := l.MinimumNorm(0.1)
		if err != nil {
			t.Fatal(err)
		}
		angles = append(angles, analysis.Alignment(r.trainer.dw, reference).Whole)
		if lambda == 0.5 {
			r.checkClamped(t)
		}
	}
	t.Logf("angles with minimum norm %.1f degrees for lambda = %g", angles, strengths)
	if !(angles[0] < angles[1] && angles[1] < angles[2]) || angles[0] > 20 || angles[2] < 60 {
		t.Errorf("angles with minimum norm are %.1f degrees for lambda = %g", angles, strengths)
	}
}

// checkClamped checks that the outputs at rest are the labels.
func (r *run) checkClamped(t *testing.T) {
	t.Helper()
	off, size := 0.0, 0.0
	for _, tile := range r.trainer.tiles {
		output, _ := tile.presenter.Reveal("r3")
		for b := range tile.batch.N {
			label := tile.batch.Target.Data[b*tile.batch.Target.Stride:][:output.Cols]
			off = math.Hypot(off, floats.Distance(output.Data[b*output.Stride:][:output.Cols], label, 2))
			size = math.Hypot(size, floats.Norm(label, 2))
		}
	}
	t.Logf("at rest the outputs are %.2g of the labels' size off", off/size)
	if off > 0.02*size {
		t.Errorf("at rest the outputs are %g of the labels' size off", off/size)
	}
}
