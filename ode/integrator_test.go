package ode_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"credo/ode"
	"credo/ode/odetest"
)

// system is dy = f(t, y).
func system(n int, f func(dy []float64, t float64, y []float64)) ode.System {
	return odetest.Func{N: n, F: f}
}

func TestFailuresSayWhereAndWhat(t *testing.T) {
	explodes := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = 1, y[1]*y[1] })
	breaks := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = 1, math.Sqrt(1-y[0]) })
	never := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = 1, math.NaN() })
	stiff := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = 1, -1e6*(y[1]-y[0]) })
	for _, test := range []struct {
		name   string
		system ode.System
		opt    ode.Options
		is     error
		reason ode.Reason
		near   float64 // where it ends
		says   string
	}{
		{"a pole", explodes, ode.Options{}, ode.ErrStepUnderflow, ode.StepUnderflow, 1, "singularity"},
		{"the edge of the domain", breaks, ode.Options{}, ode.ErrNonFinite, ode.NonFinite, 1, "component 1"},
		{"the edge of the domain, fixed step", breaks, ode.Options{Step: 0.3}, ode.ErrNonFinite, ode.NonFinite, 0.9, "component 1"},
		{"an error that no step makes small", stiff, ode.Options{Norm: hopeless{}}, ode.ErrTooManyRejections, ode.TooManyRejections, 0, "rejected again"},
		{"a first derivative that is not finite", never, ode.Options{}, ode.ErrNonFinite, ode.NonFinite, 0, "derivative is NaN"},
		{"a stiff system", stiff, ode.Options{MaxSteps: 50}, ode.ErrTooManySteps, ode.TooManySteps, 0, "stiff"},
	} {
		t.Run(test.name, func(t *testing.T) {
			y := []float64{0, 1}
			stats, err := ode.Solve(test.system, y, 0, 3, test.opt)
			var e *ode.StepError
			if !errors.Is(err, test.is) || !errors.As(err, &e) {
				t.Fatalf("got %v, want a StepError that is %v", err, test.is)
			}
			if e.Component != 1 || stats.Reason != test.reason || !strings.Contains(err.Error(), test.says) {
				t.Errorf("component %d, reason %v: %v", e.Component, stats.Reason, err)
			}
			if math.Abs(stats.T-test.near) > 0.1 || stats.Evaluations > 3000 {
				t.Errorf("it ended at t = %g after %d evaluations, want near %g", stats.T, stats.Evaluations, test.near)
			}
			// y[0] = t in all of them, so the state tells its own time.
			if math.Abs(y[0]-stats.T) > 1e-12 || math.IsNaN(y[1]) {
				t.Errorf("y is %g, want the last accepted state, at %g", y, stats.T)
			}
		})
	}
}

// hopeless is never satisfied.
type hopeless struct{}

func (hopeless) Norm(_, _, _ []float64) float64 { return 2 }

func TestStartsThatAreNotFiniteAreReportedAtOnce(t *testing.T) {
	calls := 0
	sys := system(2, func(dy []float64, _ float64, _ []float64) { calls++; dy[0], dy[1] = 0, 0 })
	_, err := ode.Solve(sys, []float64{0, math.Inf(-1)}, 0, 1, ode.Options{})
	var e *ode.StepError
	if !errors.As(err, &e) || e.What != "state" || e.Component != 1 || calls != 0 {
		t.Errorf("got %v after %d evaluations", err, calls)
	}
}

func TestFailingRowsLeaveTheOthersAlone(t *testing.T) {
	pole := system(1, func(dy []float64, _ float64, y []float64) { dy[0] = y[0] * y[0] })
	decay := system(1, func(dy []float64, _ float64, y []float64) { dy[0] = -y[0] })
	y := []float64{1, 1, 1, math.NaN(), 1}
	stats, err := ode.SolveRows(odetest.Ensemble{decay, pole, decay, decay, pole}, y, 0, 2, ode.Options{})
	var all *ode.RowsError
	if !errors.As(err, &all) || all.Failed != 3 || all.Rows != 5 || all.Row != 1 || !errors.Is(err, ode.ErrStepUnderflow) {
		t.Errorf("got %v", err)
	}
	for k, want := range []ode.Reason{ode.ReachedEnd, ode.StepUnderflow, ode.ReachedEnd, ode.NonFinite, ode.StepUnderflow} {
		if stats[k].Reason != want || (stats[k].Err == nil) != (want == ode.ReachedEnd) {
			t.Errorf("row %d: %v, %v", k, stats[k].Reason, stats[k].Err)
		}
		if want == ode.ReachedEnd && math.Abs(y[k]-math.Exp(-2)) > 1e-5 {
			t.Errorf("row %d is %g", k, y[k])
		}
	}
}

