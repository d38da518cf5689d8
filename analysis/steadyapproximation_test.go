package analysis

import (
	"fmt"
	"testing"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// With the rates that level linear itself ends in, the approximation is that
// level's update; with those of level steady it is nearer to that level's.
func TestSteadyApproximationWithItsOwnRatesIsLevelLinear(t *testing.T) {
	for _, rule := range []string{"linear", "nonlinear"} {
		t.Run(rule, func(t *testing.T) {
			f := newFixture(t, architectures[3], 61, 4)
			f.rowSpaceFeedback()
			set := f.settings(testControllers(t)["pi"], "linear", 0.05)
			set.ForwardRule, set.Unstable = rule, "skip"
			own, want := f.reveal(t, set)
			got, err := f.linearize().SteadyApproximation(set, own)
			if err != nil {
				t.Fatal(err)
			}
			floats.Scale(1.0/4, want.Plastic())
			if d := distance(got.Plastic(), want.Plastic()); d > 1e-13 {
				t.Errorf("%g off", d)
			}
			set.Level = "steady"
			actual, steady := f.reveal(t, set)
			atRest, err := f.linearize().SteadyApproximation(set, actual)
			if err != nil {
				t.Fatal(err)
			}
			with, without := Alignment(atRest, steady).Whole, Alignment(want, steady).Whole
			if !(with < without) {
				t.Errorf("%g degrees from level steady with its rates, %g without", with, without)
			}
		})
	}
}

// As lambda falls, what the approximation with the feedforward rates lacks is of
// first order.
func TestSteadyApproximationTendsToTheSteadyUpdate(t *testing.T) {
	f := newFixture(t, architectures[2], 62, 1)
	f.rowSpaceFeedback()
	c := testControllers(t)["pi"]
	checkFallsInProportion(t, "the angle with level steady", 1e-2, 3, func(lambda float64) float64 {
		approximation, err := f.linearize().SteadyApproximation(f.settings(c, "", lambda))
		if err != nil {
			t.Fatal(err)
		}
		return Alignment(f.present(t, f.settings(c, "steady", lambda)), approximation).Whole
	})
}

// reveal presents the first tile and returns the hidden rates it ended in, and
// the update.
func (f *fixture) reveal(t *testing.T, set models.Settings) ([]blas64.General, *models.Weights) {
	t.Helper()
	p, err := models.NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	dw := models.NewWeights(f.net)
	if _, err := p.Present(dw, f.w, f.tiles[0]); err != nil {
		t.Fatal(err)
	}
	var rates []blas64.General
	for i := 1; i < f.net.Depth(); i++ {
		r, _ := p.Reveal(fmt.Sprintf("r%d", i))
		rates = append(rates, r)
	}
	return rates, dw
}
