package spectra_test

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
)

// brusselator is u' = a - (b + 1) u + u^2 v + du u_xx, v' = b u - u^2 v + dv v_xx on n
// points in (0, 1), between boundaries at its equilibrium (a, b/a).
type brusselator struct {
	n            int
	a, b, du, dv float64
}

func (s brusselator) Dim() int { return 2 * s.n }

func (s brusselator) Deriv(dy []float64, _ float64, y []float64) {
	h := 1 / float64(s.n+1)
	laplace := func(x []float64, edge float64, i int) float64 {
		left, right := edge, edge
		if i > 0 {
			left = x[i-1]
		}
		if i+1 < s.n {
			right = x[i+1]
		}
		return (left - 2*x[i] + right) / (h * h)
	}
	u, v := y[:s.n], y[s.n:]
	for i := range u {
		reaction := u[i] * u[i] * v[i]
		dy[i] = s.a - (s.b+1)*u[i] + reaction + s.du*laplace(u, s.a, i)
		dy[s.n+i] = s.b*u[i] - reaction + s.dv*laplace(v, s.b/s.a, i)
	}
}

// eigenvalues of the k-th mode sin(k pi x): those of
// [[b - 1 - du mu, a^2], [-b, -a^2 - dv mu]], mu = (4/h^2) sin^2(k pi h/2).
func (s brusselator) eigenvalues(k int) (complex128, complex128) {
	h := 1 / float64(s.n+1)
	sine := math.Sin(float64(k) * math.Pi * h / 2)
	mu := 4 * sine * sine / (h * h)
	p, q := s.b-1-s.du*mu, -s.a*s.a-s.dv*mu
	root := cmplx.Sqrt(complex((p-q)*(p-q)/4-s.a*s.a*s.b, 0))
	return complex((p+q)/2, 0) + root, complex((p+q)/2, 0) - root
}

// The rightmost eigenvalues of any ode.System, without its Jacobian: those of the
// Brusselator with diffusion, just beyond its Hopf point, in closed form; and its dense
// Jacobian by differences is the same operator.
func TestBrusselatorHasItsKnownEigenvalues(t *testing.T) {
	s := brusselator{60, 2, 5.45, 0.008, 0.004}
	y := make([]float64, s.Dim())
	for i := range s.n {
		y[i], y[s.n+i] = s.a, s.b/s.a
	}
	got, err := spectra.Rightmost(spectra.LinearizeFree(s, 0, y), 4, spectra.Krylov{Tol: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; k <= 2; k++ {
		up, down := s.eigenvalues(k)
		for j, want := range []complex128{up, down} {
			if z := got.Values[2*k-2+j]; cmplx.Abs(z-want) > 1e-6 {
				t.Errorf("eigenvalue %d of mode %d is %v, want %v", j, k, z, want)
			}
		}
	}
	dense, err := spectra.Eigenvalues(spectra.DenseOf(spectra.Linearize(s, 0, y)))
	if err != nil {
		t.Fatal(err)
	}
	if up, _ := s.eigenvalues(1); cmplx.Abs(dense.Values[0]-up) > 1e-6 {
		t.Errorf("densely %v, want %v", dense.Values[0], up)
	}
}
