package ode

import (
	"errors"
	"fmt"
)

// Why a row fails: compare with errors.Is.
var (
	ErrNonFinite         = errors.New("not finite")
	ErrStepUnderflow     = errors.New("step underflow")
	ErrTooManySteps      = errors.New("too many steps")
	ErrTooManyRejections = errors.New("too many rejections")
)

// StepError is the failure of one row. It wraps ErrNonFinite, ErrStepUnderflow, ErrTooManySteps or ErrTooManyRejections, or
// where the context was done, its cause, as context.DeadlineExceeded.
type StepError struct {
	Row     int     // id of the row
	T, H    float64 // start and length (signed) of the last step tried
	Steps   int     // steps tried
	ErrNorm float64 // norm of that step's error, where 1 is just acceptable; 0 if it was not measured

	// Component is the worst component of the row and Value its value. Of a row that is not finite, it is the first component
	// that is not, and What names the vector: "state", "derivative" or "error estimate"; or it is the "event function" of that index. Else it is the component of the state
	// with the largest scaled error.
	Component int
	Value     float64
	What      string

	Reason Reason
	Err    error
}

func (e *StepError) Unwrap() error { return e.Err }

func (e *StepError) Error() string {
	switch e.Reason {
	case NonFinite:
		return fmt.Sprintf("ode: t = %g: component %d of the %s is %g (step %g): %v; try a smaller InitialStep or Step, "+
			"or see whether the right-hand side is defined there", e.T, e.Component, e.What, e.Value, e.H, e.Err)
	case StepUnderflow:
		return fmt.Sprintf("ode: t = %g: step %g is too small, error %.3g times the tolerance, largest in component %d = %g: %v; "+
			"try a larger tolerance, or see whether the solution has a singularity there",
			e.T, e.H, e.ErrNorm, e.Component, e.Value, e.Err)
	case TooManyRejections:
		return fmt.Sprintf("ode: t = %g: the step was rejected again and again, last at %g with error %.3g times the tolerance, "+
			"largest in component %d = %g: %v; see whether the right-hand side jumps or is noisy there (StopTimes and Events are for jumps)",
			e.T, e.H, e.ErrNorm, e.Component, e.Value, e.Err)
	case Interrupted:
		return fmt.Sprintf("ode: t = %g: interrupted after %d steps, the last %g long with error %.3g times the tolerance, "+
			"largest in component %d = %g: %v", e.T, e.Steps, e.H, e.ErrNorm, e.Component, e.Value, e.Err)
	default:
		return fmt.Sprintf("ode: t = %g: %d steps tried, the last %g long with error %.3g times the tolerance, "+
			"largest in component %d = %g: %v; try a larger MaxSteps or tolerance: the system may be stiff",
			e.T, e.Steps, e.H, e.ErrNorm, e.Component, e.Value, e.Err)
	}
}

// RowsError reports that rows of an ensemble failed. It wraps the error of the first of them.
type RowsError struct {
	Failed, Rows int   // how many failed, of how many
	Row          int   // id of the first that failed
	First        error // and its error
}

func (e *RowsError) Unwrap() error { return e.First }

func (e *RowsError) Error() string {
	return fmt.Sprintf("ode: %d of %d rows failed, the first is row %d: %v", e.Failed, e.Rows, e.Row, e.First)
}

// rowsError summarises stats; nil if no row failed.
func rowsError(stats []Stats) error {
	var e *RowsError
	for id := range stats {
		if stats[id].Err == nil {
			continue
		}
		if e == nil {
			e = &RowsError{Rows: len(stats), Row: id, First: stats[id].Err}
		}
		e.Failed++
	}
	if e == nil {
		return nil
	}
	return e
}
