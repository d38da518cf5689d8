package dataset

import (
	"math/rand/v2"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// linearMap is the task of Lillicrap et al. (2016), figure 2: y = T x, with T
// (outputs x inputs) uniform in [-1, 1] and x ~ N(0, I).
type linearMap struct{ matrix blas64.General }

func newLinearMap(spec Spec) task {
	return linearMap{blas64.General{
		Rows: spec.Outputs, Cols: spec.Inputs, Stride: spec.Inputs,
		Data: uniform(spec.Outputs*spec.Inputs, -1, 1, stream.New(spec.Seed, "linear map")),
	}}
}

func (l linearMap) draw(n int, rng *rand.Rand) *samples {
	s := &samples{dim: l.matrix.Cols, targetDim: l.matrix.Rows, numbers: normal(n*l.matrix.Cols, rng), targets: make([]float64, n*l.matrix.Rows)}
	for b := range n {
		apply(s.target(b), l.matrix, s.input(b))
	}
	return s
}

// quadratic is the task of Lillicrap et al. (2016), figure 5: y_k = x^T Q_k x, with
// the Q_k (inputs x inputs, one an output) uniform in [-1/2, 1/2] and x in [-2, 2].
type quadratic struct{ forms []blas64.General }

func newQuadratic(spec Spec) task {
	var q quadratic
	for k := range spec.Outputs {
		q.forms = append(q.forms, blas64.General{
			Rows: spec.Inputs, Cols: spec.Inputs, Stride: spec.Inputs,
			Data: uniform(spec.Inputs*spec.Inputs, -0.5, 0.5, stream.New(spec.Seed, "quadratic form", uint64(k+1))),
		})
	}
	return q
}

func (q quadratic) draw(n int, rng *rand.Rand) *samples {
	dim, image := q.forms[0].Cols, make([]float64, q.forms[0].Rows)
	s := &samples{dim: dim, targetDim: len(q.forms), numbers: uniform(n*dim, -2, 2, rng), targets: make([]float64, n*len(q.forms))}
	for b := range n {
		x := s.input(b)
		for k, form := range q.forms {
			apply(image, form, x)
			s.target(b)[k] = blas64.Dot(vector(x), vector(image))
		}
	}
	return s
}

// apply sets y = A x.
func apply(y []float64, a blas64.General, x []float64) {
	blas64.Gemv(blas.NoTrans, 1, a, vector(x), 0, vector(y))
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
