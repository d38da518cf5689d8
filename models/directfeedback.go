package models

import "gonum.org/v1/gonum/blas/blas64"

// DirectFeedback carries the output error to every hidden layer through a fixed
// matrix of its own, Q_i (n_i x n_L): direct feedback alignment, Nøkland (2016),
// eq. (7),
//
//	m_i = Q_i e
type DirectFeedback struct{}

// Carry adds Q_i e.
func (DirectFeedback) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsAdd(m, above.M[len(above.M)-1], w.Q[i], above.Rows)
}
