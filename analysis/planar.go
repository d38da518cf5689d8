package analysis

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// planar is a complex vector, real and imaginary parts apart: real matrices
// multiply it by two real products, or by one where it is real.
type planar struct{ re, im []float64 }

func (p planar) real() bool {
	for _, x := range p.im {
		if x != 0 {
			return false
		}
	}
	return true
}

func newPlanar(n int) planar { return planar{make([]float64, n), make([]float64, n)} }

func (p planar) of(s stretch) planar { return planar{s.of(p.re), s.of(p.im)} }

func (p planar) clear() {
	clear(p.re)
	clear(p.im)
}

func (p planar) read(b []complex128) {
	for k, c := range b {
		p.re[k], p.im[k] = real(c), imag(c)
	}
}

func (p planar) readFrom(b []complex128, s stretch) { p.read(b[s.at:s.end]) }

func (p planar) set(q planar) {
	copy(p.re, q.re)
	copy(p.im, q.im)
}

func (p planar) conjugate() {
	for k := range p.im {
		p.im[k] = -p.im[k]
	}
}

func (p planar) add(q planar) {
	for k := range p.re {
		p.re[k] += q.re[k]
		p.im[k] += q.im[k]
	}
}

func (p planar) write(x []complex128) {
	for k := range x {
		x[k] = complex(p.re[k], p.im[k])
	}
}

func (p planar) scale(c complex128) {
	re, im := real(c), imag(c)
	for k, x := range p.re {
		p.re[k], p.im[k] = re*x-im*p.im[k], re*p.im[k]+im*x
	}
}

// setTimes sets p = diag(d) q.
func (p planar) setTimes(d []float64, q planar) {
	for k, dk := range d {
		p.re[k], p.im[k] = dk*q.re[k], dk*q.im[k]
	}
}

// mulAdd computes p += a q.
func (p planar) mulAdd(a blas64.General, q planar) {
	mulAdd(p.re, a, q.re)
	if !q.real() {
		mulAdd(p.im, a, q.im)
	}
}

// mulTransAdd computes p += a^T q.
func (p planar) mulTransAdd(a blas64.General, q planar) {
	mulTransAdd(p.re, a, q.re)
	if !q.real() {
		mulTransAdd(p.im, a, q.im)
	}
}

// addScaledTrans computes p += c a^T q.
func (p planar) addScaledTrans(c complex128, a blas64.General, q planar) {
	gemv := func(scale float64, x, y []float64) {
		blas64.Gemv(blas.Trans, scale, a, blas64.Vector{N: len(x), Inc: 1, Data: x}, 1, blas64.Vector{N: len(y), Inc: 1, Data: y})
	}
	gemv(real(c), q.re, p.re)
	gemv(-imag(c), q.im, p.re)
	gemv(imag(c), q.re, p.im)
	gemv(real(c), q.im, p.im)
}

// planarMatrix is a complex matrix, real and imaginary parts apart.
type planarMatrix struct{ re, im blas64.General }

func newPlanarMatrix(rows, cols int) planarMatrix {
	return planarMatrix{newGeneral(rows, cols), newGeneral(rows, cols)}
}

func newGeneral(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

// scaledColumns returns a diag(d).
func scaledColumns(a blas64.General, d []float64) blas64.General {
	dst := newGeneral(a.Rows, a.Cols)
	for i := range a.Rows {
		for k, x := range row(a, i) {
			dst.Data[i*a.Cols+k] = x * d[k]
		}
	}
	return dst
}

func (m planarMatrix) clear() {
	clear(m.re.Data)
	clear(m.im.Data)
}

// addScaled computes m += c a.
func (m planarMatrix) addScaled(c complex128, a blas64.General) {
	for i := range a.Rows {
		for k, x := range row(a, i) {
			m.re.Data[i*a.Cols+k] += real(c) * x
			m.im.Data[i*a.Cols+k] += imag(c) * x
		}
	}
}

// mulAdd computes dst += m q.
func (m planarMatrix) mulAdd(dst, q planar) {
	gemv := func(scale float64, a blas64.General, x, y []float64) {
		blas64.Gemv(blas.NoTrans, scale, a, blas64.Vector{N: len(x), Inc: 1, Data: x}, 1, blas64.Vector{N: len(y), Inc: 1, Data: y})
	}
	gemv(1, m.re, q.re, dst.re)
	gemv(-1, m.im, q.im, dst.re)
	gemv(1, m.im, q.re, dst.im)
	gemv(1, m.re, q.im, dst.im)
}
