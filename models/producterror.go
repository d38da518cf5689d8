package models

import (
	"math"
	"math/rand/v2"
)

// ProductError returns the largest relative error of the three products on
// random tiles, against plain loops. Some BLAS kernels have been wrong on new
// processors; credo doctor asks.
func ProductError() float64 {
	rng := rand.New(rand.NewPCG(1, 1))
	const m, n = 37, 53
	a, b, w := newTile(m), newTile(n), newMatrix(m, n)
	for _, x := range [][]float64{a.Data, b.Data, w.Data} {
		for k := range x {
			x[k] = rng.Float64()
		}
	}
	forward, backward, outer := newTile(m), newTile(n), newMatrix(m, n)
	mulRowsAdd(forward, b, w, TileRows)
	mulRowsTransAdd(backward, a, w, TileRows)
	addOuter(outer, a, b, TileRows)
	worst := 0.0
	check := func(got float64, terms int, term func(k int) float64) {
		want := 0.0
		for k := range terms {
			want += term(k)
		}
		if e := math.Abs(got/want - 1); !(e <= worst) {
			worst = e
		}
	}
	for k := range TileRows {
		for i := range m {
			check(row(forward, k)[i], n, func(j int) float64 { return row(w, i)[j] * row(b, k)[j] })
		}
		for j := range n {
			check(row(backward, k)[j], m, func(i int) float64 { return row(w, i)[j] * row(a, k)[i] })
		}
	}
	for i := range m {
		for j := range n {
			check(row(outer, i)[j], TileRows, func(k int) float64 { return row(a, k)[i] * row(b, k)[j] })
		}
	}
	return worst
}
