package experiments

import (
	"context"
	"flag"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// full has a test that is small by default do what it claims at full size:
//
//	go test ./experiments -run ResponseIsRightThroughoutTraining -v -timeout 2h -full
var full = flag.Bool("full", false, "run at full size the tests that have a small size (minutes)")

// responding is a run of small whose level is response.
var responding = append(learned, "method.level=response", "training.epochs=9")

// mnistResponding makes published DFC of a scenario of DFC-SS.
var mnistResponding = []string{"method.level=response", "timescales.presentation=20", "training.epochs=20"}

// At every stage of training, level response is within 1 % of the integrated
// update on at least 99 % of the samples that it keeps, and what it leaves out is
// of second order in lambda.
func TestResponseIsRightThroughoutTraining(t *testing.T) {
	scenario, stages := parse(t, small, responding...), []int{1, 3, 9}
	if *full {
		var err error
		if scenario, err = Load("scenarios/mnist-dfc-ss-learned.toml", mnistResponding...); err != nil {
			t.Fatal(err)
		}
		stages = []int{1, 5, 20}
	}
	r := begin(t, scenario)
	for stage, next := range stages {
		for r.progress.Epoch < next {
			if err := r.epoch(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		for _, lambda := range []float64{scenario.Method.TargetStepsize, scenario.Method.TargetStepsize / 128} {
			c := r.compareResponse(t, lambda)
			t.Logf("epoch %d, lambda = %.3g: %d of %d samples kept and integrated, %d kept but learned, %d unstable; %d within 1 %%, the worst %.2g off, the median %.2g",
				next, lambda, len(c.off), c.samples, c.learned, c.unstable, c.within(0.01), slices.Max(c.off), c.median())
			if c.within(0.01) < (99*len(c.off)+99)/100 || len(c.off)+c.learned < c.samples/2 {
				t.Errorf("epoch %d, lambda = %g: of %d samples %d are kept, %d of them within 1 %%", next, lambda, c.samples, len(c.off), c.within(0.01))
			}
		}
		if stage > 0 {
			r.checkSecondOrder(t, scenario.Method.TargetStepsize/4)
		}
	}
}

// begin prepares a run and learns its first feedback.
func begin(t *testing.T, s *Scenario) *run {
	t.Helper()
	r, err := prepare(context.Background(), s, Options{})
	if err != nil {
		if *full {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	if r.dir, err = newRunDir(filepath.Join(t.TempDir(), "run"), s); err != nil {
		t.Fatal(err)
	}
	if err := r.pretrain(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r
}

// comparison is how far level response is from the integrated update.
type comparison struct {
	off      []float64 // |dW - dW_exact|/|dW_exact| of each sample that is kept
	samples  int
	unstable int
	learned  int // kept, but with a target within the output's rounding, or too near to be integrated so exactly
}

func (c comparison) within(limit float64) int {
	n := 0
	for _, off := range c.off {
		if off <= limit {
			n++
		}
	}
	return n
}

func (c comparison) median() float64 {
	sorted := slices.Sorted(slices.Values(c.off))
	return sorted[len(sorted)/2]
}

// compareResponse compares the two sample by sample on the first training samples.
func (r *run) compareResponse(t *testing.T, lambda float64) comparison {
	const samples = 64
	response, exact := r.presenters(t, lambda)
	got, want, one := models.NewWeights(r.trainer.net), models.NewWeights(r.trainer.net), models.NewBatch(r.trainer.net)
	c := comparison{samples: samples}
	for k := range samples {
		load(one, r.trainer.data.Train, []int{k})
		got.Zero()
		outcome, err := response.Present(got, r.trainer.w, one)
		if err != nil {
			t.Fatal(err)
		}
		c.unstable += outcome.Unstable
		if outcome.Unstable > 0 || len(response.Integrated()) > 0 {
			continue
		}
		want.Zero()
		outcome, err = exact.Present(want, r.trainer.w, one)
		if err != nil {
			t.Fatal(err)
		}
		if outcome.Unstable > 0 || floats.Norm(want.Plastic(), 2) == 0 {
			c.learned++
			continue
		}
		c.off = append(c.off, floats.Distance(got.Plastic(), want.Plastic(), 2)/floats.Norm(want.Plastic(), 2))
	}
	return c
}

// presenters returns level response and level buffered, integrated to 1e-9.
func (r *run) presenters(t *testing.T, lambda float64) (*models.Response, models.Presenter) {
	set, err := settings(r.scenario)
	if err != nil {
		t.Fatal(err)
	}
	set.TargetStepsize = lambda
	response, err := models.NewPresenter(r.trainer.net, set)
	if err != nil {
		t.Fatal(err)
	}
	set.Level, set.Solver = "buffered", ode.Options{RelTol: 1e-9, AbsTol: 1e-11, MaxSteps: 20000}
	exact, err := models.NewPresenter(r.trainer.net, set)
	if err != nil {
		t.Fatal(err)
	}
	return response.(*models.Response), exact
}

// checkSecondOrder checks that the largest distance falls with the square of
// lambda, as a share of an update proportional to lambda.
func (r *run) checkSecondOrder(t *testing.T, lambda float64) {
	coarse, fine := r.compareResponse(t, lambda), r.compareResponse(t, lambda/2)
	order := 1 + math.Log2(slices.Max(coarse.off)/slices.Max(fine.off))
	t.Logf("epoch %d, lambda = %.3g: the remainder's order is %.3f", r.progress.Epoch, lambda, order)
	if math.Abs(order-2) > 0.2 || len(coarse.off)+coarse.learned < len(fine.off)+fine.learned {
		t.Errorf("epoch %d: the remainder falls with order %.2f in lambda, want 2", r.progress.Epoch, order)
	}
}
