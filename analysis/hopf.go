package analysis

import (
	"fmt"
	"math"
	"math/cmplx"

	"credo/analysis/continuation"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
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
// eigenvalues +-i omega, and the resolvent, which cost forward and backward sweeps beside a
// system of n_L (1 + n_c) rows. With N(s) of [LinearLoop] and the null vectors
// N(i omega) (u, x) = 0, N(i omega)^H (m, z) = 0, (q_c, p_c) = (x, z):
//
//	(tau_v s + 1) q_i = W_i D_{i-1} q_{i-1} + Q_i u                        s = i omega
//	(tau_v s* + 1) p_L = -tau_v D_L (B^T z + D m),   (tau_v s* + 1) p_i = D_i W_{i+1}^T p_{i+1}
func (l SampleLoop) Mode(y []float64, omega float64) (continuation.Mode, error) {
	s := complex(0, omega)
	sweep := l.newSweeper(y)
	n, w := sweep.linear.bordered(s), sweep.linear.channels()*(1+l.Controller.States())
	q := sweep.forward(nil, nullVector(n, w), s)
	p := sweep.backward(nullVector(conjugateTransposed(n, w), w), cmplx.Conj(s))
	inner, size := complex128(0), 0.0
	for _, x := range q {
		size += real(x)*real(x) + imag(x)*imag(x)
	}
	for k := range q {
		q[k] /= complex(math.Sqrt(size), 0)
		inner += cmplx.Conj(p[k]) * q[k]
	}
	if inner == 0 {
		return continuation.Mode{}, continuation.ErrNotHopf
	}
	for k := range p {
		p[k] /= cmplx.Conj(inner)
	}
	return continuation.Mode{Omega: omega, Q: q, P: p, Resolve: sweep.resolve}, nil
}

// sweeper solves with the loop linearised at a state by sweeps through the layers.
type sweeper struct {
	SampleLoop
	linear LinearLoop
	slopes []float64
	at     []int
	total  int
}

func (l SampleLoop) newSweeper(y []float64) *sweeper {
	at, total := offsets(l.Net)
	return &sweeper{l, l.Linear(y), l.slopes(y[:total]), at, total}
}

// forward returns (v, x) with (tau_v s + 1) v_i = W_i D_{i-1} v_{i-1} + Q_i u + tau_v b_i, where
// control is (u, x) and b, if any, begins with b_1, .., b_L.
func (w *sweeper) forward(b, control []complex128, s complex128) []complex128 {
	nL := w.Net.Outputs()
	y := make([]complex128, w.total, w.total+len(control)-nL)
	filter := 1 / (complex(w.TauV, 0)*s + 1)
	var before []complex128
	for i, weights := range w.W.W {
		drive := y[w.at[i]:w.at[i+1]]
		if i > 0 {
			addProduct(drive, blas.NoTrans, weights, before)
		}
		addProduct(drive, blas.NoTrans, w.W.Q[i], control[:nL])
		before = make([]complex128, len(drive))
		for k := range drive {
			if b != nil {
				drive[k] += complex(w.TauV, 0) * b[w.at[i]+k]
			}
			drive[k] *= filter
			before[k] = drive[k] * complex(w.slopes[w.at[i]+k], 0)
		}
	}
	return append(y, control[nL:]...)
}

// backward returns p of [SampleLoop.Mode], control being (m, z).
func (w *sweeper) backward(control []complex128, s complex128) []complex128 {
	nL, last := w.Net.Outputs(), w.Net.Depth()-1
	p := make([]complex128, w.total, w.total+len(control)-nL)
	filter := 1 / (complex(w.TauV, 0)*s + 1)
	for j := range nL {
		sum := complex(w.Controller.D, 0) * control[j]
		for r, b := range w.Controller.B {
			sum += complex(b, 0) * control[(1+r)*nL+j]
		}
		p[w.at[last]+j] = -complex(w.TauV, 0) * sum
	}
	for i := last; i >= 0; i-- {
		layer := p[w.at[i]:w.at[i+1]]
		if i < last {
			addProduct(layer, blas.Trans, w.W.W[i+1], p[w.at[i+1]:w.at[i+2]])
		}
		for k := range layer {
			layer[k] *= filter * complex(w.slopes[w.at[i]+k], 0)
		}
	}
	return append(p, control[nL:]...)
}

// resolve returns (s I - M)^-1 b, M the matrix of [Loop.Matrix]: a sweep without control for
// the output, a solve with N(s) for the control, and a sweep with it.
func (w *sweeper) resolve(s complex128, b []complex128) []complex128 {
	nL, c := w.Net.Outputs(), w.Controller
	control := make([]complex128, nL*(1+c.States()))
	free := w.forward(b, control, s)
	for j := range nL {
		k := w.total - nL + j
		output := free[k] * complex(w.slopes[k], 0)
		control[j] = complex(-c.D, 0) * output
		for r, gain := range c.B {
			control[(1+r)*nL+j] = b[w.total+r*nL+j] - complex(gain, 0)*output
		}
	}
	solveSystem(w.linear.bordered(s), control)
	return w.forward(b, control, s)
}

// addProduct computes y += a x, or a^T x.
func addProduct(y []complex128, trans blas.Transpose, a blas64.General, x []complex128) {
	in, out := make([]float64, len(x)), make([]float64, len(y))
	for _, unit := range []complex128{1, 1i} {
		for k, v := range x {
			in[k] = real(v * cmplx.Conj(unit))
		}
		blas64.Gemv(trans, 1, a, vector(in), 0, vector(out))
		for k, v := range out {
			y[k] += complex(v, 0) * unit
		}
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
