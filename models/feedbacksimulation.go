package models

import (
	"errors"
	"fmt"
	"math"

	"credo/ode"
	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// FeedbackRun says how a presentation of the sleep phase is simulated. BurnIn
// and Length are multiples of Step.
type FeedbackRun struct {
	Seed   uint64  // of the noise
	Step   float64 // h
	BurnIn float64 // time before averaging begins; 0: it begins with the noise
	Length float64 // T, over which the average is taken
}

// FeedbackSimulation is the sleep phase of Meulemans et al. (2021), eqs. (12)
// and (13), simulated where [FeedbackLearning] averages it in closed form. One
// sample with frozen weights is the [sde.System]
//
//	tau_v dv_i   = (-v_i + W_i phi(v_{i-1}) + b_i + vfb_i) dt
//	tau_A dvfb_i = (-vfb_i + Q_i u) dt + sigma_i dB_i
//	tau_A dut    = (-ut + u) dt
//	dx           = (A x + B e) dt,   u = C x + D e,   e = r_L^- - phi(v_L)
//
// whose state is v_1..v_L, vfb_1..vfb_L, ut and x. Its noise is additive, a
// Brownian motion a neuron. A presentation begins at the feedforward state with
// vfb = 0, runs for BurnIn, and is averaged over the time T that follows:
//
//	<a b^T> = (1/T) int a b^T dt     by the trapezoidal rule on the steps
//
// After a BurnIn of several times the loop's slowest time constant the mean of
// <vfb_i u^T> is E[vfb_i u^T]. The authors' program has no BurnIn and T = 0.3
// tau_A, so that it learns from a transient: on a 4-5-3 network with its
// constants for MNIST the drift is 0.10 of the stationary one without feedback,
// 0.21 with the weight product for Q, 0.48 with eight times that. It points
// elsewhere, too: noise acts before control does, so that in a deep network with
// random Q the transient is 74 degrees from the stationary drift.
//
// ut splits the average as the averaged rule does, exactly while Q holds still:
//
//	-<vfb_i u^T> = Noise_i - Q_i Control,   Control = <ut u^T>
//
// Unlike the averaged rule it is not linearised. Euler-Maruyama's bias is of
// order h. It belongs to one goroutine.
type FeedbackSimulation struct {
	net *Network
	set FeedbackSettings
	run FeedbackRun

	layout           *Layout
	voltAt, apicalAt []int     // offsets of v_i and vfb_i
	filterAt, ctrlAt int       // offsets of ut and x
	diffusion        []float64 // by layer: sigma_i/tau_A
	noiseDim         int

	w      *Weights
	ff     *Feedforward
	qT     []blas64.General // n_L x n_i: Q_i^T, whose rows are long
	sample int              // the one at hand

	integrator *sde.Integrator
	state      []float64
	average    timeAverage

	// scratch: one row of a tile
	r, drive []blas64.General
	e, u     blas64.General
}

// NewFeedbackSimulation returns the simulated sleep phase of net. The controller
// needs no leak. An error is the controller's or an [*sde.OptionError].
func NewFeedbackSimulation(net *Network, set FeedbackSettings, run FeedbackRun) (*FeedbackSimulation, error) {
	nL := net.Outputs()
	s := &FeedbackSimulation{
		net: net, set: set, run: run, layout: &Layout{}, ff: NewFeedforward(net),
		e: newTile(nL), u: newTile(nL), average: newTimeAverage(net),
	}
	for i, n := range net.Sizes[1:] {
		s.voltAt = append(s.voltAt, s.layout.add(fmt.Sprintf("v%d", i+1), n))
		s.diffusion = append(s.diffusion, math.Sqrt(set.variance(i, net.Depth()))/set.TauA)
		s.qT, s.noiseDim = append(s.qT, newMatrix(nL, n)), s.noiseDim+n
		s.r, s.drive = append(s.r, newTile(n)), append(s.drive, newTile(n))
	}
	for i, n := range net.Sizes[1:] {
		s.apicalAt = append(s.apicalAt, s.layout.add(fmt.Sprintf("vfb%d", i+1), n))
	}
	s.filterAt = s.layout.add("ut", nL)
	s.ctrlAt = s.layout.add("x", nL*set.Controller.States())
	s.state = make([]float64, s.layout.Width())
	if err := s.check(); err != nil {
		return nil, err
	}
	var err error
	s.integrator, err = sde.NewIntegrator(s, sde.Options{Observer: s.observe})
	return s, err
}

// check refuses a controller or a grid of times that cannot be had.
func (s *FeedbackSimulation) check() error {
	if err := s.set.Controller.Validate(); err != nil {
		return err
	}
	path, err := s.path(0)
	if err != nil {
		return err
	}
	if s.run.BurnIn != 0 {
		err = path.Check(0, s.run.BurnIn, s.run.Step)
	}
	return errors.Join(err, path.Check(0, s.run.Length, s.run.Step))
}

// path returns the noise of a presentation: a function of the seed and of the
// presentation's number alone.
func (s *FeedbackSimulation) path(presentation uint64) (*sde.Grid, error) {
	return sde.NewGrid(s.run.Seed, "sleep noise", presentation, s.noiseDim, 0, s.run.Step)
}

// Add presents every sample of batch and adds its averages to dst.
// presentation[b] numbers what sample b is shown: the same number is the same
// noise, in any batch. A sample whose state does not stay finite is left out.
// It panics if presentation does not have a number for every sample.
func (s *FeedbackSimulation) Add(dst *FeedbackDrift, w *Weights, batch *Batch, presentation []uint64) error {
	if len(presentation) != batch.N {
		panic("models: the numbers of the presentations are not as many as the samples")
	}
	s.bind(w, batch)
	for b := range batch.N {
		switch err := s.present(b, presentation[b]); {
		case errors.Is(err, ode.ErrNonFinite):
			dst.Skipped++
		case err != nil:
			return err
		default:
			dst.Add(s.average.sum)
		}
	}
	return nil
}

// bind fixes the samples and the weights.
func (s *FeedbackSimulation) bind(w *Weights, batch *Batch) {
	s.w = w
	s.ff.Run(w, batch)
	for i, q := range w.Q {
		transpose(s.qT[i], q)
	}
}

// present simulates a presentation of sample b. Its averages are left in average.sum.
func (s *FeedbackSimulation) present(b int, presentation uint64) error {
	path, err := s.path(presentation)
	if err != nil {
		return err
	}
	s.rest(b)
	begin, end := s.run.BurnIn, s.run.BurnIn+s.run.Length
	s.average.close()
	if _, err := s.integrator.Solve(s.state, 0, begin, s.run.Step, path); err != nil {
		return err
	}
	s.average.open(begin, end, s.run.Step)
	if _, err := s.integrator.Solve(s.state, begin, end, s.run.Step, path); err != nil {
		return err
	}
	s.average.finish(s.qT)
	return nil
}

// rest turns to sample b: the feedforward state, everything else at zero.
func (s *FeedbackSimulation) rest(b int) {
	s.sample = b
	clear(s.state)
	for i, v := range s.ff.V {
		copy(s.state[s.voltAt[i]:], row(v, b))
	}
}

// observe is the integrator's observer.
func (s *FeedbackSimulation) observe(t float64, y []float64) error {
	if s.average.isOpen {
		s.average.add(t, y[s.apicalAt[0]:s.filterAt], y[s.filterAt:s.ctrlAt], s.control(y))
	}
	return nil
}

// Dim returns the length of a sample's state.
func (s *FeedbackSimulation) Dim() int { return s.layout.Width() }

// NoiseDim returns the number of neurons.
func (s *FeedbackSimulation) NoiseDim() int { return s.noiseDim }

// Noise is additive.
func (s *FeedbackSimulation) Noise() sde.Kind { return sde.Additive }

// AddNoise adds sigma_i/tau_A dB_i to dvfb_i.
func (s *FeedbackSimulation) AddNoise(dy []float64, _ float64, _, dw []float64) {
	for i, n := range s.net.Sizes[1:] {
		floats.AddScaled(s.layer(dy, s.apicalAt, i), s.diffusion[i], dw[:n])
		dw = dw[n:]
	}
}

// Deriv sets dy to the drift of the sample at hand.
func (s *FeedbackSimulation) Deriv(dy []float64, _ float64, y []float64) {
	u := s.control(y)
	for i := range s.net.Depth() {
		s.setDrive(i)
		v, vfb, drive := s.layer(y, s.voltAt, i), s.layer(y, s.apicalAt, i), row(s.drive[i], 0)
		dv, dvfb := s.layer(dy, s.voltAt, i), s.layer(dy, s.apicalAt, i)
		for j := range dv {
			dv[j] = (drive[j] + vfb[j] - v[j]) / s.set.TauV
		}
		s.net.Phi[i].Apply(row(s.r[i], 0), v)
		setRows(s.drive[i], nil, 1)
		mulRowsTransAdd(s.drive[i], s.u, s.qT[i], 1)
		relax(dvfb, vfb, drive, s.set.TauA)
	}
	relax(dy[s.filterAt:s.ctrlAt], y[s.filterAt:s.ctrlAt], u, s.set.TauA)
	s.set.Controller.Deriv(dy[s.ctrlAt:], y[s.ctrlAt:], row(s.e, 0))
}

// setDrive sets drive_i = W_i r_{i-1} + b_i, which layer 1 has from the feedforward state.
func (s *FeedbackSimulation) setDrive(i int) {
	if i == 0 {
		copy(row(s.drive[0], 0), row(s.ff.V[0], s.sample))
		return
	}
	setRows(s.drive[i], s.w.B[i], 1)
	mulRowsAdd(s.drive[i], s.r[i-1], s.w.W[i], 1)
}

// relax sets dx = (to - x)/tau.
func relax(dx, x, to []float64, tau float64) {
	for j := range dx {
		dx[j] = (to[j] - x[j]) / tau
	}
}

// control computes e and returns u.
func (s *FeedbackSimulation) control(y []float64) []float64 {
	last := s.net.Depth() - 1
	e, u := row(s.e, 0), row(s.u, 0)
	s.net.Phi[last].Apply(e, s.layer(y, s.voltAt, last))
	floats.SubTo(e, s.ff.Output(s.sample), e)
	s.set.Controller.Signal(u, y[s.ctrlAt:], e)
	return u
}

// layer views layer i of the bands that begin at the given offsets.
func (s *FeedbackSimulation) layer(y []float64, at []int, i int) []float64 {
	return y[at[i] : at[i]+s.net.Sizes[i+1]]
}
