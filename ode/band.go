package ode

import "math"

// The factors of a banded matrix, by rows: row i holds columns i - lower to i + upper + lower, because a pivot's row may reach so far.

func bandFactorSize(s shape) int { return s.n * bandFactorWidth(s) }

func bandFactorWidth(s shape) int { return 2*s.lower + s.upper + 1 }

// factorBand writes the factors of I - gamma J, J of shape s, to lu and pivots by Gaussian elimination with partial pivoting, Golub and Van
// Loan (2013), 4.3.3, and reports whether the matrix is regular. Multipliers stay where they were formed, as in LAPACK's dgbtf2.
func factorBand(lu []float64, pivots []int, s shape, jacobian []float64, gamma float64) (regular bool) {
	loadBand(lu, s, jacobian, gamma)
	step := bandFactorWidth(s) - 1
	at := func(i, j int) int { return s.lower + i*step + j } // of entry (i, j)
	for k := range s.n {
		below, right := min(s.n-1, k+s.lower), min(s.n-1, k+s.lower+s.upper)
		p := k
		for i := k + 1; i <= below; i++ {
			if math.Abs(lu[at(i, k)]) > math.Abs(lu[at(p, k)]) {
				p = i
			}
		}
		pivots[k] = p
		if lu[at(p, k)] == 0 {
			return false
		}
		top, other := lu[at(k, k):at(k, right)+1], lu[at(p, k):at(p, right)+1]
		if p != k {
			for j, v := range top {
				top[j], other[j] = other[j], v
			}
		}
		for i := k + 1; i <= below; i++ {
			own := lu[at(i, k) : at(i, right)+1]
			factor := own[0] / top[0]
			own[0] = factor
			for j := 1; j < len(top); j++ {
				own[j] -= factor * top[j]
			}
		}
	}
	return true
}

// loadBand writes I - gamma J to lu.
func loadBand(lu []float64, s shape, jacobian []float64, gamma float64) {
	clear(lu)
	step := bandFactorWidth(s) - 1
	for i := range s.n {
		for j := max(0, i-s.lower); j <= min(s.n-1, i+s.upper); j++ {
			lu[s.lower+i*step+j] = -gamma * jacobian[s.base+i*s.step+j]
		}
		lu[s.lower+i*(step+1)]++
	}
}

// solveBand replaces x with the solution for it.
func solveBand(x, lu []float64, pivots []int, s shape) {
	step := bandFactorWidth(s) - 1
	for k, p := range pivots {
		x[k], x[p] = x[p], x[k]
		for i := k + 1; i <= min(s.n-1, k+s.lower); i++ {
			x[i] -= lu[s.lower+i*step+k] * x[k]
		}
	}
	for i := s.n - 1; i >= 0; i-- {
		row := lu[s.lower+i*step:]
		sum := x[i]
		for j := i + 1; j <= min(s.n-1, i+s.lower+s.upper); j++ {
			sum -= row[j] * x[j]
		}
		x[i] = sum / row[i]
	}
}
