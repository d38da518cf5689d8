package analysis

import "math/cmplx"

// determinant returns the determinant of the n x n matrix a, which it destroys, by
// Gauss's elimination with the largest pivot of each column.
func determinant(a []complex128, n int) complex128 {
	det := complex128(1)
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if cmplx.Abs(a[i*n+k]) > cmplx.Abs(a[pivot*n+k]) {
				pivot = i
			}
		}
		if a[pivot*n+k] == 0 {
			return 0
		}
		if pivot != k {
			det = -det
			for j := k; j < n; j++ {
				a[k*n+j], a[pivot*n+j] = a[pivot*n+j], a[k*n+j]
			}
		}
		det *= a[k*n+k]
		for i := k + 1; i < n; i++ {
			factor := a[i*n+k] / a[k*n+k]
			for j := k + 1; j < n; j++ {
				a[i*n+j] -= factor * a[k*n+j]
			}
		}
	}
	return det
}
