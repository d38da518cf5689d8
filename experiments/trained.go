package experiments

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"credo/analysis"
	"credo/experiments/dataset"
	"credo/internal/npz"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
)

// Trained is a network of distributions as a run left it, with the run's data.
type Trained struct {
	Net     *models.Network
	Weights *models.Weights
	trainer *trainer
}

// ReadTrained reads what the run in dir ended with.
func ReadTrained(ctx context.Context, dir string) (*Trained, error) {
	s, err := Load(filepath.Join(dir, "scenario.toml"))
	if err != nil {
		return nil, err
	}
	if !s.HasDistributions() {
		return nil, fmt.Errorf("%s: the weights of rule %q are no distributions", dir, s.Method.Rule)
	}
	data, err := dataset.Load(ctx, dataSpec(s), func(string) {})
	if err != nil {
		return nil, err
	}
	net, err := network(s)
	if err != nil {
		return nil, err
	}
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		return nil, err
	}
	w := models.NewWeights(net)
	if err := take(s, arrays, w.Arrays()); err != nil {
		return nil, err
	}
	w.Compose()
	return &Trained{net, w, &trainer{scenario: s, net: net, data: data, w: w, workers: runtime.GOMAXPROCS(0)}}, nil
}

// SampledError returns the test error of the network number index drawn from w, as
// a fraction. Those of an epoch's evaluation have the epoch for a number.
func (t *Trained) SampledError(ctx context.Context, w *models.Weights, index uint64) (float64, error) {
	point := models.NewWeights(t.Net.Point())
	point.Sample(w, t.trainer.scenario.Seed, index)
	return t.testError(ctx, pointed(t.Net.Point(), point))
}

// MeanError returns the test error of the network without noise, as a fraction.
func (t *Trained) MeanError(ctx context.Context) (float64, error) {
	point := models.NewWeights(t.Net.Point())
	point.Mean(t.Weights)
	return t.testError(ctx, pointed(t.Net.Point(), point))
}

func (t *Trained) testError(ctx context.Context, of tested) (float64, error) {
	o, err := t.trainer.evaluate(ctx, t.trainer.data.Test, of)
	return float64(o.Errors) / float64(o.Samples), err
}

// LiveInputs says of every input whether it is other than 0 in a training sample.
func (t *Trained) LiveInputs() []bool {
	live := make([]bool, t.Net.Inputs())
	image := blas64.General{Rows: 1, Cols: len(live), Stride: len(live), Data: make([]float64, len(live))}
	for k := range t.trainer.data.Train.Len() {
		t.trainer.data.Train.Inputs(image, []int{k})
		analysis.LiveInputs(image, live)
	}
	return live
}
