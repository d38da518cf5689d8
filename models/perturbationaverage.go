package models

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// PerturbedFeedbackAverage is the limit of [PerturbedFeedback] as feedback and
// forward weights become slow, an [ode.System]: the noise is averaged out, and
// so are the samples,
//
//	tau_B dB_i/dt = c^2 G_i/kappa_i <g_i d_{i+1}^T> - B_i <d_{i+1} d_{i+1}^T> - beta B_i
//	tau_W dW_i/dt = <d_i r_{i-1}^T>,   tau_W db_i/dt = <d_i>
//
// with < > the mean over samples at the feedforward state, g_i backpropagation's
// error of r_i, d_i the errors that B carries, and G_i as
// [PerturbationSettings.Gain] has it. Where d_{i+1} is already exact, g_i =
// W_{i+1}^T d_{i+1}, and with kappa_i = c^2 G_i this is the least-squares gradient
//
//	tau_B dB_i/dt = -(B_i - W_{i+1}^T) C_d - beta B_i,   C_d = <d_{i+1} d_{i+1}^T>
//
// of fixed point W_{i+1}^T C_d (C_d + beta I)^-1. With kappa_i = c^2 it is scaled:
// by G_{L-1} at the top, by G_i/G_{i+1} below.
//
// The limit is exact for squared error, a linear network and errors of a copy
// without noise; elsewhere its error is of relative order c^2. Presentations are
// taken to be long against tau_b, after which a change of sample is forgotten.
//
// Its state is B_1..B_{L-1}, if they move, then W_1, b_1, .., W_L, b_L, if they do:
// what a learner's state ends in. It belongs to one goroutine.
type PerturbedFeedbackAverage struct {
	net   *Network
	set   PerturbationSettings
	share []float64 // by hidden layer: c^2 G_i/kappa_i

	w            *Weights
	batch        *Batch
	chain, exact *Pathways
	dw           *Weights
	target       []blas64.General // TileRows x n_i: share g_i - B_i d_{i+1}
}

// NewPerturbedFeedbackAverage returns the averaged limit. The error says which
// constant is wrong.
func NewPerturbedFeedbackAverage(net *Network, set PerturbationSettings) (*PerturbedFeedbackAverage, error) {
	if err := set.check(net); err != nil {
		return nil, err
	}
	a := &PerturbedFeedbackAverage{
		net: net, set: set, w: NewWeights(net), dw: NewWeights(net),
		chain: NewPathways(net, FeedbackChain{}), exact: NewPathways(net, Backprop{}),
	}
	for i, n := range net.Sizes[1:net.Depth()] {
		a.share = append(a.share, set.Noise*set.Noise*set.Gain(net, i)/set.KappaOf(net, i))
		a.target = append(a.target, newTile(n))
	}
	return a, nil
}

// Bind fixes the samples, and the weights as far as they are not in the state.
func (a *PerturbedFeedbackAverage) Bind(w *Weights, batch *Batch) {
	a.w.Copy(w)
	a.batch = batch
}

// Dim returns the number of weights that move.
func (a *PerturbedFeedbackAverage) Dim() int {
	n := 0
	if a.set.feedbackMoves() {
		for _, b := range a.links() {
			n += len(b.Data)
		}
	}
	if a.set.forwardMoves() {
		n += len(a.w.plastic)
	}
	return n
}

// links are the feedback weights of the hidden layers.
func (a *PerturbedFeedbackAverage) links() []blas64.General { return a.w.Link[:a.net.Depth()-1] }

// State sets y to the weights of w.
func (a *PerturbedFeedbackAverage) State(y []float64, w *Weights) {
	if a.set.feedbackMoves() {
		for _, b := range w.Link[:a.net.Depth()-1] {
			y = y[copy(y, b.Data):]
		}
	}
	if a.set.forwardMoves() {
		copy(y, w.plastic)
	}
}

// ReadWeights sets those weights of w that move to y's.
func (a *PerturbedFeedbackAverage) ReadWeights(w *Weights, y []float64) {
	a.read(w, y)
	w.Compose()
}

func (a *PerturbedFeedbackAverage) read(w *Weights, y []float64) {
	if a.set.feedbackMoves() {
		for _, b := range w.Link[:a.net.Depth()-1] {
			y = y[copy(b.Data, y):]
		}
	}
	if a.set.forwardMoves() {
		copy(w.plastic, y)
	}
}

// Deriv sets dy to the averaged drift.
func (a *PerturbedFeedbackAverage) Deriv(dy []float64, _ float64, y []float64) {
	a.read(a.w, y)
	a.regress()
	n := float64(a.batch.N)
	if a.set.feedbackMoves() {
		for i, b := range a.links() {
			slope := a.dw.Link[i].Data
			floats.Scale(1/(n*a.set.TauFeedback), slope)
			floats.AddScaled(slope, -a.set.Beta/a.set.TauFeedback, b.Data)
			dy = dy[copy(dy, slope):]
		}
	}
	if a.set.forwardMoves() {
		floats.ScaleTo(dy, 1/(n*a.set.TauW), a.dw.plastic)
	}
}

// regress sets dw to the sums over samples of (share g_i - B_i d_{i+1}) d_{i+1}^T
// and of d_i r_{i-1}^T.
func (a *PerturbedFeedbackAverage) regress() {
	a.sweep()
	for i, target := range a.target {
		for b := range a.batch.N {
			floats.ScaleTo(row(target, b), a.share[i], row(a.exact.errors.M[i], b))
			floats.Sub(row(target, b), row(a.chain.errors.M[i], b))
		}
		clear(a.dw.Link[i].Data)
		addOuter(a.dw.Link[i], target, a.chain.errors.D[i+1], a.batch.N)
	}
}

// sweep carries the errors of every sample down, by B and exactly, and sets dw to
// the sum of d_i r_{i-1}^T. Neither can fail.
func (a *PerturbedFeedbackAverage) sweep() {
	a.dw.Zero()
	a.exact.Present(a.dw, a.w, a.batch)
	a.dw.Zero()
	a.chain.Present(a.dw, a.w, a.batch)
}