func TestSettingsThatCannotBeUsedAreNamed(t *testing.T) {
	bad := ode.PIControl()
	bad.Safety = 1.5
	for _, test := range []struct {
		field string
		opt   ode.Options
	}{
		{"RelTol", ode.Options{RelTol: -1}},
		{"AbsTol", ode.Options{AbsTol: math.NaN()}},
		{"MaxStep", ode.Options{MaxStep: math.Inf(1)}},
		{"InitialStep", ode.Options{InitialStep: -0.1}},
		{"MaxSteps", ode.Options{MaxSteps: -1}},
		{"MaxRejections", ode.Options{MaxRejections: -1}},
		{"StopTimes[1]", ode.Options{StopTimes: []float64{0, math.NaN()}}},
		{"Step", ode.Options{Method: ode.RK4()}},
		{"Step", ode.Options{Step: 0.2, MaxStep: 0.1}},
		{"Control.Safety", ode.Options{Control: bad}},
		{"Control", ode.Options{Control: ode.StepControl{Safety: 0.9}}},
	} {
		_, err := ode.NewIntegrator(odetest.Ensemble{odetest.VanDerPol(1)}, 1, test.opt)
		var e *ode.OptionError
		if !errors.As(err, &e) || e.Field != test.field {
			t.Errorf("%s: got %v", test.field, err)
		}
	}
	for _, span := range [][2]float64{{math.NaN(), 1}, {0, math.Inf(1)}} {
		if _, err := ode.Solve(odetest.VanDerPol(1), []float64{1, 1}, span[0], span[1], ode.Options{}); err == nil {
			t.Errorf("a span from %g to %g was taken", span[0], span[1])
		}
	}
}

