package models

import (
	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// WeightMirror learns feedback weights from noise alone, without the task: one
// layer i after another fires at random, and B_i takes up how the layer above
// answers. After every minibatch, for so many samples,
//
//	h ~ N(0, sigma^2 I),   r = phi_{i+1}(W_{i+1} h)
//	dB_i = (eta/sigma^2) (h r^T - beta B_i)
//
// Akrout et al. (2019), section 3.1. Biases are left out of it. The mean of B_i
// goes to (sigma^2/beta) W_{i+1}^T diag(E phi'), by Stein's lemma, as fast as
// (1 - eta beta/sigma^2)^samples; beta = sigma^2 makes it W_{i+1}^T where W h is
// small.
//
// At level buffered the layer above takes its time tau_v to answer, from rest, and
// r is the mean of phi_{i+1}((1 - e^(-t/tau_v)) W_{i+1} h) over a presentation.
type WeightMirror struct {
	net    *Network
	set    CompanionSettings
	key    [2]uint64
	h, r   []blas64.General // 1 x n_i
	answer *slowAnswer      // level buffered
	seen   []float64        // samples so far: the number of the next
}

// mirrorNoise names the streams of the noise.
const mirrorNoise = "weight mirror"

// NewWeightMirror returns the companion for net.
func NewWeightMirror(net *Network, s Settings) *WeightMirror {
	c := &WeightMirror{net: net, set: s.Companion, key: stream.Key(s.Seed, mirrorNoise), seen: make([]float64, 1)}
	if s.Level == "buffered" {
		c.answer = newSlowAnswer(s.TauV, s.Presentation, widest(net))
	}
	for _, n := range net.Sizes[1:] {
		c.h, c.r = append(c.h, newTile(n)), append(c.r, newTile(n))
	}
	return c
}

// Join does nothing: presentations do not teach a mirror.
func (c *WeightMirror) Join(Presenter) {}

// Gather does nothing.
func (c *WeightMirror) Gather(*Weights, int) {}

// Step shows noise to every hidden layer in turn.
func (c *WeightMirror) Step(w *Weights, _ int, _ float64) {
	for i := range c.net.Depth() - 1 {
		for k := range c.set.Samples {
			c.reflect(w, i, uint64(c.seen[0])+uint64(k))
		}
	}
	c.seen[0] += float64(c.set.Samples)
}

// reflect moves the feedback weights of hidden layer i by one noise sample.
func (c *WeightMirror) reflect(w *Weights, i int, sample uint64) {
	h, r, b := row(c.h[i], 0), row(c.r[i+1], 0), w.Link[i]
	stream.Normals(h, c.key, [3]uint64{sample, uint64(i)})
	floats.Scale(c.set.Sigma, h)
	clear(r)
	mulRowsAdd(c.r[i+1], c.h[i], w.W[i+1], 1)
	if phi := c.net.Phi[i+1]; c.answer != nil {
		c.answer.apply(phi, r)
	} else {
		phi.Apply(r, r)
	}
	rate := c.set.LearningRate / (c.set.Sigma * c.set.Sigma)
	floats.Scale(1-rate*c.set.Beta, b.Data)
	blas64.Ger(rate, rowVector(c.h[i], 0), rowVector(c.r[i+1], 0), b)
}

// State returns how many samples there have been.
func (c *WeightMirror) State() []Array { return []Array{{"seen", []int{1}, c.seen}} }
