package frequency

import "math"

// assign orders next so that sum_j |next_j - near_j| is least: the assignment problem
// by shortest augmenting paths, Jonker and Volgenant (1987), Computing 38, without their
// initialisation.
func assign(next, near []complex128) {
	n := len(near)
	row := make([]int, n+1) // of each column, from 1; 0: free
	u, v := make([]float64, n+1), make([]float64, n+1)
	way, least, done := make([]int, n+1), make([]float64, n+1), make([]bool, n+1)
	for i := 1; i <= n; i++ {
		row[0] = i
		for j := range least {
			least[j], done[j] = math.Inf(1), false
		}
		column := 0
		for row[column] != 0 {
			done[column] = true
			best, to := math.Inf(1), 0
			for j := 1; j <= n; j++ {
				if done[j] {
					continue
				}
				if cost := modulus(near[row[column]-1]-next[j-1]) - u[row[column]] - v[j]; cost < least[j] {
					least[j], way[j] = cost, column
				}
				if least[j] < best || to == 0 {
					best, to = least[j], j
				}
			}
			for j := range done {
				if done[j] {
					u[row[j]] += best
					v[j] -= best
				} else {
					least[j] -= best
				}
			}
			column = to
		}
		for column != 0 {
			row[column] = row[way[column]]
			column = way[column]
		}
	}
	ordered := make([]complex128, n)
	for j := 1; j <= n; j++ {
		ordered[row[j]-1] = next[j-1]
	}
	copy(next, ordered)
}
