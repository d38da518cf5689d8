package ode_test

import (
	"math"
	"slices"
	"testing"

	"credo/ode"
	"credo/ode/odetest"
	"gonum.org/v1/gonum/mat"
)

// diffusion is heat on a line with a reaction, in every way in which a system may help a linear solver.
type diffusion struct{ n int }

func (d diffusion) Dim() int { return d.n }

func (d diffusion) Deriv(dy []float64, t float64, y []float64) {
	at := func(i int) float64 {
		if i < 0 || i >= d.n {
			return 0
		}
		return y[i]
	}
	for i, v := range y {
		dy[i] = 400*(at(i-1)-2*v+2*at(i+1)) + v*(1-v*v) + math.Sin(t)
	}
}

func (d diffusion) Jacobian(dst *mat.Dense, _ float64, y []float64) {
	dst.Zero()
	d.entries(y, dst.Set)
}

func (d diffusion) entries(y []float64, set func(i, j int, v float64)) {
	for i, v := range y {
		set(i, i, -800+1-3*v*v)
		if i > 0 {
			set(i, i-1, 400)
		}
		if i < d.n-1 {
			set(i, i+1, 800)
		}
	}
}

type bandDiffusion struct{ diffusion }

func (bandDiffusion) Bandwidths() (lower, upper int) { return 1, 1 }

type exactBandDiffusion struct{ bandDiffusion }

func (d exactBandDiffusion) JacobianBand(dst *mat.BandDense, _ float64, y []float64) {
	d.entries(y, dst.SetBand)
}

// ownDiffusion solves by itself, with a dense inverse.
type ownDiffusion struct {
	diffusion
	jacobian, inverse *mat.Dense
}

func (d *ownDiffusion) Linearize(t float64, y []float64) { d.Jacobian(d.jacobian, t, y) }

func (d *ownDiffusion) Shift(gamma float64) bool {
	m := mat.NewDense(d.n, d.n, nil)
	m.Scale(-gamma, d.jacobian)
	for i := range d.n {
		m.Set(i, i, m.At(i, i)+1)
	}
	return d.inverse.Inverse(m) == nil
}

func (d *ownDiffusion) SolveShifted(x, b []float64) {
	mat.NewVecDense(d.n, x).MulVec(d.inverse, mat.NewVecDense(d.n, slices.Clone(b)))
}

// hidden has only a right-hand side.
type hidden struct{ ode.System }

func TestEveryLinearSolverGivesTheSameSolution(t *testing.T) {
	d := diffusion{12}
	square := func() *mat.Dense { return mat.NewDense(d.n, d.n, nil) }
	var want []float64
	for _, test := range []struct {
		name       string
		sys        ode.System
		linearized int // evaluations for a Jacobian
	}{
		{"dense", d, 0}, {"differences", hidden{d}, d.n}, {"banded", exactBandDiffusion{bandDiffusion{d}}, 0},
		{"banded differences", bandDiffusion{d}, 3}, {"own", &ownDiffusion{d, square(), square()}, 0},
	} {
		y := make([]float64, d.n)
		for i := range y {
			y[i] = math.Sin(float64(i))
		}
		s, err := ode.Solve(test.sys, y, 0, 1, ode.Options{Method: ode.Rodas5P(), RelTol: 1e-8, AbsTol: 1e-8})
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = y
		}
		for i := range y {
			if math.Abs(y[i]-want[i]) > 1e-8 {
				t.Errorf("%s: component %d is %g and not %g", test.name, i, y[i], want[i])
			}
		}
		tried := s.Accepted + s.Rejected
		if s.Factorizations != tried || s.Solves != 8*tried || s.Jacobians != s.Accepted && s.Jacobians != tried {
			t.Errorf("%s: %d Jacobians, %d factorizations and %d solutions in %d steps", test.name, s.Jacobians, s.Factorizations, s.Solves, tried)
		}
		// the start: 2; a step: 7 stages and its end, but for the last and rejected ones; df/dt and J
		if ends := s.Accepted - 1; s.Evaluations != 2+7*tried+ends+s.Jacobians*(1+test.linearized) {
			t.Errorf("%s: %d evaluations", test.name, s.Evaluations)
		}
	}
}

func TestRodas5PSolvesStiffProblems(t *testing.T) {
	for _, p := range odetest.StiffProblems() {
		y := p.Start()
		s, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{Method: ode.Rodas5P(), RelTol: 1e-7, AbsTol: 1e-13})
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		worst := p.RelativeError(y)
		t.Logf("%s: relative error %.2g in %d steps, %d evaluations", p.Name, worst, s.Accepted, s.Evaluations)
		if worst > 1e-5 {
			t.Errorf("%s: relative error %.2g after %d steps", p.Name, worst, s.Accepted)
		}
	}
}

// robinson is Prothero and Robinson's problem with all its derivatives, so that no difference of f, 1e6 times as noisy as y, is taken.
type robinson struct{ lambda float64 }

func (robinson) Dim() int { return 1 }
func (p robinson) Deriv(dy []float64, t float64, y []float64) {
	dy[0] = p.lambda*(y[0]-math.Sin(t)) + math.Cos(t)
}
func (p robinson) Jacobian(dst *mat.Dense, _ float64, _ []float64) { dst.Set(0, 0, p.lambda) }
func (p robinson) DerivTime(dst []float64, t float64, _ []float64) {
	dst[0] = -p.lambda*math.Cos(t) - math.Sin(t)
}

func TestRodas5PKeepsOrderThreeWhereStiff(t *testing.T) {
	var worst [2]float64
	for i := range worst {
		y := []float64{0}
		opt := ode.Options{Method: ode.Rodas5P(), Step: 0.2 / float64(1+i), Observer: func(s *ode.Step) error {
			worst[i] = max(worst[i], math.Abs(s.Y1[0]-math.Sin(s.T1[0])))
			return nil
		}}
		if _, err := ode.Solve(robinson{-1e6}, y, 0, 2, opt); err != nil {
			t.Fatal(err)
		}
	}
	order := math.Log2(worst[0] / worst[1])
	t.Logf("order %.2f, errors %.2g", order, worst)
	if order < 2.8 || worst[0] > 1e-10 {
		t.Errorf("order %.2f (errors %.2g), want 3", order, worst)
	}
}

// Two modes of -1 and -50 over a time in which the fast one is gone: every explicit method that measures says so, and how fast it is.
func TestStiffnessIsNoticedWithItsEvidence(t *testing.T) {
	stiff, mild := odetest.Stiff(), odetest.Oscillation()
	for _, m := range []ode.Method{ode.DP5(), ode.Tsit5(), ode.Vern7(), ode.DOP853()} {
		y := stiff.Start()
		s, err := ode.Solve(stiff.System, y, 0, 20, ode.Options{Method: m, RelTol: 1e-4, AbsTol: 1e-4})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Stiffness; !got.Detected || got.Share() < 0.8 || math.Abs(got.Lambda-50) > 1 {
			t.Errorf("%s: %v", m.Name(), got)
		}
		y = mild.Start()
		if s, err = ode.Solve(mild.System, y, 0, 200, ode.Options{Method: m, RelTol: 1e-4, AbsTol: 1e-4}); err != nil || s.Stiffness.Limited > 0 {
			t.Errorf("%s on an oscillation: %v, %v", m.Name(), s.Stiffness, err)
		}
		if s.Stiffness.Measured == 0 {
			t.Errorf("%s measured nothing", m.Name())
		}
	}
}
