package continuation

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/ode"
)

// hopfOf returns the normal form at the only Hopf point of a branch.
func hopfOf(t *testing.T, f Family, y, p []float64, free Parameter) (*Hopf, *Point) {
	t.Helper()
	branch, err := Equilibria(f, y, p, free, Options{})
	if err != nil {
		t.Fatal(err)
	}
	point := only(t, branch, HopfPoint)[0]
	form, err := HopfForm(f, point, free.Index, 0)
	if err != nil {
		t.Fatal(err)
	}
	return form, point
}

// In the Brusselator lambda grows by 1/2 with B, and with x's part of q made 1,
//
//	c1 = -(2 + A^2)/(2 A^2) - i (4 - 7 A^2 + 4 A^4)/(6 A^3)
//
// by Kuramoto (1984), Chemical Oscillations, Waves, and Turbulence, appendix B.
func TestBrusselatorNormalForm(t *testing.T) {
	for _, a := range []float64{0.5, 1, 2} {
		form, _ := hopfOf(t, brusselator{}, []float64{a, 1 / a}, []float64{a, 1}, Parameter{1, 0.5, 8})
		unit := math.Pow(cmplx.Abs(form.Q[0]), 2)
		want := -complex((2+a*a)/(2*a*a), (4-7*a*a+4*a*a*a*a)/(6*a*a*a))
		if d := cmplx.Abs(form.C1/complex(unit, 0) - want); d > 1e-7*cmplx.Abs(want) {
			t.Errorf("A = %g: c1 = %v, want %v: %.2g off", a, form.C1/complex(unit, 0), want, d)
		}
		if d := cmplx.Abs(form.Slope - 0.5); d > 1e-8 {
			t.Errorf("A = %g: slope %v, want 1/2: %.2g off", a, form.Slope, d)
		}
		if !form.Supercritical() || !(form.L1() < 0) {
			t.Errorf("A = %g: l1 = %g, want it negative", a, form.L1())
		}
	}
}

// What the simulated limit cycle differs from the predicted one by is of first order
// in the distance from the Hopf point.
func TestCycleBeyondTheHopfPointIsThePredictedOne(t *testing.T) {
	form, point := hopfOf(t, brusselator{}, []float64{1, 1}, []float64{1, 1}, Parameter{1, 0.5, 8})
	for _, mu := range []float64{0.04, 0.01} {
		want, ok := form.Cycle(mu)
		if !ok {
			t.Fatal("no cycle predicted above the Hopf point")
		}
		p := []float64{point.P[0], point.P[1] + mu}
		got, err := Simulate(At(brusselator{}, p), form.OnCycle(mu), 8/mu, want.Period(), ode.Options{RelTol: 1e-8, AbsTol: 1e-10})
		if err != nil {
			t.Fatal(err)
		}
		for k, a := range want.Amplitude {
			near(t, "amplitude / predicted", got.Amplitude[k]/a, 1, mu)
		}
		near(t, "change of omega / predicted", (got.Omega-1)/(want.Omega-1), 1, 2*mu)
	}
	if _, ok := form.Cycle(-0.01); ok {
		t.Error("a cycle predicted below a supercritical Hopf point")
	}
}
