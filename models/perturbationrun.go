package models

import (
	"errors"
	"fmt"

	"credo/internal/stream"
	"credo/sde"
)

// perturbationPurpose names the streams of the noise; the index is the learner's
// number.
const perturbationPurpose = "perturbed feedback"

// Begin makes learners numbered from first on, each with the weights w, which
// must hold still if they do: the networks at the feedforward state of sample b
// of batch, the baseline at its loss, no trace, and the noise stationary. It
// panics if there are more learners than the system was made for.
func (p *PerturbedFeedback) Begin(w *Weights, first uint64, learners int, batch *Batch, b int) error {
	if learners < 1 || learners*p.Dim() > cap(p.y) {
		panic("models: more learners than there is memory for, or none")
	}
	ff := NewFeedforward(p.net)
	ff.Run(w, batch)
	p.now.share(w)
	p.batch, p.b, p.shown = batch, b, 0
	p.y, p.paths = p.y[:learners*p.Dim()], p.paths[:0]
	for k := range learners {
		path, err := sde.NewGrid(p.set.Seed, perturbationPurpose, first+uint64(k), p.noiseDim, 0, p.set.Step)
		if err != nil {
			return err
		}
		p.paths = append(p.paths, path)
		x := p.State(k)
		clear(x)
		p.settle(x, w, ff, b)
		rng := stream.New(p.set.Seed, perturbationPurpose, first+uint64(k))
		for j := range p.noiseDim {
			x[j] = p.set.Noise * rng.NormFloat64()
		}
	}
	return nil
}

// settle sets the networks, the baseline and the weights of a learner.
func (p *PerturbedFeedback) settle(x []float64, w *Weights, ff *Feedforward, b int) {
	for i := range ff.V {
		copy(x[p.at.volt[i]:], row(ff.V[i], b))
		if p.clean != nil {
			copy(x[p.at.clean[i]:], row(ff.V[i], b))
		}
	}
	for i, from := range p.at.feedback {
		copy(x[from:], w.Link[i].Data)
	}
	if p.at.forward >= 0 {
		copy(x[p.at.forward:], w.plastic)
	}
	if p.at.baseline >= 0 {
		x[p.at.baseline] = p.batch.LossWeight * p.net.Loss.Value(ff.Output(b), row(p.batch.Target, b))
	}
}

// Present shows sample b of batch to every learner for a time T, from where the
// last presentation left them: nothing is reset. After an error, which names the
// component, learners are as they were when it arose.
func (p *PerturbedFeedback) Present(batch *Batch, b int) error {
	p.batch, p.b = batch, b
	t0 := float64(p.shown) * p.set.Presentation
	stats, err := p.integrator.Solve(p.y, t0, float64(p.shown+1)*p.set.Presentation, p.set.Step, p.paths)
	p.shown++
	for k := range stats {
		if err == nil && stats[k].Err != nil {
			err = p.describe(k, stats[k].Err)
		}
	}
	return err
}

// describe names the component of learner k at which the integration failed.
func (p *PerturbedFeedback) describe(k int, err error) error {
	var step *sde.StepError
	if !errors.As(err, &step) {
		return err
	}
	for _, b := range p.layout.Blocks() {
		if j := step.Component - b.Offset; j >= 0 && j < b.Len {
			return fmt.Errorf("learner %d, presentation %d, %s[%d]: %w", k, p.shown, b.Name, j, err)
		}
	}
	return err
}

func (p *PerturbedFeedback) observe(t float64, y []float64) error {
	if p.observer == nil {
		return nil
	}
	return p.observer(t, y)
}

// State views the state of learner k.
func (p *PerturbedFeedback) State(k int) []float64 { return p.y[k*p.Dim() : (k+1)*p.Dim()] }

// Learners returns how many learners there are.
func (p *PerturbedFeedback) Learners() int { return len(p.paths) }

// ReadWeights sets those weights of w that move to learner k's.
func (p *PerturbedFeedback) ReadWeights(w *Weights, k int) {
	x := p.State(k)
	for i, from := range p.at.feedback {
		copy(w.Link[i].Data, x[from:])
	}
	if p.at.forward >= 0 {
		copy(w.plastic, x[p.at.forward:])
	}
	w.Compose()
}
