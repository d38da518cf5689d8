package experiments

import (
	"context"
	"path/filepath"

	"credo/experiments/dataset"
	"credo/internal/npz"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
)

// TestRates returns the rates of a layer, 0 for the inputs, for the test samples of
// the run in dir, as the network is that it ended with, and the classes of the
// samples. The data have labels.
func TestRates(ctx context.Context, dir string, layer int) (rates blas64.General, classes []int, err error) {
	s, err := Load(filepath.Join(dir, "scenario.toml"))
	if err != nil {
		return rates, nil, err
	}
	spec := dataSpec(s)
	spec.Target = "label"
	data, err := dataset.Load(ctx, spec, func(string) {})
	if err != nil {
		return rates, nil, err
	}
	net, err := network(s)
	if err != nil {
		return rates, nil, err
	}
	w, err := finalWeights(net, dir)
	if err != nil {
		return rates, nil, err
	}
	return ratesOf(net, w, data.Test, layer), data.Test.Labels(), nil
}

// finalWeights reads the forward weights that a run ended with.
func finalWeights(net *models.Network, dir string) (*models.Weights, error) {
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	w := models.NewWeights(net)
	for _, a := range w.Arrays() {
		copy(a.Data, arrays[a.Name].Data)
	}
	return w, err
}

func ratesOf(net *models.Network, w *models.Weights, set *dataset.Set, layer int) blas64.General {
	n := net.Sizes[layer]
	dst := blas64.General{Rows: set.Len(), Cols: n, Stride: n, Data: make([]float64, set.Len()*n)}
	forward, batch := models.NewFeedforward(net), models.NewBatch(net)
	for from := 0; from < set.Len(); from += models.TileRows {
		var index []int
		for k := from; k < min(from+models.TileRows, set.Len()); k++ {
			index = append(index, k)
		}
		batch.N = len(index)
		set.Inputs(rows(batch.Input, batch.N), index)
		rates := batch.Input
		if layer > 0 {
			forward.Run(w, batch)
			rates = forward.R[layer-1]
		}
		copy(dst.Data[from*n:], rates.Data[:batch.N*n])
	}
	return dst
}
