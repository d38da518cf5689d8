package models

import (
	"math/cmplx"
	"math/rand/v2"
	"testing"
)

func TestComplexInverse(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := 1; n <= 12; n++ {
		a := make([]complex128, n*n)
		for k := range a {
			a[k] = complex(rng.NormFloat64(), rng.NormFloat64())
		}
		a[0] = 0 // a pivot must be looked for
		if n == 1 {
			a[0] = 2i
		}
		inverse := append([]complex128{}, a...)
		if !invertComplex(inverse, n, make([]int, n)) {
			t.Fatalf("%d: singular", n)
		}
		for i := range n {
			for j := range n {
				sum := complex128(0)
				for k := range n {
					sum += a[i*n+k] * inverse[k*n+j]
				}
				if i == j {
					sum--
				}
				if cmplx.Abs(sum) > 1e-12 {
					t.Errorf("%d x %d: entry %d, %d of A A^-1 - I is %v", n, n, i, j, sum)
				}
			}
		}
	}
	if invertComplex([]complex128{1, 2i, 2, 4i}, 2, make([]int, 2)) {
		t.Error("a singular matrix was inverted")
	}
}
