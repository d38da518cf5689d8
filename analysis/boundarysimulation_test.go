package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/analysis/continuation"
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// edge is a point of a boundary between stable and unstable loops.
type edge struct {
	f      *fixture
	design LoopDesign
	p      [2]float64
	normal [2]float64 // to the boundary, of length 1 in log p
}

// edges draws points of the stability boundaries of random networks over (k_p, tau_v) and
// (k_p, alpha): a random point of every curve, if all other modes are stable there.
func edges(t *testing.T, rng *rand.Rand, count int) (drawn []edge) {
	t.Helper()
	for seed := uint64(100); len(drawn) < count; seed++ {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
		f.randomFeedback(1)
		for _, design := range []LoopDesign{piPlane(f, 0.1), leakPlane(f)} {
			boundaries, err := Boundaries(design, [2]DesignAxis{{0.05, 5, true}, {0.05, 5, true}}, 5, continuation.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range boundaries {
				k := 1 + rng.IntN(len(b.Points)-1)
				if b.Points[k].Unstable == 0 && b.Points[k-1].Unstable == 0 {
					drawn = append(drawn, edge{f, design, b.Points[k].P, normalOf(b.Points[k-1].P, b.Points[k].P)})
				}
			}
		}
	}
	return drawn[:count]
}

func normalOf(p, q [2]float64) [2]float64 {
	d := [2]float64{math.Log(q[0] / p[0]), math.Log(q[1] / p[1])}
	length := math.Hypot(d[0], d[1])
	return [2]float64{-d[1] / length, d[0] / length}
}

// Points one per cent off either side of a boundary are stable on one and unstable on the
// other, and what the nonlinear model does there from a small random perturbation is what
// the spectrum predicts.
func TestBoundariesAreConfirmedBySimulation(t *testing.T) {
	count := 110
	if testing.Short() {
		count = 20
	}
	rng := rand.New(rand.NewPCG(7, 7))
	confirmed, oneSided := 0, 0
	for _, e := range edges(t, rng, count) {
		stable := 0
		for _, side := range []float64{0.01, -0.01} {
			p := [2]float64{e.p[0] * math.Exp(side*e.normal[0]), e.p[1] * math.Exp(side*e.normal[1])}
			loop, err := e.design(p)
			if err != nil {
				t.Fatal(err)
			}
			eigenvalues, err := Eigenvalues(loop.Matrix())
			if err != nil {
				t.Fatal(err)
			}
			abscissa := SpectralAbscissa(eigenvalues)
			if abscissa < 0 {
				stable++
			}
			if decays(t, e.f, loop, abscissa, rng) == (abscissa < 0) {
				confirmed++
			} else {
				t.Logf("not confirmed: %v, abscissa %.3g", p, abscissa)
			}
		}
		if stable != 1 {
			oneSided++
			t.Logf("%v: %d of 2 sides stable", e.p, stable)
		}
	}
	t.Logf("%d of %d simulations as predicted; %d of %d points with both sides alike", confirmed, 2*count, oneSided, count)
	if confirmed < 2*count*99/100 || oneSided > count/50 {
		t.Errorf("%d of %d simulations as predicted, %d points with both sides alike", confirmed, 2*count, oneSided)
	}
}

// decays simulates the loop of models from near its feedforward state, where the target is
// what the network does, for long enough that its slowest mode changes by exp(6), and
// compares the largest deviations of the last two sixths.
func decays(t *testing.T, f *fixture, loop LinearLoop, abscissa float64, rng *rand.Rand) bool {
	t.Helper()
	d := models.NewDFC(f.net, models.Settings{Controller: loop.Controller, TauV: loop.TauV, Solver: ode.Options{RelTol: 1e-4}})
	d.Bind(f.w, f.tiles[0])
	width := d.Layout().Width()
	rest := make([]float64, models.TileRows*width)
	d.Rest(rest)
	rest = rest[:width]
	x := append([]float64(nil), rest...)
	for k := range x {
		x[k] += 1e-6 * rng.NormFloat64()
	}
	span := 6 / math.Abs(abscissa)
	var before, after float64
	frozen := &models.Frozen{Learner: d, Samples: []int{0}} // whose norm looks at deviations from rest
	_, err := ode.SolveRows(frozen, x, 0, span, ode.Options{
		Observer: ode.EachStep(func(at float64, x []float64) error {
			deviation := floats.Distance(x, rest, math.Inf(1))
			switch {
			case at > span*5/6:
				after = max(after, deviation)
			case at > span*4/6:
				before = max(before, deviation)
			}
			return nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return after < before
}
