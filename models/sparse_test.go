package models

import (
	"math"
	"testing"
)

func TestSparseWeightsKeepTheirShare(t *testing.T) {
	f := newFixture(t, []int{10, 9, 8}, "tanh", "linear", "squared-error", 1)
	whole := NewWeights(f.net)
	whole.Copy(f.w)
	missing := f.w.RemoveForward(3, 1, 0.25)
	if len(missing) != 54 { // of 72 in W2
		t.Errorf("%d synapses are missing, want 54", len(missing))
	}
	if distance(f.w.W[0].Data, whole.W[0].Data) != 0 || distance(f.w.B[1], whole.B[1]) != 0 {
		t.Error("a layer of density 1 and biases lose something")
	}
	kept := 0
	for k, x := range f.w.W[1].Data {
		if x != 0 {
			kept++
			if x != whole.W[1].Data[k] {
				t.Errorf("W2[%d] is %g, was %g", k, x, whole.W[1].Data[k])
			}
		}
	}
	if kept != 18 {
		t.Errorf("%d synapses of W2 are left, want 18", kept)
	}
	update := NewWeights(f.net)
	for k := range update.Plastic() {
		update.Plastic()[k] = 1
	}
	missing.Clear(update)
	for k, x := range f.w.W[1].Data {
		if (x == 0) != (update.W[1].Data[k] == 0) {
			t.Errorf("synapse %d of W2: weight %g, update %g", k, x, update.W[1].Data[k])
		}
	}
}

// Which synapses are reciprocal is chance: a quarter where half of either is gone.
func TestForwardAndFeedbackSynapsesAreRemovedIndependently(t *testing.T) {
	net, err := NewNetwork([]int{3, 200, 50}, []string{"tanh"}, "linear", "squared-error", false)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback = FeedbackPath{Layerwise: true}
	w := NewWeights(net)
	if err := w.Init(1, "uniform", 1, 1); err != nil {
		t.Fatal(err)
	}
	if err := w.RandomFeedback(1, "uniform", 0.5); err != nil {
		t.Fatal(err)
	}
	w.RemoveForward(1, 0.5)
	w.RemoveFeedback(1, 0.5)
	reciprocal := 0
	for j := range 200 {
		for k := range 50 {
			if w.Link[0].Data[50*j+k] != 0 && w.W[1].Data[200*k+j] != 0 {
				reciprocal++
			}
		}
	}
	// 10,000 pairs: a standard deviation of 0.5 %.
	if got := float64(reciprocal) / 10000; math.Abs(got-0.25) > 0.02 {
		t.Errorf("%g of the pairs are reciprocal, want a quarter", got)
	}
	if w.Link[1].Data[0] != 1 {
		t.Error("the output's feedback, the identity, has lost something")
	}
}

func TestRandomFeedbackHasItsDistribution(t *testing.T) {
	f := newFixture(t, []int{5, 400, 10}, "tanh", "linear", "squared-error", 1)
	if err := f.w.RandomFeedback(1, "uniform", 0.5); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, x := range f.w.Q[0].Data {
		sum += x * x
		if math.Abs(x) > 0.5 {
			t.Fatalf("%g is beyond 0.5", x)
		}
	}
	if got, want := sum/4000, 0.25/3; math.Abs(got/want-1) > 0.1 {
		t.Errorf("variance %g, want %g", got, want)
	}
	if err := f.w.RandomFeedback(1, "cauchy", 1); err == nil {
		t.Error("no error for a distribution that there is not")
	}
}

func TestBiasesBeginInTheirRange(t *testing.T) {
	f := newFixture(t, []int{5, 400, 10}, "tanh", "linear", "squared-error", 1)
	f.w.InitBiases(1, 2, 0)
	largest, sum := 0.0, 0.0
	for _, b := range f.w.B[0] {
		largest, sum = max(largest, math.Abs(b)), sum+b
	}
	if largest > 2 || largest < 1.9 || math.Abs(sum/400) > 0.25 {
		t.Errorf("largest %g, mean %g of biases uniform in [-2, 2]", largest, sum/400)
	}
	for _, b := range f.w.B[1] {
		if b != 0 {
			t.Errorf("a bias of scale 0 is %g", b)
		}
	}
}