func TestWrongLengthsPanic(t *testing.T) {
	vdp := odetest.VanDerPol(1)
	in, err := ode.NewIntegrator(ode.OneRow(vdp), 1, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(){
		"Solve":            func() { ode.Solve(vdp, make([]float64, 4), 0, 1, ode.Options{}) },
		"SolveRows":        func() { ode.SolveRows(ode.OneRow(vdp), make([]float64, 3), 0, 1, ode.Options{}) },
		"Integrator.Solve": func() { in.Solve(make([]float64, 4), 0, 1) },
		"NewIntegrator":    func() { ode.NewIntegrator(ode.OneRow(vdp), 0, ode.Options{}) },
	} {
		func() {
			defer func() {
				if s, ok := recover().(string); !ok || !strings.HasPrefix(s, "ode: ") {
					t.Errorf("%s did not panic with its name", name)
				}
			}()
			call()
		}()
	}
}

func TestFixedStepsAreMultiplesOfTheStep(t *testing.T) {
	for _, test := range []struct {
		end   float64
		steps int
		last  float64
	}{{1, 10, 0.1}, {1.05, 11, 0.05}, {-0.25, 3, -0.05}, {0.05, 1, 0.05}, {100, 1000, 0.1}} {
		h := math.Copysign(0.1, test.end)
		last, n := 0.0, 0
		opt := ode.Options{Method: ode.Euler(), Step: 0.1, Observer: func(s *ode.Step) error {
			n++
			if s.T0[0] != float64(n-1)*h {
				t.Errorf("step %d begins at %g", n, s.T0[0])
			}
			last = s.T1[0] - s.T0[0]
			return nil
		}}
		y := []float64{2, 0}
		if _, err := ode.Solve(odetest.VanDerPol(1), y, 0, test.end, opt); err != nil {
			t.Fatal(err)
		}
		if n != test.steps || math.Abs(last-test.last) > 1e-12 {
			t.Errorf("to %g: %d steps, the last %g", test.end, n, last)
		}
	}
}

// TestEulerAtFixedStepIsThePlainLoop compares bits: one step of size eta along a gradient is one step of gradient descent.
func TestEulerAtFixedStepIsThePlainLoop(t *testing.T) {
	y, want, dy := []float64{2, 0}, []float64{2, 0}, make([]float64, 2)
	for range 10 {
		odetest.VanDerPol(1).Deriv(dy, 0, want)
		want[0] += 0.1 * dy[0]
		want[1] += 0.1 * dy[1]
	}
	stats, err := ode.Solve(odetest.VanDerPol(1), y, 0, 1, ode.Options{Method: ode.Euler(), Step: 0.1})
	if err != nil || y[0] != want[0] || y[1] != want[1] || stats.Evaluations != 10 {
		t.Errorf("got %v with %d evaluations, want %v with 10 (%v)", y, stats.Evaluations, want, err)
	}
}

func TestStepsAreBoundedByMaxStep(t *testing.T) {
	for _, bound := range []float64{0.3, 0.001} {
		opt := ode.Options{MaxStep: bound, Observer: func(s *ode.Step) error {
			if h := s.T1[0] - s.T0[0]; h > bound*(1+1e-12) {
				t.Errorf("a step of %g above %g", h, bound)
			}
			return nil
		}}
		if _, err := ode.Solve(odetest.Logistic().System, []float64{0.1}, 0, 5, opt); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheLastStepIsStretchedRatherThanFollowedByATinyOne(t *testing.T) {
	slope := system(1, func(dy []float64, _ float64, _ []float64) { dy[0] = 1 })
	stats, err := ode.Solve(slope, []float64{0}, 0, 1.005, ode.Options{InitialStep: 1})
	if err != nil || stats.Accepted != 1 || stats.T != 1.005 {
		t.Errorf("got %+v, %v", stats, err)
	}
}

// The step from 0.2 to 0.3 is fine but for the derivative at its end, which the next one would begin with.
func TestAStepToWhereTheDerivativeEndsIsRejected(t *testing.T) {
	sys := system(1, func(dy []float64, t float64, _ []float64) { dy[0] = math.Sqrt(0.25 - t) })
	stats, err := ode.Solve(sys, []float64{0}, 0, 1, ode.Options{Method: ode.Euler(), Step: 0.1})
	var e *ode.StepError
	if !errors.As(err, &e) || e.What != "derivative" || e.Reason != ode.NonFinite || stats.T != 0.2 {
		t.Errorf("it ended at %g: %v", stats.T, err)
	}
}

// The state overflows while the derivative and the error estimate stay finite.
func TestAStateThatOverflowsIsNotFinite(t *testing.T) {
	sys := system(1, func(dy []float64, _ float64, _ []float64) { dy[0] = 1e308 })
	for _, opt := range []ode.Options{{}, {Step: 0.125}} {
		stats, err := ode.Solve(sys, []float64{1e308}, 0, 2, opt)
		var e *ode.StepError
		if !errors.As(err, &e) || e.What != "state" || !errors.Is(err, ode.ErrNonFinite) || stats.T > 0.8 {
			t.Errorf("it ended at %g: %v", stats.T, err)
		}
	}
}

// Under AbsTol = 0 a component that rests at 0 has no scale.
func TestRelativeToleranceAloneBearsZeros(t *testing.T) {
	sys := system(3, func(dy []float64, _ float64, y []float64) { dy[0], dy[1], dy[2] = -y[0], -y[1], y[0] })
	y, want := []float64{1, 0, 0}, []float64{math.Exp(-1), 0, 1 - math.Exp(-1)}
	_, err := ode.Solve(sys, y, 0, 1, ode.Options{RelTol: 1e-6})
	for i := range want {
		if err != nil || math.Abs(y[i]-want[i]) > 1e-5 {
			t.Errorf("component %d is %g, want %g (%v)", i, y[i], want[i], err)
		}
	}
}

func TestEveryControlAndNormReachesTheTolerance(t *testing.T) {
	p := odetest.Brusselator()
	for name, c := range map[string]ode.StepControl{
		"I": ode.IControl(), "PI": ode.PIControl(), "PID": ode.PIDControl(), "H211": ode.H211Control(),
	} {
		for _, norm := range []ode.Norm{nil, ode.MaxNorm{RelTol: 1e-8, AbsTol: 1e-8}} {
			y := p.Start()
			stats, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{RelTol: 1e-8, AbsTol: 1e-8, Control: c, Norm: norm})
			if err != nil {
				t.Fatal(err)
			}
			if e := p.Error(y); e > 1e-7 || stats.Evaluations > 2500 {
				t.Errorf("%s, norm %T: error %.2g after %d evaluations", name, norm, e, stats.Evaluations)
			}
		}
	}
}

func TestTheLastShortStepDoesNotSpoilTheNextGuess(t *testing.T) {
	p := odetest.Oscillation()
	whole, err := ode.Solve(p.System, p.Start(), 0, 3, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	longer, err := ode.Solve(p.System, p.Start(), 0, 3.001, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if ratio := longer.H / whole.H; ratio < 0.7 || ratio > 1.5 {
		t.Errorf("steps to go on with: %g after t = 3, %g after t = 3.001", whole.H, longer.H)
	}
}

// measured is an ensemble of one oscillator whose row 1 wants its error a thousand times smaller than row 0.
type measured struct{ odetest.Ensemble }

func (measured) NormRow(id int, errs, y0, y1 []float64) float64 {
	tolerance := []float64{1e-4, 1e-7}[id]
	return ode.RMSNorm{AbsTol: tolerance}.Norm(errs, y0, y1)
}

func TestAnEnsembleMayMeasureItsOwnErrors(t *testing.T) {
	oscillator := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], -y[0] })
	sys := measured{odetest.Ensemble{oscillator, oscillator}}
	y := []float64{1, 0, 1, 0}
	stats, err := ode.SolveRows(sys, y, 0, 10, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for k, tolerance := range []float64{1e-4, 1e-7} {
		alone := []float64{1, 0}
		want, err := ode.Solve(oscillator, alone, 0, 10, ode.Options{Norm: ode.RMSNorm{AbsTol: tolerance}})
		if err != nil {
			t.Fatal(err)
		}
		if stats[k].Accepted != want.Accepted || y[2*k] != alone[0] {
			t.Errorf("row %d took %d steps to %v, alone it takes %d to %v", k, stats[k].Accepted, y[2*k], want.Accepted, alone[0])
		}
	}
	given, err := ode.SolveRows(sys, []float64{1, 0, 1, 0}, 0, 10, ode.Options{Norm: ode.RMSNorm{AbsTol: 1e-4}})
	if err != nil || given[0].Accepted != given[1].Accepted {
		t.Errorf("a norm in Options does not take its place: %v, %v", given, err)
	}
}
