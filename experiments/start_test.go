package experiments_test

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"credo/experiments"
	"credo/experiments/schema"
	"credo/internal/npz"
	"credo/models"
)

// A study looks at the network that a run begins with: what Start presents is what
// the run's first minibatch is, with the same weights.
func TestAStudyBeginsAsTheRunDoes(t *testing.T) {
	text := `seed = 3
[data]
source = "teacher"
train = 40
test = 8
teacher.layers = [5, 2]
batch = 8
[network]
layers = [5, 4, 2]
[method]
rule = "bp"
[training]
epochs = 0
[record]
presentations = 1
arrays = ["v1"]
`
	s, err := schema.Parse("study.toml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	start, err := experiments.NewStart(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir() + "/run"
	if _, err := experiments.Run(context.Background(), s, experiments.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	tile, forward := start.Tiles(start.Data.Train, start.Order(1)[:8])[0], models.NewFeedforward(start.Net)
	forward.Run(start.Weights, tile)
	if got, want := forward.V[0].Data[:8*4], arrays["v1"].Data; tile.N != 8 || !slices.Equal(got, want) {
		t.Errorf("the first minibatch's voltages are %v, the run's are %v", got, want)
	}
}
