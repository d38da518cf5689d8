package ode

import (
	"context"
	"fmt"
	"math"
)

// Options of an integration. The zero value is adaptive Tsit5 at tolerances of 1e-6.
type Options struct {
	// Method is the recipe of a step; nil is [Tsit5].
	Method Method

	// RelTol and AbsTol bound the estimated error of a step: in every component about AbsTol + RelTol |y_i|.
	// One of them may be 0; where both are, both are [DefaultTol]. They are not used at a fixed Step.
	RelTol, AbsTol float64

	// Step > 0 is a fixed step without error control; the last one is shortened to land on t1. 0: the step is adapted.
	Step float64

	// InitialStep is the length of the first step tried; 0: chosen from the first two derivatives.
	InitialStep float64

	// MaxStep bounds the length of a step; 0: only the span does.
	MaxStep float64

	// MaxSteps bounds the steps tried by each row, accepted or not; 0: [DefaultMaxSteps].
	MaxSteps int

	// MaxRejections bounds how often one step is rejected in succession; 0: [DefaultMaxRejections].
	MaxRejections int

	// Context ends the integration once it is done: all rows still under way fail with Reason Interrupted. It is asked before
	// every step. nil: never.
	Context context.Context

	// StopTimes are times at which steps end exactly, in any order; those outside the span do not count. The right-hand side may
	// jump there: the step before is evaluated one unit in the last place of t before it, the step after as much behind it, with a
	// fresh derivative.
	StopTimes []float64

	// Events are what happens where functions of the state change sign.
	Events []Event

	// Norm measures the error of a step; nil is the ensemble's own, if it is a [RowNorm], else [RMSNorm] with
	// RelTol and AbsTol. A norm carries its own tolerances: beside one, RelTol and AbsTol serve only to name the worst component in an error.
	Norm Norm

	// Control turns errors into steps; the zero value is [PIControl].
	Control StepControl

	// Observer sees every accepted step; nil: nobody does. See [EachStep] and [AtTimes].
	Observer RowsObserver
}

const (
	// DefaultTol is the tolerance where Options gives none.
	DefaultTol = 1e-6
	// DefaultMaxSteps is the bound on steps where Options gives none.
	DefaultMaxSteps = 100_000
	// DefaultMaxRejections is the bound on rejections of one step: by the default MinFactor it may shrink by 1e-35 on the way.
	DefaultMaxRejections = 50
)

// OptionError reports a setting that cannot be used.
type OptionError struct {
	Field string // the field of the options, as "RelTol"
	Value any
	Want  string // what would be right
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("ode: %s is %v: want %s", e.Field, e.Value, e.Want)
}

// complete returns opt with its defaults filled in, or the first fault.
func (opt Options) complete() (Options, error) {
	if err := opt.check(); err != nil {
		return opt, err
	}
	if opt.Method == nil {
		opt.Method = Tsit5()
	}
	if opt.Step == 0 && opt.Method.ErrorOrder() == 0 {
		return opt, &OptionError{"Step", opt.Step, "a positive step, because method " + opt.Method.Name() + " has no error estimate"}
	}
	if opt.RelTol == 0 && opt.AbsTol == 0 {
		opt.RelTol, opt.AbsTol = DefaultTol, DefaultTol
	}
	if opt.MaxStep == 0 {
		opt.MaxStep = math.Inf(1)
	}
	if opt.MaxSteps == 0 {
		opt.MaxSteps = DefaultMaxSteps
	}
	if opt.MaxRejections == 0 {
		opt.MaxRejections = DefaultMaxRejections
	}
	if opt.Control == (StepControl{}) {
		opt.Control = PIControl()
	}
	return opt, nil
}

func (opt Options) check() error {
	for _, s := range []struct {
		field string
		value float64
	}{
		{"RelTol", opt.RelTol}, {"AbsTol", opt.AbsTol}, {"Step", opt.Step}, {"InitialStep", opt.InitialStep}, {"MaxStep", opt.MaxStep},
	} {
		if !(s.value >= 0) || math.IsInf(s.value, 1) {
			return &OptionError{s.field, s.value, "a finite number >= 0"}
		}
	}
	if opt.MaxSteps < 0 {
		return &OptionError{"MaxSteps", opt.MaxSteps, "a number >= 0"}
	}
	if opt.MaxRejections < 0 {
		return &OptionError{"MaxRejections", opt.MaxRejections, "a number >= 0"}
	}
	if i := firstNonFinite(opt.StopTimes); i >= 0 {
		return &OptionError{fmt.Sprintf("StopTimes[%d]", i), opt.StopTimes[i], "a finite time"}
	}
	for i, e := range opt.Events {
		if err := e.check(i); err != nil {
			return err
		}
	}
	if m, implicit := opt.Method.(*rosenbrock); implicit && len(opt.Events)+len(opt.StopTimes) > 0 {
		return &OptionError{"Method", m.Name(), "an explicit method beside Events and StopTimes: an implicit one differences across what jumps there"}
	}
	if opt.MaxStep > 0 && opt.Step > opt.MaxStep {
		return &OptionError{"Step", opt.Step, fmt.Sprintf("at most MaxStep = %g", opt.MaxStep)}
	}
	if opt.Control != (StepControl{}) {
		return opt.Control.check()
	}
	return nil
}
