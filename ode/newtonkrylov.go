package ode

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// JacobianProduct is a [System] that knows the product of its Jacobian with a vector. It is found by type assertion.
type JacobianProduct interface {
	// JacobianTimes writes (df/dy) v at (t, y) to dst. It must neither keep nor change y and v.
	JacobianTimes(dst []float64, t float64, y, v []float64)
}

// preconditioner is a system that solves (I - gamma J) x = b, well enough, with the Jacobian J at the last call of Linearize.
type preconditioner interface {
	Linearize(t float64, y []float64)
	SolveShifted(x []float64, gamma float64, b []float64) error
}

const (
	// maxDense is the largest dimension of a dense Jacobian by differences.
	maxDense = 500
	// krylovVectors is the dimension of a Krylov space, and krylovCycles how often it is begun anew.
	krylovVectors = 60
	krylovCycles  = 30
	// mostForcing is the loosest solution of a linear system that is of any use.
	mostForcing = 0.9
)

// krylov solves the linear systems of a rootFinder without their matrix, in components scaled by their size.
type krylov struct {
	r       *rootFinder
	solver  *gmres
	scale   []float64 // size of every component of y
	x, b    []float64 // scaled solution and right-hand side
	v, jv   []float64
	shift   float64
	apply   func(dst, v []float64)
	forcing float64
	before  float64 // |f| at the last solve
}

// newKrylov returns nil where the matrix is known, or small.
func newKrylov(r *rootFinder, n int) *krylov {
	_, dense := r.sys.(Linearizer)
	_, product := r.sys.(JacobianProduct)
	if dense || !product && n <= maxDense {
		return nil
	}
	vector := func() []float64 { return make([]float64, n) }
	k := &krylov{
		r: r, solver: newGMRES(n, krylovVectors), forcing: 0.5,
		scale: vector(), x: vector(), b: vector(), v: vector(), jv: vector(),
	}
	k.apply = k.times
	return k
}

// linearize takes the sizes of the components, and lets the system see where it is.
func (k *krylov) linearize() {
	for i, y := range k.r.y {
		k.scale[i] = k.r.sizeOf(y)
	}
	if p, ok := k.r.sys.(preconditioner); ok {
		p.Linearize(k.r.t, k.r.y)
	}
}

// solve sets d of the rootFinder to about the solution of (shift I - J) d = f, and reports whether it is any.
func (k *krylov) solve(shift float64) bool {
	k.shift = shift
	floats.DivTo(k.b, k.r.f, k.scale)
	residual := k.solver.solve(k.x, k.b, k.apply, k.tolerance(), krylovCycles)
	copy(k.r.d, k.x)
	floats.Mul(k.r.d, k.scale)
	return k.precondition(k.r.d) && finite(k.r.d) && residual < mostForcing
}

// tolerance is the forcing of Eisenstat and Walker (1996), SIAM J. Sci. Comput. 17, choice 2: 0.9 (|f|/|f before|)^phi with the golden ratio phi: no system is solved more precisely than
// the linear model is worth.
func (k *krylov) tolerance() float64 {
	if k.shift != 0 {
		return 0.01
	}
	size, last := floats.Norm(k.b, 2), k.forcing
	if k.before > 0 {
		k.forcing = mostForcing * math.Pow(size/k.before, math.Phi)
		if floor := mostForcing * math.Pow(last, math.Phi); floor > 0.1 {
			k.forcing = max(k.forcing, floor)
		}
		k.forcing = min(max(k.forcing, 1e-8), 0.5)
	}
	k.before = size
	return k.forcing
}

// times writes (shift I - J) M^-1 v, in scaled components, with the system's own M, or M = I.
func (k *krylov) times(dst, v []float64) {
	floats.MulTo(k.v, v, k.scale)
	if !k.precondition(k.v) {
		dst[0] = math.NaN()
		return
	}
	k.product()
	for i := range dst {
		dst[i] = (k.shift*k.v[i] - k.jv[i]) / k.scale[i]
	}
}

// precondition sets v to M^-1 v, with M = shift I - J; without a shift, one that is nearly none.
func (k *krylov) precondition(v []float64) bool {
	p, ok := k.r.sys.(preconditioner)
	if !ok {
		return true
	}
	gamma := 1e6 * k.r.test.Timescale
	if k.shift > 0 {
		gamma = 1 / k.shift
	}
	floats.Scale(gamma, v)
	return p.SolveShifted(k.r.y1, gamma, v) == nil && copy(v, k.r.y1) > 0
}

// product sets jv to J v: by the system, or by a forward difference, whose step is sqrt(eps) of the sizes of the components.
func (k *krylov) product() {
	r := k.r
	if p, ok := r.sys.(JacobianProduct); ok {
		p.JacobianTimes(k.jv, r.t, r.y, k.v)
		return
	}
	size := 0.0
	for i, v := range k.v {
		size = max(size, math.Abs(v)/k.scale[i])
	}
	if size == 0 {
		clear(k.jv)
		return
	}
	step := 0x1p-26 / size
	for i, y := range r.y {
		r.y1[i] = y + step*k.v[i]
	}
	r.evaluate()
	for i := range k.jv {
		k.jv[i] = (r.f1[i] - r.f[i]) / step
	}
}
