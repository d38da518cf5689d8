package models

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// OutputJacobian holds J_i = dr_L/dv_i (n_L x n_i) of one sample, by one
// backward sweep of n_L directions:
//
//	J_L = D_L,   J_i = J_{i+1} W_{i+1} D_i,   D_i = diag(phi'(v_i))
type OutputJacobian struct {
	J []blas64.General // n_L x n_i

	net   *Network
	slope []float64
}

// NewOutputJacobian returns the memory of a Jacobian of net.
func NewOutputJacobian(net *Network) *OutputJacobian {
	j := &OutputJacobian{net: net, slope: make([]float64, widest(net))}
	for _, n := range net.Sizes[1:] {
		j.J = append(j.J, newMatrix(net.Outputs(), n))
	}
	return j
}

// At computes the Jacobian at the feedforward state of sample b.
func (j *OutputJacobian) At(w *Weights, ff *Feedforward, b int) {
	last := j.net.Depth() - 1
	setIdentity(j.J[last])
	for i := last; i >= 0; i-- {
		if i < last {
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, j.J[i+1], w.W[i+1], 0, j.J[i])
		}
		slope := j.slope[:j.J[i].Cols]
		j.net.Phi[i].Slope(slope, row(ff.V[i], b), row(ff.R[i], b))
		for c := range j.J[i].Rows {
			multiply(row(j.J[i], c), slope)
		}
	}
}
