package odetest

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat"

	"credo/ode"
)

// law is what every method obeys; check returns how m breaks it, or nil.
type law struct {
	name  string
	check func(m ode.Method) error
}

var laws = []law{
	{"fixed steps converge at the order of the method", fixedStepsConverge},
	{"adaptive steps converge at the order of the method", adaptiveStepsConverge},
	{"dense output converges", denseOutputConverges},
	{"the error follows the tolerance", errorFollowsTolerance},
	{"the derivatives at both ends of a step are exact", endDerivativesAreExact},
	{"evaluations are counted", evaluationsAreCounted},
	{"time runs backwards", timeRunsBackwards},
	{"the end is hit exactly and nothing is evaluated outside the span", spanIsKept},
	{"a row has the same bits whatever its companions", rowsKeepTheirBits},
	{"a solve does not allocate", solveDoesNotAllocate},
}

// Conformance runs all laws on m, through the real stepping loop: an algebraic check of coefficients does not find
// a derivative that is reused wrongly.
func Conformance(t *testing.T, m ode.Method) {
	for _, l := range laws {
		t.Run(l.name, func(t *testing.T) {
			if err := l.check(m); err != nil {
				t.Error(err)
			}
		})
	}
}

// options are those of an adaptive run, or of one at fixed step if the method knows nothing else.
func options(m ode.Method, tol float64) ode.Options {
	opt := ode.Options{Method: m, RelTol: tol, AbsTol: tol}
	if m.ErrorOrder() == 0 {
		opt.Step = 1. / 64
	}
	return opt
}

// orderTolerance is how far a measured order may stray at steps that are not yet infinitely small. Order 8 is near rounding by then.
func orderTolerance(order int) float64 {
	if order >= 8 {
		return 0.5
	}
	return 0.2
}

// orbit is the ellipse on which orders are measured: the rounder, the sooner the leading term of the error rules.
func orbit(m ode.Method) Problem {
	if m.Order() >= 8 {
		return Kepler(0.1, 5)
	}
	return Kepler(0.3, 5)
}

// fixedStepsConverge compares the largest errors over the steps at two step sizes.
func fixedStepsConverge(m ode.Method) error {
	for _, p := range []Problem{orbit(m), Logistic()} {
		got, err := measuredOrder(m, p, func(s *ode.Step) float64 { return p.ErrorAt(s.T1[0], s.Y1) })
		if err != nil {
			return err
		}
		if want := float64(m.Order()); got < want-orderTolerance(m.Order()) || p.Name == "kepler" && got > want+0.5 {
			return fmt.Errorf("order %.2f on %s, want %g", got, p.Name, want)
		}
	}
	return nil
}

// adaptiveStepsConverge asks that the largest error over the steps falls with their number as the order of the method says. A stage that is
// reused wrongly after a rejection or a change of step shows here.
func adaptiveStepsConverge(m ode.Method) error {
	if m.ErrorOrder() == 0 {
		return nil
	}
	loose, tight := 1e-6, 1e-11
	if m.Order() < 5 {
		loose, tight = 1e-4, 1e-8
	}
	p := Kepler(0.3, 5)
	var logSteps, logErrors []float64
	for tol := loose; tol > 0.9*tight; tol /= math.Sqrt(10) {
		worst, opt := 0.0, options(m, tol)
		opt.Observer = func(s *ode.Step) error {
			worst = max(worst, p.ErrorAt(s.T1[0], s.Y1))
			return nil
		}
		stats, err := ode.Solve(p.System, p.Start(), p.T0, p.T1, opt)
		if err != nil {
			return err
		}
		logSteps, logErrors = append(logSteps, math.Log(float64(stats.Accepted))), append(logErrors, math.Log(worst))
	}
	_, slope := stat.LinearRegression(logSteps, logErrors, nil, false)
	if want := float64(m.Order()); -slope < want-0.8 {
		return fmt.Errorf("order %.2f, want %g", -slope, want)
	}
	return nil
}

