package sde

import (
	"fmt"
	"slices"

	"credo/ode"
)

// Rows is an ensemble of independent systems of one dimension and one kind of
// noise, whose right-hand sides are evaluated together. Row k of y (n x Dim,
// row-major) is the state of system k, row k of dw (n x NoiseDim) its noise. A
// row of dy must not depend on the other rows. It is the twin of [ode.Rows].
type Rows interface {
	Dim() int
	NoiseDim() int
	Noise() Kind
	DerivRows(dy []float64, t float64, y []float64)
	AddNoiseRows(dy []float64, t float64, y, dw []float64)
}

// oneRow is an ensemble of one.
type oneRow struct{ System }

func (s oneRow) DerivRows(dy []float64, t float64, y []float64) { s.Deriv(dy, t, y) }

func (s oneRow) AddNoiseRows(dy []float64, t float64, y, dw []float64) { s.AddNoise(dy, t, y, dw) }

// RowsIntegrator solves one ensemble again and again without allocating, every
// row on a path of its own. It belongs to one goroutine.
type RowsIntegrator struct {
	dim, noiseDim int
	method        Method
	stepper       Stepper
	observe       ode.Observer
	y, y1         []float64 // the rows before and after a step
	dw, dz        []float64 // their noise; dz is nil if the method does not ask for it
	stats         []Stats
}

// NewRowsIntegrator makes all memory for up to capacity rows of sys. The
// observer sees all rows, those that have failed too. Errors and panics are
// those of [NewIntegrator].
func NewRowsIntegrator(sys Rows, capacity int, opt Options) (*RowsIntegrator, error) {
	dim, noiseDim, kind := sys.Dim(), sys.NoiseDim(), sys.Noise()
	switch {
	case dim < 1 || noiseDim < 1:
		panic("sde: the dimension of the system or of its noise is less than 1")
	case capacity < 1:
		panic("sde: an ensemble without rows")
	case kind == Scalar && noiseDim != 1:
		panic("sde: the noise is scalar, but NoiseDim is not 1")
	case kind == Diagonal && noiseDim != dim:
		panic("sde: the noise is diagonal, but NoiseDim is not Dim")
	}
	method := opt.Method
	if method == nil {
		method = EulerMaruyama()
	}
	calculus := calculusOf(sys)
	if err := checkFit(method, calculus, kind); err != nil {
		return nil, err
	}
	in := &RowsIntegrator{
		dim: dim, noiseDim: noiseDim, method: method, stepper: method.NewStepper(sys, calculus, capacity), observe: opt.Observer,
		y: make([]float64, capacity*dim), y1: make([]float64, capacity*dim), dw: make([]float64, capacity*noiseDim),
		stats: make([]Stats, capacity),
	}
	if method.SpaceTime() {
		in.dz = make([]float64, capacity*noiseDim)
	}
	return in, nil
}

// Solve advances every row of y (n x Dim, n at most the capacity) from t0 to t1
// in place, as the function [Solve] does, row k on paths[k]; all paths must have
// the same intervals. It panics if y is not whole rows or has more or fewer
// than there are paths.
//
// Rows fail alone: one that does not stay finite keeps its last good state, and
// its Err, a [*StepError], says what happened; the others go on. The error is
// an [*OptionError] or the observer's. The Stats hold until the next call.
func (in *RowsIntegrator) Solve(y []float64, t0, t1, h float64, paths []Path) ([]Stats, error) {
	n := len(paths)
	if len(y) != n*in.dim || n < 1 || n > len(in.stats) {
		panic("sde: the length of y is not the dimension of the system, once a path")
	}
	stats := in.stats[:n]
	for b := range stats {
		stats[b] = Stats{T: t0}
	}
	if err := in.checkPaths(paths); err != nil {
		return stats, err
	}
	steps, err := countSteps(t0, t1, h, paths[0])
	if err != nil {
		return stats, err
	}
	copy(in.y, y)
	for b := range stats {
		if i := firstNonFinite(in.row(y, b)); i >= 0 {
			stats[b].Err = &StepError{T: t0, Component: i, Value: in.row(y, b)[i], Err: ode.ErrNonFinite}
		}
	}
	err = in.run(stats, steps, t0, t1, h, paths)
	copy(y, in.y)
	return stats, err
}

// run takes steps while a row is left. Their ends are t0 + k h, which do not
// gather rounding, and at last t1.
func (in *RowsIntegrator) run(stats []Stats, steps int, t0, t1, h float64, paths []Path) error {
	t := t0
	for k := 1; slices.ContainsFunc(stats, goesOn); k++ {
		if in.observe != nil {
			if err := in.observe(t, in.y[:len(stats)*in.dim]); err != nil {
				return err
			}
		}
		if k > steps {
			return nil
		}
		end, length := t0+float64(k)*h, h
		if k == steps {
			end, length = t1, t1-t
		}
		in.step(t, end, length, paths)
		for b := range stats {
			in.accept(&stats[b], b, length, end)
		}
		in.y, in.y1 = in.y1, in.y
		t = end
	}
	return nil
}

func goesOn(s Stats) bool { return s.Err == nil }

// checkPaths refuses a path that cannot give dz to a method that needs it.
func (in *RowsIntegrator) checkPaths(paths []Path) error {
	if in.dz == nil {
		return nil
	}
	for _, path := range paths {
		if _, ok := path.(SpaceTime); !ok {
			return &OptionError{"path", fmt.Sprintf("a %T", path), "one with the integrals over time that " + in.method.Name() + " needs: a Grid or an AreaTree"}
		}
	}
	return nil
}

// step sets y1 to the rows after a step.
func (in *RowsIntegrator) step(t, end, length float64, paths []Path) {
	n := len(paths)
	dw, dz := in.dw[:n*in.noiseDim], in.dz
	if dz == nil {
		for b, path := range paths {
			path.Increment(in.noise(dw, b), t, end)
		}
	} else {
		dz = dz[:n*in.noiseDim]
		for b, path := range paths {
			path.(SpaceTime).Increments(in.noise(dw, b), in.noise(dz, b), t, end)
		}
	}
	in.stepper.Step(in.y1[:n*in.dim], t, length, in.y[:n*in.dim], dw, dz)
}

// failing is a stepper that can fail, row by row.
type failing interface {
	// failure tells why row b has no next state, and which component is to blame.
	failure(b int) (component int, err error)
}

// accept moves row b to the end of a step. A row that has failed, or fails now,
// stays where it was.
func (in *RowsIntegrator) accept(s *Stats, b int, length, end float64) {
	before, after := in.row(in.y, b), in.row(in.y1, b)
	if i := firstNonFinite(after); i >= 0 && s.Err == nil {
		s.Err = &StepError{T: s.T, H: length, Step: s.Steps + 1, Component: i, Value: after[i], Err: ode.ErrNonFinite}
	}
	if f, ok := in.stepper.(failing); ok && s.Err == nil {
		if i, err := f.failure(b); err != nil {
			s.Err = &StepError{T: s.T, H: length, Step: s.Steps + 1, Component: i, Value: after[i], Err: err}
		}
	}
	if s.Err != nil {
		copy(after, before)
		return
	}
	s.Steps, s.T = s.Steps+1, end
}

func (in *RowsIntegrator) row(y []float64, b int) []float64 { return y[b*in.dim : (b+1)*in.dim] }

func (in *RowsIntegrator) noise(dw []float64, b int) []float64 {
	return dw[b*in.noiseDim : (b+1)*in.noiseDim]
}
