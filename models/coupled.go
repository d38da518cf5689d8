package models

import (
	"errors"
	"fmt"

	"credo/ode"
)

// Coupled integrates the fast states of a whole minibatch and the weights
// together, nothing frozen: Meulemans et al. (2021), eqs. (1), (4), (5) as
// they stand, with
//
//	tau_w dW/dt = mean over samples of G      (or the sum), less beta W
//
// The weights tie the samples into one system of one time and one step. Its
// state is the rows of the samples, then the weights; then, if they learn awake,
// the feedback weights of the hidden layers and what drives them. Samples that are unstable
// at the feedforward point are left out and teach nothing, unless they are to
// count.
type Coupled struct {
	minibatch
	tauV    float64
	tauW    float64
	decay   Decay
	flow    feedbackFlow // nil: feedback weights hold still
	length  float64      // T
	delay   float64      // of the control signals
	sum     bool
	stop    func() error
	options ode.Options

	w, dw  *Weights
	t      []float64
	weight []float64
	dy     []float64
}

// NewCoupled returns level coupled for minibatches of up to tiles tiles. s
// gives the rule, TauW, TauQ, Decay, Presentation, Sum and Solver.
func NewCoupled(net *Network, tiles int, s Settings) (*Coupled, error) {
	c := &Coupled{tauV: s.TauV, tauW: s.TauW, decay: s.Decay, flow: newFeedbackFlow(net, s), length: s.Presentation, delay: s.Delay, sum: s.Sum, stop: s.Stop, options: s.Solver, w: NewWeights(net), dw: NewWeights(net)}
	var learners []Learner
	for range tiles {
		learner, err := NewLearner(net, s)
		if err != nil {
			return nil, err
		}
		learners = append(learners, learner)
	}
	c.minibatch = newMinibatch(learners, s.Unstable, c.slow())
	c.dy = make([]float64, len(c.y))
	c.t, c.weight = make([]float64, TileRows), make([]float64, TileRows)
	return c, nil
}

// Present integrates the tiles of one minibatch together over [0, T] and moves
// w to where the weights end. After an error w is as it was.
func (c *Coupled) Present(w *Weights, batches []*Batch) (Outcome, error) {
	c.w.Copy(w)
	c.follow(w.Plastic())
	outcome, err := c.begin(c.w, batches)
	if err != nil {
		return outcome, err
	}
	y := c.y[:c.Dim()]
	c.start(y[c.rows*c.width:], w)
	options := c.options
	options.Norm = c
	options.Observer = c.observe
	c.show(0, y)
	stats, err := c.solve(y, options)
	outcome.Evaluations = stats.Evaluations * c.rows
	if err != nil {
		return outcome, c.describe(err)
	}
	c.end(w, y[c.rows*c.width:])
	return outcome, nil
}

// solve integrates y over the presentation.
func (c *Coupled) solve(y []float64, options ode.Options) (ode.Stats, error) {
	if c.delay == 0 || c.rows == 0 {
		return ode.Solve(c, y, 0, c.length, options)
	}
	return ode.SolveDelay(lateCoupled{c}, ode.Delay{Length: c.delay}, y, 0, c.length, options)
}

// start sets the slow part of the state to the weights w.
func (c *Coupled) start(slow []float64, w *Weights) {
	slow = slow[copy(slow, w.Plastic()):]
	if c.flow == nil {
		return
	}
	for _, b := range w.links() {
		slow = slow[copy(slow, b.Data):]
	}
	clear(slow)
	c.flow.begin(c.batches[0].First)
}

// end sets w to the weights that the slow part of the state holds.
func (c *Coupled) end(w *Weights, slow []float64) {
	slow = slow[copy(w.Plastic(), slow):]
	w.Project()
	if c.flow != nil {
		w.setLinks(slow)
	}
}

// Dim returns the length of the state: every sample's, then the weights.
func (c *Coupled) Dim() int { return c.rows*c.width + c.slow() }

// slow returns the length of the state behind the samples.
func (c *Coupled) slow() int {
	n := len(c.w.Plastic())
	if c.flow == nil {
		return n
	}
	for _, b := range c.w.links() {
		n += len(b.Data)
	}
	return n + c.flow.size()
}

// Deriv evaluates F of every sample and G / tau_w of the weights.
func (c *Coupled) Deriv(dy []float64, _ float64, y []float64) {
	c.deriv(dy, y, func(k, _ int, dx, x []float64, id []int) { c.learners[k].Fast(dx, c.t[:len(id)], x, id) })
}

