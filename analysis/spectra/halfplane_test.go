package spectra_test

import (
	"fmt"
	"math"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/mat"
)

// coupled is [[-1, c], [0, -2]].
func coupled(c float64) *mat.Dense { return mat.NewDense(2, 2, []float64{-1, c, 0, -2}) }

func halfPlane(t *testing.T, m *mat.Dense) *spectra.HalfPlane {
	t.Helper()
	s, err := spectra.Eigenvalues(m)
	if err != nil {
		t.Fatal(err)
	}
	h, err := spectra.NewHalfPlane(spectra.FromDense(m), s.Abscissa())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// omega([[-1, c], [0, -2]]) = (-3 + sqrt(1 + c^2))/2.
func TestNumericalAbscissaOfTwoRows(t *testing.T) {
	for _, c := range []float64{0, 1, 10, 1e3} {
		got, err := spectra.NumericalAbscissa(spectra.FromDense(coupled(c)))
		if want := (math.Sqrt(1+c*c) - 3) / 2; err != nil || math.Abs(got-want) > 1e-13*(1+c) {
			t.Errorf("c = %g: %.15g, want %.15g, %v", c, got, want, err)
		}
	}
}

// By Lanczos's method it is the dense one.
func TestNumericalAbscissaIsTheDenseOne(t *testing.T) {
	m := nonNormal(300, 9)
	var sum mat.Dense
	sum.Add(m, m.T())
	sum.Scale(0.5, &sum)
	want, err := spectra.Eigenvalues(&sum)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := spectra.NumericalAbscissa(spectra.FromDense(m)); err != nil || math.Abs(got-want.Abscissa()) > 1e-10 {
		t.Errorf("%.14g, want %.14g, %v", got, want.Abscissa(), err)
	}
}

// The pseudospectral abscissa of a normal matrix is epsilon to the right of the
// spectral one; of any other it is where no line further right has sigma <= epsilon, on
// a grid of dense singular values.
func TestPseudoAbscissaIsWhereTheContourEnds(t *testing.T) {
	normal := mat.NewDense(3, 3, []float64{-1, 4, 0, -4, -1, 0, 0, 0, -2})
	hidden := mat.NewDense(8, 8, nil) // the rightmost between others where samples are first
	for k, z := range []complex128{-3 + 10i, -1.3 + 2.5i, -1 + 3.125i, -1.3 + 3.75i} {
		i := 2 * k
		hidden.Set(i, i, real(z))
		hidden.Set(i+1, i+1, real(z))
		hidden.Set(i, i+1, imag(z))
		hidden.Set(i+1, i, -imag(z))
	}
	for name, m := range map[string]*mat.Dense{"normal": normal, "hidden": hidden, "coupled": coupled(20), "grcar": grcar(16), "random": nonNormal(30, 2)} {
		for _, epsilon := range []float64{1e-3, 0.1, 1} {
			t.Run(fmt.Sprint(name, epsilon), func(t *testing.T) {
				h := halfPlane(t, m)
				got, err := h.PseudoAbscissa(epsilon)
				if err != nil {
					t.Fatal(err)
				}
				if (name == "normal" || name == "hidden") && math.Abs(got.Value-(h.Abscissa+epsilon)) > 1e-7*epsilon {
					t.Errorf("%g, want %g", got.Value, h.Abscissa+epsilon)
				}
				if sigma := denseSigma(m, got.At); math.Abs(sigma/epsilon-1) > 1e-5 || real(got.At) != got.Value {
					t.Errorf("sigma is %g at %v, want %g", sigma, got.At, epsilon)
				}
				for k := range 200 {
					z := complex(got.Value+1e-3*epsilon, 6*float64(k)/200)
					if sigma := denseSigma(m, z); sigma < epsilon {
						t.Fatalf("sigma is %g at %v, right of %g", sigma, z, got.Value)
					}
				}
			})
		}
	}
}

// For a normal matrix K = 1; of [[-1, c], [0, -2]] it is the largest x/sigma on the real
// axis, from the 2 x 2 singular value in closed form; and always K <= growth <= e n K.
func TestKreissConstantBoundsGrowth(t *testing.T) {
	for _, c := range []float64{0, 5, 50, 500} {
		h := halfPlane(t, coupled(c))
		got, err := h.Kreiss()
		if err != nil {
			t.Fatal(err)
		}
		want := 1.0
		for x := 1e-3; x < 1e3; x *= 1.0005 {
			square, product := (x+1)*(x+1)+(x+2)*(x+2)+c*c, (x+1)*(x+2)
			sigma := product * math.Sqrt2 / math.Sqrt(square+math.Sqrt(square*square-4*product*product))
			want = max(want, x/sigma)
		}
		if math.Abs(got.Constant-want) > 1e-5*want {
			t.Errorf("c = %g: K = %.8g, want %.8g", c, got.Constant, want)
		}
		growth, err := h.MaxGrowth()
		if err != nil {
			t.Fatal(err)
		}
		if g := growth.Factor; g < got.Constant-1e-9 || g > math.E*2*got.Constant {
			t.Errorf("c = %g: growth %g, K = %g", c, g, got.Constant)
		}
	}
	if k, err := halfPlane(t, grcar(5)).Kreiss(); err != nil || !math.IsInf(k.Constant, 1) {
		t.Errorf("an unstable matrix has K = %g, %v", k.Constant, err)
	}
}

// The norm of exp([[-1, c], [0, -2]] t) = [[p, c (p - q)], [0, q]], p = exp(-t),
// q = exp(-2t), in closed form.
func TestGrowthOfTwoRows(t *testing.T) {
	for _, c := range []float64{1, 2.9, 4, 10, 1e3} {
		got, err := halfPlane(t, coupled(c)).MaxGrowth()
		if err != nil {
			t.Fatal(err)
		}
		best, when := 1.0, 0.0
		for s := 0.0; s < 5; s += 1e-4 {
			p, q := math.Exp(-s), math.Exp(-2*s)
			square, product := p*p+q*q+c*c*(p-q)*(p-q), p*q
			if norm := math.Sqrt((square + math.Sqrt(square*square-4*product*product)) / 2); norm > best {
				best, when = norm, s
			}
		}
		if math.Abs(got.Factor-best) > 1e-7*best || math.Abs(got.Time-when) > 1e-3 {
			t.Errorf("c = %g: %.10g at %.5g, want %.10g at %.5g", c, got.Factor, got.Time, best, when)
		}
	}
}

// The optimal perturbation grows by as much as is said, by the dense exponential, and
// nothing grows more on a grid of times.
func TestOptimalPerturbationGrowsMost(t *testing.T) {
	for seed := range uint64(3) {
		m := nonNormal(50, seed)
		for i := range 50 {
			m.Set(i, i, m.At(i, i)-1.2)
		}
		h := halfPlane(t, m)
		got, err := h.MaxGrowth()
		if err != nil {
			t.Fatal(err)
		}
		if h.Omega <= 0 || h.Abscissa >= 0 {
			t.Fatalf("abscissas %g and %g: the test is of no use", h.Abscissa, h.Omega)
		}
		at := func(s float64) *mat.Dense {
			var e mat.Dense
			e.Scale(s, m)
			e.Exp(&e)
			return &e
		}
		var grown mat.VecDense
		grown.MulVec(at(got.Time), mat.NewVecDense(50, got.Direction))
		if d := math.Abs(mat.Norm(&grown, 2) - got.Factor); d > 1e-7*got.Factor {
			t.Errorf("the perturbation grows by %g, said %g", mat.Norm(&grown, 2), got.Factor)
		}
		for s := 0.05; s < 8; s += 0.05 {
			var svd mat.SVD
			svd.Factorize(at(s), mat.SVDNone)
			if norm := svd.Values(nil)[0]; norm > got.Factor*(1+1e-7) {
				t.Errorf("seed %d: growth %g at %g, said at most %g", seed, norm, s, got.Factor)
			}
		}
	}
}
