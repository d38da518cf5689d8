package odetest

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"credo/ode"
)

func TestJacobiansAreTheDerivativesOfTheirSystems(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 9))
	for _, p := range append(StiffProblems(), Brusselator1D()) {
		sys := p.System.(interface {
			ode.System
			ode.Linearizer
		})
		n := sys.Dim()
		y, v, ahead, back := p.Start(), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range y {
			y[i], v[i] = (p.Y0[i]+p.End[i])/2, rng.NormFloat64()
		}
		jacobian := mat.NewDense(n, n, nil)
		sys.Jacobian(jacobian, 1, y)
		along := mat.NewVecDense(n, nil)
		along.MulVec(jacobian, mat.NewVecDense(n, v))
		// The right-hand sides are polynomials of degree 3 at most in y: the difference errs by h^2 and by rounding over h.
		const h = 1e-5
		at := func(dy []float64, h float64) {
			z := make([]float64, n)
			for i := range z {
				z[i] = y[i] + h*v[i]
			}
			sys.Deriv(dy, 1, z)
		}
		at(ahead, h)
		at(back, -h)
		for i := range n {
			got, want := along.AtVec(i), (ahead[i]-back[i])/(2*h)
			if size := mat.Norm(jacobian.RowView(i), 2); math.Abs(got-want) > 1e-6*size {
				t.Errorf("%s: row %d of the Jacobian gives %g and the difference %g", p.Name, i, got, want)
			}
		}
	}
}

// The values at 20 are those printed for the problems B5 and D5 of DETEST.
func TestClosedFormsAgreeWithPublishedEnds(t *testing.T) {
	for _, test := range []struct {
		problem   Problem
		published []float64
	}{
		{RigidBody(), []float64{-0.9396570798729192, -0.3421177754000779, 0.7414126596199957}},
		{Kepler(0.9, 20), []float64{-1.295266250987574, 0.4003938963792321, -0.6775390924707566, -0.1270838154278686}},
	} {
		if e := test.problem.Error(test.published); e > 2e-15 {
			t.Errorf("%s is %g off", test.problem.Name, e)
		}
	}
}

func TestEndsKeepWhatTheirSystemsConserve(t *testing.T) {
	end := Robertson().End
	if d := end[0] + end[1] + end[2] - 1; math.Abs(d) > 2e-14 { // the published end is that good
		t.Errorf("robertson: mass changes by %g", d)
	}
	end = HIRES().End
	if d := end[6] + end[7] - 0.0057; math.Abs(d) > 1e-18 {
		t.Errorf("hires: y7 + y8 changes by %g", d)
	}
}

// HIRES is stiff, but not beyond an explicit method.
func TestAnExplicitMethodReachesThePublishedEndOfHIRES(t *testing.T) {
	p, y := HIRES(), HIRES().Start()
	if _, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{Method: ode.Vern7(), RelTol: 1e-10, AbsTol: 1e-14}); err != nil {
		t.Fatal(err)
	}
	if e := p.RelativeError(y); e > 1e-9 {
		t.Errorf("relative error %.2g", e)
	}
}
