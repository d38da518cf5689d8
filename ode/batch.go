package ode

// batch is the memory of the rows under way: row-major, the active rows first.
type batch struct {
	n, dim int // active rows, length of a row

	id       []int
	accepted []int     // steps accepted so far
	repeats  []bool    // the step repeats a rejected one: from the same t and y
	t, t1, h []float64 // start, end and length of the step
	y, y1    []float64 // states at both ends, capacity x dim
	f, f1    []float64 // derivatives at both ends
	errs     []float64 // estimated error of y1
	stats    []Stats   // by id
}

func newBatch(dim, capacity int) *batch {
	vector := func() []float64 { return make([]float64, capacity) }
	matrix := func() []float64 { return make([]float64, capacity*dim) }
	return &batch{
		dim: dim,
		id:  make([]int, capacity), accepted: make([]int, capacity), repeats: make([]bool, capacity),
		stats: make([]Stats, capacity),
		t:     vector(), t1: vector(), h: vector(),
		y: matrix(), y1: matrix(), f: matrix(), f1: matrix(), errs: matrix(),
	}
}

// row returns row k of x.
func (b *batch) row(x []float64, k int) []float64 { return x[k*b.dim : (k+1)*b.dim] }

// measure returns the norm of errs (dim) in the step of row k.
func (b *batch) measure(norm RowNorm, k int, errs []float64) float64 {
	return norm.NormRow(b.id[k], errs, b.row(b.y, k), b.row(b.y1, k))
}

// swap exchanges rows i and j.
func (b *batch) swap(i, j int) {
	b.id[i], b.id[j] = b.id[j], b.id[i]
	b.accepted[i], b.accepted[j] = b.accepted[j], b.accepted[i]
	b.repeats[i], b.repeats[j] = b.repeats[j], b.repeats[i]
	b.t[i], b.t[j] = b.t[j], b.t[i]
	b.t1[i], b.t1[j] = b.t1[j], b.t1[i]
	b.h[i], b.h[j] = b.h[j], b.h[i]
	for _, x := range [...][]float64{b.y, b.y1, b.f, b.f1, b.errs} {
		b.swapRows(x, i, j)
	}
}

// swapRows exchanges rows i and j of x.
func (b *batch) swapRows(x []float64, i, j int) {
	u, v := b.row(x, i), b.row(x, j)
	for l := range u {
		u[l], v[l] = v[l], u[l]
	}
}

// advance moves the first m rows to the ends of their steps.
func (b *batch) advance(m int) {
	copy(b.t[:m], b.t1[:m])
	copy(b.y[:m*b.dim], b.y1[:m*b.dim])
	copy(b.f[:m*b.dim], b.f1[:m*b.dim])
}

// hermite writes the cubic through both ends of the step of row k and their derivatives, at t + theta h, to dst:
// Hairer, Norsett and Wanner (1993), II.6, eq. (6.7).
func (b *batch) hermite(dst []float64, k int, theta float64) {
	y0, y1, f0, f1, h := b.row(b.y, k), b.row(b.y1, k), b.row(b.f, k), b.row(b.f1, k), b.h[k]
	for i := range dst {
		dy := y1[i] - y0[i]
		dst[i] = (1-theta)*y0[i] + theta*y1[i] +
			theta*(theta-1)*((1-2*theta)*dy+(theta-1)*h*f0[i]+theta*h*f1[i])
	}
}
