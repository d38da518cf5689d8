package odetest

import (
	"fmt"
	"math"
	"testing"

	"credo/ode"
)

// law is what every method obeys; check returns how m breaks it, or nil.
type law struct {
	name  string
	check func(m ode.Method) error
}

var laws = []law{
	{"fixed steps converge at the order of the method", fixedStepsConverge},
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

// orderTolerance is how far a measured order may stray at steps that are not yet infinitely small.
const orderTolerance = 0.2

// fixedStepsConverge compares the largest errors over the steps at two step sizes.
func fixedStepsConverge(m ode.Method) error {
	for _, p := range []Problem{Kepler(), Logistic()} {
		got, err := measuredOrder(m, p, func(s *ode.Step) float64 { return p.ErrorAt(s.T1[0], s.Y1) })
		if err != nil {
			return err
		}
		if want := float64(m.Order()); got < want-orderTolerance || p.Name == "kepler" && got > want+0.5 {
			return fmt.Errorf("order %.2f on %s, want %g", got, p.Name, want)
		}
	}
	return nil
}

// denseOutputConverges does so between steps, where an interpolant of order q keeps order min(p, q+1); it is exact at the ends.
func denseOutputConverges(m ode.Method) error {
	p := Kepler()
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
	switch want := float64(min(m.Order(), 4)); {
	case err != nil:
		return err
	case broken != nil:
		return broken
	case got < want-orderTolerance:
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
	default:
		return 1. / 8
	}
}

// errorFollowsTolerance asks for an error proportional to the tolerance over four decades (three for low orders), and not far above it.
func errorFollowsTolerance(m ode.Method) error {
	if m.ErrorOrder() == 0 {
		return nil
	}
	loose, tight := 1e-4, 1e-8
	if m.Order() < 3 {
		tight = 1e-7
	}
	for _, p := range []Problem{Oscillation(), Logistic(), Quadrature(), Brusselator(), Stiff()} {
		atLoose, err := adaptiveError(m, p, loose)
		if err != nil {
			return err
		}
		atTight, err := adaptiveError(m, p, tight)
		if err != nil {
			return err
		}
		slope := math.Log(atLoose/atTight) / math.Log(loose/tight)
		if slope < 0.6 || slope > 1.5 || atTight > 200*tight {
			return fmt.Errorf("%s: error %.2g at tolerance %g and %.2g at %g (slope %.2f)", p.Name, atLoose, loose, atTight, tight, slope)
		}
	}
	return nil
}

func adaptiveError(m ode.Method, p Problem, tol float64) (float64, error) {
	y := p.Start()
	_, err := ode.Solve(p.System, y, p.T0, p.T1, options(m, tol))
	return p.Error(y), err
}
