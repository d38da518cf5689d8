package models

import (
	"fmt"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
)

// Buffered integrates a learner over one presentation with frozen weights and
// averages G along the way, dW = (1/T) int_0^T G dt: the update is buffered and
// applied at the end.
//
// The integral takes Simpson's rule on every accepted step, with the midpoint
// from the dense output: order 4, beside a method of order 5 whose steps
// stability limits. A step's end is the next one's start, so each step costs
// two evaluations of G.
type Buffered struct {
	learner  Learner
	ensemble *Frozen
	solver   rowSolver
	late     bool    // the control signal acts late
	length   float64 // T
	policy   string  // of samples without a stable rest state
	watch    *Watch
	stop     func() error

	dw       *Weights
	x        []float64
	unstable []bool    // at the feedforward point, or at the end
	left     []bool    // left out: they have no update
	pending  []float64 // by sample: the weight that Simpson's rule still owes the last step's end
	weight   []float64
	middle   midpoint
	taken    int // evaluations of the presentation
	shown    map[string]blas64.General
	batch    *Batch
}

// midpoint is where steps are halfway: states, derivatives and times.
type midpoint struct{ x, dx, t []float64 }

// NewBuffered returns level buffered of learner. s gives Presentation, Solver
// and Unstable.
func NewBuffered(net *Network, learner Learner, s Settings) (*Buffered, error) {
	width := learner.Layout().Width()
	vector := func(n int) []float64 { return make([]float64, n) }
	p := &Buffered{
		learner: learner, ensemble: newFrozen(learner), length: s.Presentation, late: s.Delay > 0, policy: s.Unstable, stop: s.Stop, dw: NewWeights(net),
		x: vector(TileRows * width), unstable: make([]bool, TileRows), left: make([]bool, TileRows), pending: vector(TileRows), weight: vector(TileRows),
		middle: midpoint{vector(TileRows * width), vector(TileRows * width), vector(TileRows)},
		shown:  map[string]blas64.General{},
	}
	options := s.Solver
	options.Observer = p.observe
	var err error
	p.solver, err = newSolver(p.ensemble, s.Delay, options)
	return p, err
}

// Learner returns the learner that is integrated.
func (p *Buffered) Learner() Learner { return p.learner }

// Watch shows w the presentations to come; nil ends it.
func (p *Buffered) Watch(w *Watch) { p.watch = w }

// Present integrates batch from the feedforward state over [0, T] and adds the
// time average of G, summed over samples, to dst. A sample that cannot be
// integrated, or (under the policy skip) whose control error has grown, has no
// update; since its share is in the sum by then, the others go through again.
func (p *Buffered) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	p.batch, p.taken = batch, 0
	outcome := p.learner.Bind(w, batch)
	if err := p.screen(); err != nil {
		return outcome, err
	}
	watch := p.watch
	for again := true; again; {
		p.dw.Zero()
		var err error
		if again, err = p.integrate(); err != nil {
			return outcome, err
		}
		p.learner.Flush(p.dw)
		p.watch = nil // what goes through again has been seen
	}
	p.watch = watch
	p.order()
	for k, g := range p.dw.Plastic() {
		dst.Plastic()[k] += g
	}
	outcome.Unstable, outcome.Evaluations = count(p.unstable[:batch.N]), p.taken
	return outcome, nil
}

// screen marks samples that are unstable at the feedforward point, and leaves
// them out unless they are to count.
func (p *Buffered) screen() error {
	clear(p.unstable)
	clear(p.left)
	screener, ok := p.learner.(Screener)
	if !ok {
		return nil
	}
	screener.Screen(p.unstable)
	for b, unstable := range p.unstable[:p.batch.N] {
		if unstable && p.policy == "fail" {
			return fmt.Errorf("sample %d, at the feedforward point: %w", b, ErrUnstable)
		}
		p.left[b] = unstable && p.policy != "count"
	}
	return nil
}

// integrate presents the samples not left out. It leaves out those that fail,
// and reports whether there are any.
func (p *Buffered) integrate() (failed bool, err error) {
	width := p.learner.Layout().Width()
	p.learner.Rest(p.x)
	samples := p.ensemble.Samples[:0]
	for b := range p.batch.N {
		if p.left[b] {
			continue
		}
		copy(p.x[len(samples)*width:], p.x[b*width:(b+1)*width])
		samples = append(samples, b)
	}
	p.ensemble.Samples = samples
	clear(p.pending)
	p.see(samples)
	stats, err := p.solver.Solve(p.x[:len(samples)*width], 0, p.length)
	if err != nil && stats == nil {
		return false, err
	}
	if p.stop != nil && p.stop() != nil {
		return false, p.stop()
	}
	for k, b := range samples {
		p.taken += stats[k].Evaluations + stats[k].Accepted // and a midpoint a step
		x := p.x[k*width : (k+1)*width]
		if reason := p.verdict(stats[k].Err, x, b); reason != nil {
			if p.policy == "fail" {
				return false, reason
			}
			p.unstable[b], p.left[b], failed = true, true, true
		}
	}
	return failed, nil
}

