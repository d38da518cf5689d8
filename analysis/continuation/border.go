package continuation

import "gonum.org/v1/gonum/mat"

// border makes a nearly singular square matrix A regular,
//
//	[A B; C^T 0]   B, C: n x k
//
// so that G in
//
//	[A B; C^T 0] [V; G] = [0; I]
//
// is singular exactly where A is, Govaerts (2000), section 3.2.
type border struct{ b, c *mat.Dense }

// nullBorder returns the border of a made of its k smallest singular vectors.
func nullBorder(a mat.Matrix, k int) (border, bool) {
	rows, cols := a.Dims()
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDFull) {
		return border{}, false
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	left := k - (cols - rows)
	return border{mat.DenseCopyOf(u.Slice(0, rows, rows-left, rows)), mat.DenseCopyOf(v.Slice(0, cols, cols-k, cols))}, true
}

// solve returns V and G.
func (d border) solve(a mat.Matrix) (v, g *mat.Dense, ok bool) {
	rows, cols := a.Dims()
	_, left := d.b.Dims()
	_, k := d.c.Dims()
	m := mat.NewDense(rows+k, cols+left, nil)
	m.Slice(0, rows, 0, cols).(*mat.Dense).Copy(a)
	m.Slice(0, rows, cols, cols+left).(*mat.Dense).Copy(d.b)
	m.Slice(rows, rows+k, 0, cols).(*mat.Dense).Copy(d.c.T())
	right := mat.NewDense(rows+k, k, nil)
	for i := range k {
		right.Set(rows+i, i, 1)
	}
	var lu mat.LU
	var x mat.Dense
	lu.Factorize(m)
	if err := lu.SolveTo(&x, false, right); err != nil && !isFinite(x.RawMatrix().Data) || x.IsEmpty() {
		return nil, nil, false
	}
	return mat.DenseCopyOf(x.Slice(0, cols, 0, k)), mat.DenseCopyOf(x.Slice(cols, cols+left, 0, k)), true
}
