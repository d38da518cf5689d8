package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// numbered is a csv file of n samples with the inputs 0, 1, ... and no target.
func numbered(t *testing.T, n int) Spec {
	var lines strings.Builder
	for k := range n {
		fmt.Fprintln(&lines, k)
	}
	path := write(t, t.TempDir(), "numbered.csv", lines.String())
	return Spec{Source: "csv", Path: path, Target: "input", Scaling: "none", Inputs: 1, Outputs: 1, Train: -1, Test: -1, Seed: 1}
}

func TestEverySampleIsInOneSplit(t *testing.T) {
	spec := numbered(t, 100)
	spec.Validation, spec.Test = 20, 30
	data := load(t, spec)
	if data.Train.Len() != 50 || data.Validation.Len() != 20 || data.Test.Len() != 30 {
		t.Fatalf("%d, %d, %d samples", data.Train.Len(), data.Validation.Len(), data.Test.Len())
	}
	seen := slices.Sorted(slices.Values(slices.Concat(inputs(data.Train), inputs(data.Validation), inputs(data.Test))))
	for k, x := range seen {
		if x != float64(k) {
			t.Fatalf("sample %d is missing or twice there", k)
		}
	}
}

func TestSplitDependsOnTheSeedAndTheCountsOnly(t *testing.T) {
	spec := numbered(t, 100)
	spec.Train, spec.Validation, spec.Test = 40, 20, 0
	before := load(t, spec)
	if d := cmp.Diff(inputs(before.Train), inputs(load(t, spec).Train)); d != "" {
		t.Errorf("the same seed gives another split: %s", d)
	}
	spec.Train, spec.Test = 50, 30
	after := load(t, spec)
	if !slices.Equal(inputs(before.Validation), inputs(after.Validation)) {
		t.Error("the validation set depends on the size of the others")
	}
	if !slices.Equal(inputs(before.Train), inputs(after.Train)[:40]) {
		t.Error("a larger training set does not begin with the smaller one")
	}
	spec.Seed = 2
	if slices.Equal(inputs(after.Validation), inputs(load(t, spec).Validation)) {
		t.Error("the seed changes nothing")
	}
}

func TestASourceWithTestSamplesTestsWithTheFirstOfThem(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "train.csv", "1\n2\n3\n")
	write(t, dir, "test.csv", "7\n5\n9\n")
	spec := Spec{Source: "csv", Path: dir, Target: "input", Scaling: "none", Inputs: 1, Outputs: 1, Train: -1, Test: 2}
	data := load(t, spec)
	if d := cmp.Diff([]float64{7, 5}, inputs(data.Test)); d != "" || data.Train.Len() != 3 {
		t.Errorf("%d to train, test %s", data.Train.Len(), d)
	}
	spec.Test = 4
	wantFault(t, spec, "data.test", "4 samples", "has 3")
}

func TestAskingForTooManyNamesTheKeyAndBothNumbers(t *testing.T) {
	for _, c := range []struct {
		train, validation, test int
		key                     string
		want                    []string
	}{
		{11, 0, 0, "data.train", []string{"11 samples", "there are 10"}},
		{8, 2, 1, "data.train", []string{"8 samples", "there are 10", "3 are for"}},
		{0, 0, 0, "data.train", []string{"no sample", "10"}},
		{-1, 10, 0, "data.train", []string{"no sample left", "10 of 10"}},
		{-1, 11, 0, "data.validation", []string{"11 samples", "there are 10"}},
		{-1, -1, 0, "data.validation", []string{"-1 samples"}},
		{-1, 4, 7, "data.test", []string{"7 samples", "leaves 6 of 10"}},
	} {
		spec := numbered(t, 10)
		spec.Train, spec.Validation, spec.Test = c.train, c.validation, c.test
		wantFault(t, spec, c.key, c.want...)
	}
}