// verdict says why sample b, which ended in x, has no update; nil if it has.
func (p *Buffered) verdict(err error, x []float64, b int) error {
	if err != nil {
		return describe(err, p.learner.Layout(), b)
	}
	checker, ok := p.learner.(Checker)
	if ok && p.policy != "count" && !checker.Improved(x, b) {
		return fmt.Errorf("sample %d: control increased its error: %w", b, ErrUnstable)
	}
	return nil
}

// see shows the watcher the start of every sample.
func (p *Buffered) see(samples []int) {
	if p.watch == nil {
		return
	}
	width := p.learner.Layout().Width()
	for k, b := range samples {
		if len(p.watch.Times) == 0 || p.watch.Times[0] == 0 {
			p.watch.See(b, 0, p.x[k*width:(k+1)*width])
		}
	}
}

// observe adds the share of the steps just accepted to the integral of G:
// Simpson's weights h/6 at both ends and 4h/6 at the middle, over T.
func (p *Buffered) observe(step *ode.Step) error {
	if p.stop != nil {
		if err := p.stop(); err != nil {
			return err
		}
	}
	n, width := len(step.ID), p.learner.Layout().Width()
	id := p.ensemble.names(step.ID)
	for k, b := range id {
		end := (step.T1[k] - step.T0[k]) / (6 * p.length)
		p.weight[k] = p.pending[b] + end
		p.pending[b] = end
	}
	p.learner.Slow(p.dw, step.Y0, step.F0, id, p.weight[:n])

	middle := midpoint{p.middle.x[:n*width], p.middle.dx[:n*width], p.middle.t[:n]}
	step.Interpolate(middle.x, 0.5)
	for k := range id {
		middle.t[k] = (step.T0[k] + step.T1[k]) / 2
		p.weight[k] = 4 * (step.T1[k] - step.T0[k]) / (6 * p.length)
	}
	if !p.late { // G then asks for no derivative
		p.learner.Fast(middle.dx, middle.t, middle.x, id)
	}
	p.learner.Slow(p.dw, middle.x, middle.dx, id, p.weight[:n])

	for k, b := range id {
		if step.T1[k] == p.length {
			own := width * k
			p.learner.Slow(p.dw, step.Y1[own:own+width], step.F1[own:own+width], id[k:k+1], p.pending[b:b+1])
		}
		p.show(step, k, b)
	}
	return nil
}

// show lets the watcher see what it asked for within the step of row k.
func (p *Buffered) show(step *ode.Step, k, b int) {
	if p.watch == nil {
		return
	}
	width := p.learner.Layout().Width()
	if p.watch.Times == nil {
		p.watch.See(b, step.T1[k], step.Y1[k*width:(k+1)*width])
		return
	}
	state := p.middle.x[:width]
	for _, t := range p.watch.Times {
		if t > step.T0[k] && t <= step.T1[k] {
			step.InterpolateRow(state, k, (t-step.T0[k])/(step.T1[k]-step.T0[k]))
			p.watch.See(b, t, state)
		}
	}
}

// order moves the final states to the rows of their samples. Samples without
// an update are put where they started.
func (p *Buffered) order() {
	width, samples := p.learner.Layout().Width(), p.ensemble.Samples
	p.learner.Rest(p.middle.x)
	next := len(samples) - 1
	for b := p.batch.N - 1; b >= 0; b-- {
		from := p.middle.x[b*width:]
		if next >= 0 && samples[next] == b {
			from = p.x[next*width:]
			next--
		}
		copy(p.x[b*width:(b+1)*width], from)
	}
}

// Reveal returns the end of the last presentation by name: v1, r1, u, e, x.
func (p *Buffered) Reveal(name string) (blas64.General, bool) {
	return reveal(p.shown, p.learner, name, p.x, p.batch.N)
}

func count(marks []bool) int {
	n := 0
	for _, m := range marks {
		if m {
			n++
		}
	}
	return n
}
