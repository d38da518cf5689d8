package dataset

import (
	"math"
	"path/filepath"
	"testing"

	"credo/internal/npz"
	"github.com/google/go-cmp/cmp"
)

func writeNPZ(t *testing.T, arrays ...npz.Array) Spec {
	t.Helper()
	path := filepath.Join(t.TempDir(), "data.npz")
	if err := npz.Write(path, arrays); err != nil {
		t.Fatal(err)
	}
	return Spec{Source: "npz", Path: path, Scaling: "none", Train: -1, Test: -1}
}

func doubles(name string, shape []int, data ...float64) npz.Array {
	return npz.Array{Name: name, Shape: shape, Data: data}
}

func unsigned(name string, shape []int, data ...byte) npz.Array {
	return npz.Array{Name: name, Shape: shape, Bytes: data}
}

func TestNPZWithFourArraysIsRead(t *testing.T) {
	spec := writeNPZ(t,
		unsigned("X_train", []int{2, 1, 2}, 0, 255, 51, 0), unsigned("Y_train", []int{2}, 0, 1),
		doubles("X_test", []int{1, 2}, 255, 51), unsigned("Y_test", []int{1}, 2))
	spec.Scaling = "unit"
	data := load(t, spec)
	if d := cmp.Diff([]float64{1, 0.2}, inputs(data.Test)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{0, 0, 1}, targets(data.Test)); d != "" || data.Classes != 3 {
		t.Errorf("%d classes; %s", data.Classes, d)
	}
	if data.Train.Len() != 2 || data.Train.TargetDim() != 3 || len(data.Hashes["data.npz"]) != 64 {
		t.Errorf("%d samples with %d targets, hashes %v", data.Train.Len(), data.Train.TargetDim(), data.Hashes)
	}
}

func TestNPZWithFloatsIsRegression(t *testing.T) {
	spec := writeNPZ(t, doubles("X", []int{3}, 1, 2, 3), doubles("Y", []int{3, 2}, 10, 11, 20, 21, 30, 31))
	spec.Test = 1
	data := load(t, spec)
	if data.Train.Len() != 2 || data.Test.Len() != 1 || data.Classes != 0 || data.Test.Labels() != nil {
		t.Fatalf("%d and %d samples of %d classes", data.Train.Len(), data.Test.Len(), data.Classes)
	}
	x := inputs(data.Test)[0]
	if d := cmp.Diff([]float64{10 * x, 10*x + 1}, targets(data.Test)); d != "" {
		t.Error(d)
	}
}

func TestAnAutoencoderNeedsNoY(t *testing.T) {
	spec := writeNPZ(t, doubles("X", []int{2, 2}, 1, 2, 3, 4))
	wantFault(t, spec, "data.path", "data.npz: no array Y")
	spec.Target = "input"
	if data := load(t, spec); !cmp.Equal(inputs(data.Train), targets(data.Train)) {
		t.Error("targets are not the inputs")
	}
}

func TestFaultyNPZFilesAreNamed(t *testing.T) {
	x, nan := doubles("X", []int{2, 2}, 1, 2, 3, 4), math.NaN()
	for _, c := range []struct {
		arrays []npz.Array
		want   string
	}{
		{nil, "data.npz: no array X_train"},
		{[]npz.Array{doubles("X_train", []int{1}, 1), doubles("Y_train", []int{1}, 1)}, "data.npz: no array X_test"},
		{[]npz.Array{doubles("X", []int{0, 3})}, "data.npz: X: it has the shape [0 3]"},
		{[]npz.Array{doubles("X", nil, 3)}, "data.npz: X: it has the shape []"},
		{[]npz.Array{doubles("X", []int{2, 2}, 1, 2, 3, math.Inf(1))}, "data.npz: X: sample 1, column 1 is +Inf"},
		{[]npz.Array{x, doubles("Y", []int{2, 1}, 1, nan)}, "data.npz: Y: sample 1, column 0 is NaN"},
		{[]npz.Array{x, doubles("Y", []int{3}, 1, 2, 3)}, "data.npz: Y: it has the shape [3]; 2 rows are wanted"},
		{[]npz.Array{x, doubles("Y", nil, 3)}, "data.npz: Y: it has the shape []"},
	} {
		wantFault(t, writeNPZ(t, c.arrays...), "data.path", c.want)
	}
}

func TestLabelsCountFromZero(t *testing.T) {
	for _, x := range []float64{-1, 0.5, math.NaN(), 1 << 40} {
		s := &samples{dim: 1, numbers: []float64{1}}
		if err := s.setTargets(npz.Array{Shape: []int{1}, Data: []float64{x}, Integer: true}); err == nil {
			t.Errorf("%g is a label", x)
		}
	}
}

func TestTrainingAndTestSamplesMustBeOfOneKind(t *testing.T) {
	train := []npz.Array{doubles("X_train", []int{1, 2}, 1, 2), doubles("Y_train", []int{1, 1}, 3)}
	for _, c := range []struct {
		x, y npz.Array
		want string
	}{
		{doubles("X_test", []int{1, 3}, 1, 2, 3), doubles("Y_test", []int{1, 1}, 3), "have 2 inputs, but test samples 3"},
		{doubles("X_test", []int{1, 2}, 1, 2), doubles("Y_test", []int{1, 2}, 3, 4), "have 1 numbers, but test targets 2"},
		{doubles("X_test", []int{1, 2}, 1, 2), unsigned("Y_test", []int{1}, 3), "have 1 numbers, but test targets 0"},
	} {
		wantFault(t, writeNPZ(t, append(train[:2:2], c.x, c.y)...), "data.path", c.want)
	}
}
