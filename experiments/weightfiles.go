package experiments

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"credo/experiments/schema"
	"credo/internal/npz"
	"credo/models"
)

// EpochWeights is the file of the weights that a run had after an epoch; those
// after epoch 0 are what it began with, feedback learned before it included.
type EpochWeights struct {
	Epoch int
	Path  string
}

func epochWeightsPath(dir string, epoch int) string {
	return filepath.Join(dir, "weights", fmt.Sprintf("epoch-%04d.npz", epoch))
}

// keepWeights writes the weights as they are after an epoch, if [record] weights
// names it. What is written before a checkpoint need not be in it: a run that goes
// on from an earlier one writes the same bits again.
func (r *run) keepWeights(epoch int) error {
	if !slices.Contains(r.scenario.Record.Weights, epoch) {
		return nil
	}
	var arrays []npz.Array
	for _, a := range r.weights() {
		arrays = append(arrays, npz.Array{Name: a.Name, Shape: a.Shape, Data: a.Data})
	}
	path := epochWeightsPath(r.dir, epoch)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return npz.Write(path, arrays)
}

// keepFirstWeights keeps those before the first epoch, unless that is under way.
func (r *run) keepFirstWeights() error {
	p := r.progress
	if p.Epoch > 0 || p.Samples > 0 || p.Slept || p.SleepEpochs > 0 || p.SleepUpdates > 0 {
		return nil
	}
	return r.keepWeights(0)
}

// KeptWeights lists the weights that the run in dir has kept, by epoch.
func KeptWeights(dir string) ([]EpochWeights, error) {
	entries, err := os.ReadDir(filepath.Join(dir, "weights"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var kept []EpochWeights
	for _, e := range entries {
		number, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".npz"), "epoch-")
		epoch, err := strconv.Atoi(number)
		if ok && err == nil {
			kept = append(kept, EpochWeights{epoch, epochWeightsPath(dir, epoch)})
		}
	}
	slices.SortFunc(kept, func(a, b EpochWeights) int { return cmp.Compare(a.Epoch, b.Epoch) })
	return kept, nil
}

// With returns the start with the weights in another file, such as [KeptWeights]
// lists; what the file does not have stays.
func (b *Start) With(path string) (*Start, error) {
	arrays, err := npz.Read(path)
	if err != nil {
		return nil, schema.Problems{b.Scenario.Problem("network.weights", err.Error(), "")}
	}
	other := *b
	other.Weights = models.NewWeights(b.Net)
	other.Weights.Copy(b.Weights)
	if err := take(b.Scenario, arrays, slices.Concat(other.Weights.Arrays(), other.Weights.Feedback())); err != nil {
		return nil, err
	}
	other.Weights.Compose()
	return &other, nil
}
