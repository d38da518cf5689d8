package models

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// As voltages get fast, DFC tends to its limit, to first order in tau_v (Tikhonov),
// with a gain that closes the loop at once and without.
func TestFastVoltagesTendToInstantOnes(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 12)
	for _, gain := range []float64{0, 0.5} {
		for _, rule := range []string{"nonlinear", "linear"} {
			f.set.Controller, f.set.ForwardRule = pi(t, gain, 0.05), rule
			set := f.at("buffered")
			set.TauV = 0
			limit, _, _ := f.present(t, set)
			off := func(tauV float64) float64 {
				set.TauV = tauV
				dw, _, _ := f.present(t, set)
				return distance(dw.Plastic(), limit.Plastic())
			}
			coarse, fine := off(0.002), off(0.001)
			if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 || fine > 0.01 {
				t.Errorf("k_p = %g, %s rule: off by %g and %g: order %.3f, want 1", gain, rule, coarse, fine, order)
			}
		}
	}
}

// One linear neuron without bias, w x = 0: with v = q u the loop is
//
//	u = x + k_p (r^* - q u),   x' = (r^* - q u) - alpha x
//
// a scalar linear equation, x' = a - b x, whose mean of s = q u is known.
func TestInstantScalarLoopHasItsClosedForm(t *testing.T) {
	const q, gain, alpha, length, input, label, lambda = 0.7, 1.5, 0.05, 3.0, 1.3, 0.8, 0.1
	f := newFixture(t, []int{1, 1}, "tanh", "linear", "squared-error", 1)
	f.w.Zero()
	f.w.Q[0].Data[0] = q
	f.batch.Input.Data[0], f.batch.Target.Data[0] = input, label
	set := f.at("buffered")
	set.TauV, set.Presentation, set.Controller = 0, length, pi(t, gain, alpha)
	dw, _, _ := f.present(t, set)

	target := 2 * lambda * label // r_L^- = 0, dL/dr = -2 label
	share := 1 / (1 + gain*q)    // u = share (x + k_p r^*)
	a, b := target-q*share*gain*target, q*share+alpha
	meanX := a / b * (1 - (1-math.Exp(-b*length))/(b*length))
	want := q * share * (meanX + gain*target) * input
	if got := dw.W[0].Data[0]; math.Abs(got-want) > 1e-9*want {
		t.Errorf("the update is %.12g, want %.12g", got, want)
	}
}

// Where it comes to rest, the limit rests where DFC does.
func TestInstantVoltagesRestAtTheSteadyState(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	set := f.at("buffered")
	set.TauV, set.Presentation = 0, 80
	_, settled, _ := f.present(t, set)
	_, steady, _ := f.present(t, f.at("steady"))
	for _, name := range []string{"v1", "v3", "r2", "u", "e", "x"} {
		if d := distance(f.states(t, settled, name), f.states(t, steady, name)); d > 1e-8 {
			t.Errorf("%s: %g from the rest state", name, d)
		}
	}
}

func TestInstantSampleIsTheSameBitsInAnyBatch(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 40)
	set := f.at("buffered")
	set.TauV = 0
	_, all, _ := f.present(t, set)
	f.batch = f.only(39, 5, 0)
	_, few, _ := f.present(t, set)
	whole, _ := all.Reveal("u")
	part, _ := few.Reveal("u")
	for k, b := range []int{39, 5, 0} {
		if !slices.Equal(row(whole, b), row(part, k)) {
			t.Errorf("u of sample %d depends on its companions", b)
		}
	}
}

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
