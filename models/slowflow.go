package models

import (
	"math"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// SlowFlow is the limit of [Coupled] for neurons and controllers that are fast
// against the weights: what is fast stands at its rest state all the time, and
// the weights alone take time,
//
//	tau_w dW/dt = mean over samples of G(x^*(W), W)      (or the sum)
//
// with the targets of the presentation's start, as at level coupled. One forward
// Euler step over the whole of [0, T] is level steady.
type SlowFlow struct {
	rest   []Presenter // a tile each, at level steady
	tauW   float64
	length float64
	sum    bool
	stop   func() error
	solver ode.Options

	batches []*Batch
	w, dw   *Weights
	y       []float64
	total   int
	outcome Outcome
	err     error // of the last Deriv
}

// follower is a Presenter whose targets follow from the weights, and which can
// present its last batch again with weights that have moved since and the same
// targets.
type follower interface {
	Follow(dst, w *Weights) (Outcome, error)
}

// NewSlowFlow returns the flow for minibatches of up to tiles tiles. s gives the
// rule, TauW, Presentation, Sum and Solver.
func NewSlowFlow(net *Network, tiles int, s Settings) (*SlowFlow, error) {
	f := &SlowFlow{tauW: s.TauW, length: s.Presentation, sum: s.Sum, stop: s.Stop, solver: s.Solver, w: NewWeights(net), dw: NewWeights(net)}
	s.Level, s.Presentation = "steady", 0
	for range tiles {
		p, err := NewPresenter(net, s)
		if err != nil {
			return nil, err
		}
		f.rest = append(f.rest, p)
	}
	f.y = make([]float64, len(f.w.Plastic()))
	return f, nil
}

// Present lets w flow for the length of a presentation. After an error w is as
// it was. Errors are measured against how far the weights would move.
func (f *SlowFlow) Present(w *Weights, batches []*Batch) (Outcome, error) {
	f.w.Copy(w)
	f.batches, f.total, f.err = batches, 0, nil
	for _, b := range batches {
		f.total += b.N
	}
	outcome, err := f.begin()
	if err != nil {
		return outcome, err
	}
	f.outcome = Outcome{Evaluations: outcome.Evaluations}
	copy(f.y, w.Plastic())
	options := f.solver
	distance := floats.Norm(f.dw.Plastic(), 2) / math.Sqrt(float64(len(f.y))) * f.length
	options.Norm = ode.RMSNorm{AbsTol: options.RelTol * distance}
	if _, err = ode.Solve(f, f.y, 0, f.length, options); err == nil {
		err = f.err
	}
	outcome.Evaluations = f.outcome.Evaluations
	if err != nil {
		return outcome, err
	}
	copy(w.Plastic(), f.y)
	return outcome, nil
}

// begin presents the batches, which sets their targets, and leaves dW/dt in dw.
func (f *SlowFlow) begin() (Outcome, error) {
	return f.teach(func(k int) (Outcome, error) { return f.rest[k].Present(f.dw, f.w, f.batches[k]) })
}

// again is begin with weights that have moved since.
func (f *SlowFlow) again() (Outcome, error) {
	return f.teach(func(k int) (Outcome, error) {
		if p, ok := f.rest[k].(follower); ok {
			return p.Follow(f.dw, f.w)
		}
		return f.rest[k].Present(f.dw, f.w, f.batches[k])
	})
}

// teach sets dw to dW/dt, of what present adds for every tile.
func (f *SlowFlow) teach(present func(tile int) (Outcome, error)) (Outcome, error) {
	var outcome Outcome
	f.dw.Zero()
	for k := range f.batches {
		o, err := present(k)
		if err != nil {
			return outcome, err
		}
		outcome.Add(o)
	}
	share := 1 / f.tauW
	if !f.sum {
		share /= float64(f.total)
	}
	floats.Scale(share, f.dw.Plastic())
	return outcome, nil
}

// Dim returns the number of weights.
func (f *SlowFlow) Dim() int { return len(f.y) }

// Deriv evaluates G / tau_w at the rest state; after an error it is NaN.
func (f *SlowFlow) Deriv(dy []float64, _ float64, y []float64) {
	copy(f.w.Plastic(), y)
	err := f.err
	if err == nil && f.stop != nil {
		err = f.stop()
	}
	if err == nil {
		var o Outcome
		o, err = f.again()
		f.outcome.Evaluations += o.Evaluations
	}
	if f.err = err; err != nil {
		dy[0] = math.NaN()
		return
	}
	copy(dy, f.dw.Plastic())
}
