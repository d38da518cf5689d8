package models

import (
	"fmt"
	"math"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
)

// SpikeSlab are the parameters of one random weight, Li and Huang (2020), eq. (1):
// w = 0 with probability Pi (the spike), else w is normal of mean M and variance
// Xi (the slab).
type SpikeSlab struct{ M, Pi, Xi float64 }

// Mean returns E w = (1-pi) m.
func (p SpikeSlab) Mean() float64 { return (1 - p.Pi) * p.M }

// Variance returns E w^2 - (E w)^2 = (1-pi) (Xi + pi m^2), which neither cancels
// nor becomes negative.
func (p SpikeSlab) Variance() float64 { return (1 - p.Pi) * (p.Xi + p.Pi*p.M*p.M) }

// Regauge returns the weight on the same gauge orbit whose spike has probability
// pi: mean and variance, which are all that learning sees, stay. There is none
// (false) where the slab's variance would be negative, 1 - pi < mean^2/E w^2, or
// pi is 1.
func (p SpikeSlab) Regauge(pi float64) (SpikeSlab, bool) {
	mean := p.Mean()
	q := SpikeSlab{M: mean / (1 - pi), Pi: pi}
	q.Xi = (p.Variance()+mean*mean)/(1-pi) - q.M*q.M
	return q, pi < 1 && q.Xi >= 0
}

// Weight returns the parameters of weight k of layer i's matrix, row-major.
func (w *Weights) Weight(i, k int) SpikeSlab {
	return SpikeSlab{M: w.W[i].Data[k], Pi: w.Pi[i].Data[k], Xi: w.Xi[i].Data[k]}
}

// InitSpikeSlab sets every pi to spike and draws every Xi uniformly between 0 and
// slab; layer i draws from its own stream of the seed.
func (w *Weights) InitSpikeSlab(seed uint64, spike, slab float64) {
	for i := range w.Pi {
		rng := stream.New(seed, "initial variances", uint64(i+1))
		for k := range w.Pi[i].Data {
			w.Pi[i].Data[k], w.Xi[i].Data[k] = spike, slab*rng.Float64()
		}
	}
}

// Project moves every pi to the nearest point of [0, 1] and every Xi to that of
// [0, inf), which Compose must follow. It does nothing to weights that are numbers.
func (w *Weights) Project() {
	for i := range w.Pi {
		for k, pi := range w.Pi[i].Data {
			if pi < 0 { // rare, and so faster than min and max
				w.Pi[i].Data[k] = 0
			} else if pi > 1 {
				w.Pi[i].Data[k] = 1
			}
		}
		for k, xi := range w.Xi[i].Data {
			if xi < 0 {
				w.Xi[i].Data[k] = 0
			}
		}
	}
}

// Confine projects dw on the tangent cone at w, which must be projected itself:
// no pi and no Xi at a bound moves beyond it.
func (w *Weights) Confine(dw *Weights) {
	for i := range w.Pi {
		for k, pi := range w.Pi[i].Data {
			if d := &dw.Pi[i].Data[k]; pi <= 0 && *d < 0 || pi >= 1 && *d > 0 {
				*d = 0
			}
		}
		for k, xi := range w.Xi[i].Data {
			if d := &dw.Xi[i].Data[k]; xi <= 0 && *d < 0 {
				*d = 0
			}
		}
	}
}

// CheckSpikeSlab says which parameter, if any, is none of a distribution.
func (w *Weights) CheckSpikeSlab() error {
	for i := range w.Pi {
		for k, pi := range w.Pi[i].Data {
			if pi < 0 || pi > 1 {
				return fmt.Errorf("pi%d[%d, %d] is %g: a probability is between 0 and 1", i+1, k/w.Pi[i].Cols, k%w.Pi[i].Cols, pi)
			}
		}
		for k, xi := range w.Xi[i].Data {
			if xi < 0 {
				return fmt.Errorf("xi%d[%d, %d] is %g: a variance is at least 0", i+1, k/w.Xi[i].Cols, k%w.Xi[i].Cols, xi)
			}
		}
	}
	return nil
}

// moments are means and variances of all weights as a neuron sees them, which
// divides its input by the root of its number of inputs N = n_{i-1}. They are
// transposed: a rate meets the weights to all neurons of the next layer in a row.
type moments struct {
	mean     []blas64.General // n_{i-1} x n_i: E w / sqrt(N)
	variance []blas64.General // n_{i-1} x n_i: Var w / N
}

// composeMoments sets the moments to those of the weights.
func (w *Weights) composeMoments() {
	if w.moments == nil {
		w.moments = &moments{}
		for _, g := range w.W {
			w.moments.mean = append(w.moments.mean, newMatrix(g.Cols, g.Rows))
			w.moments.variance = append(w.moments.variance, newMatrix(g.Cols, g.Rows))
		}
	}
	for i, g := range w.W {
		root, part := 1/math.Sqrt(float64(g.Cols)), 1/float64(g.Cols)
		mean, variance := w.moments.mean[i], w.moments.variance[i]
		for j := range g.Rows {
			ms, pis, xis := row(g, j), row(w.Pi[i], j), row(w.Xi[i], j)
			for k, m := range ms {
				p, at := SpikeSlab{m, pis[k], xis[k]}, k*mean.Stride+j
				mean.Data[at], variance.Data[at] = root*p.Mean(), part*p.Variance()
			}
		}
	}
}
