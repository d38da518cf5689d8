package ode

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// ErrNoConvergence is why [Root] fails where it found no root: compare with errors.Is.
var ErrNoConvergence = errors.New("no convergence")

// RootError is the failure of [Root]. It wraps ErrNoConvergence or ErrNonFinite.
type RootError struct {
	Residual  float64 // the smallest reached, where 1 is just acceptable
	Component int     // the worst component there
	Value     float64 // and its value
	Stats     RootStats
	Err       error
}

func (e *RootError) Unwrap() error { return e.Err }

func (e *RootError) Error() string {
	return fmt.Sprintf("ode: root: %v after %d Newton and %d pseudo-time steps, residual %.3g times the tolerance in component %d = %g; "+
		"try to start from where Settle ends", e.Err, e.Stats.Newton, e.Stats.PseudoTime, e.Residual, e.Component, e.Value)
}

// RootStats tells how a root was found.
type RootStats struct {
	Evaluations int // of the right-hand side, those for finite differences included
	Jacobians   int
	Newton      int // steps of Newton's method
	PseudoTime  int // steps of pseudo-transient continuation; 0 where Newton's method sufficed
	Residual    float64
	Component   int // the worst one
}

const (
	maxNewton     = 50
	maxPseudoTime = 200
)

// Root solves f(t, y) = 0 for y at fixed t, from y in place, until y is at rest in the sense of test.
//
// It tries Newton's method with a line search. Where that fails it starts again with pseudo-transient continuation, which follows the
// flow y' = f and so finds a rest state that attracts y, Kelley and Keyes (1998), SIAM J. Numer. Anal. 35:
//
//	(I/delta - J) d = f(t, y),   y <- y + d,   delta <- delta min(10, 2 |f_old| / |f_new|)
//
// The Jacobian is that of a [Linearizer], else forward differences. A [JacobianProduct], and a system of more than 500 components whose
// Jacobian is not known, is solved without its matrix, by GMRES, only as precisely as each step is worth. If it has the methods
// Linearize(t, y) and SolveShifted(x, gamma, b), a solution of (I - gamma J) x = b, these precondition it. After an error, a [*RootError] or [*OptionError], y is as it was.
// It panics if len(y) is not sys.Dim(). A root need not be stable.
func Root(sys System, y []float64, t float64, test RestTest) (RootStats, error) {
	if len(y) != sys.Dim() {
		panic("ode: the length of y is not the dimension of the system")
	}
	if err := test.check(); err != nil {
		return RootStats{}, err
	}
	r := newRootFinder(sys, y, t, test)
	if !r.restart(y) {
		r.best.Component = max(firstNonFinite(y), firstNonFinite(r.f1))
		r.best.Value = y[r.best.Component]
		return r.stats, r.fail(ErrNonFinite)
	}
	if r.newton() || r.restart(y) && r.pseudoTime() {
		copy(y, r.y)
		r.stats.Residual, r.stats.Component = test.Residual(r.y, r.f)
		return r.stats, nil
	}
	return r.stats, r.fail(ErrNoConvergence)
}

// rootFinder is the memory of a search.
type rootFinder struct {
	sys   System
	t     float64
	test  RestTest
	stats RootStats

	y, f     []float64 // where the search stands
	y1, f1   []float64 // where it may go
	d        []float64 // the step
	jacobian *mat.Dense
	shifted  *mat.Dense // the matrix of the step
	lu       mat.LU
	krylov   *krylov   // nil: with matrices
	best     RootError // the smallest residual seen
}

func newRootFinder(sys System, y []float64, t float64, test RestTest) *rootFinder {
	n := len(y)
	vector := func() []float64 { return make([]float64, n) }
	r := &rootFinder{
		sys: sys, t: t, test: test,
		y: vector(), f: vector(), y1: vector(), f1: vector(), d: vector(),
		best: RootError{Residual: math.Inf(1)},
	}
	if r.krylov = newKrylov(r, n); r.krylov == nil {
		r.jacobian, r.shifted = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	}
	return r
}

// restart puts the search at y and reports whether it can go from there.
func (r *rootFinder) restart(y []float64) bool {
	copy(r.y1, y)
	if !r.evaluate() {
		return false
	}
	r.move()
	return true
}

// evaluate sets f1 to f(t, y1) and reports whether both are finite.
func (r *rootFinder) evaluate() bool {
	r.sys.Deriv(r.f1, r.t, r.y1)
	r.stats.Evaluations++
	return finite(r.y1) && finite(r.f1)
}

// look evaluates at y1 = y + lambda d.
func (r *rootFinder) look(lambda float64) bool {
	for i, d := range r.d {
		r.y1[i] = r.y[i] + lambda*d
	}
	return r.evaluate()
}

// move goes to y1 and remembers the best state.
func (r *rootFinder) move() {
	copy(r.y, r.y1)
	copy(r.f, r.f1)
	if residual, i := r.test.Residual(r.y, r.f); residual < r.best.Residual {
		r.best.Residual, r.best.Component, r.best.Value = residual, i, r.y[i]
	}
}

func (r *rootFinder) converged() bool {
	residual, _ := r.test.Residual(r.y, r.f)
	return residual <= 1
}

// size is the root mean square of f_i over the size of y_i.
func (r *rootFinder) size(f []float64) float64 {
	sum := 0.0
	for i, v := range f {
		q := v / r.sizeOf(r.y[i])
		sum += q * q
	}
	return math.Sqrt(sum / float64(len(f)))
}

// sizeOf is the size of a component with value v: |v|, or AbsTol/RelTol if that is larger, where both tolerances weigh the same.
// It is 1 where nothing tells.
func (r *rootFinder) sizeOf(v float64) float64 {
	if r.test.RelTol == 0 {
		return 1
	}
	if size := max(math.Abs(v), r.test.AbsTol/r.test.RelTol); size > 0 {
		return size
	}
	return 1
}

func (r *rootFinder) fail(why error) error {
	e := r.best
	e.Stats, e.Err = r.stats, why
	return &e
}
