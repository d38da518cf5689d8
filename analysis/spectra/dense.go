package spectra

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Dense is a matrix given by its entries, as an operator that knows its transpose
// and its resolvent.
type Dense struct {
	m          blas64.General
	hessenberg *hessenberg // made at the first resolvent
}

// FromDense returns m, which is square and holds still, as an operator.
func FromDense(m *mat.Dense) *Dense {
	if r, c := m.Dims(); r != c {
		panic("spectra: the matrix is not square")
	}
	return &Dense{m: m.RawMatrix()}
}

// Dim returns the number of rows.
func (d *Dense) Dim() int { return d.m.Rows }

// Apply sets y = M x.
func (d *Dense) Apply(y, x []float64) {
	blas64.Gemv(blas.NoTrans, 1, d.m, vector(x), 0, vector(y))
}

// ApplyTransposed sets y = M^T x.
func (d *Dense) ApplyTransposed(y, x []float64) {
	blas64.Gemv(blas.Trans, 1, d.m, vector(x), 0, vector(y))
}

// Resolvent returns (zI - M)^-1, in O(n^2) after the first call, which reduces M
// to Hessenberg form in O(n^3).
func (d *Dense) Resolvent(z complex128) (Resolvent, error) {
	if d.hessenberg == nil {
		d.hessenberg = newHessenberg(d.m)
	}
	return d.hessenberg.shift(z)
}

// DenseOf returns the entries of op: its own if it is a [Dense], else one product
// a column.
func DenseOf(op Operator) *mat.Dense {
	n := op.Dim()
	if d, ok := op.(*Dense); ok {
		var m mat.Dense
		m.SetRawMatrix(d.m)
		return &m
	}
	m, unit, column := mat.NewDense(n, n, nil), make([]float64, n), make([]float64, n)
	for j := range n {
		unit[j] = 1
		op.Apply(column, unit)
		unit[j] = 0
		m.SetCol(j, column)
	}
	return m
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
