package ode

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestGMRESAgreesWithLU(t *testing.T) {
	const n = 30
	rng := rand.New(rand.NewPCG(1, 2))
	a, b := mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	for i := range n {
		b.SetVec(i, rng.NormFloat64())
		for j := range n {
			a.Set(i, j, rng.NormFloat64()/math.Sqrt(n))
		}
		a.Set(i, i, a.At(i, i)+1.5)
	}
	var want mat.VecDense
	if err := want.SolveVec(a, b); err != nil {
		t.Fatal(err)
	}
	apply := func(dst, v []float64) { mat.NewVecDense(n, dst).MulVec(a, mat.NewVecDense(n, v)) }
	for _, m := range []int{8, n} { // with restarts, and in one full cycle
		x := make([]float64, n)
		residual := newGMRES(n, m).solve(x, b.RawVector().Data, apply, 1e-12, 200)
		for i := range x {
			if residual > 1e-12 || math.Abs(x[i]-want.AtVec(i)) > 1e-10 {
				t.Fatalf("restart %d: component %d is %g, want %g (residual %g)", m, i, x[i], want.AtVec(i), residual)
			}
		}
	}
}
