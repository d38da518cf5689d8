package continuation

import (
	"errors"
	"math/cmplx"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Mode is the critical mode of a rest state at a Hopf point, A = df/dy:
//
//	A q = i omega q,   A^T p = -i omega p,   |q| = 1,   <p, q> = conj(p) . q = 1
type Mode struct {
	Omega float64
	Q, P  []complex128
	// Resolve returns (s I - A)^-1 b, which large systems with structure do in their
	// own way, and nil where there is none.
	Resolve func(s complex128, b []complex128) []complex128
}

// ErrNotHopf reports a point without a simple pair of imaginary eigenvalues that
// are the only ones on the axis: compare with errors.Is.
var ErrNotHopf = errors.New("continuation: not a simple Hopf point")

// Cubic returns c1 of the normal form on the center manifold at the rest state y,
//
//	z' = i omega z + c1 z |z|^2 + ..,   y + 2 Re(z q) + ..
//	c1 = <p, C(q,q,q*) - 2 B(q, A^-1 B(q,q*)) + B(q*, (2 i omega I - A)^-1 B(q,q))> / 2
//
// with the second and third derivatives B and C of f: Kuznetsov (2004), eq. (5.62),
// where the first Lyapunov coefficient is l1 = Re c1 / omega. They are
// differenced; scale is the typical size of a component of y, or 0 for 1.
func (m Mode) Cubic(f func(dy, y []float64), y []float64, scale float64) (complex128, error) {
	if scale == 0 {
		scale = 1
	}
	d := forms{newDifferences(autonomous{len(y), f}, scale), y}
	bqq, bqc := d.quadratic(m.Q, m.Q), d.quadratic(m.Q, conjugate(m.Q))
	slow, fast := m.Resolve(0, bqc), m.Resolve(complex(0, 2*m.Omega), bqq)
	if slow == nil || fast == nil {
		return 0, ErrNotHopf
	}
	c1 := dot(m.P, d.cubic(m.Q)) + 2*dot(m.P, d.quadratic(m.Q, slow)) + dot(m.P, d.quadratic(conjugate(m.Q), fast))
	if cmplx.IsNaN(c1) || cmplx.IsInf(c1) {
		return 0, ErrNotHopf
	}
	return c1 / 2, nil
}

// autonomous is one system as a family.
type autonomous struct {
	dim int
	f   func(dy, y []float64)
}

func (a autonomous) Dim() int                 { return a.dim }
func (a autonomous) Deriv(dy, y, _ []float64) { a.f(dy, y) }

// forms are the multilinear forms of a system at y, of complex vectors.
type forms struct {
	*differences
	y []float64
}

// quadratic returns B(u, v), from real directions: with u = a + i b, v = c + i d it is
// B(a,c) - B(b,d) + i (B(a,d) + B(b,c)).
func (f forms) quadratic(u, v []complex128) []complex128 {
	a, b := parts(u)
	c, d := parts(v)
	ac, bd, ad, bc := f.bilinear(a, c), f.bilinear(b, d), f.bilinear(a, d), f.bilinear(b, c)
	sum := make([]complex128, len(u))
	for k := range sum {
		sum[k] = complex(ac[k]-bd[k], ad[k]+bc[k])
	}
	return sum
}

// bilinear returns B(u, v) = (B(u+v, u+v) - B(u-v, u-v)) / 4.
func (f forms) bilinear(u, v []float64) []float64 {
	n := len(u)
	direction, plus, minus := make([]float64, n), make([]float64, n), make([]float64, n)
	f.curvature(plus, f.y, floats.AddTo(direction, u, v), nil)
	f.curvature(minus, f.y, floats.SubTo(direction, u, v), nil)
	floats.Sub(plus, minus)
	floats.Scale(0.25, plus)
	return plus
}

// cubic returns C(q, q, q*): with q = a + i b it is
// C(a,a,a) + C(a,b,b) + i (C(a,a,b) + C(b,b,b)).
func (f forms) cubic(q []complex128) []complex128 {
	a, b := parts(q)
	aaa, bbb := make([]float64, len(q)), make([]float64, len(q))
	f.torsion(aaa, f.y, a, nil)
	f.torsion(bbb, f.y, b, nil)
	abb, aab := f.mixed(b, a, aaa), f.mixed(a, b, bbb)
	sum := make([]complex128, len(q))
	for k := range sum {
		sum[k] = complex(aaa[k]+abb[k], aab[k]+bbb[k])
	}
	return sum
}

// mixed returns C(u, u, v) = (C(u+v)^3 - C(u-v)^3)/6 - C(v,v,v)/3, given the last.
func (f forms) mixed(u, v, vvv []float64) []float64 {
	n := len(u)
	direction, plus, minus := make([]float64, n), make([]float64, n), make([]float64, n)
	f.torsion(plus, f.y, floats.AddTo(direction, u, v), nil)
	f.torsion(minus, f.y, floats.SubTo(direction, u, v), nil)
	for k := range plus {
		plus[k] = (plus[k]-minus[k])/6 - vvv[k]/3
	}
	return plus
}

// denseMode returns the critical mode of a at +-i omega.
func denseMode(a *mat.Dense, omega float64) (Mode, error) {
	n, _ := a.Dims()
	q, ok := eigenvector(a, omega)
	p, ok2 := eigenvector(a.T(), -omega)
	if !ok || !ok2 {
		return Mode{}, ErrNotHopf
	}
	inner := dot(p, q)
	if cmplx.Abs(inner) < 1e-10 || n < 2 {
		return Mode{}, ErrNotHopf
	}
	for k := range p {
		p[k] /= cmplx.Conj(inner)
	}
	return Mode{omega, q, p, func(s complex128, b []complex128) []complex128 { return resolve(a, s, b) }}, nil
}

// eigenvector returns the unit null vector of a - i omega I: of the real form
//
//	[a  omega I; -omega I  a] [Re q; Im q]
func eigenvector(a mat.Matrix, omega float64) ([]complex128, bool) {
	n, _ := a.Dims()
	null, ok := nullBorder(shifted(a, 0, omega), 1)
	if !ok {
		return nil, false
	}
	q := make([]complex128, n)
	for k := range q {
		q[k] = complex(null.c.At(k, 0), null.c.At(n+k, 0))
	}
	return q, true
}

// resolve returns (s I - a)^-1 b; nil if there is none.
func resolve(a mat.Matrix, s complex128, b []complex128) []complex128 {
	n := len(b)
	re, im := parts(b)
	var lu mat.LU
	lu.Factorize(shifted(a, real(s), imag(s)))
	x := mat.NewVecDense(2*n, nil)
	if !solve(&lu, x, false, append(re, im...)) {
		return nil
	}
	y := make([]complex128, n)
	for k := range y {
		y[k] = -complex(x.AtVec(k), x.AtVec(n+k))
	}
	return y
}

// shifted returns the real form of a - (sigma + i omega) I, as of real
// followed by imaginary parts.
func shifted(a mat.Matrix, sigma, omega float64) *mat.Dense {
	n, _ := a.Dims()
	m := mat.NewDense(2*n, 2*n, nil)
	for i := range n {
		for j := range n {
			m.Set(i, j, a.At(i, j))
			m.Set(n+i, n+j, a.At(i, j))
		}
		m.Set(i, i, m.At(i, i)-sigma)
		m.Set(n+i, n+i, m.At(n+i, n+i)-sigma)
		m.Set(i, n+i, omega)
		m.Set(n+i, i, -omega)
	}
	return m
}

// dot is conj(p) . q.
func dot(p, q []complex128) (sum complex128) {
	for k, x := range p {
		sum += cmplx.Conj(x) * q[k]
	}
	return sum
}

func conjugate(q []complex128) []complex128 {
	c := make([]complex128, len(q))
	for k, x := range q {
		c[k] = cmplx.Conj(x)
	}
	return c
}

func parts(q []complex128) (re, im []float64) {
	re, im = make([]float64, len(q)), make([]float64, len(q))
	for k, x := range q {
		re[k], im[k] = real(x), imag(x)
	}
	return re, im
}
