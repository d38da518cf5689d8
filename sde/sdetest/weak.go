package sdetest

import (
	"math"

	"credo/sde"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
	"gonum.org/v1/gonum/stat"
)

// WeakProblem is an equation, moments of whose solution from a fixed state are known.
type WeakProblem struct {
	Name    string
	System  sde.System
	Y0      []float64
	Moments func(dst, y []float64) // writes phi(y) of every test function phi
	Exact   func(t float64) []float64
}

// WeakOrder measures the weak order of method on p: one less than the slope of log2 of
// the error of the moments after a single step, against log2 of the step, least
// squares over steps 2^-coarsest to 2^-finest. The expectation is a Gauss-Hermite
// rule over the noise of that step, so no chance is in it.
func WeakOrder(p WeakProblem, method sde.Method, coarsest, finest int) (float64, error) {
	in, err := sde.NewIntegrator(p.System, sde.Options{Method: method})
	if err != nil {
		return 0, err
	}
	var logStep, logError []float64
	for level := coarsest; level <= finest; level++ {
		h := math.Ldexp(1, -level)
		q := expectation{p: p, in: in, h: h, areas: method.SpaceTime()}
		got, err := q.moments()
		if err != nil {
			return 0, err
		}
		logStep, logError = append(logStep, -float64(level)), append(logError, math.Log2(floats.Distance(got, p.Exact(h), 2)))
	}
	_, slope := stat.LinearRegression(logStep, logError, nil, false)
	return slope - 1, nil
}

// expectation is an integral over the noise of one step h: over dw_1, .., dw_m and,
// if the method sees them, over their space-time Lévy areas.
type expectation struct {
	p      WeakProblem
	in     *sde.Integrator
	h      float64
	areas  bool
	path   Given
	points [2]rule
	sum    []float64
}

// rule has nodes and weights for a standard normal.
type rule struct{ x, weight []float64 }

func newRule(n int) rule {
	r := rule{make([]float64, n), make([]float64, n)}
	quad.Hermite{}.FixedLocations(r.x, r.weight, math.Inf(-1), math.Inf(1))
	floats.Scale(math.Sqrt2, r.x)
	floats.Scale(1/math.Sqrt(math.Pi), r.weight)
	return r
}

func (q *expectation) moments() ([]float64, error) {
	m := q.p.System.NoiseDim()
	q.path = Given{make([]float64, m), make([]float64, m)}
	q.points = [2]rule{newRule(8), newRule(4)}
	q.sum = make([]float64, len(q.p.Exact(q.h)))
	err := q.integrate(0, 1)
	return q.sum, err
}

// integrate goes over the nodes of noise k and those behind it: first the
// increments, then the areas.
func (q *expectation) integrate(k int, weight float64) error {
	m := len(q.path.DW)
	switch {
	case k < m:
		for i, x := range q.points[0].x {
			q.path.DW[k] = math.Sqrt(q.h) * x
			q.path.DZ[k] = q.h * q.path.DW[k] / 2
			if err := q.integrate(k+1, weight*q.points[0].weight[i]); err != nil {
				return err
			}
		}
		return nil
	case q.areas && k < 2*m:
		for i, x := range q.points[1].x {
			q.path.DZ[k-m] = q.h * (q.path.DW[k-m]/2 + math.Sqrt(q.h/12)*x)
			if err := q.integrate(k+1, weight*q.points[1].weight[i]); err != nil {
				return err
			}
		}
		return nil
	}
	y, phi := append([]float64(nil), q.p.Y0...), make([]float64, len(q.sum))
	if _, err := q.in.Solve(y, 0, q.h, q.h, &q.path); err != nil {
		return err
	}
	q.p.Moments(phi, y)
	floats.AddScaled(q.sum, weight, phi)
	return nil
}
