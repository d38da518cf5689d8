package sde

import (
	"errors"
	"fmt"
)

// OptionError reports a setting that cannot be used.
type OptionError struct {
	Field string // the parameter or the field of the options, as "h"
	Value any
	Want  string // what would be right
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("sde: %s is %v: want %s", e.Field, e.Value, e.Want)
}

// StepError reports that a step failed. It wraps [ode.ErrNonFinite] or [ErrNoRoot].
type StepError struct {
	T, H      float64 // start and length of the step; the length is 0 for the initial state
	Step      int     // its number, from 1; 0 for the initial state
	Component int     // the first component that is not finite, or the one farthest from its root
	Value     float64 // and its value after the step
	Err       error
}

func (e *StepError) Unwrap() error { return e.Err }

func (e *StepError) Error() string {
	if errors.Is(e.Err, ErrNoRoot) {
		return fmt.Sprintf("sde: t = %g: Newton's method leaves component %d of the state at %g (step %d of length %g): %v; try a smaller step",
			e.T, e.Component, e.Value, e.Step, e.H, e.Err)
	}
	return fmt.Sprintf("sde: t = %g: component %d of the state is %g (step %d of length %g): %v; "+
		"try a smaller step, or see whether drift and noise are defined there",
		e.T, e.Component, e.Value, e.Step, e.H, e.Err)
}