// deriv is Deriv with fast as F of the samples id of tile k, the first of which is
// in the given row.
func (c *Coupled) deriv(dy, y []float64, fast func(k, row int, dx, x []float64, id []int)) {
	c.follow(y[c.rows*c.width:])
	c.dw.Zero()
	share := 1 / c.tauW
	if !c.sum {
		share /= float64(c.total)
	}
	for b := range c.weight {
		c.weight[b] = share
	}
	row := 0
	for k, id := range c.samples[:len(c.batches)] {
		learner, end := c.learners[k], row+len(id)
		x, dx := y[row*c.width:end*c.width], dy[row*c.width:end*c.width]
		learner.Refresh(c.w)
		fast(k, row, dx, x, id)
		learner.Slow(c.dw, x, dx, id, c.weight[:len(id)])
		learner.Flush(c.dw)
		row = end
	}
	c.decay.add(c.dw, c.w, 1/c.tauW)
	c.w.Confine(c.dw)
	c.driftSlow(dy[c.rows*c.width:], y[c.rows*c.width:])
}

// driftSlow sets dy to the drift of the weights, at dw, and of what is behind them.
func (c *Coupled) driftSlow(dy, y []float64) {
	n := copy(dy, c.dw.Plastic())
	c.pullBack(dy, y)
	if c.flow == nil {
		return
	}
	from := c.slow() - c.flow.size()
	c.flow.drift(c.dw, dy[from:], c.w, y[from:])
	for _, db := range c.dw.links() {
		n += copy(dy[n:], db.Data)
	}
}

// pullBack lets parameters of distributions that a step has carried beyond a bound
// come back with tau_v, or they would be late when they are to leave it.
func (c *Coupled) pullBack(dy, y []float64) {
	if c.w.Pi == nil {
		return
	}
	for k, x := range c.w.Plastic() {
		dy[k] += (x - y[k]) / c.tauV
	}
}

// follow sets the weights to the slow part of a state; parameters of distributions
// stay within their bounds, at which the flow is projected.
func (c *Coupled) follow(slow []float64) {
	n := copy(c.w.Plastic(), slow)
	if c.flow != nil && len(slow) > n {
		c.w.setLinks(slow[n:])
	}
	if c.w.Pi != nil {
		c.w.Project()
		c.w.Compose()
	}
}

// observe shows the accepted step to the watcher, unless it is time to stop.
func (c *Coupled) observe(step *ode.Step) error {
	if c.stop != nil {
		if err := c.stop(); err != nil {
			return err
		}
	}
	if c.watch == nil {
		return nil
	}
	if c.watch.Times == nil {
		c.show(step.T1[0], step.Y1)
		return nil
	}
	for _, t := range c.watch.Times {
		if t > step.T0[0] && t <= step.T1[0] {
			state := c.dy[:c.Dim()]
			step.InterpolateRow(state, 0, (t-step.T0[0])/(step.T1[0]-step.T0[0]))
			c.show(t, state)
		}
	}
	return nil
}

// describe names the component at which the integration failed.
func (c *Coupled) describe(err error) error {
	var step *ode.StepError
	if !errors.As(err, &step) {
		return err
	}
	switch k, weights := step.Component-c.rows*c.width, len(c.w.Plastic()); {
	case k >= weights:
		return fmt.Errorf("the feedback weights, or what they learn from: %w", err)
	case k >= 0:
		return fmt.Errorf("%s: %w", c.w.Locate(k), err)
	}
	return fmt.Errorf("%s: %w", c.locate(step.Component), err)
}

// Norm is the error of the worst part, each sample measured by its learner, and
// the weights and what is behind them, each by itself, by the root mean square of
// errs_k/(atol + rtol max(|w0_k|, |w1_k|)). A mean over all would let 300,000 weights that hardly move hide a voltage
// that does.
func (c *Coupled) Norm(errs, y0, y1 []float64) float64 {
	worst, from := 0.0, 0
	for k, id := range c.samples[:len(c.batches)] {
		for _, b := range id {
			to := from + c.width
			size := c.learners[k].Norm(b, errs[from:to], y0[from:to], y1[from:to])
			if !(size <= worst) {
				worst = size
			}
			from = to
		}
	}
	weights := ode.RMSNorm{RelTol: c.options.RelTol, AbsTol: c.options.AbsTol}
	for _, to := range []int{from + len(c.w.Plastic()), len(errs)} {
		if from == to {
			continue
		}
		if size := weights.Norm(errs[from:to], y0[from:to], y1[from:to]); !(size <= worst) {
			worst = size
		}
		from = to
	}
	return worst
}
