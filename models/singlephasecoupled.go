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
	singlePhases
	w *Weights
}

// NewCoupledSinglePhase returns level coupled for minibatches of up to tiles
// tiles.
func NewCoupledSinglePhase(net *Network, tiles int, set SinglePhaseSettings) (*CoupledSinglePhase, error) {
	c := &CoupledSinglePhase{w: NewWeights(net)}
	var err error
	c.singlePhases, err = newSinglePhases(net, tiles, c.w.size(), set)
	return c, err
}

// Present integrates the tiles of one minibatch together over [0, T] and moves
// w to where the weights end. After an error w is as it was.
func (c *CoupledSinglePhase) Present(w *Weights, batches []*Batch) (Outcome, error) {
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
	outcome.Evaluations = c.rows * int(math.Round(c.set.Presentation/c.set.Step))
	return outcome, nil
}

// Dim returns the length of the state: every sample's, then the weights.
func (c *CoupledSinglePhase) Dim() int { return c.rows*c.width + c.w.size() }

// Deriv is the drift of the samples and of the weights.
func (c *CoupledSinglePhase) Deriv(dy []float64, _ float64, y []float64) {
	c.w.setFrom(y[c.rows*c.width:])
	for _, p := range c.phases[:len(c.batches)] {
		p.Refresh(c.w)
	}
	c.drift(dy, y, 1)
	forward, feedback := 1/c.set.TauW, 1/c.set.TauQ
	if !c.set.Sum {
		forward /= float64(c.total)
	}
	for k := range c.dw.Plastic() {
		c.dw.Plastic()[k] *= forward
	}
	for i, q := range c.w.Q {
		slope := c.dw.Q[i].Data
		for k := range slope {
			slope[k] = feedback * (slope[k]/float64(c.rows) - c.set.Beta*q.Data[k])
		}
	}
	if c.set.FreezeOutput {
		clear(c.dw.Q[len(c.dw.Q)-1].Data)
	}
	c.dw.copyTo(dy[c.rows*c.width:])
}
