package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Krylov are the settings of a search for a few eigenvalues. The zero value is good
// for most.
type Krylov struct {
	Basis       int     // vectors kept; 0: max(30, 2 k + 20)
	Tol         float64 // a pair is accepted where |M x - lambda x| <= Tol |M|; 0: 1e-11
	MaxProducts int     // 0: 100,000
}

func (opt Krylov) complete(k int) Krylov {
	if opt.Basis == 0 {
		opt.Basis = max(30, 2*k+20)
	}
	if opt.Tol == 0 {
		opt.Tol = 1e-11
	}
	if opt.MaxProducts == 0 {
		opt.MaxProducts = 100_000
	}
	if opt.Basis < k+8 {
		panic(fmt.Sprintf("spectra: a basis of %d vectors for %d eigenvalues: want %d or more", opt.Basis, k, k+8))
	}
	return opt
}

// ConvergenceError reports a search that found too few eigenvalues.
type ConvergenceError struct {
	Found, Wanted, Products int
	Residual                float64 // of the next one, in units of |M|
}

func (e *ConvergenceError) Error() string {
	return fmt.Sprintf("spectra: %d of %d eigenvalues after %d products, the next with a residual of %.3g |M|: "+
		"try a larger basis, or a Cayley transform where there is a resolvent", e.Found, e.Wanted, e.Products, e.Residual)
}

// Rightmost returns the k rightmost eigenvalues of op and their eigenvectors, k + 1
// where a complex pair would be split, by products alone. It finds what a start
// vector that is random, but always the same, has a part of: a multiple eigenvalue may
// come once, and a small basis may miss one (of 360 searches with k + 12 vectors one
// did, of 900 with the default none). Small operators it solves densely. The error is a
// [*ConvergenceError], or [ErrEigen] where a product is not finite.
//
// The method is Stewart's Krylov-Schur (2001, SIAM J. Matrix Anal. 23): Arnoldi's
// with a thick restart by reordered Schur forms, and locking. It works in real
// arithmetic, in which a pair is a 2 x 2 block: half the memory and a quarter of the
// operations of complex arithmetic, and conjugate eigenvalues to the last bit.
func Rightmost(op Operator, k int, opt Krylov) (*Spectrum, error) {
	return largest(op, k, opt, func(z complex128) float64 { return real(z) })
}

// largest returns the k eigenvalues of largest key.
func largest(op Operator, k int, opt Krylov, key func(complex128) float64) (*Spectrum, error) {
	n := op.Dim()
	if k < 1 || k > n {
		panic(fmt.Sprintf("spectra: %d of %d eigenvalues", k, n))
	}
	opt = opt.complete(k)
	if n <= 2*opt.Basis {
		return smallSpectrum(op, k, key)
	}
	s := newKrylovSchur(op, k, opt, key)
	for {
		if !s.expand() || !s.decompose() {
			return nil, ErrEigen
		}
		s.lock()
		if s.done() {
			return s.spectrum(k), nil
		}
		if s.products+opt.Basis > opt.MaxProducts || s.locked+4 > opt.Basis {
			return nil, &ConvergenceError{s.locked, k, s.products, math.Abs(s.b[s.locked]) / s.scale}
		}
		s.truncate()
	}
}

// krylovSchur is a decomposition
//
//	M V = V S + v b^T
//
// with size orthonormal vectors V and one more, v, orthogonal to them; S is upper
// quasi-triangular after decompose. The first locked vectors span an invariant
// subspace: their b is 0.
type krylovSchur struct {
	op        Operator
	key       func(complex128) float64
	k, n, m   int // wanted, dimension, largest size
	tol       float64
	rng       *rand.Rand
	v         blas64.General // (m+1) x n: a vector a row, v behind V
	s         blas64.General // m x m
	b         []float64
	values    []complex128 // eigenvalues of S, in the order of its diagonal
	scale     float64      // about |M|
	size      int
	locked    int
	products  int
	scratch   blas64.General // m x n
	projected []float64
}

func newKrylovSchur(op Operator, k int, opt Krylov, key func(complex128) float64) *krylovSchur {
	n, m := op.Dim(), opt.Basis
	s := &krylovSchur{
		op: op, key: key, k: k, n: n, m: m, tol: opt.Tol, rng: rand.New(rand.NewPCG(1, 2)),
		v: general(m+1, n), s: square(m), b: make([]float64, m), values: make([]complex128, m),
		scratch: general(m, n), projected: make([]float64, m),
	}
	s.random(0)
	return s
}

