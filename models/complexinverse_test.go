package models

import (
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/cblas128"
)

func TestComplexInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{1, 2, 3, 12, 16, 17, 33, 70, 129} {
		m, x := newComplexMatrix(n, n), newComplexMatrix(n, n)
		for i := range n {
			for j := range n {
				m.set(i, j, complex(rng.NormFloat64(), rng.NormFloat64()))
			}
		}
		m.set(0, 0, 0) // a pivot must be looked for
		if n == 1 {
			m.set(0, 0, 2i)
		}
		was := dense(m)
		if !m.invert(x, make([]int, n)) {
			t.Fatalf("%d: singular", n)
		}
		product := cblas128.General{Rows: n, Cols: n, Stride: n, Data: make([]complex128, n*n)}
		cblas128.Gemm(blas.NoTrans, blas.NoTrans, 1, was, dense(x), 0, product)
		for k, z := range product.Data {
			if k%(n+1) == 0 {
				z--
			}
			if cmplx.Abs(z) > 1e-11 {
				t.Errorf("%d x %d: entry %d, %d of A A^-1 - I is %v", n, n, k/n, k%n, z)
			}
		}
	}
	m := newComplexMatrix(2, 2)
	for k, z := range []complex128{1, 2i, 2, 4i} {
		m.set(k/2, k%2, z)
	}
	if m.invert(newComplexMatrix(2, 2), make([]int, 2)) {
		t.Error("a singular matrix was inverted")
	}
}

// dense returns m as BLAS has complex matrices.
func dense(m complexMatrix) cblas128.General {
	g := cblas128.General{Rows: m.re.Rows, Cols: m.re.Cols, Stride: m.re.Cols}
	for i := range m.re.Rows {
		for j := range m.re.Cols {
			g.Data = append(g.Data, m.at(i, j))
		}
	}
	return g
}
