package continuation

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// foldSystem is the minimally augmented system of folds, in x = (y, free parameters):
//
//	f(y; p) = 0,   g = 0   where   [A b; c^T 0] [v; g] = [0; 1],   A = df/dy
//
// with one free parameter as many equations as unknowns, with two a curve.
type foldSystem struct {
	*rest
	border border
}

func (s *foldSystem) adapt(x []float64) (ok bool) {
	s.border, ok = nullBorder(s.linear(x), 1)
	return ok
}

func (s *foldSystem) Residual(f, x []float64) {
	s.rest.Residual(f[:s.n], x)
	f[s.n] = math.NaN()
	if _, g, ok := s.border.solve(s.linear(x)); ok {
		f[s.n] = g.At(0, 0)
	}
}

// hopfSystem is the minimally augmented system of Hopf points, in
// x = (y, free parameters, kappa), kappa = omega^2:
//
//	f(y; p) = 0,   tr G = 0,   G_21 - G_12 = 0
//	[M B; C^T 0] [V; G] = [0; I],   M = A^2 + kappa I,   B, C: n x 2
//
// M has the rank n - 2 there. C is an orthonormal basis of its null space, in
// which A acts as Phi, and B the projection of C on that of M^T; then W^T B = I and
// W^T C = I for a basis W of the latter, and near the point
//
//	G = -W^T M C = -(Phi^2 + kappa I) = -tr(Phi) Phi + (det Phi - kappa) I
//
// by Cayley and Hamilton. So tr G = 0 says kappa = det Phi, and the difference
// tr Phi = 0: Phi_21 and Phi_12 differ in sign, and in a double 0 one remains.
// Hence the system is regular at a Bogdanov-Takens point, kappa = 0, and goes on to
// neutral saddles, kappa < 0; cf. Kuznetsov (2004), section 10.2.2.
type hopfSystem struct {
	*rest
	border border
}

func (s *hopfSystem) Unknowns() int { return s.rest.Unknowns() + 1 }

// square returns M at x.
func (s *hopfSystem) square(x []float64) *mat.Dense {
	a := s.linear(x)
	var m mat.Dense
	m.Mul(a, a)
	kappa := x[len(x)-1]
	for i := range s.n {
		m.Set(i, i, m.At(i, i)+kappa)
	}
	return &m
}

func (s *hopfSystem) adapt(x []float64) bool {
	null, ok := nullBorder(s.square(x), 2)
	if !ok {
		return false
	}
	var inner, b mat.Dense
	inner.Mul(null.b.T(), null.c)
	b.Mul(null.b, &inner)
	s.border = border{&b, null.c}
	return true
}

func (s *hopfSystem) Residual(f, x []float64) {
	s.rest.Residual(f[:s.n], x)
	f[s.n], f[s.n+1] = math.NaN(), math.NaN()
	if _, g, ok := s.border.solve(s.square(x)); ok {
		f[s.n] = g.At(0, 0) + g.At(1, 1)
		f[s.n+1] = g.At(1, 0) - g.At(0, 1)
	}
}

// branchSystem is the minimally augmented system of simple branch points, in
// x = (y, p, beta): with A = df/d(y, p), n x (n+1),
//
//	f(y; p) + beta b = 0,   g = 0   where   [A b; C^T 0] [V; g] = [0; I_2]
//
// beta, which is 0 at the solution, unfolds the point: Allgower and Schwetlick (1997).
type branchSystem struct {
	*rest
	border border
}

func (s *branchSystem) whole(x []float64) *mat.Dense {
	a := mat.NewDense(s.n, s.n+1, nil)
	s.derivative(a, x)
	return a
}

func (s *branchSystem) adapt(x []float64) (ok bool) {
	s.border, ok = nullBorder(s.whole(x), 2)
	return ok
}

func (s *branchSystem) Residual(f, x []float64) {
	beta, x := x[s.n+1], x[:s.n+1]
	s.rest.Residual(f[:s.n], x)
	floats.AddScaled(f[:s.n], beta, mat.Col(nil, 0, s.border.b))
	f[s.n], f[s.n+1] = math.NaN(), math.NaN()
	if _, g, ok := s.border.solve(s.whole(x)); ok {
		f[s.n], f[s.n+1] = g.At(0, 0), g.At(0, 1)
	}
}
