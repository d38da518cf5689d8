package models

// Baseline is the companion of rules that compare the loss of the noisy network
// with a running mean of it, in place of the loss without noise: a mean that
// forgets, over minibatches whose own means are x_k,
//
//	b_1 = x_1,   b_k = b_{k-1} + (x_k - b_{k-1})/10
//
// A minibatch is compared with those before it; the first teaches nothing.
type Baseline struct {
	mean  *runningMean
	twins []*noisyTwin
	sum   float64 // of the losses of the minibatch at hand
}

// NewBaseline returns an empty mean.
func NewBaseline() *Baseline { return &Baseline{mean: &runningMean{make([]float64, 2)}} }

// perturbed is a presenter with a noisy twin.
type perturbed interface{ noise() *noisyTwin }

// Join lets the noise of p be judged by the mean.
func (c *Baseline) Join(p Presenter) {
	twin := p.(perturbed).noise()
	twin.baseline = c.mean
	c.twins = append(c.twins, twin)
}

// Gather adds up the losses of the first presenters.
func (c *Baseline) Gather(_ *Weights, tiles int) {
	c.sum = 0
	for _, t := range c.twins[:tiles] {
		c.sum += t.loss
	}
}

// Step moves the mean.
func (c *Baseline) Step(_ *Weights, samples int, _ float64) { c.mean.add(c.sum / float64(samples)) }

// State returns the mean, and 1 once there is one.
func (c *Baseline) State() []Array { return []Array{{"baseline", []int{2}, c.mean.state}} }

// runningMean is the mean of [Baseline].
type runningMean struct{ state []float64 }

// empty says whether there is no mean yet, as for a presenter that no companion leads.
func (m *runningMean) empty() bool { return m == nil || m.state[1] == 0 }

func (m *runningMean) value() float64 { return m.state[0] }

func (m *runningMean) add(x float64) {
	if m.empty() {
		m.state[0], m.state[1] = x, 1
		return
	}
	m.state[0] += (x - m.state[0]) / 10
}
