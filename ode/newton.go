package ode

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// newton goes by damped Newton steps and reports whether it reached a root. It gives up at a singular Jacobian, or where
// no part of the step brings f closer to 0.
func (r *rootFinder) newton() bool {
	for range maxNewton {
		if r.converged() {
			return true
		}
		r.stats.Newton++
		r.linearize()
		if !r.solve(0) || !r.lineSearch() {
			return false
		}
	}
	return r.converged()
}

// lineSearch halves the step until |f| falls in proportion, Armijo's condition, in a scaling that stays
// fixed meanwhile.
func (r *rootFinder) lineSearch() bool {
	const (
		decrease = 1e-4
		shortest = 0x1p-12
	)
	size := r.size(r.f)
	for lambda := 1.0; lambda >= shortest; lambda /= 2 {
		if r.look(lambda) && r.size(r.f1) <= (1-decrease*lambda)*size {
			r.move()
			return true
		}
	}
	return false
}

// pseudoTime goes by pseudo-transient continuation and reports whether it reached a root. A step that doubles |f| is tried again
// with a quarter of delta: it left the flow.
func (r *rootFinder) pseudoTime() bool {
	delta, fresh := r.test.Timescale/10, false
	for range maxPseudoTime {
		if r.converged() {
			return true
		}
		r.stats.PseudoTime++
		if !fresh {
			r.linearize()
			fresh = true
		}
		size := r.size(r.f)
		if !r.solve(1/delta) || !r.look(1) || r.size(r.f1) > 2*size {
			delta /= 4
			continue
		}
		delta *= min(10, 2*size/r.size(r.f1))
		r.move()
		fresh = false
	}
	return r.converged()
}

// solve sets d to the solution of (shift I - J) d = f and reports whether there is one.
func (r *rootFinder) solve(shift float64) bool {
	if r.krylov != nil {
		return r.krylov.solve(shift)
	}
	r.shifted.Scale(-1, r.jacobian)
	for i := range r.d {
		r.shifted.Set(i, i, r.shifted.At(i, i)+shift)
	}
	r.lu.Factorize(r.shifted)
	d := mat.NewVecDense(len(r.d), r.d)
	if err := r.lu.SolveVecTo(d, false, mat.NewVecDense(len(r.f), r.f)); err != nil {
		if condition, ok := err.(mat.Condition); !ok || math.IsInf(float64(condition), 1) {
			return false
		}
	}
	return finite(r.d)
}

// linearize sets the Jacobian at y.
func (r *rootFinder) linearize() {
	r.stats.Jacobians++
	if r.krylov != nil {
		r.krylov.linearize()
		return
	}
	if l, ok := r.sys.(Linearizer); ok {
		l.Jacobian(r.jacobian, r.t, r.y)
		return
	}
	r.difference()
}

// difference sets the Jacobian by forward differences, with steps of sqrt(eps) times the size of a component.
func (r *rootFinder) difference() {
	copy(r.y1, r.y)
	for j, yj := range r.y {
		r.y1[j] = yj + 0x1p-26*r.sizeOf(yj)
		r.evaluate()
		for i := range r.f1 {
			r.jacobian.Set(i, j, (r.f1[i]-r.f[i])/(r.y1[j]-yj))
		}
		r.y1[j] = yj
	}
}
