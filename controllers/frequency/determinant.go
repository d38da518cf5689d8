package frequency

import (
	"math"
	"math/cmplx"
)

// eliminate replaces the n x n matrix a by its factors P a = L U (partial pivoting),
// with the rows that changed places in swapped, and returns arg det a within
// (-pi, pi]. It is NaN where a is singular.
func eliminate(a []complex128, swapped []int) (argument float64) {
	n := len(swapped)
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if modulus1(a[i*n+k]) > modulus1(a[pivot*n+k]) {
				pivot = i
			}
		}
		swapped[k] = pivot
		if pivot != k {
			argument += math.Pi
			for j := range n {
				a[k*n+j], a[pivot*n+j] = a[pivot*n+j], a[k*n+j]
			}
		}
		if a[k*n+k] == 0 {
			return math.NaN()
		}
		argument += cmplx.Phase(a[k*n+k])
		upper := a[k*n : k*n+n]
		for i := k + 1; i < n; i++ {
			row := a[i*n : i*n+n]
			row[k] /= upper[k]
			factor := row[k]
			for j := k + 1; j < n; j++ {
				row[j] -= factor * upper[j]
			}
		}
	}
	return math.Remainder(argument, 2*math.Pi)
}

// invert sets x to the inverse of the matrix whose factors eliminate left.
func invert(x, factors []complex128, swapped []int) {
	n := len(swapped)
	clear(x)
	for k := range n {
		x[k*n+k] = 1
	}
	for k, pivot := range swapped {
		if pivot != k {
			for j := range n {
				x[k*n+j], x[pivot*n+j] = x[pivot*n+j], x[k*n+j]
			}
		}
	}
	subtract := func(i, k int) {
		factor := factors[i*n+k]
		to, from := x[i*n:i*n+n], x[k*n:k*n+n]
		for j := range to {
			to[j] -= factor * from[j]
		}
	}
	for i := range n {
		for k := range i {
			subtract(i, k)
		}
	}
	for i := n - 1; i >= 0; i-- {
		for k := i + 1; k < n; k++ {
			subtract(i, k)
		}
		inverse := 1 / factors[i*n+i]
		for j := range n {
			x[i*n+j] *= inverse
		}
	}
}
