package models

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// LearnedFeedback is backpropagation with feedback weights of its own, which
// learn to predict the estimate lambda_i of the gradient that a noisy twin of
// the network gives: Lansdell, Prakash and Kording (2019), section 2. Errors go
// by the chain or directly,
//
//	m_i = B_i d_{i+1}    B_i: n_i x n_{i+1}, on the layerwise path
//	m_i = B_i d_L        B_i: n_i x n_L,     on the direct one
//
// and lambda_i is regressed on what B_i reads: on the chain the synthetic error
// of the layer above, the true one only at the top. [Regression] moves the B_i.
type LearnedFeedback struct {
	*Pathways
	twin   *noisyTwin
	direct bool
	ridge  bool
	lambda []blas64.General // hidden layers, TileRows x n_i: -lambda_i, later -lambda_i - m_i

	cross  []blas64.General // as B_i: sums of lambda d^T, or of (lambda - B d) d^T
	square []blas64.General // ridge: sums of d d^T
}

// NewLearnedFeedback returns the rule for net; s gives its noise.
func NewLearnedFeedback(net *Network, s Settings) *LearnedFeedback {
	p := &LearnedFeedback{twin: newNoisyTwin(net, s.Noise, s.Seed), direct: net.Feedback.direct(), ridge: s.Companion.Optimizer == "ridge"}
	p.Pathways = NewPathways(net, FeedbackChain{})
	if p.direct {
		p.Pathways = NewPathways(net, DirectGradient{})
	}
	for i, n := range net.Sizes[1:net.Depth()] {
		p.lambda, p.cross = append(p.lambda, newTile(n)), append(p.cross, newMatrix(n, net.fedBy(i)))
		if p.ridge {
			p.square = append(p.square, newMatrix(net.fedBy(i), net.fedBy(i)))
		}
	}
	return p
}

// Present adds the update, summed over the samples of batch, to dst, and shows
// them to the noisy twin.
func (p *LearnedFeedback) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o, err := p.Pathways.Present(dst, w, batch)
	p.twin.run(w, p.Feedforward, batch)
	for i, lambda := range p.lambda {
		p.twin.descend(lambda, i, batch.N)
		p.regress(lambda, i, batch.N)
	}
	return o, err
}

// regress sets the sums of hidden layer i. The prediction B_i d of the gradient
// rule is m_i, which the errors have brought along.
func (p *LearnedFeedback) regress(lambda blas64.General, i, rows int) {
	d := p.errors.D[i+1]
	if p.direct {
		d = p.errors.D[p.net.Depth()-1]
	}
	clear(p.cross[i].Data)
	if p.ridge {
		clear(p.square[i].Data)
		addOuter(p.square[i], d, d, rows)
	} else {
		for b := range rows {
			floats.Sub(row(lambda, b), row(p.errors.M[i], b))
		}
	}
	addOuter(p.cross[i], lambda, d, rows)
}

func (p *LearnedFeedback) lessons(i int) (cross, square blas64.General) {
	if p.ridge {
		square = p.square[i]
	}
	return p.cross[i], square
}

func (p *LearnedFeedback) noise() *noisyTwin { return p.twin }

// DirectGradient carries the gradient of the output layer, d_L = phi_L' * e, to
// every hidden layer through a matrix of its own (n_i x n_L),
//
//	m_i = Q_i d_L
type DirectGradient struct{}

// Carry adds Q_i d_L.
func (DirectGradient) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsAdd(m, above.D[len(above.D)-1], w.Q[i], above.Rows)
}
