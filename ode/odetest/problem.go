package odetest

import (
	"math"

	"credo/ode"
)

// Problem is an initial value problem whose answer is known.
type Problem struct {
	Name   string
	System ode.System
	T0, T1 float64
	Y0     []float64
	End    []float64                    // the state at T1
	Exact  func(y []float64, t float64) // writes the solution at t to y; nil if only its end is known
}

// Start returns a copy of Y0.
func (p Problem) Start() []float64 { return append([]float64(nil), p.Y0...) }

// Error is the largest deviation of y from the state at T1.
func (p Problem) Error(y []float64) float64 { return maxDiff(y, p.End) }

// RelativeError is the largest deviation of a component of y from the state at T1, relative to that component.
func (p Problem) RelativeError(y []float64) float64 {
	worst := 0.0
	for i, want := range p.End {
		worst = max(worst, math.Abs((y[i]-want)/want))
	}
	return worst
}

// ErrorAt is the largest deviation of y from the exact solution at t.
func (p Problem) ErrorAt(t float64, y []float64) float64 {
	exact := make([]float64, len(y))
	p.Exact(exact, t)
	return maxDiff(y, exact)
}

func maxDiff(a, b []float64) float64 {
	worst := 0.0
	for i := range a {
		d := math.Abs(a[i] - b[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}

// exact completes a problem from its solution.
func exact(p Problem, n int, solution func(y []float64, t float64)) Problem {
	p.Exact = solution
	p.Y0, p.End = make([]float64, n), make([]float64, n)
	solution(p.Y0, p.T0)
	solution(p.End, p.T1)
	return p
}

// Func is a system given by its dimension and right-hand side.
type Func struct {
	N int
	F func(dy []float64, t float64, y []float64)
}

// Dim implements ode.System.
func (f Func) Dim() int { return f.N }

// Deriv implements ode.System.
func (f Func) Deriv(dy []float64, t float64, y []float64) { f.F(dy, t, y) }

// Ensemble is any systems of one dimension as rows; row id is system id.
type Ensemble []ode.System

// Dim implements ode.Rows.
func (e Ensemble) Dim() int { return e[0].Dim() }

// DerivRows implements ode.Rows.
func (e Ensemble) DerivRows(dy, t, y []float64, id []int) {
	n := e.Dim()
	for k, i := range id {
		e[i].Deriv(dy[k*n:(k+1)*n], t[k], y[k*n:(k+1)*n])
	}
}
