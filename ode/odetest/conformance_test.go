package odetest

import (
	"math"
	"strings"
	"testing"

	"credo/ode"
)

// boaster claims more than its method keeps.
type boaster struct {
	ode.Method
	order, errorOrder int
}

func (b boaster) Order() int      { return b.order }
func (b boaster) ErrorOrder() int { return b.errorOrder }

func TestLawsAreBrokenByBoasters(t *testing.T) {
	for _, test := range []struct {
		law    string
		method ode.Method
	}{
		{"fixed steps", boaster{ode.BS32(), 4, 2}},
		{"adaptive steps", boaster{ode.BS32(), 4, 2}},
		{"dense output", boaster{ode.Heun(), 4, 1}},
		{"the error follows", boaster{ode.RK4(), 4, 3}},
	} {
		for _, l := range laws {
			if strings.HasPrefix(l.name, test.law) && l.check(test.method) == nil {
				t.Errorf("%q holds for %s", l.name, test.method.Name())
			}
		}
	}
}

func TestExactSolutionsSolveTheirProblems(t *testing.T) {
	for _, p := range []Problem{Oscillation(), Logistic(), Quadrature(), Stiff(), Kepler(0.3, 5), Kepler(0.9, 20)} {
		n := len(p.Y0)
		y, f, before, after := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range 9 {
			at := p.T0 + (p.T1-p.T0)*float64(i+1)/10
			const h = 1e-5
			p.Exact(y, at)
			p.Exact(before, at-h)
			p.Exact(after, at+h)
			p.System.Deriv(f, at, y)
			for j := range f {
				if slope := (after[j] - before[j]) / (2 * h); math.Abs(slope-f[j]) > 1e-6 {
					t.Errorf("%s: at t = %g component %d changes by %g and not by %g", p.Name, at, j, slope, f[j])
				}
			}
		}
	}
}
