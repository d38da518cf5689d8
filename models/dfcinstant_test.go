package models

import (
	"math"
	"slices"
	"testing"
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

func TestInstantStepAllocatesNothing(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 8)
	d, dw := NewInstantDFC(f.net, f.at("buffered")), NewWeights(f.net)
	d.Bind(f.w, f.batch)
	x, dx, ones := make([]float64, 8*d.Layout().Width()), make([]float64, 8*d.Layout().Width()), make([]float64, 8)
	id := firstN(8)
	if n := testing.AllocsPerRun(10, func() {
		d.Fast(dx, ones, x, id)
		d.Slow(dw, x, dx, id, ones)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}
