package models

import (
	"fmt"
	"math"

	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
)

// PerturbationSettings are the constants of [PerturbedFeedback].
type PerturbationSettings struct {
	// Reference says what the noisy network is compared with, and where errors and
	// rates come from: "one-network" (itself), "clean-error" (errors and rates of a
	// copy without noise) or "two-pass" (whose loss also replaces the baseline).
	Reference string

	Noise       float64 // c, the standard deviation of the noise
	TauNoise    float64 // tau_n
	TauV        float64 // tau_v
	TauBaseline float64 // tau_b; two-pass: not used
	TauTrace    float64 // tau_q; 0: the estimate is not low-passed
	TauFeedback float64 // tau_B; +Inf: B holds still
	TauW        float64 // tau_W; +Inf: W and biases hold still
	Beta        float64 // decay of B

	// Kappa says by what the estimate is divided: "matched" (c^2 G_i, so that its
	// mean is the error) or "variance" (c^2, so that it is G_i times the error).
	Kappa string

	Presentation float64 // T, of every sample
	Step         float64 // h, of which T is a multiple
	Seed         uint64  // of the noise
}

// PerturbedFeedback is learned feedback by node perturbation (Lansdell, Prakash
// and Kording (2019)) in continuous time: noise in the hidden rates, and synapses
// B_i that learn to predict, from the errors d_{i+1} above, how that noise moves
// the loss l. Hidden layers are i = 1..L-1,
//
//	tau_n dz_i = -z_i dt + c sqrt(2 tau_n) dB_i         stationary: N(0, c^2 I), exp(-|s|/tau_n)
//	tau_v dv_i = (-v_i + W_i r_{i-1} + b_i) dt          r_i = phi_i(v_i) + z_i,  r_L = phi_L(v_L)
//	tau_b db   = (l - b) dt                             the baseline
//	tau_q dq_i = (-q_i - (l - b) z_i/kappa_i) dt        tau_q = 0: q_i = -(l - b) z_i/kappa_i
//	tau_B dB_i = (-(B_i d_{i+1} - q_i) d_{i+1}^T - beta B_i) dt
//	tau_W dW_i = d_i r_{i-1}^T dt,   tau_W db_i = d_i dt
//	d_L = -phi_L'(v_L) * dl/dr_L,    d_i = phi_i'(v_i) * B_i d_{i+1}
//
// Errors point downhill, as everywhere in this package, hence the sign of q. The
// B_i (n_i x n_{i+1}) are the links of a layerwise feedback path, and their
// target is W_{i+1}^T. [PerturbationSettings.Reference] says of which network d, r
// and the comparison are. Intended are tau_v << tau_n << tau_b << T << tau_B <=
// tau_W, and tau_q << T: at a change of sample the trace pairs old noise with new
// errors. [PerturbedFeedbackAverage] is what remains as tau_B grows.
//
// Several learners, with noise and weights of their own, see the same samples
// one after another: the rows of an [sde.Rows]. A learner's state is
//
//	z1..z(L-1)             noise
//	v1..vL                 voltages
//	clean1..cleanL         voltages of the copy without noise, if there is one
//	baseline               unless two-pass
//	q1..q(L-1)             if TauTrace > 0
//	B1..B(L-1)             row-major, if TauFeedback is finite
//	W1, b1, .., WL, bL     if TauW is finite
//
// Steps are those of [sde.ExponentialHeun]: z has its exact distribution, and what
// it drives is off by order h^2; two low passes on the way up lose 0.6% of the
// estimate at h = tau_v/4 and 2.3% at tau_v/2, for tau_n = 2.5 tau_v. The noise of a
// learner is a function of the seed, its number and time. It belongs to one
// goroutine.
type PerturbedFeedback struct {
	net      *Network
	set      PerturbationSettings
	layout   *Layout
	at       perturbationOffsets
	perKappa []float64 // by hidden layer: 1/kappa_i
	noiseDim int

	now   slowWeights // of the learner at hand
	batch *Batch      // its sample is
	b     int
	noisy *perturbedNetwork
	clean *perturbedNetwork // nil: there is one network
	m, d  []blas64.General  // 1 x n_i: errors of the learner at hand
	q     []blas64.General  // 1 x n_i: its estimates of m, hidden layers
	slope []float64

	// the run
	observer   func(t float64, y []float64) error
	integrator *sde.RowsIntegrator
	y          []float64
	paths      []sde.Path
	shown      int // presentations
}

