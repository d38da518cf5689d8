package models

import "gonum.org/v1/gonum/blas/blas64"

// MirroredFeedback moves feedback weights as the forward weights they stand for
// move,
//
//	dB_i = (dW_{i+1})^T - kappa (B_i - W_{i+1}^T)
//
// so that what they differ by never turns: B_i - W_{i+1}^T = (1 - kappa)^k times
// what it was at first, after k steps, whatever the errors. Without kappa it is
// the matching rule of Lansdell, Prakash and Kording (2019); with kappa = eta
// weight_decay, the share of W that decays in a step, that of Kolen and Pollack
// (1994), for dW = eta d r^T - kappa W is then dB = eta r d^T - kappa B, as Akrout
// et al. (2019), section 3.2, write it. Said by steps rather than by d and r it
// holds for every optimizer.
type MirroredFeedback struct {
	decays bool
	before []blas64.General // W_2..W_L before their step
}

// NewMirroredFeedback returns the companion for net; decays says whether what
// the weights differ by does.
func NewMirroredFeedback(net *Network, decays bool) *MirroredFeedback {
	c := &MirroredFeedback{decays: decays}
	for i, n := range net.Sizes[2:] {
		c.before = append(c.before, newMatrix(n, net.Sizes[i+1]))
	}
	return c
}

// Join does nothing: the steps say all.
func (c *MirroredFeedback) Join(Presenter) {}

// Gather remembers the forward weights.
func (c *MirroredFeedback) Gather(w *Weights, _ int) {
	for i, before := range c.before {
		copy(before.Data, w.W[i+1].Data)
	}
}

// Step lets the feedback weights follow.
func (c *MirroredFeedback) Step(w *Weights, _ int, decay float64) {
	if !c.decays {
		decay = 0
	}
	for i, before := range c.before {
		b, after := w.Link[i], w.W[i+1]
		for j := range after.Rows {
			for k, was := range row(before, j) {
				at := k*b.Stride + j
				b.Data[at] += row(after, j)[k] - was - decay*(b.Data[at]-was)
			}
		}
	}
}

// State returns nothing: the weights are all there is.
func (c *MirroredFeedback) State() []Array { return nil }
