package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/floats"
)

// The mode rebuilt from the reduced loop is the dense eigenvector of the full one,
// its shares are a distribution, and the abscissa is the full loop's.
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
		tol := 1e-9 * max(1, math.Abs(pairs.Abscissa()))
		if math.Abs(pairs.Abscissa()+1/loop.TauV) < 0.1 { // the defective leak, smeared by rounding
			tol = 0.1
		}
		if math.Abs(d.Abscissa-pairs.Abscissa()) > tol {
			t.Errorf("abscissa %g, densely %g", d.Abscissa, pairs.Abscissa())
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
