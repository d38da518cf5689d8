package spectra

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	lapacktypes "gonum.org/v1/gonum/lapack"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// decompose turns what of S is not locked into its real Schur form, the largest keys
// first, and the basis with it; it reports whether that converged. With
// S = [S_11 S_12; 0 S_22] and S_22 = Z T Z^T,
//
//	S_12 <- S_12 Z,   S_22 <- T,   V_2 <- V_2 Z,   b_2^T <- b_2^T Z
func (s *krylovSchur) decompose() bool {
	l, a := s.locked, s.m-s.locked
	active := blas64.General{Rows: a, Cols: a, Stride: s.m, Data: s.s.Data[l*s.m+l:]}
	t, z := reduce(active)
	re, im, work := make([]float64, a), make([]float64, a), make([]float64, 11*a)
	impl := lapack.Implementation{}
	if impl.Dhseqr(lapacktypes.EigenvaluesAndSchur, lapacktypes.SchurOrig, a, 0, a-1, t.Data, a, re, im, z.Data, a, work, len(work)) != 0 {
		return false
	}
	s.order(t, z, work)
	for i := range a {
		copy(active.Data[i*s.m:i*s.m+a], row(t, i))
	}
	s.rotate(z)
	return true
}

// order brings the largest keys to the front, and sets the values. A block that
// cannot be exchanged with its neighbour, because the two are nearly equal, stays
// behind it.
func (s *krylovSchur) order(t, z blas64.General, work []float64) {
	impl, a := lapack.Implementation{}, t.Rows
	values := func() []complex128 { return blockValues(t) }
	for to := 0; to < a; {
		v := values()
		best := to
		for from := to; from < a; from++ {
			if s.key(v[from]) > s.key(v[best]) {
				best = from
			}
		}
		if best > to {
			impl.Dtrexc(lapacktypes.UpdateSchur, a, t.Data, a, z.Data, a, best, to, work)
			v = values()
		}
		if to++; imag(v[to-1]) != 0 {
			to++
		}
	}
	copy(s.values[s.locked:], values())
}

// blockValues returns the eigenvalues of a quasi-triangular matrix in the order of
// its diagonal, of a pair the upper one first.
func blockValues(t blas64.General) []complex128 {
	v := make([]complex128, t.Rows)
	for i := 0; i < t.Rows; i++ {
		at := func(i, j int) float64 { return t.Data[i*t.Stride+j] }
		if i+1 == t.Rows || at(i+1, i) == 0 {
			v[i] = complex(at(i, i), 0)
			continue
		}
		height := math.Sqrt(math.Abs(at(i, i+1))) * math.Sqrt(math.Abs(at(i+1, i)))
		v[i], v[i+1] = complex(at(i, i), height), complex(at(i, i), -height)
		i++
	}
	return v
}

// rotate carries Z through S_12, V_2 and b_2.
func (s *krylovSchur) rotate(z blas64.General) {
	l, a := s.locked, z.Rows
	turned := make([]float64, a)
	turn := func(x []float64) {
		blas64.Gemv(blas.Trans, 1, z, vector(x), 0, vector(turned))
		copy(x, turned)
	}
	for i := range l {
		turn(row(s.s, i)[l:])
	}
	turn(s.b[l:])
	basis := blas64.General{Rows: a, Cols: s.n, Stride: s.n, Data: s.v.Data[l*s.n : s.m*s.n]}
	rotated := blas64.General{Rows: a, Cols: s.n, Stride: s.n, Data: s.scratch.Data[:a*s.n]}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, z, basis, 0, rotated)
	copy(basis.Data, rotated.Data)
}

// triangularVectors returns the eigenvectors of the leading n rows of a
// quasi-triangular matrix.
func triangularVectors(s blas64.General, n int) [][]complex128 {
	t := square(n)
	for i := range n {
		copy(row(t, i), row(s, i)[:n])
	}
	right, work := square(n), make([]float64, 3*n)
	impl := lapack.Implementation{}
	impl.Dtrevc3(lapacktypes.EVRight, lapacktypes.EVAll, nil, n, t.Data, n, nil, 1, right.Data, n, n, work, len(work))
	y, values := make([][]complex128, n), blockValues(t)
	for j := range y {
		y[j] = make([]complex128, n)
		re, sign := j, imag(values[j])
		if sign < 0 {
			re--
		}
		for i := range y[j] {
			y[j][i] = complex(right.Data[i*n+re], 0)
			if sign != 0 {
				y[j][i] += complex(0, math.Copysign(1, sign)*right.Data[i*n+re+1])
			}
		}
	}
	return y
}
