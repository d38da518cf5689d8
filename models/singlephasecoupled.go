package models

import "math"

// CoupledSinglePhase is level coupled of [SinglePhase]: the samples of a
// minibatch and the weights as one [sde.System], plasticity always on,
//
//	tau_w dW/dt   = mean over samples of G      (or the sum)
//	tau_Q dQ_i/dt = mean over samples of -vfb_i u_hp^T - beta Q_i
//
// Its state is the rows of the samples, then W, b and Q.
type CoupledSinglePhase struct {
	noisyCoupled
	set SinglePhaseSettings
}

// NewCoupledSinglePhase returns level coupled for minibatches of up to tiles
// tiles.
func NewCoupledSinglePhase(net *Network, tiles int, set SinglePhaseSettings) (*CoupledSinglePhase, error) {
	c := &CoupledSinglePhase{set: set}
	c.w, c.slopes = NewWeights(net), c.slope
	var err error
	c.noisySamples, err = newSinglePhases(net, tiles, c.w.size(), set)
	return c, err
}

// Present is that of any learner in noise, and counts the drifts that its
// Euler-Maruyama steps take.
func (c *CoupledSinglePhase) Present(w *Weights, batches []*Batch) (Outcome, error) {
	outcome, err := c.noisyCoupled.Present(w, batches)
	if err == nil {
		outcome.Evaluations = c.rows * int(math.Round(c.set.Presentation/c.set.Step))
	}
	return outcome, err
}

// slope turns the sums over samples into the drift of the weights.
func (c *CoupledSinglePhase) slope() {
	c.scaleForward(c.set.Settings)
	feedback := 1 / c.set.TauQ
	for i, q := range c.w.Q {
		slope := c.dw.Q[i].Data
		for k := range slope {
			slope[k] = feedback * (slope[k]/float64(c.rows) - c.set.Beta*q.Data[k])
		}
	}
	if c.set.FreezeOutput {
		clear(c.dw.Q[len(c.dw.Q)-1].Data)
	}
}
