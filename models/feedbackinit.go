package models

import (
	"fmt"
	"math"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// InitFeedback sets the feedback weights:
//
//	random              Q_i normal, standard deviation sqrt(2/(n_i+n_L)); Q_L = I
//	weight-product      Q_i = W_{i+1}^T ... W_L^T; Q_L = I
//	transpose-jacobian  Q_i = J_i^T
//	pseudoinverse       Q = J^T (J J^T)^-1
//
// with J_i = dr_L/dv_i at the feedforward state, averaged over the samples of
// batches.
func (w *Weights) InitFeedback(net *Network, kind string, seed uint64, batches []*Batch) error {
	switch kind {
	case "random":
		w.randomFeedback(seed)
	case "weight-product":
		w.weightProduct()
	case "transpose-jacobian", "pseudoinverse":
		if len(batches) == 0 {
			return fmt.Errorf("models: feedback %q needs samples to average the Jacobian over", kind)
		}
		w.transposeJacobian(net, batches)
		if kind == "pseudoinverse" {
			return w.invertFeedback()
		}
	default:
		return fmt.Errorf("models: no feedback initialisation %q", kind)
	}
	return nil
}

func (w *Weights) randomFeedback(seed uint64) {
	last := len(w.Q) - 1
	for i, q := range w.Q[:last] {
		rng := stream.New(seed, "initial feedback", uint64(i+1))
		std := math.Sqrt(2 / float64(q.Rows+q.Cols))
		for k := range q.Data {
			q.Data[k] = std * rng.NormFloat64()
		}
	}
	setIdentity(w.Q[last])
}

func (w *Weights) weightProduct() {
	last := len(w.Q) - 1
	setIdentity(w.Q[last])
	for i := last - 1; i >= 0; i-- {
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, w.W[i+1], w.Q[i+1], 0, w.Q[i])
	}
}

// transposeJacobian sets Q_i to the mean of J_i^T over all samples.
func (w *Weights) transposeJacobian(net *Network, batches []*Batch) {
	ff, jacobian, total := NewFeedforward(net), NewJacobian(net), 0
	for i := range w.Q {
		clear(w.Q[i].Data)
	}
	for _, batch := range batches {
		ff.Run(w, batch)
		jacobian.Run(w, ff.V, ff.R, batch.N)
		for b := range batch.N {
			for i, q := range w.Q {
				j := jacobian.Of(b, i)
				for k := range q.Data {
					q.Data[k] += j.Data[(k%q.Cols)*q.Rows+k/q.Cols]
				}
			}
		}
		total += batch.N
	}
	for _, q := range w.Q {
		for k := range q.Data {
			q.Data[k] /= float64(total)
		}
	}
}

// invertFeedback turns Q = J^T into J^T (J J^T)^-1.
func (w *Weights) invertFeedback() error {
	nL := w.Q[0].Cols
	gram := mat.NewSymDense(nL, nil)
	for _, q := range w.Q {
		for k := range q.Rows {
			gram.SymRankOne(gram, 1, mat.NewVecDense(nL, row(q, k)))
		}
	}
	var factors mat.Cholesky
	if !factors.Factorize(gram) {
		return fmt.Errorf("models: feedback \"pseudoinverse\": the Jacobian does not have full rank")
	}
	for _, q := range w.Q {
		for k := range q.Rows {
			v := mat.NewVecDense(nL, row(q, k))
			if err := factors.SolveVecTo(v, v); err != nil {
				return fmt.Errorf("models: feedback \"pseudoinverse\": %w", err)
			}
		}
	}
	return nil
}

func setIdentity(q blas64.General) {
	clear(q.Data)
	for k := range q.Cols {
		q.Data[k*q.Stride+k] = 1
	}
}
