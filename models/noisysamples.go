package models

import (
	"errors"
	"fmt"
	"math"

	"credo/sde"
)

// noisyLearner is a [Learner] with noise in every sample, whose Slow also adds what
// drives its feedback weights, without their decay, to dst.Link.
type noisyLearner interface {
	Learner

	// noiseDim is the number of independent noises of a sample.
	noiseDim() int

	// addNoise adds what their increments dw do to row k of dx.
	addNoise(dx []float64, k int, dw []float64)

	// decayRates sets the rates at which the numbers of a row decay by themselves, as
	// [sde.Decaying] has it.
	decayRates(dst []float64)
}

// noisySamples is what levels of stochastic learners are made of: the samples of
// some tiles in noise, with the weights and sums of the level behind them.
type noisySamples struct {
	minibatch
	noisy []noisyLearner // the learners
	run   noiseRun
	noise sampleNoise

	dw     *Weights // the sum of G over the samples
	t      []float64
	weight []float64
}

// noiseRun says how samples in noise are integrated.
type noiseRun struct {
	seed    uint64
	purpose string // names the streams of the noise; the index is the presentation's number of a sample
	length  float64
	step    float64
	method  sde.Method
	stop    func() error
}

// noiseRun returns how s wants samples in noise to be integrated.
func (s Settings) noiseRun(purpose string, method sde.Method) noiseRun {
	return noiseRun{seed: s.Seed, purpose: purpose, length: s.Presentation, step: s.Step, method: method, stop: s.Stop}
}

// newNoisySamples returns room for a tile for each of the learners and more numbers.
// An error is an [*sde.OptionError].
func newNoisySamples(net *Network, learners []noisyLearner, policy string, more int, run noiseRun) (noisySamples, error) {
	s := noisySamples{noisy: learners, run: run, dw: NewWeights(net), t: make([]float64, TileRows), weight: make([]float64, TileRows)}
	path, err := sde.NewGrid(run.seed, run.purpose, 0, 1, 0, run.step)
	if err == nil {
		err = path.Check(0, run.length, run.step)
	}
	if err != nil {
		return s, err
	}
	var tiles []Learner
	for _, p := range learners {
		tiles = append(tiles, p)
	}
	s.minibatch = newMinibatch(tiles, policy, more)
	s.noise.dim = learners[0].noiseDim()
	return s, nil
}

// sampleNoise is the noise of several samples, one after another, each on a path
// of its own.
type sampleNoise struct {
	dim   int // of a sample's
	paths []*sde.Grid
}

// Increment implements [sde.Path].
func (n *sampleNoise) Increment(dw []float64, t0, t1 float64) {
	for _, path := range n.paths {
		path.Increment(dw[:n.dim], t0, t1)
		dw = dw[n.dim:]
	}
}

// draw names the noise of the samples that take part.
func (s *noisySamples) draw() error {
	s.noise.paths = s.noise.paths[:0]
	for k, batch := range s.batches {
		for _, b := range s.samples[k] {
			path, err := sde.NewGrid(s.run.seed, s.run.purpose, batch.First+uint64(b), s.noise.dim, 0, s.run.step)
			if err != nil {
				return err
			}
			s.noise.paths = append(s.noise.paths, path)
		}
	}
	return nil
}

// NoiseDim returns the number of neurons of all samples.
func (s *noisySamples) NoiseDim() int { return s.rows * s.noise.dim }

// Noise is additive.
func (s *noisySamples) Noise() sde.Kind { return sde.Additive }

// AddNoise adds every sample's noise to its row.
func (s *noisySamples) AddNoise(dy []float64, _ float64, _, dw []float64) {
	from := 0
	for k, id := range s.samples[:len(s.batches)] {
		for j := range id {
			s.noisy[k].addNoise(dy[from:], j, dw[:s.noise.dim])
			dw = dw[s.noise.dim:]
		}
		from += len(id) * s.width
	}
}

// Rates are those of the samples; what is behind them does not decay.
func (s *noisySamples) Rates(dst []float64) {
	for k, id := range s.samples[:len(s.batches)] {
		for range id {
			s.noisy[k].decayRates(dst[:s.width])
			dst = dst[s.width:]
		}
	}
}

// drift sets the rows of dy to F and dw to the sum of G over the samples, times
// weight.
func (s *noisySamples) drift(dy, y []float64, weight float64) {
	s.dw.Zero()
	s.dw.ZeroFeedback()
	for b := range s.weight {
		s.weight[b] = weight
	}
	from := 0
	for k, id := range s.samples[:len(s.batches)] {
		p, n, to := s.noisy[k], len(id), from+len(id)*s.width
		p.Fast(dy[from:to], s.t[:n], y[from:to], id)
		p.Slow(s.dw, y[from:to], dy[from:to], id, s.weight[:n])
		p.Flush(s.dw)
		from = to
	}
}

// solve integrates sys, which is these samples and what a level adds, over [0, T].
func (s *noisySamples) solve(sys sde.System) error {
	if err := s.draw(); err != nil {
		return err
	}
	_, err := sde.Solve(sys, s.y[:sys.Dim()], 0, s.run.length, s.run.step, &s.noise, sde.Options{Method: s.run.method, Observer: s.observe})
	return err
}

// observe shows the state to the watcher where it is wanted, unless it is time
// to stop.
func (s *noisySamples) observe(t float64, y []float64) error {
	if s.run.stop != nil {
		if err := s.run.stop(); err != nil {
			return err
		}
	}
	if s.watch == nil || s.watch.Times == nil {
		s.show(t, y)
		return nil
	}
	for _, wanted := range s.watch.Times {
		if math.Abs(t-wanted) < s.run.step/2 {
			s.show(wanted, y)
		}
	}
	return nil
}

// describe names the component at which the integration failed.
func (s *noisySamples) describe(err error) error {
	var step *sde.StepError
	switch {
	case !errors.As(err, &step):
		return err
	case step.Component >= s.rows*s.width:
		return fmt.Errorf("the weights, or the averages that they learn from: %w", err)
	}
	return fmt.Errorf("%s: %w", s.locate(step.Component), err)
}
