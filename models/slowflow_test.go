package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// As a whole minibatch's fast states get fast against its weights, level coupled
// tends to the flow along rest states, to first order in tau_u/tau_w where T/tau_w
// holds still, and for the rules with two pathways in tau_v/tau_w.
func TestCoupledTendsToTheSlowFlow(t *testing.T) {
	for _, rule := range []string{"dfc", "bp", "fa"} {
		f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 12)
		if rule == "fa" {
			r, _ := RuleByName(rule)
			f = newPathFixture(t, r, []int{6, 9, 8, 4}, "tanh", 12)
		}
		f.set.Rule, f.set.TauB = rule, 0.2
		const rate = 0.5 // T/tau_w
		off := func(length float64) float64 {
			set := f.at("coupled")
			set.Presentation, set.TauW = length, length/rate
			c, err := NewCoupled(f.net, 1, set)
			if err != nil {
				t.Fatal(err)
			}
			flow, err := NewSlowFlow(f.net, 1, set)
			if err != nil {
				t.Fatal(err)
			}
			got, want := NewWeights(f.net), NewWeights(f.net)
			got.Copy(f.w)
			want.Copy(f.w)
			if _, err := c.Present(got, []*Batch{f.batch}); err != nil {
				t.Fatal(err)
			}
			if _, err := flow.Present(want, []*Batch{f.batch}); err != nil {
				t.Fatal(err)
			}
			for k, w := range f.w.Plastic() {
				got.Plastic()[k] -= w
				want.Plastic()[k] -= w
			}
			return distance(got.Plastic(), want.Plastic())
		}
		coarse, fine := off(200), off(400)
		if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 || fine > 0.05 {
			t.Errorf("%s: off by %g and %g: order %.3f, want 1", rule, coarse, fine, order)
		}
	}
}

// The rest state of many outputs is followed to where that of few is.
func TestWideFollowsAsSteadyDoes(t *testing.T) {
	f := wideFixture(t, []int{6, 9, 8, 4}, "weight-product")
	moved := NewWeights(f.net)
	moved.Copy(f.w)
	for k := range moved.Plastic() {
		moved.Plastic()[k] *= 1 + 0.1*math.Sin(float64(k))
	}
	_, narrow, _ := f.present(t, f.at("steady"))
	_, wide, _ := f.presentWide(t, f.at("steady"))
	want, got, again := NewWeights(f.net), NewWeights(f.net), NewWeights(f.net)
	if _, err := narrow.(*Steady).Follow(want, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := wide.Follow(got, moved); err != nil {
		t.Fatal(err)
	}
	if d := distance(got.Plastic(), want.Plastic()); d > 1e-9 {
		t.Errorf("the update is %g off", d)
	}
	if _, err := wide.Present(again, moved, f.batch); err != nil {
		t.Fatal(err)
	}
	if d := distance(again.Plastic(), want.Plastic()); d < 1e-3 {
		t.Error("targets move all the same")
	}
}

// A linear network of one layer learns a constant sample along the flow
// dW/dt = (y - W x) x^T, whose end is known.
func TestSlowFlowOfALinearLayerIsExponential(t *testing.T) {
	f := newFixture(t, []int{3, 2}, "tanh", "linear", "half-squared-error", 1)
	net, err := NewNetwork([]int{3, 2}, nil, "linear", "half-squared-error", false)
	if err != nil {
		t.Fatal(err)
	}
	set := f.at("coupled")
	set.Rule, set.TauW, set.Presentation = "bp", 10, 7
	flow, err := NewSlowFlow(net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWeights(net)
	if _, err := flow.Present(w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	x, y := mat.NewVecDense(3, row(f.batch.Input, 0)), row(f.batch.Target, 0)
	size := mat.Dot(x, x)
	for j := range 2 {
		for k := range 3 {
			want := y[j] * x.AtVec(k) / size * (1 - math.Exp(-size*0.7))
			if got := row(w.W[0], j)[k]; math.Abs(got-want) > 1e-9 {
				t.Errorf("W[%d, %d] is %g, want %g", j, k, got, want)
			}
		}
	}
}
