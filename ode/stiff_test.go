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

// The end values are those of Hairer and Wanner's test set (van der Pol at t = 2 in time rescaled by 1e6; Robertson at 1e11; Oregonator at 360)
// and of the IVP test set (HIRES at 321.8122).
func TestRodas5PSolvesStiffProblems(t *testing.T) {
	for _, p := range []odetest.Problem{
		{Name: "van der Pol", T1: 2, Y0: []float64{2, 0}, End: []float64{1.706167732170483, -0.8928097010247975},
			System: odetest.Func{N: 2, F: func(dy []float64, _ float64, y []float64) {
				dy[0], dy[1] = y[1], 1e6*((1-y[0]*y[0])*y[1]-y[0])
			}}},
		{Name: "Robertson", T1: 1e11, Y0: []float64{1, 0, 0}, End: []float64{2.083340149701255e-08, 8.333360770334713e-14, 0.9999999791665050},
			System: odetest.Func{N: 3, F: func(dy []float64, _ float64, y []float64) {
				dy[0] = -0.04*y[0] + 1e4*y[1]*y[2]
				dy[2] = 3e7 * y[1] * y[1]
				dy[1] = -dy[0] - dy[2]
			}}},
		{Name: "Oregonator", T1: 360, Y0: []float64{1, 2, 3}, End: []float64{1.000814870318523, 1228.178521549917, 132.0554942846706},
			System: odetest.Func{N: 3, F: func(dy []float64, _ float64, y []float64) {
				dy[0] = 77.27 * (y[1] + y[0]*(1-8.375e-6*y[0]-y[1]))
				dy[1] = (y[2] - (1+y[0])*y[1]) / 77.27
				dy[2] = 0.161 * (y[0] - y[2])
			}}},
		{Name: "HIRES", T1: 321.8122, Y0: []float64{1, 0, 0, 0, 0, 0, 0, 0.0057},
			End: []float64{0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
				0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2},
			System: odetest.Func{N: 8, F: hires}},
	} {
		y := p.Start()
		s, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{Method: ode.Rodas5P(), RelTol: 1e-7, AbsTol: 1e-13})
		if err != nil {
			t.Errorf("%s: %v", p.Name, err)
			continue
		}
		worst := 0.0
		for i, want := range p.End {
			worst = max(worst, math.Abs(y[i]-want)/math.Abs(want))
		}
		t.Logf("%s: relative error %.2g in %d steps, %d evaluations", p.Name, worst, s.Accepted, s.Evaluations)
		if worst > 1e-5 {
			t.Errorf("%s: relative error %.2g after %d steps", p.Name, worst, s.Accepted)
		}
	}
}

func hires(dy []float64, _ float64, y []float64) {
	dy[0] = -1.71*y[0] + 0.43*y[1] + 8.32*y[2] + 0.0007
	dy[1] = 1.71*y[0] - 8.75*y[1]
	dy[2] = -10.03*y[2] + 0.43*y[3] + 0.035*y[4]
	dy[3] = 8.32*y[1] + 1.71*y[2] - 1.12*y[3]
	dy[4] = -1.745*y[4] + 0.43*y[5] + 0.43*y[6]
	dy[5] = -280*y[5]*y[7] + 0.69*y[3] + 1.71*y[4] - 0.43*y[5] + 0.69*y[6]
	dy[6] = 280*y[5]*y[7] - 1.81*y[6]
	dy[7] = -280*y[5]*y[7] + 1.81*y[6]
}

// On Prothero and Robinson's problem, y' = -1e6 (y - sin t) + cos t, stiffness leaves an order of 3, of an error that is small by 1/lambda.
func TestRodas5PKeepsOrderThreeWhereStiff(t *testing.T) {
	sys := odetest.Func{N: 1, F: func(dy []float64, t float64, y []float64) { dy[0] = -1e6*(y[0]-math.Sin(t)) + math.Cos(t) }}
	var worst [2]float64
	for i := range worst {
		y := []float64{0}
		opt := ode.Options{Method: ode.Rodas5P(), Step: 0.2 / float64(1+i), Observer: func(s *ode.Step) error {
			worst[i] = max(worst[i], math.Abs(s.Y1[0]-math.Sin(s.T1[0])))
			return nil
		}}
		if _, err := ode.Solve(sys, y, 0, 2, opt); err != nil {
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
