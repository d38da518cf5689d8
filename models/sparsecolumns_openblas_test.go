//go:build openblas

package models

import (
	"math/rand/v2"
	"testing"
)

// Every number is a sum of at most 64 terms of order 1, which Gemm adds in another
// order. Widths are with and without whole panels; of 40 samples 24 rows stay unseen.
func TestUpdateOfSparseInputsIsThatOfAll(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 31, 32, 100} {
		const m, samples = 50, 40
		a, b := newTile(m), newTile(n)
		for k := range a.Data {
			if rng.Float64() < 0.2 {
				a.Data[k] = rng.NormFloat64()
			}
		}
		for k := range b.Data {
			b.Data[k] = rng.NormFloat64()
		}
		all, sparse := newMatrix(m, n), newMatrix(m, n)
		for k := range all.Data {
			all.Data[k] = rng.NormFloat64()
		}
		copy(sparse.Data, all.Data)
		var z nonzeros
		z.find(a, samples)
		if 3*z.columns.total > samples*m {
			t.Fatalf("%d of %d numbers are not zero: the product would be Gemm's", z.columns.total, samples*m)
		}
		addOuter(all, a, b, samples)
		z.addOuter(sparse, a, b, samples)
		if d := distance(sparse.Data, all.Data); d > 1e-14 {
			t.Errorf("%d columns: the updates differ by %g", n, d)
		}
	}
}
