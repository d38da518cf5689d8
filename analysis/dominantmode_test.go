package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/floats"
)

// The mode rebuilt from the reduced loop is the dense eigenvector of the full one,
// and its shares are a distribution.
func TestModeIsTheDenseEigenvector(t *testing.T) {
	eachLoop(t, func(t *testing.T, loop Loop, state []float64) {
		d, err := loop.Diagnose(state, Questions{})
		if err != nil {
			t.Fatal(err)
		}
		lambda, x := d.Mode.Value, d.Mode.Vector
		full := loop.Matrix(state)
		pairs, err := spectra.Eigenpairs(full)
		if err != nil {
			t.Fatal(err)
		}
		nearest := 0
		for k, value := range pairs.Values {
			if cmplx.Abs(value-lambda) < cmplx.Abs(pairs.Values[nearest]-lambda) {
				nearest = k
			}
		}
		want := pairs.Vectors[nearest]
		normalize(want)
		if d := complexDistance(x, want); d > 1e-9 {
			t.Errorf("eigenvalue %v: the vector is %g off", lambda, d)
		}
		if shares := floats.Sum(d.Mode.Layers) + floats.Sum(d.Mode.Path) + d.Mode.Controller; math.Abs(shares-1) > 1e-12 {
			t.Errorf("the shares sum to %g", shares)
		}
	})
}
