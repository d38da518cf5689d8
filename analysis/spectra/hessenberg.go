package spectra

import (
	"math/cmplx"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	lapack "gonum.org/v1/gonum/lapack/gonum"
)

// hessenberg is M = Q H Q^T with H upper Hessenberg, and zI - H factored at one z
// by elimination with partial pivoting, which keeps it Hessenberg:
//
//	P (zI - H) = L U
//
// where step j subtracts factor[j] times row j from row j+1, after it exchanged
// them if swapped[j]. Shapes are n x n; a factorisation and a solution take O(n^2).
type hessenberg struct {
	n       int
	q       blas64.General
	h       []float64
	u       []complex128 // n x n
	factor  []complex128
	swapped []bool

	re, im, rotated []float64
}

func newHessenberg(m blas64.General) *hessenberg {
	n := m.Rows
	h, q := reduce(m)
	return &hessenberg{
		n: n, q: q, h: h.Data,
		u: make([]complex128, n*n), factor: make([]complex128, n), swapped: make([]bool, n),
		re: make([]float64, n), im: make([]float64, n), rotated: make([]float64, n),
	}
}

// reduce returns the Hessenberg form of m and the orthogonal matrix of the
// similarity, m = Q H Q^T.
func reduce(m blas64.General) (h, q blas64.General) {
	n := m.Rows
	h = square(n)
	for i := range n {
		copy(h.Data[i*n:(i+1)*n], m.Data[i*m.Stride:i*m.Stride+n])
	}
	impl, tau, work := lapack.Implementation{}, make([]float64, n-1), make([]float64, 65*n)
	impl.Dgehrd(n, 0, n-1, h.Data, n, tau, work, len(work))
	q = square(n)
	copy(q.Data, h.Data)
	impl.Dorghr(n, 0, n-1, q.Data, n, tau, work, len(work))
	for i := 2; i < n; i++ { // the reflectors lie below the subdiagonal
		clear(h.Data[i*n : i*n+i-1])
	}
	return h, q
}

func square(n int) blas64.General {
	return blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
}

// shift factors zI - H.
func (h *hessenberg) shift(z complex128) (*hessenberg, error) {
	n := h.n
	for k, x := range h.h {
		h.u[k] = complex(-x, 0)
	}
	for i := range n {
		h.u[i*n+i] += z
	}
	for j := range n - 1 {
		upper, lower := h.u[j*n:(j+1)*n], h.u[(j+1)*n:(j+2)*n]
		h.swapped[j] = modulus(lower[j]) > modulus(upper[j])
		if h.swapped[j] {
			for k := j; k < n; k++ {
				upper[k], lower[k] = lower[k], upper[k]
			}
		}
		if upper[j] == 0 {
			return nil, &SingularError{z}
		}
		factor := lower[j] / upper[j]
		h.factor[j] = factor
		if factor == 0 {
			continue
		}
		for k := j + 1; k < n; k++ {
			lower[k] -= factor * upper[k]
		}
	}
	if h.u[n*n-1] == 0 {
		return nil, &SingularError{z}
	}
	return h, nil
}

// modulus is |re| + |im|, which pivots as well as the modulus and is cheaper.
func modulus(z complex128) float64 { return max(real(z), -real(z)) + max(imag(z), -imag(z)) }

// Solve sets x = Q U^-1 L^-1 P Q^T b.
func (h *hessenberg) Solve(x, b []complex128) {
	n := h.n
	h.rotate(blas.Trans, x, b)
	for j := range n - 1 {
		if h.swapped[j] {
			x[j], x[j+1] = x[j+1], x[j]
		}
		x[j+1] -= h.factor[j] * x[j]
	}
	for i := n - 1; i >= 0; i-- {
		sum := x[i]
		for k := i + 1; k < n; k++ {
			sum -= h.u[i*n+k] * x[k]
		}
		x[i] = sum / h.u[i*n+i]
	}
	h.rotate(blas.NoTrans, x, x)
}

// SolveAdjoint sets x = Q P^T L^-* U^-* Q^T b.
func (h *hessenberg) SolveAdjoint(x, b []complex128) {
	n := h.n
	h.rotate(blas.Trans, x, b)
	for i := range n {
		x[i] /= cmplx.Conj(h.u[i*n+i])
		for k := i + 1; k < n; k++ {
			x[k] -= cmplx.Conj(h.u[i*n+k]) * x[i]
		}
	}
	for j := n - 2; j >= 0; j-- {
		x[j] -= cmplx.Conj(h.factor[j]) * x[j+1]
		if h.swapped[j] {
			x[j], x[j+1] = x[j+1], x[j]
		}
	}
	h.rotate(blas.NoTrans, x, x)
}

// rotate sets x = Q b or Q^T b.
func (h *hessenberg) rotate(t blas.Transpose, x, b []complex128) {
	for k, c := range b {
		h.re[k], h.im[k] = real(c), imag(c)
	}
	blas64.Gemv(t, 1, h.q, vector(h.re), 0, vector(h.rotated))
	for k, c := range h.rotated {
		x[k] = complex(c, 0)
	}
	blas64.Gemv(t, 1, h.q, vector(h.im), 0, vector(h.rotated))
	for k, c := range h.rotated {
		x[k] += complex(0, c)
	}
}
