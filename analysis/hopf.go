package analysis

import (
	"fmt"
	"math"
	"math/cmplx"

	"credo/analysis/continuation"
	"gonum.org/v1/gonum/mat"
)

// SampleDesign gives one sample's nonlinear loop at two parameters, and its rest state there:
// [SampleLoop.Feedforward] of a target that is the network's output, or [SampleLoop.Rest].
type SampleDesign func(p [2]float64) (loop SampleLoop, rest []float64, err error)

// Linear is the design linearised at its rest states.
func (d SampleDesign) Linear() LoopDesign {
	return func(p [2]float64) (LinearLoop, error) {
		l, y, err := d(p)
		if err != nil {
			return LinearLoop{}, err
		}
		return l.Linear(y), nil
	}
}

// HopfForm returns the normal form of a sample's loop at a Hopf point of a boundary, with
// parameter axis (0 or 1) varying: whether oscillations set in softly or suddenly, and the cycle
// beyond. The mode and its resolvent are the structured ones of [SampleLoop.Mode], and the
// mode's growth is that of the zero of the characteristic,
//
//	d lambda/dp = -(d chi/dp) / (d chi/ds)
//
// so that a network of any size costs a few dozen evaluations of the loop.
func HopfForm(design SampleDesign, point BoundaryPoint, axis int) (*continuation.Hopf, error) {
	l, y, err := design(point.P)
	if err != nil {
		return nil, err
	}
	if !(point.Omega > 0) {
		return nil, fmt.Errorf("%w: omega = %g", continuation.ErrNotHopf, point.Omega)
	}
	mode, err := l.Mode(y, point.Omega)
	if err != nil {
		return nil, err
	}
	c1, err := mode.Cubic(l.Deriv, y, 1)
	if err != nil {
		return nil, err
	}
	slope, err := growth(design.Linear(), point, axis)
	return &continuation.Hopf{Mode: mode, Y: y, Slope: slope, C1: c1}, err
}

// growth returns d lambda/dp of the mode at i omega.
func growth(design LoopDesign, point BoundaryPoint, axis int) (complex128, error) {
	const step = 1e-5
	s := complex(0, point.Omega)
	chi := func(dp, ds float64) (complex128, error) {
		p := point.P
		p[axis] *= 1 + dp
		l, err := design(p)
		if err != nil {
			return 0, err
		}
		return l.characteristic(s * complex(1+ds, 0)), nil
	}
	var value [4]complex128
	for k, d := range [4][2]float64{{step, 0}, {-step, 0}, {0, step}, {0, -step}} {
		var err error
		if value[k], err = chi(d[0], d[1]); err != nil {
			return 0, err
		}
	}
	return -(value[0] - value[1]) / (value[2] - value[3]) * s / complex(point.P[axis], 0), nil
}

// Mode returns the critical mode at the state y, at whose linearisation the loop has the
// eigenvalues +-i omega: by inverse iteration with the structured resolvent of [LoopOperator],
// and its adjoint for p.
func (l SampleLoop) Mode(y []float64, omega float64) (continuation.Mode, error) {
	const off, iterations = 1e-8, 4 // an error shrinks by off over the distance of other modes
	_, total := offsets(l.Net)
	op := l.Operator(y[:total])
	near, err := op.Resolvent(complex(0, omega*(1+off)))
	if err != nil {
		return continuation.Mode{}, fmt.Errorf("%w: %w", continuation.ErrNotHopf, err)
	}
	q, p := make([]complex128, l.Dim()), make([]complex128, l.Dim())
	for k := range q {
		q[k], p[k] = complex(1, 1/float64(k+1)), complex(1, -1/float64(k+1))
	}
	for range iterations {
		near.Solve(q, q)
		near.SolveAdjoint(p, p)
		scaleBy(q, 1/sizeOf(q))
		scaleBy(p, 1/sizeOf(p))
	}
	inner := complex128(0)
	for k, x := range p {
		inner += cmplx.Conj(x) * q[k]
	}
	if inner == 0 {
		return continuation.Mode{}, continuation.ErrNotHopf
	}
	scaleBy(p, 1/cmplx.Conj(inner))
	resolve := func(s complex128, b []complex128) []complex128 {
		r, err := op.Resolvent(s)
		if err != nil {
			return nil
		}
		x := make([]complex128, len(b))
		r.Solve(x, b)
		return x
	}
	return continuation.Mode{Omega: omega, Q: q, P: p, Resolve: resolve}, nil
}

// sizeOf is |x|, as a complex number.
func sizeOf(x []complex128) complex128 {
	sum := 0.0
	for _, v := range x {
		sum += real(v)*real(v) + imag(v)*imag(v)
	}
	return complex(math.Sqrt(sum), 0)
}

func scaleBy(x []complex128, by complex128) {
	for k := range x {
		x[k] *= by
	}
}

// LoopFamily is a sample's nonlinear loop as a family of systems over any parameters, for
// equilibrium branches and two-parameter curves of small networks; its Jacobian is
// [Loop.Matrix]. Where design gives an error it is not defined. All members have one dimension.
func LoopFamily(design func(p []float64) (SampleLoop, error), p []float64) (continuation.Family, error) {
	l, err := design(p)
	if err != nil {
		return nil, err
	}
	return loopFamily{design, l.Dim()}, nil
}

type loopFamily struct {
	design func(p []float64) (SampleLoop, error)
	dim    int
}

func (f loopFamily) Dim() int { return f.dim }

func (f loopFamily) Deriv(dy, y, p []float64) {
	if l, err := f.design(p); err == nil {
		l.Deriv(dy, y)
		return
	}
	for k := range dy {
		dy[k] = math.NaN()
	}
}

func (f loopFamily) Jacobian(dst *mat.Dense, y, p []float64) {
	l, err := f.design(p)
	if err != nil {
		dst.Apply(func(int, int, float64) float64 { return math.NaN() }, dst)
		return
	}
	_, total := offsets(l.Net)
	dst.Copy(l.Matrix(y[:total]))
}
