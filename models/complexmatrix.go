package models

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// complexMatrix is a complex matrix in two real ones, so that its products are
// real products. They belong to one sample and have one shape for all: no
// companion can change their bits.
type complexMatrix struct{ re, im blas64.General }

func newComplexMatrix(rows, cols int) complexMatrix {
	return complexMatrix{newMatrix(rows, cols), newMatrix(rows, cols)}
}

// block views rows x cols entries from row i and column j on.
func (m complexMatrix) block(i, j, rows, cols int) complexMatrix {
	return complexMatrix{block(m.re, i, j, rows, cols), block(m.im, i, j, rows, cols)}
}

// at returns an entry.
func (m complexMatrix) at(i, j int) complex128 {
	return complex(m.re.Data[i*m.re.Stride+j], m.im.Data[i*m.im.Stride+j])
}

// set replaces an entry.
func (m complexMatrix) set(i, j int, z complex128) {
	m.re.Data[i*m.re.Stride+j], m.im.Data[i*m.im.Stride+j] = real(z), imag(z)
}

// setIdentity sets m = I.
func (m complexMatrix) setIdentity() {
	setIdentity(m.re)
	clear(m.im.Data)
}

// subtractProduct sets m -= a b.
func (m complexMatrix) subtractProduct(a, b complexMatrix) {
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, a.re, b.re, 1, m.re)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, a.im, b.im, 1, m.re)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, a.re, b.im, 1, m.im)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, -1, a.im, b.re, 1, m.im)
}

// subtractRow sets row i of m -= factor times its row k, in columns from, to.
func (m complexMatrix) subtractRow(i, k int, factor complex128, from, to int) {
	re, im := row(m.re, i)[from:to], row(m.im, i)[from:to]
	kRe, kIm := row(m.re, k)[from:to], row(m.im, k)[from:to]
	floats.AddScaled(re, -real(factor), kRe)
	floats.AddScaled(re, imag(factor), kIm)
	floats.AddScaled(im, -real(factor), kIm)
	floats.AddScaled(im, -imag(factor), kRe)
}

// scaleRow multiplies row i by factor, in columns up to to.
func (m complexMatrix) scaleRow(i int, factor complex128, to int) {
	re, im := row(m.re, i)[:to], row(m.im, i)[:to]
	for j, x := range re {
		z := factor * complex(x, im[j])
		re[j], im[j] = real(z), imag(z)
	}
}

// swapRows exchanges rows i and k.
func (m complexMatrix) swapRows(i, k int) {
	for _, part := range []blas64.General{m.re, m.im} {
		if i != k {
			blas64.Swap(rowVector(part, i), rowVector(part, k))
		}
	}
}

// swapColumns exchanges columns j and k.
func (m complexMatrix) swapColumns(j, k int) {
	for _, part := range []blas64.General{m.re, m.im} {
		for i := range part.Rows {
			r := row(part, i)
			r[j], r[k] = r[k], r[j]
		}
	}
}

// block views rows x cols entries of g from row i and column j on.
func block(g blas64.General, i, j, rows, cols int) blas64.General {
	first := i*g.Stride + j
	return blas64.General{Rows: rows, Cols: cols, Stride: g.Stride, Data: g.Data[first : first+(rows-1)*g.Stride+cols]}
}
