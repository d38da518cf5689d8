package ode_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
)

// pulses is y' = -y + u(t), where u is 10 on [1, 1.01], or without its ends, and else 0.
func pulses(ends bool) ode.System {
	return system(1, func(dy []float64, t float64, y []float64) {
		dy[0] = -y[0]
		if t > 1 && t < 1.01 || ends && (t == 1 || t == 1.01) {
			dy[0] += 10
		}
	})
}

// afterPulse is y(2) from y(0) = 0.
var afterPulse = 10 * (1 - math.Exp(-0.01)) * math.Exp(-0.99)

// Steps grow to a tenth of the span and would jump over the pulse. Stops make it as good as smooth, whatever the right-hand side is at the
// jump itself.
func TestStopTimesLandOnJumps(t *testing.T) {
	for _, m := range explicit() {
		for _, ends := range []bool{false, true} {
			opt := ode.Options{Method: m, RelTol: 1e-8, AbsTol: 1e-10, StopTimes: []float64{7, 1.01, 1, -3, 1}}
			within := 1e-7
			if m.ErrorOrder() == 0 {
				opt.Step, within = 0.005, map[bool]float64{true: 1e-3, false: 1e-9}[m.Order() == 1]
			}
			var landings []float64
			opt.Observer = func(s *ode.Step) error {
				if s.T1[0] == 1 || s.T1[0] == 1.01 {
					landings = append(landings, s.T1[0])
				}
				return nil
			}
			y := []float64{0}
			stats, err := ode.Solve(pulses(ends), y, 0, 2, opt)
			if err != nil || math.Abs(y[0]-afterPulse) > within || stats.Rejected > 6 || !slices.Equal(landings, []float64{1, 1.01}) {
				t.Errorf("%s: %.2g off, %d rejected, landings %v (%v)", m.Name(), y[0]-afterPulse, stats.Rejected, landings, err)
			}
			opt.Observer = nil
			if _, err := ode.Solve(pulses(ends), y, 2, 0, opt); err != nil || math.Abs(y[0]) > 20*within {
				t.Errorf("%s: %.2g off at the start, backwards (%v)", m.Name(), y[0], err)
			}
		}
	}
}

// Jumps at the ends of the span are stops like others.
func TestStopTimesMayBeTheEndsOfTheSpan(t *testing.T) {
	for _, ends := range []bool{false, true} {
		y := []float64{0}
		opt := ode.Options{Method: ode.RK4(), Step: 0.01, StopTimes: []float64{1, 1.01}}
		stats, err := ode.Solve(pulses(ends), y, 1, 1.01, opt)
		if want := 10 * (1 - math.Exp(-0.01)); err != nil || math.Abs(y[0]-want) > 1e-11 || stats.T != 1.01 || stats.Accepted != 1 {
			t.Errorf("%.17g, want %.17g (%+v, %v)", y[0], want, stats, err)
		}
	}
}

func TestAStopDoesNotShortenTheStepsBehindIt(t *testing.T) {
	smooth := system(1, func(dy []float64, _ float64, y []float64) { dy[0] = -y[0] })
	free, err := ode.Solve(smooth, []float64{1}, 0, 4, ode.Options{})
	if err != nil {
		t.Fatal(err)
	}
	stopped, err := ode.Solve(smooth, []float64{1}, 0, 4, ode.Options{StopTimes: []float64{1, 1 + 1e-9, 2}})
	if err != nil || stopped.Accepted > free.Accepted+4 {
		t.Errorf("%d steps with stops, %d without (%v)", stopped.Accepted, free.Accepted, err)
	}
}

func TestADoneContextInterrupts(t *testing.T) {
	why := errors.New("the user has gone")
	ctx, cancel := context.WithCancelCause(context.Background())
	opt := ode.Options{Context: ctx, Observer: ode.EachStep(func(t float64, _ []float64) error {
		if t > 2 {
			cancel(why)
		}
		return nil
	})}
	y := []float64{1, 0}
	stats, err := ode.Solve(ball(1), y, 0, 100, opt)
	var e *ode.StepError
	if !errors.Is(err, why) || !errors.As(err, &e) || stats.Reason != ode.Interrupted || stats.T < 2 || stats.T > 99 || math.Abs(y[1]+stats.T) > 1e-12 {
		t.Errorf("got %+v, state %v, %v", stats, y, err)
	}
	if _, err := ode.Solve(ball(1), y, 0, 1, opt); !errors.Is(err, why) {
		t.Errorf("a solve under it: %v", err)
	}
	late, cancelLate := context.WithTimeout(context.Background(), 0)
	defer cancelLate()
	if _, err := ode.Solve(ball(1), y, 0, 1, ode.Options{Context: late}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("past the deadline: %v", err)
	}
}

func TestRejectionsInSuccessionAreBounded(t *testing.T) {
	jump := system(2, func(dy []float64, t float64, y []float64) { dy[0], dy[1] = 1, math.Copysign(1e6, t-0.35) })
	opt := ode.Options{InitialStep: 0.3, MaxRejections: 4}
	stats, err := ode.Solve(jump, []float64{0, 0}, 0, 1, opt)
	var e *ode.StepError
	if !errors.Is(err, ode.ErrTooManyRejections) || !errors.As(err, &e) || e.Component != 1 || stats.Rejected < 4 || !(e.ErrNorm > 1) ||
		!strings.Contains(err.Error(), "StopTimes") {
		t.Errorf("got %+v, %v", stats, err)
	}
	opt.StopTimes = []float64{0.35}
	if stats, err := ode.Solve(jump, []float64{0, 0}, 0, 1, opt); err != nil || stats.Rejected > 0 {
		t.Errorf("with a stop: got %+v, %v", stats, err)
	}
}

// explicit are the methods that take events and stop times.
func explicit() []ode.Method {
	return slices.DeleteFunc(ode.Methods(), func(m ode.Method) bool { return m == ode.Rodas5P() })
}

func TestImplicitMethodsRefuseEventsAndStopTimes(t *testing.T) {
	for _, opt := range []ode.Options{
		{Method: ode.Rodas5P(), StopTimes: []float64{1}},
		{Method: ode.Rodas5P(), Events: []ode.Event{{G: func(int, float64, []float64) float64 { return 1 }}}},
	} {
		if _, err := ode.NewIntegrator(ode.OneRow(pulses(true)), 1, opt); err == nil || !strings.Contains(err.Error(), "explicit method") {
			t.Errorf("got %v", err)
		}
	}
}
