package analysis

import (
	"fmt"

	"credo/models"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// GaussNewton returns the mean over samples of each sample's own damped
// Gauss-Newton update, Meulemans et al. (2021), eq. (7) with a minibatch of one:
//
//	dtheta        = J_theta^T (J_theta J_theta^T + gamma I)^-1 e
//	J_theta J_theta^T = sum_i (|r_{i-1}|^2 + bias) J_i J_i^T
//	dW_i          = J_i^T (J_theta J_theta^T + gamma I)^-1 e r_{i-1}^T
//
// bias is 1 in a network with biases, else 0. gamma, the damping, is not
// negative; without it this is J_theta^+ e, and an error, which wraps
// [ErrRankDeficient], where J_theta does not have full rank.
func (l *Linearization) GaussNewton(damping float64) (*models.Weights, error) {
	for k, s := range l.samples {
		x, err := solveDamped(s.jacobians().gram(l.energies(s)), damping, s.out)
		if err != nil {
			return nil, fmt.Errorf("analysis: Gauss-Newton update of sample %d: %w", k, err)
		}
		s.setFactors(x, nil)
	}
	return l.mean(), nil
}

// MinibatchGaussNewton returns the damped Gauss-Newton update of the whole
// minibatch, Meulemans et al. (2021), eq. (7), with the Jacobians and the errors
// of its B samples one below another. It needs one Gram matrix of B n_L rows,
// whose block of the samples b and c is
//
//	sum_i (r_{i-1}^b . r_{i-1}^c + bias) J_i^b J_i^cT
//
// gamma and the error are those of [Linearization.GaussNewton]; there must be
// at least B n_L weights, and without damping no sample may occur twice. It is
// the solution for all samples at once, not a mean.
func (l *Linearization) MinibatchGaussNewton(damping float64) (*models.Weights, error) {
	nL := l.net.Outputs()
	var e []float64
	for _, s := range l.samples {
		e = append(e, s.out...)
	}
	x, err := solveDamped(l.minibatchGram(), damping, e)
	if err != nil {
		return nil, fmt.Errorf("analysis: Gauss-Newton update of a minibatch of %d: %w", len(l.samples), err)
	}
	for b, s := range l.samples {
		s.setFactors(x[b*nL:(b+1)*nL], nil)
	}
	return l.update(1), nil
}

// minibatchGram returns J_theta J_theta^T, B n_L rows.
func (l *Linearization) minibatchGram() *mat.SymDense {
	n := len(l.samples) * l.net.Outputs()
	gram := mat.NewSymDense(n, nil)
	for b, s := range l.samples {
		for c, s2 := range l.samples[b:] {
			for i := range s.rates {
				overlap := floats.Dot(row(s.rates[i], s.b), row(s2.rates[i], s2.b))
				if l.net.Bias {
					overlap++
				}
				addGramBlock(gram, b, b+c, overlap, s, s2, i)
			}
		}
	}
	return gram
}

// addGramBlock adds overlap J_i^b J_i^cT, b <= c, to gram's upper triangle.
func addGramBlock(gram *mat.SymDense, b, c int, overlap float64, sb, sc sample, i int) {
	jb, jc := sb.jacobianOf(i), sc.jacobianOf(i)
	nL, raw := jb.Rows, gram.RawSymmetric()
	for p := range nL {
		first := 0
		if b == c {
			first = p
		}
		sum := raw.Data[(b*nL+p)*raw.Stride+c*nL:]
		for q := first; q < nL; q++ {
			sum[q] += overlap * floats.Dot(row(jb, p), row(jc, q))
		}
	}
}

// Backprop returns the mean of -dL/dW over samples, each weighted as in e: the
// direction of [Linearization.GaussNewton] for gamma -> infinity.
func (l *Linearization) Backprop() *models.Weights {
	p, dst := models.NewPathways(l.net, models.Backprop{}), models.NewWeights(l.net)
	for _, t := range l.tiles {
		p.Present(dst, l.w, t.batch) // its error is nil: nothing is solved
	}
	floats.Scale(1/float64(len(l.samples)), dst.Plastic())
	return dst
}
