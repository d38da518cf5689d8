package continuation

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	maxCorrections = 10
	// closeEnough is the Newton step, relative to the point, after which the next is
	// below rounding: the iteration converges quadratically, or by some 1e-6 a step
	// where the Jacobian is differenced.
	closeEnough = 1e-9
)

// newton solves f(xi) = 0, as many equations as unknowns, from xi in place. slope
// gives the Jacobian. It returns the number of steps, and whether it converged.
func newton(f func(f, xi []float64), slope func(dst *mat.Dense, xi []float64), xi []float64) (steps int, ok bool) {
	n := len(xi)
	value, jacobian := make([]float64, n), mat.NewDense(n, n, nil)
	delta := mat.NewVecDense(n, nil)
	var lu mat.LU
	before := math.Inf(1)
	for steps = 1; steps <= maxCorrections; steps++ {
		f(value, xi)
		slope(jacobian, xi)
		lu.Factorize(jacobian)
		if !solve(&lu, delta, false, value) {
			return steps, false
		}
		floats.Sub(xi, delta.RawVector().Data)
		size := mat.Norm(delta, 2)
		if size <= closeEnough*(1+floats.Norm(xi, 2)) {
			return steps, true
		}
		if steps > 2 && size > 2*before {
			return steps, false
		}
		before = size
	}
	return steps, false
}

// newtonByDifferences is newton with a differenced Jacobian.
func newtonByDifferences(f func(f, xi []float64), xi []float64) bool {
	_, ok := newton(f, func(dst *mat.Dense, xi []float64) { differenceResidual(dst, f, xi) }, xi)
	return ok
}

// ErrNoSolution reports Newton's method without convergence: compare with errors.Is.
var ErrNoSolution = errors.New("continuation: Newton's method does not converge")

// Solve solves f(x) = 0, as many equations as unknowns, by Newton's method with differenced
// slopes from x in place; scale is what the unknowns are measured in.
func Solve(f func(f, x []float64), x, scale []float64) error {
	xi, at := make([]float64, len(x)), make([]float64, len(x))
	floats.DivTo(xi, x, scale)
	if !newtonByDifferences(func(value, xi []float64) { f(value, floats.MulTo(at, xi, scale)) }, xi) {
		return ErrNoSolution
	}
	floats.MulTo(x, xi, scale)
	return nil
}

// solve solves A x = b or A^T x = b and reports whether there is a finite solution.
// An ill-conditioned matrix is no obstacle: near a singular point it must be.
func solve(lu *mat.LU, x *mat.VecDense, transposed bool, b []float64) bool {
	if err := lu.SolveVecTo(x, transposed, mat.NewVecDense(len(b), b)); err != nil {
		if condition, ok := err.(mat.Condition); !ok || math.IsInf(float64(condition), 1) {
			return false
		}
	}
	return isFinite(x.RawVector().Data)
}

func isFinite(x []float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
