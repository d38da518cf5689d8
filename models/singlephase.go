package models

import (
	"math"

	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
)

// SinglePhaseSettings are the constants of the single phase: those of DFC, of
// which Controller, TauV, TargetStepsize, ForwardRule, Unstable, Presentation,
// TauW, TauQ, Decay, Sum, Seed, Step and Stop are used, and
type SinglePhaseSettings struct {
	Settings

	TauA         float64 // apical time constant
	TauU         float64 // the controller's
	Sigma        float64 // amplitude of the noise
	SigmaOutput  float64 // of the output layer's; may be 0
	Beta         float64 // decay of the feedback weights
	Corner       float64 // 1/tau_f of the high-pass filter; 0: none
	FreezeOutput bool    // Q_L holds still (coupled)
}

// Noise returns the constants that the sleep phase has too.
func (s SinglePhaseSettings) Noise() FeedbackSettings {
	return FeedbackSettings{
		Controller: s.Controller, TauV: s.TauV, TauA: s.TauA, TauU: s.TauU,
		Sigma: s.Sigma, SigmaOutput: s.SigmaOutput, Beta: s.Beta, Corner: s.Corner,
	}
}

// SinglePhase is Deep Feedback Control with its two phases merged into one,
// which Meulemans et al. (2021), section 7, propose: while the controller drives
// the output to its target there is noise in the apical compartments, and
// forward and feedback weights learn all the time.
//
//	tau_v dv_i   = (-v_i + W_i phi(v_{i-1}) + b_i + vfb_i) dt
//	tau_A dvfb_i = (-vfb_i + Q_i u) dt + sigma_i dB_i
//	dx           = (A x + B e) dt,   u = C x + D e,   e = r_L^* - phi(v_L)
//	tau_f dubar  = (u - ubar) dt,   u_hp = u - ubar
//	tau_w dW_i   = (phi(v_i) - phi(v_i^ff)) r_{i-1}^T dt          eq. (5)
//	tau_Q dQ_i   = (-vfb_i u_hp^T - beta Q_i) dt                  eq. (13)
//
// W learns from what is constant in the control, since the noise averages out
// of it but for a term of order s^2 = sigma^2/(2 tau_A); Q learns from what is
// not, since what is constant in u would add -Q_i u u^T to its drift, and the
// high-pass filter takes it away. Two biases remain, so that s must be chosen
// between them: the start of a presentation passes the filter for a time tau_f
// and shrinks Q by a share of order (u^*/s)^2 tau_f/T, and noise adds a term of
// order s^2 to the teaching signal of W, of order u^*. [SinglePhaseAverage] is
// the mean drift of Q.
//
// The apical compartment adds its lag to the loop, which Condition 3 does not
// see: a large k_p makes it oscillate as the weights grow.
//
// A sample's state is v_1..v_L, x, vfb_1..vfb_L, ut and ubar, where ut,
//
//	tau_A dut = (-ut + u) dt
//
// is for [FeedbackDrift] only. It is a [Learner], whose Slow also adds the
// feedback weights' part, without decay, to dst.Q.
type SinglePhase struct {
	*DFC
	set                 SinglePhaseSettings
	apical              bands // vfb_i
	filterAt, lowPassAt int   // offsets of ut and ubar
	passed              blas64.General
	diffusion           []float64 // by layer: sigma_i/tau_A
	neurons             int       // each with its own noise
}

// NewSinglePhase returns the single phase of net.
func NewSinglePhase(net *Network, set SinglePhaseSettings) *SinglePhase {
	nL, noise := net.Outputs(), set.Noise()
	p := &SinglePhase{DFC: NewDFC(net, set.Settings), set: set, passed: newTile(nL)}
	p.apical = p.layout.addBands("vfb", net.Sizes[1:])
	for i, n := range net.Sizes[1:] {
		p.diffusion = append(p.diffusion, math.Sqrt(noise.variance(i, net.Depth()))/set.TauA)
		p.neurons += n
	}
	p.filterAt, p.lowPassAt = p.layout.add("ut", nL), p.layout.add("ubar", nL)
	return p
}

// Refresh follows weights that moved, feedback weights included.
func (p *SinglePhase) Refresh(w *Weights) {
	p.DFC.Refresh(w)
	for i, q := range w.Q {
		transpose(p.qT[i], q)
	}
}

