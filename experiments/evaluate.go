package experiments

import (
	"context"
	"sync"

	"credo/experiments/dataset"
	"credo/models"
)

// forward is a pass from inputs to outputs.
type forward interface {
	Run(w *models.Weights, batch *models.Batch) models.Outcome
}

// tested is the network that is evaluated: weights, and how to run them.
type tested struct {
	w    *models.Weights
	net  *models.Network
	pass func() forward // a pass for one goroutine
}

// tested returns the network to evaluate after an epoch: that of the weights; or
// of their distributions one that is drawn, named by seed and epoch, that of the
// means, or the averaged one with noise.
func (tr *trainer) tested(epoch int) tested {
	evaluate := tr.scenario.Method.Evaluate
	if tr.net.SpikeSlab && evaluate == "noise" {
		return tested{tr.w, tr.net, func() forward { return models.NewNoisy(tr.net, tr.scenario.Seed, uint64(epoch)) }}
	}
	if !tr.net.SpikeSlab && !tr.net.Normalize {
		return pointed(tr.net, tr.w)
	}
	point := tr.net.Point()
	w := models.NewWeights(point)
	switch {
	case !tr.net.SpikeSlab:
		w.Effective(tr.w)
	case evaluate == "mean":
		w.Mean(tr.w)
	default:
		w.Sample(tr.w, tr.scenario.Seed, uint64(epoch))
	}
	return pointed(point, w)
}

// pointed is a network whose weights are numbers.
func pointed(net *models.Network, w *models.Weights) tested {
	return tested{w, net, func() forward { return models.NewFeedforward(net) }}
}

// evaluate returns the outcome of a network on set.
func (tr *trainer) evaluate(ctx context.Context, set *dataset.Set, of tested) (models.Outcome, error) {
	if tr.spiking != nil {
		return tr.evaluateSpiking(ctx, set)
	}
	tiles := (set.Len() + models.TileRows - 1) / models.TileRows
	outcomes := make([]models.Outcome, tiles)
	memory := sync.Pool{New: func() any { return &evaluator{of.pass(), models.NewBatch(of.net), nil} }}
	tr.each(tiles, func(k int) {
		if ctx.Err() != nil {
			return
		}
		e := memory.Get().(*evaluator)
		outcomes[k] = e.run(of.w, set, k)
		memory.Put(e)
	})
	var sum models.Outcome
	for _, o := range outcomes {
		sum.Add(o)
	}
	return sum, ctx.Err()
}

// evaluator is the memory of one worker's passes.
type evaluator struct {
	forward forward
	batch   *models.Batch
	index   []int
}

func (e *evaluator) run(w *models.Weights, set *dataset.Set, tile int) models.Outcome {
	e.index = e.index[:0]
	for k := tile * models.TileRows; k < min((tile+1)*models.TileRows, set.Len()); k++ {
		e.index = append(e.index, k)
	}
	e.batch.First = uint64(tile * models.TileRows)
	load(e.batch, set, e.index)
	return e.forward.Run(w, e.batch)
}
