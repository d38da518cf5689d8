package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Normalized presents a network whose neurons divide their input by the root of
// its number,
//
//	v_i = W_i r_{i-1} / sqrt(n_{i-1}) + b_i
//
// to a rule that knows nothing of it: the rule sees W_i/sqrt(n_{i-1}), and its
// update of these, divided by the same root, is W_i's. Weights are of order 1
// then, whatever the layers' sizes.
type Normalized struct {
	rule  Presenter
	w, dw *Weights
}

func newNormalized(net *Network, rule Presenter) *Normalized {
	return &Normalized{rule: rule, w: NewWeights(net), dw: NewWeights(net)}
}

// Present adds the update, summed over the samples of batch, to dst.
func (p *Normalized) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	p.w.Effective(w)
	p.dw.Zero()
	outcome, err := p.rule.Present(p.dw, p.w, batch)
	for i, dw := range p.dw.W {
		root := 1 / math.Sqrt(float64(dw.Cols))
		blas64.Axpy(root, flat(dw), flat(dst.W[i]))
		if db := dst.B[i]; db != nil {
			blas64.Axpy(1, blas64.Vector{N: len(db), Inc: 1, Data: p.dw.B[i]}, blas64.Vector{N: len(db), Inc: 1, Data: db})
		}
	}
	return outcome, err
}

// Reveal returns what the rule ended in.
func (p *Normalized) Reveal(name string) (blas64.General, bool) { return p.rule.Reveal(name) }

// flat views the numbers of g, whose rows follow each other, as one vector.
func flat(g blas64.General) blas64.Vector {
	return blas64.Vector{N: g.Rows * g.Cols, Inc: 1, Data: g.Data}
}
