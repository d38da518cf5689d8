package controllers

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"
)

// Controller is the linear filter
//
//	x' = A x + B e,   u = C x + D e
//
// of one channel, used alike in every channel. A is m x m, B and C have length
// m, the number of states; A is nil for m = 0. It is a value that holds still
// while it is used: the four matrices are the whole truth.
type Controller struct {
	A    *mat.Dense
	B, C []float64
	D    float64
}

// Validate reports the first fault of c: matrices whose shapes disagree, an
// entry that is not finite, or no rest state, which means a DC gain of 0.
// The controllers that [P], [I], [PI] and [PID] return are valid.
func (c Controller) Validate() error {
	m := len(c.C)
	if len(c.B) != m {
		return fmt.Errorf("controllers: B has length %d, C %d", len(c.B), m)
	}
	if m > 0 {
		if c.A == nil {
			return fmt.Errorf("controllers: A is missing, C has length %d", m)
		}
		if r, k := c.A.Dims(); r != m || k != m {
			return fmt.Errorf("controllers: A is %d x %d, C has length %d", r, k, m)
		}
	}
	system := c.system()
	for _, a := range system.RawMatrix().Data {
		if math.IsNaN(a) || math.IsInf(a, 0) {
			return fmt.Errorf("controllers: A, B, C, D have an entry %g", a)
		}
	}
	_, err := c.solveRest(1)
	return err
}

// States is the number of states of a channel.
func (c Controller) States() int { return len(c.C) }

// Signal computes u = C x + D e for n channels: u and e have length n, and
// x[s*n+k] is state s of channel k. u may be e.
func (c Controller) Signal(u, x, e []float64) {
	n := len(e)
	if len(u) != n || len(x) != len(c.C)*n {
		panic("controllers: Signal: lengths of u, x and e disagree")
	}
	for k, ek := range e {
		u[k] = c.D * ek
	}
	for s, gain := range c.C {
		addScaled(u, gain, x[s*n:(s+1)*n])
	}
}

// Deriv computes dx = A x + B e for n channels: e has length n, and x[s*n+k]
// and dx[s*n+k] belong to state s of channel k.
func (c Controller) Deriv(dx, x, e []float64) {
	m, n := len(c.C), len(e)
	if len(dx) != m*n || len(x) != m*n {
		panic("controllers: Deriv: lengths of dx, x and e disagree")
	}
	for s := range m {
		ds := dx[s*n : (s+1)*n]
		for k, ek := range e {
			ds[k] = c.B[s] * ek
		}
		for r, a := range c.A.RawRowView(s) {
			addScaled(ds, a, x[r*n:(r+1)*n])
		}
	}
}

// addScaled computes dst += a x, and leaves dst alone when a is 0.
func addScaled(dst []float64, a float64, x []float64) {
	if a == 0 {
		return
	}
	for k, xk := range x {
		dst[k] += a * xk
	}
}

// DCGain is g in u = g e at rest, g = D - C A^-1 B; +Inf for a true integrator.
func (c Controller) DCGain() float64 {
	inverse := c.InverseDCGain()
	if inverse == 0 {
		return math.Inf(1)
	}
	return 1 / inverse
}

// InverseDCGain is 1/g, the error that holds a signal of 1 at rest: 0 for a true
// integrator, alpha/(1 + alpha k_p) for a PI controller that leaks its integral,
// alpha for one that leaks its signal. It panics if there is no rest state.
func (c Controller) InverseDCGain() float64 {
	rest, err := c.solveRest(1)
	if err != nil {
		panic(err)
	}
	return rest[len(c.C)]
}

// Rest fills x, one channel's states, with the rest state that holds the signal
// u: A x + B e = 0 and C x + D e = u for some error e. A true integrator has one
// too: e = 0 and C x = u. It panics if there is none.
func (c Controller) Rest(x []float64, u float64) {
	if len(x) != len(c.C) {
		panic(fmt.Sprintf("controllers: Rest: x has length %d, want %d", len(x), len(c.C)))
	}
	rest, err := c.solveRest(u)
	if err != nil {
		panic(err)
	}
	copy(x, rest)
}

var errNoRest = errors.New("controllers: no rest state holds a signal: the DC gain is 0")

// solveRest returns (x, e) of A x + B e = 0, C x + D e = u.
func (c Controller) solveRest(u float64) ([]float64, error) {
	m := len(c.C)
	rest := mat.NewVecDense(m+1, nil)
	rest.SetVec(m, u)
	var lu mat.LU
	lu.Factorize(c.system())
	if math.IsInf(lu.Cond(), 1) {
		return nil, errNoRest
	}
	// What remains is a warning of a large condition number, which widely
	// separated time constants have by right.
	_ = lu.SolveVecTo(rest, false, rest)
	return rest.RawVector().Data, nil
}

// system is the (m+1) x (m+1) matrix [A B; C D].
func (c Controller) system() *mat.Dense {
	m := len(c.C)
	system := mat.NewDense(m+1, m+1, nil)
	for s := range m {
		copy(system.RawRowView(s), c.A.RawRowView(s))
		system.Set(s, m, c.B[s])
		system.Set(m, s, c.C[s])
	}
	system.Set(m, m, c.D)
	return system
}

// Transfer is the transfer function C(s) = D + C (s I - A)^-1 B, with s per unit
// of time; complex infinity at a pole.
//
// It eliminates the m states from [s I - A, B; -C, D]: the Schur complement that
// remains in the corner is C(s).
func (c Controller) Transfer(s complex128) complex128 {
	m := len(c.C)
	w := m + 1
	g := make([]complex128, w*w)
	for i, a := range c.system().RawMatrix().Data {
		if i%w < m {
			a = -a
		}
		g[i] = complex(a, 0)
	}
	for i := range m {
		g[i*w+i] += s
	}
	for i := range m {
		swapPivotRow(g, w, i)
		if g[i*w+i] == 0 {
			return cmplx.Inf()
		}
		for r := i + 1; r < w; r++ {
			factor := g[r*w+i] / g[i*w+i]
			for k := i; k < w; k++ {
				g[r*w+k] -= factor * g[i*w+k]
			}
		}
	}
	return g[w*w-1]
}

// swapPivotRow brings the largest entry of column i below the diagonal to the
// diagonal of the w x w matrix g, whose last row holds the output and stays.
func swapPivotRow(g []complex128, w, i int) {
	pivot := i
	for r := i + 1; r < w-1; r++ {
		if cmplx.Abs(g[r*w+i]) > cmplx.Abs(g[pivot*w+i]) {
			pivot = r
		}
	}
	for k := range w {
		g[i*w+k], g[pivot*w+k] = g[pivot*w+k], g[i*w+k]
	}
}
