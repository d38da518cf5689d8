package models

import "gonum.org/v1/gonum/blas/blas64"

// FeedbackAlignment carries errors through fixed random matrices B_i
// (n_i x n_{i+1}), layer by layer: Lillicrap et al. (2016), Methods,
//
//	m_i = B_i m_{i+1}
//
// Derivatives act at a cell's own synapses and are never sent on. So it is
// [DirectFeedback] with Q_i = B_i B_{i+1} .. B_{L-1}. The B_i are the links of a
// layerwise feedback path.
type FeedbackAlignment struct{}

// Carry adds B_i m_{i+1}.
func (FeedbackAlignment) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsAdd(m, above.M[i+1], w.Link[i], above.Rows)
}

// FeedbackChain is feedback alignment as most of the later literature has it:
// backpropagation with B_i (n_i x n_{i+1}) in place of W_{i+1}^T, derivatives
// sent on and all,
//
//	m_i = B_i d_{i+1}
type FeedbackChain struct{}

// Carry adds B_i d_{i+1}.
func (FeedbackChain) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsAdd(m, above.D[i+1], w.Link[i], above.Rows)
}
