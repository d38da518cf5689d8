package models

import "gonum.org/v1/gonum/blas/blas64"

// Backprop carries errors as error backpropagation does,
//
//	m_i = W_{i+1}^T d_{i+1}
//
// so that dW = -dL/dW.
type Backprop struct{}

// Carry adds W_{i+1}^T d_{i+1}.
func (Backprop) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsTransAdd(m, above.D[i+1], w.W[i+1], above.Rows)
}
