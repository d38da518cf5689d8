package experiments

import (
	"context"
	"path/filepath"
	"slices"
	"testing"

	"credo/internal/npz"
)

var keepingWeights = []string{"record.weights=[0, 1, 3]", "feedback.init=random", "feedback.learn=true", "feedback.pretrain=3", "feedback.every=1"}

// What is kept are the weights between epochs: those that a run of fewer epochs ends
// with, and those that the whole run begins with once feedback is learned.
func TestKeptWeightsAreThoseOfARunThatEndsThere(t *testing.T) {
	_, whole := runIn(t, small, Options{}, keepingWeights...)
	kept, err := KeptWeights(whole)
	if err != nil || len(kept) != 3 || kept[1].Epoch != 1 || filepath.Base(kept[2].Path) != "epoch-0003.npz" {
		t.Fatalf("kept are %v (%v), want those after epochs 0, 1 and 3", kept, err)
	}
	_, one := runIn(t, small, Options{}, append(keepingWeights, "record.weights=[]", "training.epochs=1")...)
	for _, c := range []struct{ kept, want string }{
		{kept[1].Path, filepath.Join(one, "arrays.npz")}, {kept[2].Path, filepath.Join(whole, "arrays.npz")},
	} {
		sameArrays(t, c.kept, c.want, "W1", "b3", "Q1", "Q3")
	}
	first, err := npz.Read(kept[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	start, err := NewStart(context.Background(), parse(t, small, keepingWeights...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first["W1"].Data, start.Weights.W[0].Data) || slices.Equal(first["Q1"].Data, start.Weights.Q[0].Data) {
		t.Error("epoch 0 should have the first W, and the Q that was learned before the first epoch")
	}
}

func TestAnInterruptedRunKeepsTheSameWeights(t *testing.T) {
	_, whole := runIn(t, small, Options{}, keepingWeights...)
	for _, after := range []int{2, 4, 5, 7} { // in pretraining, within the first epoch, at its end, within the second
		dir := filepath.Join(t.TempDir(), "run")
		ctx, stop := context.WithCancel(context.Background())
		Run(ctx, parse(t, small, keepingWeights...), Options{Dir: dir, Progress: &stopper{after: after, stop: stop}})
		stop()
		if _, err := Resume(context.Background(), dir, Options{Workers: 2}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"epoch-0000.npz", "epoch-0001.npz", "epoch-0003.npz"} {
			sameFile(t, filepath.Join("weights", name), whole, dir)
		}
	}
}

func TestAStartTakesKeptWeights(t *testing.T) {
	_, dir := runIn(t, small, Options{}, keepingWeights...)
	kept, err := KeptWeights(dir)
	if err != nil {
		t.Fatal(err)
	}
	start, err := NewStart(context.Background(), parse(t, small), nil)
	if err != nil {
		t.Fatal(err)
	}
	later, err := start.With(kept[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	want, err := npz.Read(kept[1].Path)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(later.Weights.Q[1].Data, want["Q2"].Data) || slices.Equal(start.Weights.Q[1].Data, want["Q2"].Data) {
		t.Error("With should take Q2 from the file and leave the start as it is")
	}
}

func sameArrays(t *testing.T, a, b string, names ...string) {
	t.Helper()
	x, err := npz.Read(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := npz.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if len(x[name].Data) == 0 || !slices.Equal(x[name].Data, y[name].Data) {
			t.Errorf("%s of %s and %s differ", name, filepath.Base(a), filepath.Base(b))
		}
	}
}
