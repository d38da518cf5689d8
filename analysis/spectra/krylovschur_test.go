package spectra_test

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/mat"
)

// nonNormal is a random matrix, n x n, with a triangle of entries more.
func nonNormal(n int, seed uint64) *mat.Dense {
	rng, m := rand.New(rand.NewPCG(seed, 7)), mat.NewDense(n, n, nil)
	for i := range n {
		for j := range n {
			m.Set(i, j, rng.NormFloat64()/math.Sqrt(float64(n)))
			if j > i {
				m.Set(i, j, m.At(i, j)+0.5*rng.NormFloat64()/math.Sqrt(float64(n)))
			}
		}
	}
	return m
}

// The k rightmost are the dense ones, in their order; pairs are whole; the residuals
// are what they are said to be.
func TestRightmostAreTheDenseOnes(t *testing.T) {
	for _, n := range []int{20, 200, 400} {
		for k := 1; k <= 9; k += 4 {
			t.Run(fmt.Sprint(n, k), func(t *testing.T) {
				m := nonNormal(n, uint64(n+k))
				want, err := spectra.Eigenvalues(m)
				if err != nil {
					t.Fatal(err)
				}
				got, err := spectra.Rightmost(spectra.FromDense(m), k, spectra.Krylov{})
				if err != nil {
					t.Fatal(err)
				}
				checkPairs(t, m, got)
				if len(got.Values) != k && len(got.Values) != k+1 {
					t.Errorf("%d values", len(got.Values))
				}
				for j, z := range got.Values {
					if d := cmplx.Abs(z - want.Values[j]); d > 1e-8 {
						t.Errorf("value %d is %v, want %v: %g off", j, z, want.Values[j], d)
					}
				}
				if k == 9 {
					t.Log(got.Products, "products")
				}
			})
		}
	}
}

// checkPairs checks M x = lambda x, the norms, and that no pair is split.
func checkPairs(t *testing.T, m *mat.Dense, s *spectra.Spectrum) {
	t.Helper()
	n, _ := m.Dims()
	var sum complex128
	for j, lambda := range s.Values {
		sum += lambda
		residual, size := 0.0, 0.0
		for i := range n {
			mx := complex(0, 0)
			for k, x := range s.Vectors[j] {
				mx += complex(m.At(i, k), 0) * x
			}
			d := cmplx.Abs(mx - lambda*s.Vectors[j][i])
			residual, size = residual+d*d, size+real(s.Vectors[j][i]*cmplx.Conj(s.Vectors[j][i]))
		}
		if r := math.Sqrt(residual); r > 1e-9*mat.Norm(m, 2) || math.Abs(r-s.Residuals[j]) > 1e-13*mat.Norm(m, 2) {
			t.Errorf("%v has a residual of %g, said to be %g", lambda, r, s.Residuals[j])
		}
		if math.Abs(size-1) > 1e-12 {
			t.Errorf("%v has a vector of norm^2 %g", lambda, size)
		}
	}
	if imag(sum) != 0 {
		t.Errorf("a pair is split: %v", s.Values)
	}
}

// convection is u_t = u_xx - c u_x on n points: the tridiagonal Toeplitz matrix of
// sub-, main and superdiagonal a = h^-2 + c/2h, -2/h^2, b = h^-2 - c/2h with
// eigenvalues -2/h^2 + 2 sqrt(ab) cos(k pi/(n+1)).
type convection struct{ a, d, b float64 }

type toeplitz struct {
	n int
	convection
}

func (m toeplitz) Dim() int { return m.n }

func (m toeplitz) Apply(y, x []float64) {
	for i := range y {
		y[i] = m.d * x[i]
		if i > 0 {
			y[i] += m.a * x[i-1]
		}
		if i+1 < m.n {
			y[i] += m.b * x[i+1]
		}
	}
}

func TestConvectionDiffusionHasItsKnownEigenvalues(t *testing.T) {
	m := toeplitz{200, convection{1.05, -2, 0.95}}
	got, err := spectra.Rightmost(m, 4, spectra.Krylov{Basis: 60})
	if err != nil {
		t.Fatal(err)
	}
	cayley, err := spectra.RightmostCayley(spectra.FromDense(spectra.DenseOf(m)), 4, 0.01, -0.03, spectra.Krylov{})
	if err != nil {
		t.Fatal(err)
	}
	for j := range 4 {
		want := complex(m.d+2*math.Sqrt(m.a*m.b)*math.Cos(float64(j+1)*math.Pi/201), 0)
		if d := cmplx.Abs(got.Values[j] - want); d > 1e-7 {
			t.Errorf("eigenvalue %d is %v, want %v", j, got.Values[j], want)
		}
		if d := cmplx.Abs(cayley.Values[j] - want); d > 1e-7 {
			t.Errorf("by Cayley's transform eigenvalue %d is %v, want %v", j, cayley.Values[j], want)
		}
	}
	if cayley.Products*3 > got.Products {
		t.Errorf("%d products, and %d solutions by Cayley's transform", got.Products, cayley.Products)
	}
}

// A Jordan block of size 3 is found thrice, within the cube root of the tolerance.
func TestDefectiveEigenvalueIsFound(t *testing.T) {
	const n = 200
	m := nonNormal(n, 3)
	for i := range 3 {
		for j := range n {
			m.Set(i, j, 0)
			m.Set(j, i, 0)
		}
		m.Set(i, i, 3)
		if i > 0 {
			m.Set(i-1, i, 1)
		}
	}
	got, err := spectra.Rightmost(spectra.FromDense(m), 3, spectra.Krylov{})
	if err != nil {
		t.Fatal(err)
	}
	for _, z := range got.Values[:3] {
		if cmplx.Abs(z-3) > 1e-3 {
			t.Errorf("%v, want 3", z)
		}
	}
}

func TestNearestAreNearest(t *testing.T) {
	m := nonNormal(150, 4)
	all, err := spectra.Eigenvalues(m)
	if err != nil {
		t.Fatal(err)
	}
	got, err := spectra.Nearest(spectra.FromDense(m), 4, 0.3, spectra.Krylov{})
	if err != nil {
		t.Fatal(err)
	}
	checkPairs(t, m, got)
	farthest, inside := 0.0, 0
	for _, z := range got.Values {
		farthest = max(farthest, cmplx.Abs(z-0.3))
	}
	for _, z := range all.Values {
		if cmplx.Abs(z-0.3) < farthest*(1+1e-9) {
			inside++
		}
	}
	if inside != len(got.Values) {
		t.Errorf("%d eigenvalues within %g, found %d", inside, farthest, len(got.Values))
	}
}

// A search that may not go on says so.
func TestSearchThatDoesNotConvergeSaysSo(t *testing.T) {
	m := toeplitz{2000, convection{1.05, -2, 0.95}}
	_, err := spectra.Rightmost(m, 4, spectra.Krylov{MaxProducts: 200})
	var failed *spectra.ConvergenceError
	if !errors.As(err, &failed) || failed.Products > 200 || failed.Found >= 4 || failed.Residual <= 0 {
		t.Errorf("error %v", err)
	}
}