// Fast sets dx to the drift of v, vfb, x, ut and ubar.
func (p *SinglePhase) Fast(dx, _, x []float64, id []int) {
	p.control(x, id)
	last := p.net.Depth() - 1
	for i := range p.net.Depth() {
		p.setDrive(i, id)
		setRows(p.a[i], nil, len(id))
		mulRowsTransAdd(p.a[i], p.u, p.qT[i], len(id))
		for k := range id {
			v, vfb, dv := p.voltages.of(x, k, i), p.apical.of(x, k, i), p.voltages.of(dx, k, i)
			for j, drive := range row(p.s[i], k) {
				dv[j] = (drive + vfb[j] - v[j]) / p.tauV
			}
			relax(p.apical.of(dx, k, i), vfb, row(p.a[i], k), 1/p.set.TauA)
			if i < last {
				p.net.Phi[i].Apply(row(p.r[i], k), v)
			}
		}
	}
	for k := range id {
		u, bar := row(p.u, k), p.lowPass(x, k)
		p.controller.Deriv(p.integral(dx, k), p.integral(x, k), row(p.e, k))
		relax(p.filtered(dx, k), p.filtered(x, k), u, 1/p.set.TauA)
		dbar := p.lowPass(dx, k)
		for j := range dbar {
			dbar[j] = p.set.Corner * (u[j] - bar[j])
		}
	}
}

// Slow adds the weighted right sides of eqs. (5) and (13), the latter without
// decay and with u_hp for u, to dst. The teaching signal of layer i is
// v_i - v_i^ff = vfb_i - tau_v dv_i/dt.
func (p *SinglePhase) Slow(dst *Weights, x, dx []float64, id []int, weight []float64) {
	p.control(x, id)
	p.pass(x, id)
	for i := range p.net.Depth() {
		for k := range id {
			s, v, vfb := row(p.s[i], k), p.voltages.of(x, k, i), p.apical.of(x, k, i)
			for j, dv := range p.voltages.of(dx, k, i) {
				s[j] = vfb[j] - p.tauV*dv
			}
			p.net.Phi[i].Apply(row(p.r[i], k), v)
			p.neuronFactor(row(p.a[i], k), i, v, row(p.r[i], k), s)
			for j, apical := range vfb {
				s[j] = -weight[k] * apical
			}
		}
		scaleRows(p.a[i], weight, len(id))
		addOuter(dst.Q[i], p.s[i], p.passed, len(id))
	}
	p.input.teach(dst, p.a, p.r, id)
}

// noiseDim returns the number of neurons, each with its own noise.
func (p *SinglePhase) noiseDim() int { return p.neurons }

// decayRates are left to the drift: the single phase is integrated as published.
func (p *SinglePhase) decayRates([]float64) {}

// pass sets passed = u_hp of the rows of x, whose u is at hand.
func (p *SinglePhase) pass(x []float64, id []int) {
	for k := range id {
		u, bar := row(p.u, k), p.lowPass(x, k)
		for j := range bar {
			row(p.passed, k)[j] = u[j] - bar[j]
		}
	}
}

// addControl adds the weighted ut u_hp^T of the rows of x to dst. It follows
// Slow, at the same rows.
func (p *SinglePhase) addControl(dst blas64.General, x []float64, id []int, weight []float64) {
	for k := range id {
		for j, ut := range p.filtered(x, k) {
			row(p.e, k)[j] = weight[k] * ut
		}
	}
	addOuter(dst, p.e, p.passed, len(id))
}

// addNoise adds sigma_i/tau_A dB_i to dvfb_i of row k of dx.
func (p *SinglePhase) addNoise(dx []float64, k int, dw []float64) {
	for i, diffusion := range p.diffusion {
		dvfb := p.apical.of(dx, k, i)
		for j := range dvfb {
			dvfb[j] += diffusion * dw[j]
		}
		dw = dw[len(dvfb):]
	}
}

// filtered views ut of row k of x.
func (p *SinglePhase) filtered(x []float64, k int) []float64 {
	return p.state(x, k)[p.filterAt : p.filterAt+p.net.Outputs()]
}

// lowPass views ubar of row k of x.
func (p *SinglePhase) lowPass(x []float64, k int) []float64 {
	return p.state(x, k)[p.lowPassAt : p.lowPassAt+p.net.Outputs()]
}

// singlePhaseNoise names the streams of the noise.
const singlePhaseNoise = "single-phase noise"

// newSinglePhases returns room for tiles tiles and more numbers. An error is the
// controller's or an [*sde.OptionError].
func newSinglePhases(net *Network, tiles, more int, set SinglePhaseSettings) (noisySamples, error) {
	if err := set.Controller.Validate(); err != nil {
		return noisySamples{}, err
	}
	var phases []noisyLearner
	for range tiles {
		phases = append(phases, NewSinglePhase(net, set))
	}
	run := set.noiseRun(singlePhaseNoise, sde.EulerMaruyama())
	return newNoisySamples(net, phases, set.Unstable, more, run)
}
