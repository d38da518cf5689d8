package models

import (
	"errors"
	"fmt"
	"math"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// GBPFlow is the slow part of backpropagation on distributions in continuous time,
// for one quenched noise: the projected gradient flow
//
//	tau_k dtheta_k/dt = P(-dC/dtheta_k - lambda_k theta_k),   theta = (m, pi, Xi)
//
// of C averaged over samples, where P projects on the tangent cone of R x [0,1] x
// [0,inf). One step of projected Euler is one of SGD at eta_k = dt/tau_k. Between
// events, at which a parameter hits a bound or leaves it, the set of those at rest
// on a bound stays and the flow is smooth as far as the activations are; each
// stretch is integrated by itself.
type GBPFlow struct {
	set     GBPFlowSettings
	rule    *GBP
	batches []*Batch
	samples float64

	w, dw *Weights
	held  []bool    // at rest on a bound
	upper []float64 // bounds of every parameter
	lower []float64
	at    []float64 // scratch of the search for events
}

// GBPFlowSettings are the constants of a [GBPFlow], in the order m, pi, Xi.
type GBPFlowSettings struct {
	Seed   uint64 // of the noise
	Tau    [3]float64
	Decay  [3]float64 // lambda
	Solver ode.Options
}

// FlowEvent is a parameter's meeting with a bound.
type FlowEvent struct {
	T      float64
	Weight string // for instance "pi1[3, 17]"
	Leaves bool   // the bound; else it hits it
}

// NewGBPFlow returns the flow of net on batches, whose numbers name the noise.
func NewGBPFlow(net *Network, batches []*Batch, set GBPFlowSettings) *GBPFlow {
	f := &GBPFlow{set: set, rule: NewGBP(net, Settings{Seed: set.Seed}), batches: batches, w: NewWeights(net), dw: NewWeights(net)}
	for _, b := range batches {
		f.samples += float64(b.N)
	}
	n := len(f.w.plastic)
	f.held, f.at = make([]bool, n), make([]float64, n)
	f.lower, f.upper = bounds(f.w, math.Inf(-1), 0, 0), bounds(f.w, math.Inf(1), 1, math.Inf(1))
	return f
}

// bounds returns the same bound for every m, every pi and every Xi.
func bounds(w *Weights, m, pi, xi float64) []float64 {
	var all []float64
	for i := range w.W {
		for _, x := range []float64{m, pi, xi} {
			for range w.W[i].Data {
				all = append(all, x)
			}
		}
	}
	return all
}

// Loss returns C at y, the Plastic of some weights.
func (f *GBPFlow) Loss(y []float64) float64 {
	f.follow(y)
	loss := 0.0
	for _, b := range f.batches {
		loss += f.rule.Run(f.w, b).Loss
	}
	return loss / f.samples
}

// follow sets the weights to those nearest to y that are distributions.
func (f *GBPFlow) follow(y []float64) {
	copy(f.w.plastic, y)
	f.w.Project()
	f.w.Compose()
}

// Dim returns the number of parameters.
func (f *GBPFlow) Dim() int { return len(f.held) }

// Deriv sets dy to the flow with the parameters at rest on their bounds held.
func (f *GBPFlow) Deriv(dy []float64, _ float64, y []float64) {
	f.push(dy, y)
	for k, held := range f.held {
		if held {
			dy[k] = 0
		}
	}
}

// push sets dy to the flow without bounds, (-dC/dtheta - lambda theta)/tau.
func (f *GBPFlow) push(dy, y []float64) {
	f.follow(y)
	f.dw.Zero()
	for _, b := range f.batches {
		f.rule.Present(f.dw, f.w, b) // its error is of other levels
	}
	f.rule.Finish(f.dw, f.w)
	floats.Scale(1/f.samples, f.dw.plastic)
	for k, a := range f.dw.blocks {
		theta, kind := f.w.blocks[k].Data, k%3
		for j := range a.Data {
			a.Data[j] = (a.Data[j] - f.set.Decay[kind]*theta[j]) / f.set.Tau[kind]
		}
	}
	copy(dy, f.dw.plastic)
}

// errEvent ends a stretch of smooth flow.
var errEvent = errors.New("event")

// Solve moves w along the flow from t0 to t1 and returns the events on the way.
func (f *GBPFlow) Solve(w *Weights, t0, t1 float64) ([]FlowEvent, error) {
	y, dy := append([]float64(nil), w.plastic...), make([]float64, f.Dim())
	f.push(dy, y)
	for k := range f.held {
		f.held[k] = f.outward(dy, y, k)
	}
	var events []FlowEvent
	last := math.Inf(-1) // time of the event before
	for t := t0; t < t1; {
		var met []FlowEvent
		options := f.set.Solver
		options.Observer = func(s *ode.Step) error {
			at, ok := f.firstViolation(s, dy)
			if !ok {
				return nil
			}
			t = s.T0[0] + at*(s.T1[0]-s.T0[0])
			met = f.change(f.at, dy, t)
			return errEvent
		}
		_, err := ode.Solve(f, y, t, t1, options)
		switch {
		case errors.Is(err, errEvent):
			if t == last {
				return events, fmt.Errorf("at t = %g: parameters meet bounds without end; a smaller tolerance may help", t)
			}
			last = t
			copy(y, f.at)
			events = append(events, met...)
		case err != nil:
			return events, fmt.Errorf("at t = %g: %w", t, err)
		default:
			t = t1
		}
	}
	copy(w.plastic, y)
	w.Project()
	w.Compose()
	return events, nil
}

// outward says whether parameter k is at a bound, or beyond, and dy pushes it out.
func (f *GBPFlow) outward(dy, y []float64, k int) bool {
	return y[k] <= f.lower[k] && dy[k] < 0 || y[k] >= f.upper[k] && dy[k] > 0
}

// violated says whether y, which dy is set to the push at, is beyond what the held
// set allows: a free parameter beyond a bound, or a held one that is pushed inward.
func (f *GBPFlow) violated(dy, y []float64) bool {
	f.push(dy, y)
	for k, held := range f.held {
		if held && !f.outward(dy, y, k) || !held && (y[k] < f.lower[k] || y[k] > f.upper[k]) {
			return true
		}
	}
	return false
}

// firstViolation bisects a step whose end is in violation for where that begins,
// as a fraction of the step; at is the state just behind.
func (f *GBPFlow) firstViolation(s *ode.Step, dy []float64) (float64, bool) {
	copy(f.at, s.Y1)
	if !f.violated(dy, f.at) {
		return 0, false
	}
	low, high := 0.0, 1.0
	for high-low > 1e-12 {
		middle := (low + high) / 2
		s.InterpolateRow(f.at, 0, middle)
		if f.violated(dy, f.at) {
			high = middle
		} else {
			low = middle
		}
	}
	s.InterpolateRow(f.at, 0, high)
	f.violated(dy, f.at)
	return high, true
}

// change moves what is beyond a bound onto it, holds it if it is pushed outward,
// lets go what is pushed inward, and tells of both.
func (f *GBPFlow) change(y, dy []float64, t float64) []FlowEvent {
	var events []FlowEvent
	for k, held := range f.held {
		switch beyond := y[k] < f.lower[k] || y[k] > f.upper[k]; {
		case held && !f.outward(dy, y, k):
			f.held[k] = false
			events = append(events, FlowEvent{t, f.w.Locate(k), true})
		case !held && beyond:
			y[k] = min(max(y[k], f.lower[k]), f.upper[k])
			f.held[k] = f.outward(dy, y, k)
			events = append(events, FlowEvent{t, f.w.Locate(k), false})
		}
	}
	return events
}
