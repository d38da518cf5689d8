package models

import (
	"math"
	"math/cmplx"
)

// solveComplex replaces b with A^-1 b by Gaussian elimination with partial
// pivoting and destroys a, the n x n matrix A, row-major; n = len(b). It returns
// the argument of det A, up to turns, and whether A was regular. gonum has no
// complex solver, and these systems, of the loop at one frequency, are as small as
// the output.
func solveComplex(a, b []complex128) (argument float64, regular bool) {
	n := len(b)
	for k := range n {
		pivot := pivotRow(a, n, k)
		if a[pivot*n+k] == 0 {
			return 0, false
		}
		argument += cmplx.Phase(a[pivot*n+k])
		if pivot != k {
			argument += math.Pi
			for j := k; j < n; j++ {
				a[k*n+j], a[pivot*n+j] = a[pivot*n+j], a[k*n+j]
			}
			b[k], b[pivot] = b[pivot], b[k]
		}
		top, inverse := a[k*n+k+1:(k+1)*n], 1/a[k*n+k]
		for i := k + 1; i < n; i++ {
			factor := a[i*n+k] * inverse
			below := a[i*n+k+1 : (i+1)*n]
			for j, x := range top {
				below[j] -= factor * x
			}
			b[i] -= factor * b[k]
		}
	}
	for k := n - 1; k >= 0; k-- {
		sum := b[k]
		for j := k + 1; j < n; j++ {
			sum -= a[k*n+j] * b[j]
		}
		b[k] = sum / a[k*n+k]
	}
	return argument, true
}

// pivotRow returns the row at or below k with the largest entry in column k.
func pivotRow(a []complex128, n, k int) int {
	best, size := k, 0.0
	for i := k; i < n; i++ {
		x := a[i*n+k]
		if s := math.Abs(real(x)) + math.Abs(imag(x)); s > size {
			best, size = i, s
		}
	}
	return best
}