// perturbationOffsets are where the blocks of a learner's state begin, by layer;
// -1 and nil: they are not in the state.
type perturbationOffsets struct {
	noise, volt, clean, trace, feedback []int
	baseline, forward                   int
}

// NewPerturbedFeedback returns the system for net, with memory for up to
// learners learners. observer, if there is one, sees the states of all of them at
// every step, as an [ode.Observer]. The error says which constant is wrong.
func NewPerturbedFeedback(net *Network, set PerturbationSettings, learners int, observer func(t float64, y []float64) error) (*PerturbedFeedback, error) {
	if err := set.check(net); err != nil {
		return nil, err
	}
	p := &PerturbedFeedback{
		net: net, set: set, layout: &Layout{}, noisy: newPerturbedNetwork(net), now: newSlowWeights(net),
		slope: make([]float64, widest(net)), observer: observer,
	}
	if set.Reference != "one-network" {
		p.clean = newPerturbedNetwork(net)
	}
	for i, n := range net.Sizes[1:] {
		p.m, p.d = append(p.m, newMatrix(1, n)), append(p.d, newMatrix(1, n))
		if i < net.Depth()-1 {
			p.q, p.noiseDim = append(p.q, newMatrix(1, n)), p.noiseDim+n
			p.perKappa = append(p.perKappa, 1/set.KappaOf(net, i))
		}
	}
	p.lay()
	var err error
	p.y = make([]float64, learners*p.Dim())
	p.integrator, err = sde.NewRowsIntegrator(p, learners, sde.Options{Method: sde.ExponentialHeun(), Observer: p.observe})
	return p, err
}

// lay names the blocks of a learner's state.
func (p *PerturbedFeedback) lay() {
	hidden := p.net.Sizes[1:p.net.Depth()]
	blocks := func(name string, sizes []int) (at []int) {
		for i, n := range sizes {
			at = append(at, p.layout.add(fmt.Sprint(name, i+1), n))
		}
		return at
	}
	p.at = perturbationOffsets{baseline: -1, forward: -1}
	p.at.noise, p.at.volt = blocks("z", hidden), blocks("v", p.net.Sizes[1:])
	if p.clean != nil {
		p.at.clean = blocks("clean", p.net.Sizes[1:])
	}
	if p.set.Reference != "two-pass" {
		p.at.baseline = p.layout.add("baseline", 1)
	}
	if p.set.TauTrace > 0 {
		p.at.trace = blocks("q", hidden)
	}
	if p.set.feedbackMoves() {
		var sizes []int
		for i, n := range hidden {
			sizes = append(sizes, n*p.net.Sizes[i+2])
		}
		p.at.feedback = blocks("B", sizes)
	}
	if p.set.forwardMoves() {
		p.at.forward = p.layout.Width()
		for _, a := range NewWeights(p.net).Arrays() {
			p.layout.add(a.Name, len(a.Data))
		}
	}
}

// Layout names a learner's state.
func (p *PerturbedFeedback) Layout() *Layout { return p.layout }

func (s PerturbationSettings) feedbackMoves() bool { return !math.IsInf(s.TauFeedback, 1) }
func (s PerturbationSettings) forwardMoves() bool  { return !math.IsInf(s.TauW, 1) }

// Gain returns G_i of hidden layer i, counted from 0, of net: E[-(l - b) z_i] is
// c^2 G_i times the error of r_i, the loss taken to first order in the noise,
//
//	G_i = (1 + tau_v/tau_n)^-(L-i) tau_b/(tau_b + tau_n)       i = 1..L-1
//
// Correlation is lost in the L-i low passes on the way up, and to the baseline,
// which follows the loss; two-pass has no such baseline. tau_n -> 0, white
// noise, leaves nothing.
func (s PerturbationSettings) Gain(net *Network, i int) float64 {
	gain := math.Pow(1+s.TauV/s.TauNoise, -float64(net.Depth()-1-i))
	if s.Reference != "two-pass" {
		gain *= s.TauBaseline / (s.TauBaseline + s.TauNoise)
	}
	return gain
}

// KappaOf returns kappa_i of hidden layer i, counted from 0, of net.
func (s PerturbationSettings) KappaOf(net *Network, i int) float64 {
	if s.Kappa == "matched" {
		return s.Noise * s.Noise * s.Gain(net, i)
	}
	return s.Noise * s.Noise
}
