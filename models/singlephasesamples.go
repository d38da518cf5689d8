package models

import (
	"errors"
	"fmt"
	"math"

	"credo/sde"
)

// singlePhases is what both levels of the single phase are made of: the samples
// of some tiles in noise, with the weights and sums of the level behind them.
type singlePhases struct {
	minibatch
	phases []*SinglePhase // the learners
	set    SinglePhaseSettings
	noise  sampleNoise

	dw     *Weights // the sum of G over the samples
	t      []float64
	weight []float64
}

// newSinglePhases returns room for tiles tiles and more numbers. An error is the
// controller's or an [*sde.OptionError].
func newSinglePhases(net *Network, tiles, more int, set SinglePhaseSettings) (singlePhases, error) {
	s := singlePhases{set: set, dw: NewWeights(net), t: make([]float64, TileRows), weight: make([]float64, TileRows)}
	if err := set.Controller.Validate(); err != nil {
		return s, err
	}
	path, err := sde.NewGrid(set.Seed, noisePurpose, 0, 1, 0, set.Step)
	if err == nil {
		err = path.Check(0, set.Presentation, set.Step)
	}
	if err != nil {
		return s, err
	}
	var learners []Learner
	for range tiles {
		p := NewSinglePhase(net, set)
		s.phases, learners = append(s.phases, p), append(learners, p)
	}
	s.minibatch = newMinibatch(learners, set.Unstable, more)
	s.noise.dim = s.phases[0].neurons
	return s, nil
}

// noisePurpose names the streams of the noise; the index is the presentation's
// number of a sample.
const noisePurpose = "single-phase noise"

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
func (s *singlePhases) draw() error {
	s.noise.paths = s.noise.paths[:0]
	for k, batch := range s.batches {
		for _, b := range s.samples[k] {
			path, err := sde.NewGrid(s.set.Seed, noisePurpose, batch.First+uint64(b), s.noise.dim, 0, s.set.Step)
			if err != nil {
				return err
			}
			s.noise.paths = append(s.noise.paths, path)
		}
	}
	return nil
}

// NoiseDim returns the number of neurons of all samples.
func (s *singlePhases) NoiseDim() int { return s.rows * s.noise.dim }

// Noise is additive.
func (s *singlePhases) Noise() sde.Kind { return sde.Additive }

// AddNoise adds every sample's noise to its row.
func (s *singlePhases) AddNoise(dy []float64, _ float64, _, dw []float64) {
	from := 0
	for k, id := range s.samples[:len(s.batches)] {
		for j := range id {
			s.phases[k].addNoise(dy[from:], j, dw[:s.noise.dim])
			dw = dw[s.noise.dim:]
		}
		from += len(id) * s.width
	}
}

// drift sets the rows of dy to F and dw to the sum of G over the samples, times
// weight.
func (s *singlePhases) drift(dy, y []float64, weight float64) {
	s.dw.Zero()
	s.dw.ZeroFeedback()
	for b := range s.weight {
		s.weight[b] = weight
	}
	from := 0
	for k, id := range s.samples[:len(s.batches)] {
		p, n, to := s.phases[k], len(id), from+len(id)*s.width
		p.Fast(dy[from:to], s.t[:n], y[from:to], id)
		p.Slow(s.dw, y[from:to], dy[from:to], id, s.weight[:n])
		p.Flush(s.dw)
		from = to
	}
}

// solve integrates sys, which is these samples and what a level adds, over [0, T].
func (s *singlePhases) solve(sys sde.System) error {
	if err := s.draw(); err != nil {
		return err
	}
	_, err := sde.Solve(sys, s.y[:sys.Dim()], 0, s.set.Presentation, s.set.Step, &s.noise, sde.Options{Observer: s.observe})
	return err
}

// observe shows the state to the watcher where it is wanted, unless it is time
// to stop.
func (s *singlePhases) observe(t float64, y []float64) error {
	if s.set.Stop != nil {
		if err := s.set.Stop(); err != nil {
			return err
		}
	}
	if s.watch == nil || s.watch.Times == nil {
		s.show(t, y)
		return nil
	}
	for _, wanted := range s.watch.Times {
		if math.Abs(t-wanted) < s.set.Step/2 {
			s.show(wanted, y)
		}
	}
	return nil
}

// describe names the component at which the integration failed.
func (s *singlePhases) describe(err error) error {
	var step *sde.StepError
	switch {
	case !errors.As(err, &step):
		return err
	case step.Component >= s.rows*s.width:
		return fmt.Errorf("the weights, or the averages that they learn from: %w", err)
	}
	return fmt.Errorf("%s: %w", s.locate(step.Component), err)
}
