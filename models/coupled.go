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
//	tau_w dW/dt = mean over samples of G      (or the sum)
//
// The weights tie the samples into one system of one time and one step. Its
// state is the rows of the samples, then the weights. Samples that are unstable
// at the feedforward point are left out and teach nothing, unless they are to
// count.
type Coupled struct {
	minibatch
	tauW    float64
	length  float64 // T
	delay   float64 // of the control signals
	sum     bool
	stop    func() error
	options ode.Options

	w, dw  *Weights
	t      []float64
	weight []float64
	dy     []float64
}

// NewCoupled returns level coupled for minibatches of up to tiles tiles. s
// gives the rule, TauW, Presentation, Sum and Solver.
func NewCoupled(net *Network, tiles int, s Settings) (*Coupled, error) {
	c := &Coupled{tauW: s.TauW, length: s.Presentation, delay: s.Delay, sum: s.Sum, stop: s.Stop, options: s.Solver, w: NewWeights(net), dw: NewWeights(net)}
	var learners []Learner
	for range tiles {
		learner, err := NewLearner(net, s)
		if err != nil {
			return nil, err
		}
		learners = append(learners, learner)
	}
	c.minibatch = newMinibatch(learners, s.Unstable, len(c.w.Plastic()))
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
	copy(y[c.rows*c.width:], w.Plastic())
	options := c.options
	options.Norm = c
	options.Observer = c.observe
	c.show(0, y)
	if err := c.solve(y, options); err != nil {
		return outcome, c.describe(err)
	}
	copy(w.Plastic(), y[c.rows*c.width:])
	w.Project()
	return outcome, nil
}

// solve integrates y over the presentation.
func (c *Coupled) solve(y []float64, options ode.Options) error {
	var err error
	if c.delay == 0 || c.rows == 0 {
		_, err = ode.Solve(c, y, 0, c.length, options)
	} else {
		_, err = ode.SolveDelay(lateCoupled{c}, ode.Delay{Length: c.delay}, y, 0, c.length, options)
	}
	return err
}

// Dim returns the length of the state: every sample's, then the weights.
func (c *Coupled) Dim() int { return c.rows*c.width + len(c.w.Plastic()) }

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
	c.w.Confine(c.dw)
	copy(dy[c.rows*c.width:], c.dw.Plastic())
}

// follow sets the weights to plastic; parameters of distributions stay within
// their bounds, at which the flow is projected.
func (c *Coupled) follow(plastic []float64) {
	copy(c.w.Plastic(), plastic)
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
	if k := step.Component - c.rows*c.width; k >= 0 {
		return fmt.Errorf("%s: %w", c.w.Locate(k), err)
	}
	return fmt.Errorf("%s: %w", c.locate(step.Component), err)
}

// Norm is the error of the worst part, each sample measured by its learner and
// the weights by the root mean square of errs_k/(atol + rtol max(|w0_k|, |w1_k|)).
// A mean over all would let 300,000 weights that hardly move hide a voltage
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
	if size := weights.Norm(errs[from:], y0[from:], y1[from:]); !(size <= worst) {
		worst = size
	}
	return worst
}
