package models

import (
	"errors"
	"fmt"

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
// batches. Paths other than the direct one know the first two. On these
// weight-product makes the same Qeff_i; random draws every matrix of the path
// so, but for the output's, which is given Qeff_L = I:
//
//	layerwise  random: Q_L = I;                weight-product: Q_i = W_{i+1}^T, Q_L = I
//	separate   random: Q_L = R_1^+ (inverse);  weight-product: d_k = n_{L-k+1},
//	           R_1 = I, R_k = W_{L-k+2}^T, Q_i = I, or W_{i+1}^T ... W_{L-K+1}^T below the path
func (w *Weights) InitFeedback(net *Network, kind string, seed uint64, batches []*Batch) error {
	switch kind {
	case "random":
		return w.RandomFeedback(seed, "xavier-normal", 1)
	case "weight-product":
		return w.weightProduct()
	case "transpose-jacobian", "pseudoinverse":
		if !w.path.direct() {
			return fmt.Errorf("models: feedback %q is of the direct path; this one knows random and weight-product", kind)
		}
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

// RandomFeedback draws the feedback weights as InitFeedback("random") does, from a
// distribution of [Weights.Init] with scale.
func (w *Weights) RandomFeedback(seed uint64, distribution string, scale float64) error {
	last := len(w.Link) - 1
	draw := func(purpose string, matrices []blas64.General) error {
		for i, q := range matrices {
			next, err := drawer(distribution, scale, q.Cols, q.Rows, stream.New(seed, purpose, uint64(i+1)))
			if err != nil {
				return err
			}
			for k := range q.Data {
				q.Data[k] = next()
			}
		}
		return nil
	}
	if err := errors.Join(draw("initial feedback", w.Link[:last]), draw("initial feedback neurons", w.R)); err != nil {
		return err
	}
	if len(w.R) == 0 {
		setIdentity(w.Link[last])
	} else if err := pseudoinverse(w.Link[last], w.R[0]); err != nil {
		return err
	}
	w.Compose()
	return nil
}

// pseudoinverse sets dst to the pseudoinverse of a, which has full rank.
func pseudoinverse(dst, a blas64.General) error {
	identity := newMatrix(a.Rows, a.Rows)
	setIdentity(identity)
	inverse := mat.NewDense(dst.Rows, dst.Cols, dst.Data)
	err := inverse.Solve(mat.NewDense(a.Rows, a.Cols, a.Data), mat.NewDense(a.Rows, a.Rows, identity.Data))
	if err != nil {
		return fmt.Errorf("models: feedback \"random\": R1: %w", err)
	}
	return nil
}

func (w *Weights) weightProduct() error {
	if err := w.checkMirror(); err != nil {
		return err
	}
	depth, mirrored := len(w.W), max(1, len(w.R)) // the last so many layers have Q_i = I
	for k, r := range w.R {
		if k == 0 {
			setIdentity(r)
			continue
		}
		transpose(r, w.W[depth-k])
	}
	for i := depth - 1; i >= 0; i-- {
		switch {
		case i >= depth-mirrored:
			setIdentity(w.Link[i])
		case w.path.Layerwise:
			transpose(w.Link[i], w.W[i+1])
		default:
			blas64.Gemm(blas.Trans, blas.NoTrans, 1, w.W[i+1], w.Link[i+1], 0, w.Link[i])
		}
	}
	w.Compose()
	return nil
}

// checkMirror reports feedback layers of other widths than the forward layers
// they run beside.
func (w *Weights) checkMirror() error {
	for k, r := range w.R {
		if want := w.W[len(w.W)-1-k].Rows; r.Rows != want {
			return fmt.Errorf("models: feedback \"weight-product\" needs feedback layers as wide as the layers they feed, from the output down: layer %d has %d neurons, not %d", k+1, r.Rows, want)
		}
	}
	return nil
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
