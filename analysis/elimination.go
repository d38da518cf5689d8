package analysis

import (
	"math"
	"math/cmplx"
)

// eliminate brings the n x n matrix a to upper triangular form in place, by Gauss's
// elimination with the largest pivot of each column, does the same to the right side b (n), if
// there is one, and returns the determinant.
func eliminate(a, b []complex128, n int) complex128 {
	det := complex128(1)
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if cmplx.Abs(a[i*n+k]) > cmplx.Abs(a[pivot*n+k]) {
				pivot = i
			}
		}
		if pivot != k {
			det = -det
			for j := k; j < n; j++ {
				a[k*n+j], a[pivot*n+j] = a[pivot*n+j], a[k*n+j]
			}
			if b != nil {
				b[k], b[pivot] = b[pivot], b[k]
			}
		}
		det *= a[k*n+k]
		if a[k*n+k] != 0 {
			reduceBelow(a, b, n, k)
		}
	}
	return det
}

// reduceBelow subtracts row k from those below.
func reduceBelow(a, b []complex128, n, k int) {
	for i := k + 1; i < n; i++ {
		factor := a[i*n+k] / a[k*n+k]
		for j := k + 1; j < n; j++ {
			a[i*n+j] -= factor * a[k*n+j]
		}
		if b != nil {
			b[i] -= factor * b[k]
		}
	}
}

// solveSystem solves a x = b for x in b; a is destroyed. A pivot of 0 is taken for one of
// rounding's size, so that a singular a gives its null vector, large.
func solveSystem(a, b []complex128) {
	n, size := len(b), 0.0
	for _, x := range a {
		size = max(size, cmplx.Abs(x))
	}
	eliminate(a, b, n)
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			b[i] -= a[i*n+j] * b[j]
		}
		pivot := a[i*n+i]
		if cmplx.Abs(pivot) < 0x1p-52*size {
			pivot = complex(0x1p-52*size, 0)
		}
		b[i] /= pivot
	}
}

// nullVector returns the unit vector that the singular n x n matrix a maps to 0, by inverse
// iteration. a is kept.
func nullVector(a []complex128, n int) []complex128 {
	x := make([]complex128, n)
	for k := range x {
		x[k] = complex(1, 1/float64(k+1))
	}
	for range 3 {
		solveSystem(append([]complex128(nil), a...), x)
		size := 0.0
		for _, v := range x {
			size += real(v)*real(v) + imag(v)*imag(v)
		}
		for k := range x {
			x[k] /= complex(math.Sqrt(size), 0)
		}
	}
	return x
}

// conjugateTransposed returns a^H.
func conjugateTransposed(a []complex128, n int) []complex128 {
	h := make([]complex128, n*n)
	for i := range n {
		for j := range n {
			h[j*n+i] = cmplx.Conj(a[i*n+j])
		}
	}
	return h
}
