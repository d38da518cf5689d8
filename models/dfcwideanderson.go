package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// anderson finds a root of f in every row by Anderson (1965) acceleration of
// x <- x + f(x), as generalised conjugate residuals: of the last few steps it
// keeps the changes q of f, orthonormal, and the changes p of x that made them.
//
//	x <- x + (f - sum_j gamma_j q_j) - sum_j gamma_j p_j,   gamma_j = q_j . f
//
// Where f is linear and nothing has been forgotten, this is GMRES.
type anderson struct {
	n      int
	taken  []int          // by sample: steps taken
	p, q   blas64.General // depth rows a sample
	x, f   blas64.General // by sample: the last step's
	dx, df []float64
}

// andersonDepth is how many steps are remembered. On the MNIST autoencoder 5
// cost 1% more sweeps than 16.
const andersonDepth = 8

func newAnderson(n int) *anderson {
	return &anderson{
		n: n, taken: make([]int, TileRows), p: newMatrix(TileRows*andersonDepth, n), q: newMatrix(TileRows*andersonDepth, n),
		x: newTile(n), f: newTile(n), dx: make([]float64, n), df: make([]float64, n),
	}
}

// restart forgets everything.
func (a *anderson) restart() { clear(a.taken) }

// advance replaces x, where f is what it is, with the next iterate of sample b,
// and overwrites f.
func (a *anderson) advance(x, f []float64, b int) {
	if a.taken[b] > 0 {
		a.remember(x, f, b)
	}
	copy(row(a.x, b), x)
	copy(row(a.f, b), f)
	for j := range min(a.taken[b], andersonDepth) {
		p, q := row(a.p, b*andersonDepth+j), row(a.q, b*andersonDepth+j)
		gamma := dot(q, f)
		addScaled(f, -gamma, q)
		addScaled(x, -gamma, p)
	}
	addScaled(x, 1, f)
	a.taken[b]++
}

// remember replaces the oldest step of sample b with the last.
func (a *anderson) remember(x, f []float64, b int) {
	for j := range x {
		a.dx[j], a.df[j] = x[j]-row(a.x, b)[j], f[j]-row(a.f, b)[j]
	}
	slot := (a.taken[b] - 1) % andersonDepth
	for j := range min(a.taken[b]-1, andersonDepth) {
		if j == slot {
			continue
		}
		q := row(a.q, b*andersonDepth+j)
		gamma := dot(q, a.df)
		addScaled(a.df, -gamma, q)
		addScaled(a.dx, -gamma, row(a.p, b*andersonDepth+j))
	}
	scale := 1 / (math.Sqrt(dot(a.df, a.df)) + tiny)
	p, q := row(a.p, b*andersonDepth+slot), row(a.q, b*andersonDepth+slot)
	for j := range p {
		p[j], q[j] = scale*a.dx[j], scale*a.df[j]
	}
}

func dot(a, b []float64) float64 {
	return blas64.Dot(blas64.Vector{N: len(a), Inc: 1, Data: a}, blas64.Vector{N: len(b), Inc: 1, Data: b})
}

func addScaled(y []float64, alpha float64, x []float64) {
	blas64.Axpy(alpha, blas64.Vector{N: len(x), Inc: 1, Data: x}, blas64.Vector{N: len(y), Inc: 1, Data: y})
}
