package ode

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
	"gonum.org/v1/gonum/mat"
)

// matrices solves (I - gamma J) x = b with J and the factors of I - gamma J in memory, dense or banded, for every id.
type matrices struct {
	shape      shape
	jacobian   [][]float64
	factors    [][]float64
	pivots     [][]int
	evaluate   func(t float64, y []float64, id int) // writes the Jacobian of id; nil: finite differences
	difference *differences
}

// shape tells where entry (i, j), lower and upper to the diagonal, lies in the memory of a matrix: at base + i step + j.
type shape struct {
	n, lower, upper int
	base, step      int
}

func (s shape) banded() bool { return s.base > 0 || s.step != s.n }

// size is the length of the memory.
func (s shape) size() int {
	if s.banded() {
		return s.n * (s.step + 1)
	}
	return s.n * s.n
}

// column returns the rows of column j that are in the band, from lo to hi - 1.
func (s shape) column(j int) (lo, hi int) { return max(0, j-s.upper), min(s.n, j+s.lower+1) }

func denseShape(n int) shape { return shape{n: n, lower: n - 1, upper: n - 1, step: n} }

// bandShape is that of [blas64.Band].
func bandShape(n, lower, upper int) shape {
	return shape{n: n, lower: lower, upper: upper, base: lower, step: lower + upper}
}

// shapeOf is the shape of the Jacobian of sys. It panics if the bandwidths are not those of a matrix.
func shapeOf(sys Rows) shape {
	n := sys.Dim()
	b, ok := within(sys).(Banded)
	if !ok {
		return denseShape(n)
	}
	lower, upper := b.Bandwidths()
	if lower < 0 || upper < 0 || lower >= n || upper >= n {
		panic("ode: a bandwidth is less than 0 or not less than the dimension")
	}
	return bandShape(n, lower, upper)
}

func newMatrices(sys Rows, capacity int) *matrices {
	m := &matrices{shape: shapeOf(sys)}
	factored := m.shape.size()
	if m.shape.banded() {
		factored = bandFactorSize(m.shape)
	}
	for range capacity {
		m.jacobian = append(m.jacobian, make([]float64, m.shape.size()))
		m.factors = append(m.factors, make([]float64, factored))
		m.pivots = append(m.pivots, make([]int, m.shape.n))
	}
	if m.evaluate = m.evaluator(sys); m.evaluate == nil {
		m.difference = newDifferences(sys, m.shape, capacity)
	}
	return m
}

// evaluator is how sys writes its Jacobian; nil if it does not.
func (m *matrices) evaluator(sys Rows) func(t float64, y []float64, id int) {
	dense, band := m.views()
	switch s := within(sys).(type) {
	case RowsBandLinearizer:
		return func(t float64, y []float64, id int) { s.JacobianBandRow(band[id], t, y, id) }
	case BandLinearizer:
		return func(t float64, y []float64, id int) { s.JacobianBand(band[id], t, y) }
	case Banded:
		return nil
	case RowsLinearizer:
		return func(t float64, y []float64, id int) { s.JacobianRow(dense[id], t, y, id) }
	case Linearizer:
		return func(t float64, y []float64, id int) { s.Jacobian(dense[id], t, y) }
	}
	return nil
}

// views are the Jacobians as a user sees them.
func (m *matrices) views() (dense []*mat.Dense, band []*mat.BandDense) {
	for _, data := range m.jacobian {
		if m.shape.banded() {
			band = append(band, mat.NewBandDense(m.shape.n, m.shape.n, m.shape.lower, m.shape.upper, data))
		} else {
			dense = append(dense, mat.NewDense(m.shape.n, m.shape.n, data))
		}
	}
	return dense, band
}

func (m *matrices) linearize(p points) (evaluations int) {
	if m.evaluate == nil {
		return m.difference.fill(m.jacobian, p)
	}
	n := m.shape.n
	for k, id := range p.id {
		m.evaluate(p.t[k], p.y[k*n:(k+1)*n], id)
	}
	return 0
}

func (m *matrices) shift(regular []bool, gamma []float64, id []int) {
	for k, i := range id {
		if m.shape.banded() {
			regular[k] = factorBand(m.factors[i], m.pivots[i], m.shape, m.jacobian[i], gamma[k])
			continue
		}
		lu := m.factors[i]
		for l, v := range m.jacobian[i] {
			lu[l] = -gamma[k] * v
		}
		for d := 0; d < len(lu); d += m.shape.n + 1 {
			lu[d]++
		}
		regular[k] = lapack64.Getrf(m.general(lu), m.pivots[i])
	}
}

func (m *matrices) solve(x, b []float64, id []int) {
	copy(x, b)
	n := m.shape.n
	for k, i := range id {
		xk := x[k*n : (k+1)*n]
		if m.shape.banded() {
			solveBand(xk, m.factors[i], m.pivots[i], m.shape)
			continue
		}
		lapack64.Getrs(blas.NoTrans, m.general(m.factors[i]), blas64.General{Rows: n, Cols: 1, Stride: 1, Data: xk}, m.pivots[i])
	}
}

func (m *matrices) general(data []float64) blas64.General {
	return blas64.General{Rows: m.shape.n, Cols: m.shape.n, Stride: m.shape.n, Data: data}
}
