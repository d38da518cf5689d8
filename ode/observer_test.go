package ode_test

import (
	"errors"
	"math"
	"slices"
	"testing"

	"credo/ode"
	"credo/ode/odetest"
)

func TestAtTimesHitsItsTimesInEitherDirection(t *testing.T) {
	p := odetest.Kepler(0.3, 5)
	times := []float64{5, 0, 1.25, 7, 0.1, 0.1001, 3, -1}
	for _, m := range ode.Methods() {
		for _, test := range []struct {
			from, to float64
			want     []float64
		}{
			{0, 5, []float64{0, 0.1, 0.1001, 1.25, 3, 5}},
			{5, 0, []float64{5, 3, 1.25, 0.1001, 0.1, 0}},
		} {
			var seen []float64
			worst := 0.0
			opt := ode.Options{Method: m, RelTol: 1e-8, AbsTol: 1e-8}
			if m.ErrorOrder() == 0 {
				opt.Step = 1e-3
			}
			opt.Observer = ode.AtTimes(times, func(at float64, y []float64) error {
				seen = append(seen, at)
				worst = max(worst, p.ErrorAt(at, y))
				return nil
			})
			y := make([]float64, 4)
			p.Exact(y, test.from)
			if _, err := ode.Solve(p.System, y, test.from, test.to, opt); err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(seen, test.want) {
				t.Errorf("%s saw %v, want %v", m.Name(), seen, test.want)
			}
			// Euler's error at this step is 0.06; interpolation must not add to the others' 1e-6.
			if within := map[bool]float64{true: 0.1, false: 1e-5}[m.Order() == 1]; worst > within {
				t.Errorf("%s: error %.2g between steps", m.Name(), worst)
			}
		}
	}
}

func TestOutputTimesDoNotChangeTheSteps(t *testing.T) {
	p := odetest.Brusselator()
	plain, observed := p.Start(), p.Start()
	ignore := func(float64, []float64) error { return nil }
	a, err := ode.Solve(p.System, plain, p.T0, p.T1, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := ode.Solve(p.System, observed, p.T0, p.T1, ode.Options{Observer: ode.AtTimes([]float64{1, 2, 3}, ignore)})
	if err != nil || a != b || !slices.Equal(plain, observed) {
		t.Errorf("got %v and %v, %v", a, b, err)
	}
}

func TestEachStepSeesTheStartAndEveryEnd(t *testing.T) {
	var times []float64
	opt := ode.Options{Observer: ode.EachStep(func(t float64, y []float64) error {
		times = append(times, t)
		return nil
	})}
	stats, err := ode.Solve(odetest.VanDerPol(5), []float64{2, 0}, 0, 10, opt)
	if err != nil {
		t.Fatal(err)
	}
	if len(times) != stats.Accepted+1 || times[0] != 0 || times[len(times)-1] != 10 || !slices.IsSorted(times) {
		t.Errorf("%d calls for %d steps: %v", len(times), stats.Accepted, times)
	}
}

func TestAnObserversErrorStopsAllRowsAtAcceptedStates(t *testing.T) {
	enough := errors.New("enough")
	decay := func(rate float64) ode.System {
		return system(1, func(dy []float64, _ float64, y []float64) { dy[0] = -rate * y[0] })
	}
	opt := ode.Options{Observer: func(s *ode.Step) error {
		if slices.Max(s.T1) > 0.5 {
			return enough
		}
		return nil
	}}
	y := []float64{1, 1, 1}
	stats, err := ode.SolveRows(odetest.Ensemble{decay(1), decay(3), decay(9)}, y, 0, 100, opt)
	if !errors.Is(err, enough) {
		t.Errorf("got %v", err)
	}
	for k, s := range stats {
		if s.Reason != ode.Stopped || !errors.Is(s.Err, enough) {
			t.Errorf("row %d: %v, %v", k, s.Reason, s.Err)
		}
		if want := math.Exp(-math.Pow(3, float64(k)) * s.T); math.Abs(y[k]-want) > 1e-4 {
			t.Errorf("row %d is %g at t = %g, want %g", k, y[k], s.T, want)
		}
	}
}

// A model integrates along the trajectory by a rule over each step; Simpson's is exact enough here.
func TestQuadratureAlongTheTrajectory(t *testing.T) {
	p := odetest.Oscillation()
	integral, mid := 0.0, make([]float64, 2)
	opt := ode.Options{RelTol: 1e-9, AbsTol: 1e-9, Observer: func(s *ode.Step) error {
		s.Interpolate(mid, 0.5)
		integral += (s.T1[0] - s.T0[0]) / 6 * (s.Y0[0]*s.Y0[0] + 4*mid[0]*mid[0] + s.Y1[0]*s.Y1[0])
		return nil
	}}
	if _, err := ode.Solve(p.System, p.Start(), p.T0, p.T1, opt); err != nil {
		t.Fatal(err)
	}
	if want := 1.5 * math.Pi; math.Abs(integral-want) > 1e-6 {
		t.Errorf("the integral of cos^2 is %.9f, want %.9f", integral, want)
	}
}
