package models

import (
	"math"
	"testing"
)

// layerwiseFixture is a nonlinear network with layerwise feedback.
func layerwiseFixture(t *testing.T) *fixture {
	t.Helper()
	f := newFixture(t, []int{5, 7, 6, 4, 3}, "tanh", "sigmoid", "squared-error", 9)
	f.net.Feedback = FeedbackPath{Layerwise: true}
	w := NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	f.w = w
	return f
}

func updateOf(t *testing.T, f *fixture, transport Transport) []float64 {
	t.Helper()
	dw := NewWeights(f.net)
	if _, err := NewPathways(f.net, transport).Present(dw, f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	return dw.Plastic()
}

func TestChainOfTransposesIsBackprop(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.InitFeedback(f.net, "weight-product", 1, nil); err != nil {
		t.Fatal(err)
	}
	bp := updateOf(t, f, Backprop{})
	for _, transport := range []Transport{FeedbackChain{}, SignSymmetric{}} {
		if d := distance(updateOf(t, f, transport), bp); d > 1e-15 {
			t.Errorf("%T is %g from backpropagation", transport, d)
		}
	}
}

// Errors that meet no derivatives on their way reach every layer through the
// product of what they pass.
func TestFeedbackAlignmentIsDirectFeedbackThroughTheProducts(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.RandomFeedback(2, "normal", 1); err != nil {
		t.Fatal(err)
	}
	fa := updateOf(t, f, FeedbackAlignment{})
	direct := view(f.w.Link[2])
	for i := 1; i >= 0; i-- {
		direct = product(view(f.w.Link[i]), direct)
		copy(f.w.Q[i].Data, direct.RawMatrix().Data)
	}
	if d := distance(updateOf(t, f, DirectFeedback{}), fa); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

// Only the signs of the forward weights and the magnitudes of the feedback count.
func TestSignSymmetricFeedbackIsTheChainOfItsMatrices(t *testing.T) {
	f := layerwiseFixture(t)
	if err := f.w.RandomFeedback(2, "normal", 1); err != nil {
		t.Fatal(err)
	}
	f.w.W[1].Data[3] = 0 // no sign
	got := updateOf(t, f, SignSymmetric{})
	for i := range 3 {
		for j := range f.w.Link[i].Rows {
			for k := range f.w.Link[i].Cols {
				at := &f.w.Link[i].Data[j*f.w.Link[i].Stride+k]
				switch weight := f.w.W[i+1].Data[k*f.w.W[i+1].Stride+j]; {
				case weight > 0:
					*at = math.Abs(*at)
				case weight < 0:
					*at = -math.Abs(*at)
				default:
					*at = 0
				}
			}
		}
	}
	if d := distance(updateOf(t, f, FeedbackChain{}), got); d > 1e-14 {
		t.Errorf("%g apart", d)
	}
}
