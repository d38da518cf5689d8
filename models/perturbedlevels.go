package models

import (
	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// newPerturbedSamples returns room for tiles tiles and more numbers. An error is an
// [*sde.OptionError].
func newPerturbedSamples(net *Network, tiles, more int, s Settings) (noisySamples, error) {
	var learners []noisyLearner
	for range tiles {
		learners = append(learners, NewPerturbedPathways(net, s))
	}
	return newNoisySamples(net, learners, s.Unstable, more, s.noiseRun("node perturbation in time", sde.ExponentialHeun()))
}

// BufferedPerturbation is level buffered of [PerturbedPathways]: a tile of samples
// with frozen weights, and at the end the averages over the presentation of d_i
// r_{i-1}^T and of what [Regression] takes of it,
//
//	<(q'_i - B_i d) d^T>,   or <q'_i d^T> and <d d^T>
type BufferedPerturbation struct {
	noisyAverages
	squares int // numbers
}

// NewBufferedPerturbation returns level buffered of s.Rule.
func NewBufferedPerturbation(net *Network, s Settings) (*BufferedPerturbation, error) {
	p := &BufferedPerturbation{}
	for i := range net.Depth() - 1 {
		p.squares += net.fedBy(i) * net.fedBy(i)
	}
	var err error
	p.noisySamples, err = newPerturbedSamples(net, 1, NewWeights(net).size()+p.squares, s)
	return p, err
}

func (p *BufferedPerturbation) learner() *PerturbedPathways { return p.noisy[0].(*PerturbedPathways) }

// Present shows batch and adds the average, summed over samples, to dst. A sample
// whose state does not stay finite is left out, and the others go through again.
func (p *BufferedPerturbation) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	outcome, err := p.present(w, batch, p)
	if err != nil {
		return outcome, err
	}
	from := p.rows * p.width
	p.dw.setFrom(p.y[from:])
	from += p.dw.size()
	for _, square := range p.learner().square {
		from += copy(square.Data, p.y[from:])
	}
	floats.Add(dst.Plastic(), p.dw.Plastic())
	return outcome, nil
}

// lessons returns the last presentation's averages, summed over samples.
func (p *BufferedPerturbation) lessons(i int) (cross, square blas64.General) {
	return p.dw.Link[i], p.learner().square[i]
}

// Dim returns the length of the state: every sample's, then the integrals.
func (p *BufferedPerturbation) Dim() int { return p.rows*p.width + p.dw.size() + p.squares }

// Deriv is the drift of the samples, and the averages' integrands over T.
func (p *BufferedPerturbation) Deriv(dy []float64, _ float64, y []float64) {
	for _, square := range p.learner().square {
		clear(square.Data)
	}
	p.drift(dy, y, 1/p.run.length)
	slow := dy[p.rows*p.width:]
	slow = slow[p.dw.copyTo(slow):]
	for _, square := range p.learner().square {
		slow = slow[copy(slow, square.Data):]
	}
}

// CoupledPerturbation is level coupled of [PerturbedPathways]: the samples of a
// minibatch and the weights as one [sde.System], in which both kinds of weights
// learn all the time,
//
//	tau_w dW_i/dt = mean over samples of d_i r_{i-1}^T              (or the sum), less beta W
//	tau_q dB_i/dt = mean over samples of (q'_i - B_i d_{i+1}) d_{i+1}^T   (or the sum)
//
// Its state is the rows of the samples, then W, b and B.
type CoupledPerturbation struct {
	noisyCoupled
	set Settings
}

// NewCoupledPerturbation returns level coupled of s.Rule for minibatches of up to
// tiles tiles.
func NewCoupledPerturbation(net *Network, tiles int, s Settings) (*CoupledPerturbation, error) {
	c := &CoupledPerturbation{set: s}
	c.set.Companion.Optimizer = "sgd" // what flows is the gradient
	c.w, c.slopes = NewWeights(net), c.slope
	var err error
	c.noisySamples, err = newPerturbedSamples(net, tiles, c.w.size(), c.set)
	return c, err
}

// slope turns the sums over samples into the drift of the weights.
func (c *CoupledPerturbation) slope() {
	c.scaleForward(c.set)
	rate := 1 / c.set.TauQ
	if !c.set.Sum {
		rate /= float64(c.total)
	}
	for _, db := range c.dw.links() {
		floats.Scale(rate, db.Data)
	}
}
