package models

// noisyCoupled is level coupled of a stochastic learner: the samples of a minibatch
// and, behind them, the forward and feedback weights as one [sde.System].
type noisyCoupled struct {
	noisySamples
	w      *Weights
	slopes func() // turns the sums over samples in dw into the drift of w
}

// Present integrates the tiles of one minibatch together over [0, T] and moves
// w to where the weights end. After an error w is as it was.
func (c *noisyCoupled) Present(w *Weights, batches []*Batch) (Outcome, error) {
	c.w.Copy(w)
	outcome, err := c.begin(c.w, batches)
	if err != nil || c.rows == 0 {
		return outcome, err
	}
	slow := c.y[c.rows*c.width:]
	c.w.copyTo(slow)
	if err := c.solve(c); err != nil {
		return outcome, c.describe(err)
	}
	w.setFrom(slow)
	return outcome, nil
}

// Dim returns the length of the state: every sample's, then the weights.
func (c *noisyCoupled) Dim() int { return c.rows*c.width + c.w.size() }

// Deriv is the drift of the samples and of the weights.
func (c *noisyCoupled) Deriv(dy []float64, _ float64, y []float64) {
	c.w.setFrom(y[c.rows*c.width:])
	for _, p := range c.learners[:len(c.batches)] {
		p.Refresh(c.w)
	}
	c.drift(dy, y, 1)
	c.slopes()
	c.dw.copyTo(dy[c.rows*c.width:])
}

// scaleForward makes the sum over samples the drift of the forward weights.
func (c *noisyCoupled) scaleForward(s Settings) {
	rate := 1 / s.TauW
	if !s.Sum {
		rate /= float64(c.total)
	}
	for k := range c.dw.Plastic() {
		c.dw.Plastic()[k] *= rate
	}
	s.Decay.add(c.dw, c.w, 1/s.TauW)
}
