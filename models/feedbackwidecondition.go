package models

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// wideCondition2 is the ratio of Condition 2 where J_L = I, in matrices of
// n_{L-1} rows. With S = sum_{i<L} K_i K_i^T, B = sum_{i<L} K_i Q_i and
// C = W_L^T W_L, J J^T = I + W_L S W_L^T and J Q = Q_L + W_L B, so that by
// Woodbury's identity
//
//	||J^+ J Q||_F^2 = tr (J Q)^T (J J^T)^-1 J Q
//	                = ||J Q||_F^2 - tr S (I + C S)^-1 E E^T,   E = W_L^T J Q = W_L^T Q_L + C B
//	    ||J Q||_F^2 = ||Q_L||_F^2 + 2 <W_L^T Q_L, B> + <B, C B>
type wideCondition2 struct {
	output   blas64.General // n_{L-1} x n_L: W_L^T Q_L
	b, cb, e blas64.General // n_{L-1} x n_L: B, C B and E
	s, c     blas64.General // n_{L-1} x n_{L-1}
	ee       blas64.General // E E^T, then (I + C S)^-1 E E^T
	factors  blas64.General // of I + C S
	pivot    []int
}

func newWideCondition2(net *Network) wideCondition2 {
	nL, n := net.Outputs(), net.Sizes[net.Depth()-1]
	return wideCondition2{
		output: newMatrix(n, nL), b: newMatrix(n, nL), cb: newMatrix(n, nL), e: newMatrix(n, nL),
		s: newMatrix(n, n), c: newMatrix(n, n), ee: newMatrix(n, n), factors: newMatrix(n, n), pivot: make([]int, n),
	}
}

// Condition2 is [FeedbackLearning.Condition2].
func (f *FeedbackWide) Condition2(w *Weights, batch *Batch) float64 {
	f.bind(w)
	f.cut.ff.sweep(f.w, batch)
	last, size, sum := len(f.w.W), 0.0, 0.0
	for _, q := range w.Q {
		size += floats.Dot(q.Data, q.Data)
	}
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, w.W[last], w.W[last], 0, f.condition.c)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, w.W[last], w.Q[last], 0, f.condition.output)
	for b := range batch.N {
		f.cut.linearize(f.w, b, 1)
		f.cut.look(0)
		sum += math.Sqrt(f.projected(w) / size)
	}
	return sum
}

// projected returns ||J^+ J Q||_F^2 of the sample that cut looks at.
func (f *FeedbackWide) projected(w *Weights) float64 {
	m, last := &f.condition, len(f.w.W)
	clear(m.s.Data)
	clear(m.b.Data)
	for i, gram := range f.cut.gram[:last] {
		floats.Add(m.s.Data, gram)
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, f.cut.gain.jacobian.Of(0, i), w.Q[i], 1, m.b)
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, m.c, m.b, 0, m.cb)
	jq := floats.Dot(w.Q[last].Data, w.Q[last].Data) + 2*floats.Dot(m.output.Data, m.b.Data) + floats.Dot(m.b.Data, m.cb.Data)
	floats.AddTo(m.e.Data, m.output.Data, m.cb.Data)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, m.e, m.e, 0, m.ee)
	return jq - m.seen()
}

// seen returns tr S (I + C S)^-1 E E^T.
func (m *wideCondition2) seen() float64 {
	setIdentity(m.factors)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, m.c, m.s, 1, m.factors)
	if !lapack64.Getrf(m.factors, m.pivot) {
		return math.NaN()
	}
	lapack64.Getrs(blas.NoTrans, m.factors, m.ee, m.pivot)
	sum := 0.0
	for i := range m.s.Rows {
		sum += blas64.Dot(rowVector(m.s, i), column(m.ee, i))
	}
	return sum
}