// denseOutputConverges does so between steps, where an interpolant of order q keeps order min(p, q+1); it is exact at the ends.
func denseOutputConverges(m ode.Method) error {
	p := orbit(m)
	y := make([]float64, len(p.Y0))
	var broken error
	got, err := measuredOrder(m, p, func(s *ode.Step) float64 {
		if s.Interpolate(y, 0); maxDiff(y, s.Y0) != 0 {
			broken = fmt.Errorf("at t = %g the interpolant does not start in the state", s.T0[0])
		}
		if s.Interpolate(y, 1); maxDiff(y, s.Y1) != 0 {
			broken = fmt.Errorf("at t = %g the interpolant does not end in the state", s.T1[0])
		}
		worst := 0.0
		for _, theta := range []float64{1e-9, 0.2, 0.5, 0.8, 1 - 1e-9} {
			s.InterpolateRow(y, 0, theta)
			worst = max(worst, p.ErrorAt(s.T0[0]+theta*(s.T1[0]-s.T0[0]), y))
		}
		return worst
	})
	switch want := float64(min(m.Order(), m.DenseOrder()+1)); {
	case err != nil:
		return err
	case broken != nil:
		return broken
	case got < want-orderTolerance(int(want)):
		return fmt.Errorf("order %.2f, want %g", got, want)
	}
	return nil
}

// measuredOrder is the order at which the largest of the errors of the steps falls.
func measuredOrder(m ode.Method, p Problem, errorOf func(*ode.Step) float64) (float64, error) {
	var worst [2]float64
	for i := range worst {
		opt := ode.Options{Method: m, Step: coarseStep(m) / float64(1+i), Observer: func(s *ode.Step) error {
			worst[i] = max(worst[i], errorOf(s))
			return nil
		}}
		if _, err := ode.Solve(p.System, p.Start(), p.T0, p.T1, opt); err != nil {
			return 0, err
		}
	}
	return math.Log2(worst[0] / worst[1]), nil
}

// coarseStep is small enough for the leading term of the error to rule, and large enough for rounding not to.
func coarseStep(m ode.Method) float64 {
	switch p := m.Order(); {
	case p == 1:
		return 1. / 512
	case p <= 3:
		return 1. / 128
	case p <= 5:
		return 1. / 32
	case p <= 7:
		return 1. / 16
	default:
		return 1. / 6
	}
}

// errorFollowsTolerance asks for an error proportional to the tolerance over four decades (three for low orders), and not far above it.
func errorFollowsTolerance(m ode.Method) error {
	if m.ErrorOrder() == 0 {
		return nil
	}
	tolerances := []float64{1e-4, 1e-5, 1e-6, 1e-7, 1e-8}
	switch {
	case m.Order() < 3:
		tolerances = tolerances[:4]
	case m.Order() >= 5: // at 1e-4 these solve the problems in a few steps
		tolerances = append(tolerances[1:], 1e-9)
	}
	for _, p := range []Problem{Oscillation(), Logistic(), Quadrature(), Brusselator(), Stiff()} {
		var logTolerances, logErrors []float64
		for _, tol := range tolerances {
			e, err := adaptiveError(m, p, tol)
			switch {
			case err != nil:
				return err
			case e > 200*tol:
				return fmt.Errorf("%s: error %.2g at tolerance %g", p.Name, e, tol)
			}
			logTolerances, logErrors = append(logTolerances, math.Log(tol)), append(logErrors, math.Log(e))
		}
		if _, slope := stat.LinearRegression(logTolerances, logErrors, nil, false); slope < 0.6 || slope > 1.5 {
			return fmt.Errorf("%s: the error falls as tolerance^%.2f", p.Name, slope)
		}
	}
	return nil
}

func adaptiveError(m ode.Method, p Problem, tol float64) (float64, error) {
	y := p.Start()
	_, err := ode.Solve(p.System, y, p.T0, p.T1, options(m, tol))
	return p.Error(y), err
}
