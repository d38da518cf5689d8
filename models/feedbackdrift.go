package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// FeedbackDrift is the right side of the averaged sleep phase, summed over
// samples. Q_i stands in it twice, openly and in the expectations:
//
//	tau_Q dQ_i/dt = Noise_i - Q_i (Control + beta I)
//
// once both are divided by Samples.
type FeedbackDrift struct {
	Noise   []blas64.General // n_i x n_L: -E[eps_i u^T]
	Control blas64.General   // n_L x n_L: E[ut u^T]
	Samples int              // in the sums
	Skipped int              // samples left out, whose loop is unstable
}

// NewFeedbackDrift returns an empty sum for net.
func NewFeedbackDrift(net *Network) *FeedbackDrift {
	d := &FeedbackDrift{Control: newMatrix(net.Outputs(), net.Outputs())}
	for _, n := range net.Sizes[1:] {
		d.Noise = append(d.Noise, newMatrix(n, net.Outputs()))
	}
	return d
}

// Clear empties the sum.
func (d *FeedbackDrift) Clear() {
	for _, noise := range d.Noise {
		clear(noise.Data)
	}
	clear(d.Control.Data)
	d.Samples, d.Skipped = 0, 0
}

// Add adds another sum.
func (d *FeedbackDrift) Add(other *FeedbackDrift) {
	for i, noise := range d.Noise {
		floats.Add(noise.Data, other.Noise[i].Data)
	}
	floats.Add(d.Control.Data, other.Control.Data)
	d.Samples += other.Samples
	d.Skipped += other.Skipped
}

// Condition2 returns the ratio
//
//	||J^+ J Q||_F / ||Q||_F
//
// of Meulemans et al. (2021), summed over the samples of batch at their
// feedforward state: the part of the feedback Q = [Q_1; ..; Q_L] that lies in
// the row space of J = [J_1 .. J_L]. It is 1 for each sample where Condition 2
// holds. Since J^+ J is the projection on that space, with J J^T = V lambda V^T
//
//	||J^+ J Q||_F^2 = sum_k |v_k^T J Q|^2 / lambda_k
func (f *FeedbackLearning) Condition2(w *Weights, batch *Batch) float64 {
	f.ff.sweep(w, batch)
	f.linearize(w, 0, batch.N)
	nL, size := f.net.Outputs(), 0.0
	for _, q := range w.Q {
		size += floats.Dot(q.Data, q.Data)
	}
	sum, jq, jj := 0.0, mat.NewDense(nL, nL, nil), mat.NewSymDense(nL, nil)
	for b := range batch.N {
		f.look(b)
		jq.Zero()
		jj.Zero()
		for i, tap := range f.tap {
			jq.Add(jq, mat.NewDense(nL, nL, tap))
			jj.AddSym(jj, mat.NewSymDense(nL, f.gram[i]))
		}
		sum += math.Sqrt(projected(jq, jj) / size)
	}
	return sum
}

// projected returns ||J^+ J Q||_F^2 from J Q and J J^T. Directions in which the
// output does not move at all belong to no row space.
func projected(jq *mat.Dense, jj *mat.SymDense) float64 {
	const rank = 1e-13
	var eigen mat.EigenSym
	if !eigen.Factorize(jj, true) {
		return math.NaN()
	}
	lambda, part := eigen.Values(nil), mat.Dense{}
	var v mat.Dense
	eigen.VectorsTo(&v)
	part.Mul(v.T(), jq)
	sum := 0.0
	for k, l := range lambda {
		if l > rank*lambda[len(lambda)-1] {
			sum += floats.Dot(part.RawRowView(k), part.RawRowView(k)) / l
		}
	}
	return sum
}
