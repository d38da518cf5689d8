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
	stepper Stepper
	observe ode.Observer
	y, y1   []float64 // the state before and after a step
	dw      []float64
}

// NewIntegrator makes all memory for sys. The error is an [*OptionError]: the
// method does not converge for the system's kind of noise. It panics if the
// system's dimensions do not go with its kind of noise.
func NewIntegrator(sys System, opt Options) (*Integrator, error) {
	dim, noiseDim, kind := sys.Dim(), sys.NoiseDim(), sys.Noise()
	switch {
	case dim < 1 || noiseDim < 1:
		panic("sde: the dimension of the system or of its noise is less than 1")
	case kind == Scalar && noiseDim != 1:
		panic("sde: the noise is scalar, but NoiseDim is not 1")
	case kind == Diagonal && noiseDim != dim:
		panic("sde: the noise is diagonal, but NoiseDim is not Dim")
	}
	method := opt.Method
	if method == nil {
		method = EulerMaruyama()
	}
	if method.StrongOrder(kind) == 0 {
		return nil, &OptionError{"Method", method.Name(), "a method for " + kind.String() + " noise"}
	}
	return &Integrator{
		stepper: method.NewStepper(sys),
		observe: opt.Observer,
		y:       make([]float64, dim),
		y1:      make([]float64, dim),
		dw:      make([]float64, noiseDim),
	}, nil
}

// Solve advances y from t0 to t1 in place, as the function [Solve] does.
func (in *Integrator) Solve(y []float64, t0, t1, h float64, path Path) (Stats, error) {
	if len(y) != len(in.y) {
		panic("sde: the length of y is not the dimension of the system")
	}
	stats := Stats{T: t0}
	n, err := countSteps(t0, t1, h, path)
	if err != nil {
		return stats, err
	}
	if i := firstNonFinite(y); i >= 0 {
		return stats, &StepError{T: t0, Component: i, Value: y[i], Err: ode.ErrNonFinite}
	}
	copy(in.y, y)
	err = in.run(&stats, n, t0, t1, h, path)
	copy(y, in.y)
	return stats, err
}

// run takes n steps. Their ends are t0 + k h, which do not gather rounding, and at last t1.
func (in *Integrator) run(stats *Stats, n int, t0, t1, h float64, path Path) error {
	if err := in.show(t0); err != nil {
		return err
	}
	for k := 1; k <= n; k++ {
		t, end, length := stats.T, t0+float64(k)*h, h
		if k == n {
			end, length = t1, t1-t
		}
		path.Increment(in.dw, t, end)
		in.stepper.Step(in.y1, t, length, in.y, in.dw)
		if i := firstNonFinite(in.y1); i >= 0 {
			return &StepError{T: t, H: length, Step: k, Component: i, Value: in.y1[i], Err: ode.ErrNonFinite}
		}
		in.y, in.y1 = in.y1, in.y
		stats.Steps, stats.T = k, end
		if err := in.show(end); err != nil {
			return err
		}
	}
	return nil
}

func (in *Integrator) show(t float64) error {
	if in.observe == nil {
		return nil
	}
	return in.observe(t, in.y)
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
