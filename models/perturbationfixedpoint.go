package models

import (
	"errors"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// FixedPoint sets the feedback weights of w to those at which the averaged drift
// vanishes while W holds still, from the top down:
//
//	B_i = c^2 G_i/kappa_i <g_i d_{i+1}^T> (<d_{i+1} d_{i+1}^T> + beta I)^-1
//
// Without decay, where the errors d_{i+1} do not span all directions, it is the
// B_i of least norm, which sends nothing of the others. w is as in Bind.
func (a *PerturbedFeedbackAverage) FixedPoint(w *Weights) error {
	for i := a.net.Depth() - 2; i >= 0; i-- {
		a.w.Copy(w)
		a.sweep()
		b, above := w.Link[i], a.chain.errors.D[i+1]
		cross, gram := newMatrix(b.Rows, b.Cols), newMatrix(b.Cols, b.Cols)
		addOuter(cross, a.exact.errors.M[i], above, a.batch.N)
		addOuter(gram, above, above, a.batch.N)
		floats.Scale(a.share[i]/float64(a.batch.N), cross.Data)
		floats.Scale(1/float64(a.batch.N), gram.Data)
		fit := mat.NewDense(b.Rows, b.Cols, b.Data)
		if err := divideByGram(fit, mat.NewDense(b.Rows, b.Cols, cross.Data), mat.NewSymDense(b.Cols, gram.Data), a.set.Beta); err != nil {
			return err
		}
	}
	w.Compose()
	return nil
}

// divideByGram sets dst = cross (gram + beta I)^+, gram positive semidefinite.
func divideByGram(dst, cross *mat.Dense, gram *mat.SymDense, beta float64) error {
	const rank = 1e-10 // of the largest eigenvalue: what is below is rounding
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return errors.New("models: the errors' covariance has no eigenvalues")
	}
	var v, part mat.Dense
	eigen.VectorsTo(&v)
	part.Mul(cross, &v)
	lambda := eigen.Values(nil)
	for k, l := range lambda {
		inverse := 0.0
		if l > rank*lambda[len(lambda)-1] {
			inverse = 1 / (l + beta)
		}
		for i := range part.RawMatrix().Rows {
			part.Set(i, k, part.At(i, k)*inverse)
		}
	}
	dst.Mul(&part, v.T())
	return nil
}