func general(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

func row(g blas64.General, i int) []float64 { return g.Data[i*g.Stride : i*g.Stride+g.Cols] }

// random sets vector j to a random one orthogonal to those before it.
func (s *krylovSchur) random(j int) {
	x := row(s.v, j)
	for k := range x {
		x[k] = s.rng.NormFloat64()
	}
	s.orthogonalize(j)
	floats.Scale(1/floats.Norm(x, 2), x)
}

// orthogonalize takes the part in the first j vectors from vector j, twice, and
// returns its coefficients.
func (s *krylovSchur) orthogonalize(j int) []float64 {
	h := make([]float64, j)
	if j == 0 {
		return h
	}
	before := blas64.General{Rows: j, Cols: s.n, Stride: s.n, Data: s.v.Data[:j*s.n]}
	x, p := vector(row(s.v, j)), vector(s.projected[:j])
	for range 2 {
		blas64.Gemv(blas.NoTrans, 1, before, x, 0, p)
		blas64.Gemv(blas.Trans, -1, before, p, 1, x)
		floats.Add(h, p.Data)
	}
	return h
}

// expand fills the basis by Arnoldi's method and reports whether all is finite. Where
// the basis spans an invariant subspace it goes on with a random vector.
func (s *krylovSchur) expand() bool {
	for j := s.size; j < s.m; j++ {
		copy(row(s.s, j), s.b[:j]) // b of the size before, or what the last vector left
		next := row(s.v, j+1)
		s.op.Apply(next, row(s.v, j))
		s.products++
		length := floats.Norm(next, 2)
		for i, h := range s.orthogonalize(j + 1) {
			s.s.Data[i*s.m+j] = h
		}
		beta := floats.Norm(next, 2)
		if math.IsNaN(length) || math.IsInf(length, 0) {
			return false
		}
		clear(s.b[:j])
		if s.b[j] = beta; beta <= 0x1p-50*length {
			s.b[j] = 0
			s.random(j + 1)
			continue
		}
		floats.Scale(1/beta, next)
	}
	s.size = s.m
	return true
}

// lock takes the leading vectors whose b is small out of the iteration.
func (s *krylovSchur) lock() {
	s.scale = 0
	for j := range s.m {
		column := blas64.Vector{N: s.m, Inc: s.m, Data: s.s.Data[j:]}
		s.scale = max(s.scale, blas64.Nrm2(column))
	}
	for s.locked < s.m {
		block := s.block(s.locked)
		for i := s.locked; i < s.locked+block; i++ {
			if !(math.Abs(s.b[i]) <= s.tol*s.scale) {
				return
			}
		}
		clear(s.b[s.locked : s.locked+block])
		s.locked += block
	}
}

// block is the size of the diagonal block that begins at i.
func (s *krylovSchur) block(i int) int {
	if imag(s.values[i]) != 0 {
		return 2
	}
	return 1
}

// done reports whether k pairs are locked, and the next one, within its residual, does
// not belong to them.
func (s *krylovSchur) done() bool {
	if s.locked < s.k || s.locked == s.m {
		return s.locked == s.m
	}
	keys := make([]float64, s.locked)
	for i, z := range s.values[:s.locked] {
		keys[i] = -s.key(z)
	}
	floats.Argsort(keys, make([]int, s.locked))
	residual := math.Abs(s.b[s.locked])
	if s.block(s.locked) == 2 {
		residual = math.Hypot(residual, s.b[s.locked+1])
	}
	return s.key(s.values[s.locked])+residual <= -keys[s.k-1]
}

// truncate keeps the better half of what is not locked.
func (s *krylovSchur) truncate() {
	keep := s.locked + max(min(s.k, s.m-s.locked-4), (s.m-s.locked)/2)
	for at := s.locked; at < s.m; at += s.block(at) {
		if at >= keep {
			keep = at
			break
		}
	}
	copy(row(s.v, keep), row(s.v, s.m))
	s.size = keep
	for i := keep; i < s.m; i++ {
		clear(row(s.s, i))
	}
	for i := range keep {
		clear(row(s.s, i)[keep:])
	}
}

// spectrum returns the pairs among the locked ones.
func (s *krylovSchur) spectrum(k int) *Spectrum {
	y := triangularVectors(s.s, s.locked)
	all := &Spectrum{Values: s.values[:s.locked], Products: s.products}
	basis := blas64.General{Rows: s.locked, Cols: s.n, Stride: s.n, Data: s.v.Data[:s.locked*s.n]}
	re, im := make([]float64, s.n), make([]float64, s.n)
	for j := range all.Values {
		yRe, yIm := make([]float64, s.locked), make([]float64, s.locked)
		for i, c := range y[j] {
			yRe[i], yIm[i] = real(c), imag(c)
		}
		blas64.Gemv(blas.Trans, 1, basis, vector(yRe), 0, vector(re))
		blas64.Gemv(blas.Trans, 1, basis, vector(yIm), 0, vector(im))
		x := make([]complex128, s.n)
		for i := range x {
			x[i] = complex(re[i], im[i])
		}
		all.Vectors = append(all.Vectors, unit(x))
	}
	all.keep(k, s.key)
	all.measure(s.op)
	return all
}

// unit returns x scaled to norm 1.
func unit(x []complex128) []complex128 {
	scale := complex(1/norm(x), 0)
	for i := range x {
		x[i] *= scale
	}
	return x
}

func norm(x []complex128) float64 {
	sum := 0.0
	for _, c := range x {
		sum += real(c)*real(c) + imag(c)*imag(c)
	}
	return math.Sqrt(sum)
}
