package models

import (
	"errors"
	"math"
	"slices"

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

	// Stop, if set, is asked between the steps; its error ends the presentations.
	Stop func() error
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
// That program steps its layers one after another and pairs vfb at t with u at
// t + h, which it computes from the error at t. Its expected drift then has the
// direction of this one, to a cosine of 0.9997, and 1.02 to 1.03 times its
// length; with u at t it would be 5 to 6% shorter.
//
// ut splits the average as the averaged rule does, exactly while Q holds still:
//
//	-<vfb_i u^T> = Noise_i - Q_i Control,   Control = <ut u^T>
//
// Unlike the averaged rule it is not linearised. Euler-Maruyama's bias is of
// order h. The samples of a tile are the rows of an ensemble. It belongs to one
// goroutine.
type FeedbackSimulation struct {
	net *Network
	set FeedbackSettings
	run FeedbackRun

	layout           *Layout
	voltages, apical bands     // v_i and vfb_i
	filterAt, ctrlAt int       // offsets of ut and x
	diffusion        []float64 // by layer: sigma_i/tau_A
	noiseDim         int

	w  *Weights
	ff *Feedforward
	qT []blas64.General // n_L x n_i: Q_i^T, whose rows are long

	integrator *sde.RowsIntegrator
	state      []float64
	paths      []sde.Path
	first      int // the sample in row 0
	average    *timeAverage
	drift      *FeedbackDrift // of the rows

	// scratch: tiles
	r, drive []blas64.General
	e, u     blas64.General
}

// NewFeedbackSimulation returns the simulated sleep phase of net. The controller
// needs no leak. An error is the controller's or an [*sde.OptionError].
func NewFeedbackSimulation(net *Network, set FeedbackSettings, run FeedbackRun) (*FeedbackSimulation, error) {
	nL := net.Outputs()
	s := &FeedbackSimulation{net: net, set: set, run: run, layout: &Layout{}, ff: NewFeedforward(net), e: newTile(nL), u: newTile(nL)}
	s.voltages, s.apical = s.layout.addBands("v", net.Sizes[1:]), s.layout.addBands("vfb", net.Sizes[1:])
	for i, n := range net.Sizes[1:] {
		s.diffusion = append(s.diffusion, math.Sqrt(set.variance(i, net.Depth()))/set.TauA)
		s.qT, s.noiseDim = append(s.qT, newMatrix(nL, n)), s.noiseDim+n
		s.r, s.drive = append(s.r, newTile(n)), append(s.drive, newTile(n))
	}
	s.filterAt = s.layout.add("ut", nL)
	s.ctrlAt = s.layout.add("x", nL*set.Controller.States())
	if err := s.check(); err != nil {
		return nil, err
	}
	together := RowsTogether()
	s.state, s.drift = make([]float64, together*s.Dim()), NewFeedbackDrift(net)
	s.average = newTimeAverage(nL, s.noiseDim+nL, run.BurnIn, run.BurnIn+run.Length, run.Step)
	var err error
	s.integrator, err = sde.NewRowsIntegrator(s, together, sde.Options{Observer: s.observe})
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
// noise, in any batch. A sample whose state runs away is left out.
// It panics if presentation does not have a number for every sample.
func (s *FeedbackSimulation) Add(dst *FeedbackDrift, w *Weights, batch *Batch, presentation []uint64) error {
	if len(presentation) != batch.N {
		panic("models: the numbers of the presentations are not as many as the samples")
	}
	s.bind(w, batch)
	for numbers := range slices.Chunk(presentation, RowsTogether()) {
		if err := s.present(dst, numbers); err != nil {
			return err
		}
		s.first += len(numbers)
	}
	return nil
}

// bind fixes the samples and the weights.
func (s *FeedbackSimulation) bind(w *Weights, batch *Batch) {
	s.w, s.first = w, 0
	s.ff.Run(w, batch)
	for i, q := range w.Q {
		transpose(s.qT[i], q)
	}
}

// rest sets a row for each of the numbered presentations, the first of sample
// first: the feedforward state, everything else at zero.
func (s *FeedbackSimulation) rest(numbers []uint64) error {
	s.paths = s.paths[:0]
	for b, number := range numbers {
		path, err := s.path(number)
		if err != nil {
			return err
		}
		s.paths = append(s.paths, path)
		clear(s.row(s.state, b))
		for i, v := range s.ff.V {
			copy(s.voltages.of(s.state, b, i), row(v, s.first+b))
		}
	}
	return nil
}

// farAway is where a sample is said to run away: well before its averages overflow.
const farAway = 1e100

// present simulates the rows and adds the averages of those that do not run away.
// If some do, all are presented once more, and those are left out.
func (s *FeedbackSimulation) present(dst *FeedbackDrift, numbers []uint64) error {
	clear(s.average.leftOut)
	stats, err := s.simulate(numbers)
	if err != nil {
		return err
	}
	skipped := 0
	for b := range stats {
		far := stats[b].Err != nil || floats.Norm(s.row(s.state, b), math.Inf(1)) > farAway
		if s.average.leftOut[b] = far; far {
			skipped++
		}
	}
	if skipped > 0 {
		if _, err := s.simulate(numbers); err != nil {
			return err
		}
	}
	s.split()
	s.drift.Samples, s.drift.Skipped = len(numbers)-skipped, skipped
	dst.Add(s.drift)
	return nil
}

// simulate solves the rows from rest, with their averages.
func (s *FeedbackSimulation) simulate(numbers []uint64) ([]sde.Stats, error) {
	if err := s.rest(numbers); err != nil {
		return nil, err
	}
	clear(s.average.sum.Data)
	return s.integrator.Solve(s.state[:len(numbers)*s.Dim()], 0, s.run.BurnIn+s.run.Length, s.run.Step, s.paths)
}

// split sets drift from the average <u (vfb_1, .., vfb_L, ut)^T>.
func (s *FeedbackSimulation) split() {
	s.drift.Clear()
	average := s.average.sum
	transpose(s.drift.Control, columns(average, s.filterAt-s.apical.at(0), s.net.Outputs()))
	for i, noise := range s.drift.Noise {
		transpose(noise, columns(average, s.apical.at(i)-s.apical.at(0), noise.Rows))
		floats.Scale(-1, noise.Data)
		addOuter(noise, s.qT[i], s.drift.Control, s.qT[i].Rows) // + Q_i Control
	}
}

// observe is the integrator's observer.
func (s *FeedbackSimulation) observe(t float64, y []float64) error {
	if s.run.Stop != nil {
		if err := s.run.Stop(); err != nil {
			return err
		}
	}
	if weight := s.average.weight(t); weight > 0 {
		s.control(y)
		at, width := s.apical.at(0), s.ctrlAt-s.apical.at(0)
		s.average.add(weight, s.u, blas64.General{Rows: len(s.paths), Cols: width, Stride: s.Dim(), Data: y[at:]})
	}
	return nil
}

// Dim returns the length of a sample's state.
func (s *FeedbackSimulation) Dim() int { return s.layout.Width() }

// NoiseDim returns the number of neurons.
func (s *FeedbackSimulation) NoiseDim() int { return s.noiseDim }

// Noise is additive.
func (s *FeedbackSimulation) Noise() sde.Kind { return sde.Additive }

// AddNoiseRows adds sigma_i/tau_A dB_i to each row's dvfb_i.
func (s *FeedbackSimulation) AddNoiseRows(dy []float64, _ float64, _, dw []float64) {
	for b := range s.paths {
		dvfb := s.row(dy, b)[s.apical.at(0):]
		for i, n := range s.net.Sizes[1:] {
			floats.AddScaled(dvfb[:n], s.diffusion[i], dw[:n])
			dvfb, dw = dvfb[n:], dw[n:]
		}
	}
}

// DerivRows sets dy to the drift of the rows.
func (s *FeedbackSimulation) DerivRows(dy []float64, _ float64, y []float64) {
	s.control(y)
	rows, rateV, rateA := len(s.paths), 1/s.set.TauV, 1/s.set.TauA
	for i := range s.net.Depth() {
		s.setDrive(i)
		for b := range rows {
			v, vfb, dv, drive := s.voltages.of(y, b, i), s.apical.of(y, b, i), s.voltages.of(dy, b, i), row(s.drive[i], b)
			for j := range dv {
				dv[j] = rateV * (drive[j] + vfb[j] - v[j])
			}
			s.net.Phi[i].Apply(row(s.r[i], b), v)
		}
		setRows(s.drive[i], nil, rows)
		mulRowsTransAdd(s.drive[i], s.u, s.qT[i], rows)
		for b := range rows {
			relax(s.apical.of(dy, b, i), s.apical.of(y, b, i), row(s.drive[i], b), rateA)
		}
	}
	for b := range rows {
		dy, y := s.row(dy, b), s.row(y, b)
		relax(dy[s.filterAt:s.ctrlAt], y[s.filterAt:s.ctrlAt], row(s.u, b), rateA)
		s.set.Controller.Deriv(dy[s.ctrlAt:], y[s.ctrlAt:], row(s.e, b))
	}
}

// setDrive sets drive_i = W_i r_{i-1} + b_i, which layer 1 has from the feedforward state.
func (s *FeedbackSimulation) setDrive(i int) {
	rows := len(s.paths)
	if i == 0 {
		for b := range rows {
			copy(row(s.drive[0], b), row(s.ff.V[0], s.first+b))
		}
		return
	}
	setRows(s.drive[i], s.w.B[i], rows)
	mulRowsAdd(s.drive[i], s.r[i-1], s.w.W[i], rows)
}

// relax sets dx = rate (to - x).
func relax(dx, x, to []float64, rate float64) {
	for j := range dx {
		dx[j] = rate * (to[j] - x[j])
	}
}

// control computes e and u of every row.
func (s *FeedbackSimulation) control(y []float64) {
	last := s.net.Depth() - 1
	for b := range s.paths {
		e := row(s.e, b)
		s.net.Phi[last].Apply(e, s.voltages.of(y, b, last))
		floats.SubTo(e, s.ff.Output(s.first+b), e)
		s.set.Controller.Signal(row(s.u, b), s.row(y, b)[s.ctrlAt:], e)
	}
}

// row views row b of y.
func (s *FeedbackSimulation) row(y []float64, b int) []float64 { return y[b*s.Dim() : (b+1)*s.Dim()] }
