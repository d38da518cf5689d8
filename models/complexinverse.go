package models

// invertComplex replaces a, an n x n matrix, row-major, with its inverse by
// Gauss and Jordan's elimination with partial pivoting. It reports whether a
// was regular; swapped is scratch of length n.
func invertComplex(a []complex128, n int, swapped []int) bool {
	for k := range n {
		pivot := pivotRow(a, n, k)
		swapped[k] = pivot
		if a[pivot*n+k] == 0 {
			return false
		}
		top := a[k*n : (k+1)*n]
		if pivot != k {
			for j, x := range a[pivot*n : (pivot+1)*n] {
				a[pivot*n+j], top[j] = top[j], x
			}
		}
		inverse := 1 / top[k]
		top[k] = 1
		for j := range top {
			top[j] *= inverse
		}
		for i := range n {
			if i == k {
				continue
			}
			below := a[i*n : (i+1)*n]
			factor := below[k]
			below[k] = 0
			for j, x := range top {
				below[j] -= factor * x
			}
		}
	}
	// The inverse of the rows' permutation is one of the columns, backwards.
	for k := n - 1; k >= 0; k-- {
		if p := swapped[k]; p != k {
			for i := range n {
				a[i*n+k], a[i*n+p] = a[i*n+p], a[i*n+k]
			}
		}
	}
	return true
}
