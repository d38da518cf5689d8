package experiments

import (
	"context"
	"fmt"

	"credo/experiments/dataset"
	"credo/models"
)

// newSpiking returns the network of level spiking, with a stream for every sample of
// a minibatch. It has weights of its own, which the trainer's follow by settle.
func (tr *trainer) newSpiking(streams int) *models.Spiking {
	s := tr.scenario
	return models.NewSpiking(tr.net, models.SpikingSettings{
		Tau: s.Timescales.Tau, Steps: s.Timescales.Steps, Streams: streams, Seed: s.Seed, Each: tr.each,
	})
}

// presentSpiking presents a minibatch, a sample to a stream, in the course of which
// neurons and weights move.
func (tr *trainer) presentSpiking(tiles []*tile, samples int, learn bool, eta float64) (models.Outcome, error) {
	tr.batches = tr.batches[:0]
	for _, t := range tiles {
		load(t.batch, tr.data.Train, t.index)
		tr.batches = append(tr.batches, t.batch)
	}
	var plasticity models.Plasticity
	if learn {
		plasticity = models.Plasticity{Rate: eta, Decay: eta * tr.scenario.Training.WeightDecay}
		if tr.scenario.Training.Reduce == "mean" {
			plasticity.Rate /= float64(samples)
		}
	}
	outcome, err := tr.spiking.Present(tr.batches, plasticity)
	if err == nil && !finite(outcome.Loss) {
		err = fmt.Errorf("the loss is %g: %s", outcome.Loss, outOfRange)
	}
	return outcome, err
}

// evaluateSpiking tests the network on set without plasticity, its images one after
// another in as many streams as a tile has samples, which begin at rest.
func (tr *trainer) evaluateSpiking(ctx context.Context, set *dataset.Set) (models.Outcome, error) {
	tr.settle()
	name := "test"
	if set == tr.data.Validation {
		name = "validation"
	}
	tester, batch := tr.spiking.Tester(tr.scenario.Seed, name, models.TileRows), models.NewBatch(tr.net)
	var sum models.Outcome
	for first := 0; first < set.Len() && ctx.Err() == nil; first += models.TileRows {
		batch.First = uint64(first)
		load(batch, set, firstFrom(first, min(models.TileRows, set.Len()-first)))
		outcome, err := tester.Test([]*models.Batch{batch})
		if err != nil {
			return sum, fmt.Errorf("the %s samples from %d on: %w", name, first, err)
		}
		sum.Add(outcome)
	}
	return sum, ctx.Err()
}

// firstFrom returns the n integers from first on.
func firstFrom(first, n int) []int {
	index := make([]int, n)
	for k := range index {
		index[k] = first + k
	}
	return index
}

// settle brings the trainer's weights up to date, where they move elsewhere.
func (tr *trainer) settle() {
	if tr.spiking != nil {
		tr.spiking.Store(tr.w)
	}
}

// unsettle hands the trainer's weights to where they move.
func (tr *trainer) unsettle() {
	if tr.spiking != nil {
		tr.spiking.Load(tr.w)
	}
}
