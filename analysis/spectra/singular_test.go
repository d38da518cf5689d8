package spectra_test

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/mat"
)

// denseSigma is sigma_min(zI - M) by the dense singular value decomposition of the
// real matrix [x - M, -y; y, x - M].
func denseSigma(m *mat.Dense, z complex128) float64 {
	n, _ := m.Dims()
	real2 := mat.NewDense(2*n, 2*n, nil)
	for i := range n {
		for j := range n {
			real2.Set(i, j, -m.At(i, j))
			real2.Set(n+i, n+j, -m.At(i, j))
		}
		real2.Set(i, i, real2.At(i, i)+real(z))
		real2.Set(n+i, n+i, real2.At(n+i, n+i)+real(z))
		real2.Set(i, n+i, -imag(z))
		real2.Set(n+i, i, imag(z))
	}
	var svd mat.SVD
	svd.Factorize(real2, mat.SVDNone)
	values := svd.Values(nil)
	return values[len(values)-1]
}

// grcar is the Toeplitz matrix of -1 below the diagonal, and 1 on it and on three
// diagonals above it.
func grcar(n int) *mat.Dense {
	m := mat.NewDense(n, n, nil)
	for i := range n {
		for j := max(0, i-1); j <= min(n-1, i+3); j++ {
			m.Set(i, j, 1)
		}
		if i > 0 {
			m.Set(i, i-1, -1)
		}
	}
	return m
}

func TestSmallestSingularValuesAreTheDenseOnes(t *testing.T) {
	for _, m := range []*mat.Dense{grcar(32), nonNormal(60, 1)} {
		op := spectra.FromDense(m)
		for _, z := range []complex128{0.5, 2, 1 + 2i, -0.3 - 1i, 3 + 4i} {
			s, err := spectra.SmallestSingular(op, z)
			if err != nil {
				t.Fatal(err)
			}
			want := denseSigma(m, z)
			if math.Abs(s.Sigma-want) > 1e-9*want+1e-14 {
				t.Errorf("z = %v: %g, want %g", z, s.Sigma, want)
			}
			x, y := s.Gradient()
			const h = 1e-5
			dx := (denseSigma(m, z+h) - denseSigma(m, z-h)) / (2 * h)
			dy := (denseSigma(m, z+h*1i) - denseSigma(m, z-h*1i)) / (2 * h)
			if math.Abs(x-dx)+math.Abs(y-dy) > 1e-6 {
				t.Errorf("z = %v: gradient (%g, %g), differences (%g, %g)", z, x, y, dx, dy)
			}
		}
	}
}

func TestPseudospectrumIsSymmetricAndRight(t *testing.T) {
	m := grcar(24)
	re, im := []float64{-1, 0, 0.7, 2}, []float64{-2.5, -1, 0, 1, 2.5}
	grid, err := spectra.Pseudospectrum(spectra.FromDense(m), re, im)
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range im {
		for j, x := range re {
			if want := denseSigma(m, complex(x, y)); math.Abs(grid.At(i, j)-want) > 1e-6*want {
				t.Errorf("%g + %gi: %g, want %g", x, y, grid.At(i, j), want)
			}
			if grid.At(i, j) != grid.At(4-i, j) {
				t.Errorf("%g +- %gi: %g, %g", x, y, grid.At(i, j), grid.At(4-i, j))
			}
		}
	}
}

// Where the symbol of a banded Toeplitz matrix winds round z, sigma_min falls
// exponentially with n, Trefethen and Embree (2005), theorem 7.2; elsewhere it stays.
func TestSymbolOfAToeplitzMatrixTellsItsPseudospectrum(t *testing.T) {
	inside, outside := complex(0.5, 1), complex(-2, 1)
	at := func(n int, z complex128) float64 {
		s, err := spectra.SmallestSingular(spectra.FromDense(grcar(n)), z)
		if err != nil {
			t.Fatal(err)
		}
		return s.Sigma
	}
	ratio := at(20, inside) / at(40, inside)
	if next := at(40, inside) / at(60, inside); ratio < 3 || math.Abs(math.Log(next/ratio)) > 0.2 {
		t.Errorf("inside the symbol's curve sigma falls by %g and %g in 20 rows", ratio, next)
	}
	if ratio := at(20, outside) / at(40, outside); math.Abs(ratio-1) > 0.1 {
		t.Errorf("outside it falls by %g", ratio)
	}
	if winding(inside) == 0 || winding(outside) != 0 {
		t.Errorf("the symbol winds %d times round the one, %d round the other", winding(inside), winding(outside))
	}
}

// winding is the winding number of Grcar's symbol -s + 1 + s^-1 + s^-2 + s^-3 round z.
func winding(z complex128) int {
	total, last := 0.0, 0.0
	for k := range 1001 {
		s := cmplx.Rect(1, 2*math.Pi*float64(k)/1000)
		phase := cmplx.Phase(-s + 1 + 1/s + 1/(s*s) + 1/(s*s*s) - z)
		if k > 0 {
			total += math.Remainder(phase-last, 2*math.Pi)
		}
		last = phase
	}
	return int(math.Round(total / (2 * math.Pi)))
}
