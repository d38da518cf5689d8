package analysis

import (
	"math"

	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// PerturbedNoise is the noise of [models.PerturbedFeedback] about the feedforward
// state of one sample, weights held still, to first order in c:
//
//	tau_n dz_i = -z_i dt + c sqrt(2 tau_n) dB_i
//	tau_v dx_i = (-x_i + W_i (phi_{i-1}'(v_{i-1}) * x_{i-1} + z_{i-1})) dt       x_i: v_i less its rest
//	tau_b dy   = (s - y) dt,   s = dl/dv_L . x_L                                 y: the baseline less its rest
//
// It is dense, and knows nothing of how models computes the same: its covariance
// at rest solves Lyapunov's equation.
type PerturbedNoise struct {
	net       *models.Network
	set       models.PerturbationSettings
	noiseAt   []int // of z_i
	voltAt    []int // of x_i
	m, noise  *mat.Dense
	surplus   *mat.VecDense // l - b, to first order, is its product with the state
	stationed *mat.Dense    // the covariance at rest
	output    []float64     // d_L
}

// NewPerturbedNoise returns the noise at sample b of batch.
func NewPerturbedNoise(net *models.Network, w *models.Weights, batch *models.Batch, b int, set models.PerturbationSettings) (*PerturbedNoise, error) {
	p := &PerturbedNoise{net: net, set: set}
	n := 0
	for _, size := range net.Sizes[1:net.Depth()] {
		p.noiseAt, n = append(p.noiseAt, n), n+size
	}
	for _, size := range net.Sizes[1:] {
		p.voltAt, n = append(p.voltAt, n), n+size
	}
	n++ // the baseline; in two passes nobody looks at it
	p.m, p.noise, p.surplus = mat.NewDense(n, n, nil), mat.NewDense(n, n, nil), mat.NewVecDense(n, nil)
	p.lay(w, batch, b)
	var err error
	p.stationed, err = lyapunov(p.m, p.noise)
	return p, err
}

// lay fills the matrices.
func (p *PerturbedNoise) lay(w *models.Weights, batch *models.Batch, b int) {
	ff := models.NewFeedforward(p.net)
	ff.Run(w, batch)
	for k := range p.voltAt[0] {
		p.m.Set(k, k, -1/p.set.TauNoise)
		p.noise.Set(k, k, 2*p.set.Noise*p.set.Noise/p.set.TauNoise)
	}
	rate, slope := 1/p.set.TauV, []float64(nil) // slope: of the layer before
	for i, weights := range w.W {
		for j := range weights.Rows {
			at := p.voltAt[i] + j
			p.m.Set(at, at, -rate)
			for k, wjk := range row(weights, j)[:len(slope)] {
				p.m.Set(at, p.voltAt[i-1]+k, rate*wjk*slope[k])
				p.m.Set(at, p.noiseAt[i-1]+k, rate*wjk)
			}
		}
		slope = make([]float64, weights.Rows)
		p.net.Phi[i].Slope(slope, row(ff.V[i], b), row(ff.R[i], b))
	}
	p.output = make([]float64, p.net.Outputs())
	p.net.Loss.Gradient(p.output, ff.Output(b), row(batch.Target, b))
	for k, s := range slope {
		p.output[k] *= -batch.LossWeight * s
	}
	p.layLoss()
}

// layLoss fills what the baseline follows, and the loss without it.
func (p *PerturbedNoise) layLoss() {
	base, from := p.surplus.Len()-1, p.voltAt[len(p.voltAt)-1]
	rate, seen := 1/p.set.TauBaseline, 1.0
	if p.set.Reference == "two-pass" {
		rate, seen = 1, 0
	}
	p.m.Set(base, base, -rate)
	p.surplus.SetVec(base, -seen)
	for k, d := range p.output {
		p.surplus.SetVec(from+k, -d)
		p.m.Set(base, from+k, -rate*d)
	}
}

// Estimate returns the mean of q_i of hidden layer i, counted from 0: E[-(l - b)
// z_i]/kappa_i.
func (p *PerturbedNoise) Estimate(i int) []float64 {
	var mean mat.VecDense
	mean.MulVec(p.stationed, p.surplus)
	q := make([]float64, p.net.Sizes[i+1])
	for k := range q {
		q[k] = -mean.AtVec(p.noiseAt[i]+k) / p.set.KappaOf(p.net, i)
	}
	return q
}

// Intensity returns the white noise that q_i is to slow weights, summed over the
// neurons of hidden layer i, counted from 0:
//
//	tr int Cov(q_i(t), q_i(0)) dt,   t from -inf to inf
//
// With s = l - b and all normal, Cov(s z_k (t), s z_k (0)) is R_ss R_kk + R_sk R_ks,
// of which each is a^T exp(m t) S b with the covariance S. So the integral is
//
//	2/kappa^2 sum_k a^T Y_k e_k,   m Y + Y m^T + S (a e_k^T + e_k a^T) S = 0
//
// where a is s and e_k is z_k. A trace changes none of it.
func (p *PerturbedNoise) Intensity(i int) (float64, error) {
	n, sum := p.surplus.Len(), 0.0
	for k := range p.net.Sizes[i+1] {
		at, unit := p.noiseAt[i]+k, mat.NewVecDense(n, nil)
		unit.SetVec(at, 1)
		var one, other, product mat.Dense
		one.Outer(1, p.surplus, unit)
		other.Outer(1, unit, p.surplus)
		one.Add(&one, &other)
		product.Product(p.stationed, &one, p.stationed)
		y, err := lyapunov(p.m, &product)
		if err != nil {
			return 0, err
		}
		sum += mat.Inner(p.surplus, y, unit)
	}
	kappa := p.set.KappaOf(p.net, i)
	return 2 * sum / (kappa * kappa), nil
}

// PerturbedSpread returns the root mean square distance |B - <B>|_F, B the feedback
// weights of the last hidden layer, at time tau_B length, from the averaged flow
// that they started on, for a slow tau_B: the samples of batch take turns,
// each for a time that is long against the noise and short against tau_B. The
// deviations follow
//
//	tau_B dD = -D (C + beta I) dt + white noise of intensity <I d d^T>,   C = <d d^T>
//
// with I the Intensity and d the output's errors, so that in C's axes, C = diag
// lambda, and to first order in c
//
//	E|D|^2 = sum_j <I d_j^2> (1 - exp(-2 mu_j length))/(2 mu_j tau_B),   mu_j = lambda_j + beta
func PerturbedSpread(net *models.Network, w *models.Weights, batch *models.Batch, set models.PerturbationSettings, length float64) (float64, error) {
	outputs, last := net.Outputs(), net.Depth()-2
	gram, driven := mat.NewSymDense(outputs, nil), mat.NewSymDense(outputs, nil)
	for b := range batch.N {
		p, err := NewPerturbedNoise(net, w, batch, b, set)
		if err != nil {
			return 0, err
		}
		intensity, err := p.Intensity(last)
		if err != nil {
			return 0, err
		}
		d := mat.NewVecDense(outputs, p.output)
		gram.SymRankOne(gram, 1/float64(batch.N), d)
		driven.SymRankOne(driven, intensity/float64(batch.N), d)
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(gram, true) {
		return 0, ErrEigen
	}
	var axes mat.Dense
	eigen.VectorsTo(&axes)
	sum := 0.0
	for j, lambda := range eigen.Values(nil) {
		mu, axis := lambda+set.Beta, axes.ColView(j)
		grown := length
		if mu > 0 {
			grown = -math.Expm1(-2*mu*length) / (2 * mu)
		}
		sum += mat.Inner(axis, driven, axis) * grown
	}
	return math.Sqrt(sum / set.TauFeedback), nil
}
