package sde

import (
	"math"

	"credo/ode"
)

// Options of an integration. The zero value is Euler-Maruyama, unobserved.
type Options struct {
	// Method is the recipe of a step; nil is [EulerMaruyama].
	Method Method
	// Observer sees the state at t0 and after every step; nil: nobody does. It
	// must neither keep nor change y; its error stops the integration.
	Observer ode.Observer
}

// Stats tells how an integration went.
type Stats struct {
	Steps int     // taken
	T     float64 // time of the returned state
	Err   error   // why it is not t1, if this row failed
}

// Solve advances y (length sys.Dim()) from t0 to t1 >= t0 in place, in steps of h
// on the given path, of dimension sys.NoiseDim(). The last step is shortened to
// land on t1. After an error y is the last good state and Stats.T its time.
// It panics if len(y) is not sys.Dim().
//
// The error is an [*OptionError], a [*StepError], or the observer's.
func Solve(sys System, y []float64, t0, t1, h float64, path Path, opt Options) (Stats, error) {
	in, err := NewIntegrator(sys, opt)
	if err != nil {
		return Stats{T: t0}, err
	}
	return in.Solve(y, t0, t1, h, path)
}

// Integrator solves one system again and again without allocating. It belongs
// to one goroutine.
type Integrator struct {
	rows *RowsIntegrator
	path [1]Path
}

// NewIntegrator makes all memory for sys. The error is an [*OptionError]: the
// method does not converge for the system's kind of noise. It panics if the
// system's dimensions do not go with its kind of noise.
func NewIntegrator(sys System, opt Options) (*Integrator, error) {
	rows, err := NewRowsIntegrator(oneRow{sys}, 1, opt)
	if err != nil {
		return nil, err
	}
	return &Integrator{rows: rows}, nil
}

// Solve advances y from t0 to t1 in place, as the function [Solve] does.
func (in *Integrator) Solve(y []float64, t0, t1, h float64, path Path) (Stats, error) {
	in.path[0] = path
	stats, err := in.rows.Solve(y, t0, t1, h, in.path[:])
	if err == nil {
		err = stats[0].Err
	}
	return stats[0], err
}

// rounding, in steps, is what the end of the span may be off a multiple of the step.
const rounding = 1e-6

// countSteps checks the span and the step against each other and the path.
func countSteps(t0, t1, h float64, path Path) (int, error) {
	switch {
	case !finite(t0):
		return 0, &OptionError{"t0", t0, "a finite time"}
	case !finite(t1) || t1 < t0:
		return 0, &OptionError{"t1", t1, "a finite time, not before t0"}
	case !(h > 0) || !finite(h):
		return 0, &OptionError{"h", h, "a finite step > 0"}
	case t0+h == t0 || t1-h == t1:
		return 0, &OptionError{"h", h, "a step that moves time"}
	case t0 == t1:
		return 0, nil
	}
	if c, ok := path.(Checker); ok {
		if err := c.Check(t0, t1, h); err != nil {
			return 0, err
		}
	}
	return max(1, int(math.Ceil((t1-t0)/h-rounding))), nil
}

// firstNonFinite is the index of the first component that is not finite, or -1.
func firstNonFinite(y []float64) int {
	for i, yi := range y {
		if !finite(yi) {
			return i
		}
	}
	return -1
}

// finite holds unless x is NaN or infinite, where x - x is NaN.
func finite(x float64) bool { return x-x == 0 }
