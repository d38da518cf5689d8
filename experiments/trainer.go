package experiments

import (
	"context"
	"fmt"
	"math"
	"sync"

	"credo/experiments/dataset"
	"credo/experiments/schema"
	"credo/internal/stream"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// trainer presents minibatches to a network and moves its weights. A minibatch
// is cut into tiles; tiles are the unit of work of the workers, and their
// updates are added in the order of tiles, so that the number of workers
// changes no bit.
type trainer struct {
	scenario  *Scenario
	net       *models.Network
	data      *dataset.Data
	w         *models.Weights
	optimizer models.Optimizer
	sleeper   *sleeper // nil unless feedback weights are learned, asleep or awake
	workers   int

	tiles     []*tile
	dw        *models.Weights  // the minibatch's, reduced
	companion models.Companion // nil unless feedback weights learn awake
	coupled   coupledLevel     // at level coupled, in place of the tiles' presenters
	warming   coupledLevel     // the same before the first epoch, forward weights held
	spiking   *models.Spiking  // at level spiking, likewise
	batches   []*models.Batch
	number    uint64 // of the next sample's presentation
	missing   models.Missing
	held      held
	stop      func() error // of a presentation under way
}

// tile is the memory of one tile of a minibatch.
type tile struct {
	presenter models.Presenter
	batch     *models.Batch
	index     []int // samples of the data set
	dw        *models.Weights
	outcome   models.Outcome
	err       error
}

func newTrainer(ctx context.Context, s *Scenario, net *models.Network, data *dataset.Data, w *models.Weights, workers int) (*trainer, error) {
	tr := &trainer{scenario: s, net: net, data: data, w: w, workers: workers, dw: models.NewWeights(net), stop: ctx.Err}
	set, err := settings(s)
	if err != nil {
		return nil, err
	}
	set.Stop = tr.stop
	batch := min(s.Data.Batch, data.Train.Len())
	for range (batch + models.TileRows - 1) / models.TileRows {
		t := &tile{batch: models.NewBatch(net), dw: models.NewWeights(net)}
		if set.Level != "coupled" && set.Level != "spiking" {
			if t.presenter, err = newPresenter(s, net, set); err != nil {
				return nil, err
			}
		}
		tr.tiles = append(tr.tiles, t)
	}
	if set.Level == "coupled" {
		if tr.coupled, err = newCoupled(s, net, len(tr.tiles), set); err != nil {
			return nil, err
		}
	}
	if set.Level == "spiking" {
		tr.spiking = tr.newSpiking(batch)
	}
	if s.Feedback.Learn {
		if tr.sleeper, err = newSleeper(ctx, s, net, batch); err != nil {
			return nil, err
		}
	}
	if err := tr.addCompanion(set); err != nil {
		return nil, err
	}
	tr.optimizer, err = newOptimizer(s.Training, len(w.Plastic()))
	return tr, err
}

// newOptimizer returns the optimizer of n weights.
func newOptimizer(t schema.Training, n int) (models.Optimizer, error) {
	return models.NewOptimizer(n, models.OptimizerSettings{
		Kind: t.Optimizer, Momentum: t.Momentum, Beta1: t.Beta1, Beta2: t.Beta2, Epsilon: t.Epsilon,
	})
}

// presentations returns the number of minibatches in an epoch.
func (tr *trainer) presentations() int {
	return (tr.data.Train.Len() + tr.scenario.Data.Batch - 1) / tr.scenario.Data.Batch
}

// order returns the samples of an epoch in the order of their presentation.
func (tr *trainer) order(epoch int) []int { return tr.permutation("order", epoch) }

// permutation returns the training samples in one of the orders made for a purpose.
func (tr *trainer) permutation(purpose string, index int) []int {
	n := tr.data.Train.Len()
	if tr.scenario.Data.Order == "shuffle" {
		return stream.New(tr.scenario.Seed, purpose, uint64(index)).Perm(n)
	}
	order := make([]int, n)
	for k := range order {
		order[k] = k
	}
	return order
}

// minibatch returns the samples of presentation k of an epoch's order.
func (tr *trainer) minibatch(order []int, k int) []int {
	first := k * tr.scenario.Data.Batch
	return order[first:min(first+tr.scenario.Data.Batch, len(order))]
}

// fill cuts samples into tiles and returns those in use.
func (tr *trainer) fill(samples []int) []*tile {
	weight := 1.0
	if tr.scenario.Method.TargetScale == "batch" {
		weight = 1 / float64(len(samples))
	}
	used := 0
	for first := 0; first < len(samples); first += models.TileRows {
		t := tr.tiles[used]
		t.index = samples[first:min(first+models.TileRows, len(samples))]
		t.batch.LossWeight, t.batch.First = weight, tr.number+uint64(first)
		used++
	}
	return tr.tiles[:used]
}

// present shows the samples to the network, leaves the reduced update in dw
// and, if learn is set, moves the weights with learning rate eta.
func (tr *trainer) present(samples []int, learn bool, eta float64) (models.Outcome, error) {
	tiles := tr.fill(samples)
	switch {
	case tr.coupled != nil:
		return tr.presentCoupled(tiles, learn)
	case tr.spiking != nil:
		return tr.presentSpiking(tiles, len(samples), learn, eta)
	}
	tr.each(len(tiles), func(k int) {
		t := tiles[k]
		load(t.batch, tr.data.Train, t.index)
		t.dw.Zero()
		t.outcome, t.err = t.presenter.Present(t.dw, tr.w, t.batch)
	})
	var outcome models.Outcome
	for k, t := range tiles {
		if t.err != nil {
			return outcome, fmt.Errorf("samples %d to %d of the minibatch: %w", k*models.TileRows, k*models.TileRows+len(t.index)-1, t.err)
		}
		outcome.Add(t.outcome)
	}
	tr.sum(tiles, len(samples))
	if f, ok := tiles[0].presenter.(models.Finisher); ok {
		f.Finish(tr.dw, tr.w)
	}
	tr.missing.Clear(tr.dw)
	if err := tr.checkUpdate(outcome); err != nil {
		return outcome, err
	}
	if learn {
		tr.gather(len(tiles))
		tr.learn(eta)
		tr.accompany(len(samples), eta*tr.scenario.Training.WeightDecay)
		tr.learnFeedback(tiles)
	}
	return outcome, nil
}

// presentCoupled lets the weights move in the course of the presentation. dw
// is what moved them: (tau_w/T)(W(T) - W(0)).
func (tr *trainer) presentCoupled(tiles []*tile, learn bool) (models.Outcome, error) {
	tr.gatherBatches(tiles)
	tr.dw.Copy(tr.w)
	outcome, err := tr.coupled.Present(tr.dw, tr.batches)
	if err != nil {
		return outcome, err
	}
	scale := tr.scenario.Timescales.TauW / tr.scenario.Timescales.Presentation
	before, after := tr.w.Plastic(), tr.dw.Plastic()
	for k, end := range after {
		after[k] = scale * (end - before[k])
		if learn {
			before[k] = end
		}
	}
	if learn {
		tr.w.TakeFeedback(tr.dw)
		if tr.net.SpikeSlab {
			tr.w.Compose()
		}
	}
	return outcome, nil
}

// gatherBatches loads the samples of tiles that are presented as one system.
func (tr *trainer) gatherBatches(tiles []*tile) {
	tr.batches = tr.batches[:0]
	for _, t := range tiles {
		load(t.batch, tr.data.Train, t.index)
		tr.batches = append(tr.batches, t.batch)
	}
}

// each calls do(k) for k = 0..n-1, shared among the workers.
func (tr *trainer) each(n int, do func(k int)) { each(tr.workers, n, do) }

// each calls do(k) for k = 0..n-1, shared among so many workers.
func each(workers, n int, do func(k int)) {
	if workers == 1 || n == 1 {
		for k := range n {
			do(k)
		}
		return
	}
	var wait sync.WaitGroup
	next := make(chan int)
	for range min(workers, n) {
		wait.Go(func() {
			for k := range next {
				do(k)
			}
		})
	}
	for k := range n {
		next <- k
	}
	close(next)
	wait.Wait()
}

// reduceChunk is the stretch of weights that a worker reduces at a time.
const reduceChunk = 1 << 15

// outOfRange says what to do about a loss that is not finite.
const outOfRange = "the network has left the range of numbers; look at training.lr, network.init_scale and the scale of the data"

// sum adds the tiles' updates in order and divides by the number of samples,
// unless the scenario wants the sum.
func (tr *trainer) sum(tiles []*tile, samples int) {
	share := 1.0
	if tr.scenario.Training.Reduce == "mean" {
		share = 1 / float64(samples)
	}
	dw := tr.dw.Plastic()
	tr.each((len(dw)+reduceChunk-1)/reduceChunk, func(k int) {
		from, to := k*reduceChunk, min((k+1)*reduceChunk, len(dw))
		copy(dw[from:to], tiles[0].dw.Plastic()[from:to])
		for _, t := range tiles[1:] {
			floats.Add(dw[from:to], t.dw.Plastic()[from:to])
		}
		if share != 1 {
			floats.Scale(share, dw[from:to])
		}
	})
}

// checkUpdate refuses a loss or an update that is not finite.
func (tr *trainer) checkUpdate(outcome models.Outcome) error {
	dw := tr.dw.Plastic()
	if !finite(outcome.Loss) {
		return fmt.Errorf("the loss is %g: %s", outcome.Loss, outOfRange)
	}
	// One sum finds a NaN or an infinity; only then is it worth while to look where.
	if finite(floats.Sum(dw)) {
		return nil
	}
	for k, g := range dw {
		if !finite(g) {
			return fmt.Errorf("d%s is %g: the update is not finite; a smaller method.target_stepsize or training.lr may help", tr.dw.Locate(k), g)
		}
	}
	return nil
}

// learn moves the weights: clipping of each array's norm, then weight decay,
// then the optimizer, then projection of distributions. dw stays as it was, since
// it may be recorded.
func (tr *trainer) learn(eta float64) {
	t, step := tr.scenario.Training, tr.dw
	if t.Clip > 0 || t.WeightDecay > 0 {
		step = tr.tiles[0].dw // no longer needed
		copy(step.Plastic(), tr.dw.Plastic())
	}
	for _, a := range step.Arrays() {
		clip(a.Data, t.Clip)
	}
	tr.held.keep()
	tr.decay(step, eta)
	tr.optimizer.Step(tr.w.Plastic(), step.Plastic(), eta)
	tr.held.putBack()
	if tr.net.SpikeSlab {
		tr.w.Project()
		tr.w.Compose()
	}
}

// load fills batch with samples of set.
func load(batch *models.Batch, set *dataset.Set, index []int) {
	batch.N = len(index)
	set.Inputs(rows(batch.Input, batch.N), index)
	set.Targets(rows(batch.Target, batch.N), index)
}

func rows(g blas64.General, n int) blas64.General {
	g.Rows = n
	return g
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
