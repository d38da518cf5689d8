package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// recurrentFixture is a network of 3 inputs, n hidden neurons and 2 outputs, its
// weights, and a window of streams with random inputs, targets and states.
func recurrentFixture(t testing.TB, n, steps, streams int, activation string) (*Network, *RecurrentWeights, *Window) {
	t.Helper()
	net, err := NewNetwork([]int{3, n, 2}, []string{activation}, "linear", "half-squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	w := NewRecurrentWeights(net)
	if err := w.Init(5, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	if err := w.RandomFeedback(5, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	draw := func(x []float64, scale float64) {
		for k := range x {
			x[k] = scale * rng.NormFloat64()
		}
	}
	draw(w.A, 0.3)
	draw(w.Q, 0.3)
	window := NewWindow(net, steps)
	window.N = streams
	draw(window.State.Data, 0.5)
	for s := range steps {
		draw(window.Input[s].Data, 1)
		draw(window.Target[s].Data, 1)
	}
	return net, w, window
}

func newRecurrent(t testing.TB, net *Network, rule string, steps int, p Perturbation) *Recurrent {
	t.Helper()
	r, err := NewRecurrent(net, RecurrentSettings{Rule: rule, Steps: steps, Perturbation: p})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Truncated backpropagation through time is the gradient of the window's loss
// with the state before it held fixed.
func TestBackpropagationThroughTimeIsTheGradientOfTheWindow(t *testing.T) {
	for _, activation := range []string{"tanh", "sigmoid"} {
		net, w, window := recurrentFixture(t, 4, 5, 3, activation)
		r, dw := newRecurrent(t, net, "bp", 5, Perturbation{}), NewRecurrentWeights(net)
		before := append([]float64{}, window.State.Data...)
		r.Present(dw, w, window)
		copy(window.State.Data, before)
		for k := range w.Plastic() {
			const h = 1e-5
			x := w.Plastic()[k]
			w.Plastic()[k] = x + h
			high := r.Run(w, window).Loss
			w.Plastic()[k] = x - h
			low := r.Run(w, window).Loss
			w.Plastic()[k] = x
			if want := (low - high) / (2 * h); math.Abs(dw.Plastic()[k]-want) > 1e-8*(1+math.Abs(want)) {
				t.Errorf("%s: weight %d moves by %g, but the loss falls by %g", activation, k, dw.Plastic()[k], want)
			}
		}
	}
}

// With B = W^T feedback alignment is backpropagation, to the bit of a sum's order.
func TestAlignedFeedbackInTimeIsBackpropagation(t *testing.T) {
	net, w, window := recurrentFixture(t, 4, 5, 3, "tanh")
	before := append([]float64{}, window.State.Data...)
	update := func(rule string) []float64 {
		copy(window.State.Data, before)
		dw := NewRecurrentWeights(net)
		newRecurrent(t, net, rule, 5, Perturbation{}).Present(dw, w, window)
		return dw.Plastic()
	}
	exact := update("bp")
	if d := floats.Distance(update("fa-chain"), exact, math.Inf(1)); d < 1e-3 {
		t.Errorf("random feedback differs from backpropagation by %g alone", d)
	}
	if err := w.InitFeedback("weight-product"); err != nil {
		t.Fatal(err)
	}
	if d := floats.Distance(update("fa-chain"), exact, math.Inf(1)); d > 1e-13 {
		t.Errorf("aligned feedback differs from backpropagation by %g", d)
	}
}

// A window of 2T steps is two of T to the trajectory: the state is carried over.
func TestTheStateIsCarriedOverFromWindowToWindow(t *testing.T) {
	net, w, long := recurrentFixture(t, 4, 6, 3, "tanh")
	short := NewWindow(net, 3)
	short.N = long.N
	copy(short.State.Data, long.State.Data)
	newRecurrent(t, net, "bp", 6, Perturbation{}).Present(NewRecurrentWeights(net), w, long)
	r := newRecurrent(t, net, "bp", 3, Perturbation{})
	for half := range 2 {
		short.Input, short.Target = long.Input[3*half:3*half+3], long.Target[3*half:3*half+3]
		r.Present(NewRecurrentWeights(net), w, short)
	}
	for b := range long.N {
		if d := floats.Distance(row(long.State, b), row(short.State, b), math.Inf(1)); d != 0 {
			t.Errorf("stream %d ends elsewhere, by %g", b, d)
		}
	}
}

// A stream's noise and updates do not depend on the streams beside it: tiles of
// 2 and 3 streams teach what one of 5 does.
func TestStreamsLearnTheSameInAnyTile(t *testing.T) {
	net, w, all := recurrentFixture(t, 4, 5, 5, "tanh")
	p := Perturbation{C: 0.1, Probability: 0.5, Seed: 1}
	whole, parts := NewRecurrentWeights(net), NewRecurrentWeights(net)
	states := append([]float64{}, all.State.Data...)
	newRecurrent(t, net, "learned-feedback", 5, p).Present(whole, w, all)
	for _, part := range [][2]int{{0, 2}, {2, 5}} {
		some := NewWindow(net, 5)
		some.N, some.First, some.Start = part[1]-part[0], uint64(part[0]), all.Start
		for b := range some.N {
			copy(row(some.State, b), states[(part[0]+b)*4:])
			for s := range 5 {
				copy(row(some.Input[s], b), row(all.Input[s], part[0]+b))
				copy(row(some.Target[s], b), row(all.Target[s], part[0]+b))
			}
		}
		newRecurrent(t, net, "learned-feedback", 5, p).Present(parts, w, some)
	}
	if d := floats.Distance(whole.B.Data, parts.B.Data, math.Inf(1)); d > 1e-12 {
		t.Errorf("dB differs by %g", d)
	}
	if d := floats.Distance(whole.Plastic(), parts.Plastic(), math.Inf(1)); d > 1e-12 {
		t.Errorf("the update differs by %g", d)
	}
}

// relativeError returns |B - W^T|/|W| in the Frobenius norm.
func relativeError(w *RecurrentWeights) float64 {
	transposed := newMatrix(w.W.Cols, w.W.Rows)
	transpose(transposed, w.W)
	return floats.Distance(w.B.Data, transposed.Data, 2) / floats.Norm(w.W.Data, 2)
}

// With the network frozen, B rests at W^T if each error meets the noise of the
// step before it, whatever share of neurons is perturbed, and far from it if
// it meets the noise of its own step, as in the released program. Steps fall
// like 1/k, and the last half of the path is averaged. What is left of the error
// is the estimates' variance: 0.064 and 0.074 here, a fifth of it after 25 times
// as many updates; the same index has 1.45.
func TestFeedbackInTimeFindsTheTransposedWeights(t *testing.T) {
	for _, c := range []struct {
		name        string
		probability float64
		same        bool
		low, high   float64
	}{
		{"right index", 1, false, 0, 0.12},
		{"right index, half of the neurons", 0.5, false, 0, 0.12},
		{"same index", 1, true, 0.5, math.Inf(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			net, w, window := recurrentFixture(t, 4, 5, TileRows, "tanh")
			r := newRecurrent(t, net, "learned-feedback", 5, Perturbation{C: 1e-3, Probability: c.probability, SameIndex: c.same, Seed: 2})
			dw, mean := NewRecurrentWeights(net), make([]float64, len(w.B.Data))
			const updates = 1200
			for k := range updates {
				window.Start = uint64(5 * k)
				dw.Zero()
				r.Present(dw, w, window)
				floats.AddScaled(w.B.Data, 0.2/(TileRows*(1+float64(k)/100)), dw.B.Data)
				if k >= updates/2 {
					floats.AddScaled(mean, 2.0/updates, w.B.Data)
				}
			}
			copy(w.B.Data, mean)
			if e := relativeError(w); e < c.low || e > c.high {
				t.Errorf("relative error %.4f, want %g to %g", e, c.low, c.high)
			}
		})
	}
}

// A step of forward Euler as long as tau_v is a step of the discrete network.
func TestAUnitEulerStepIsAStepOfTheDiscreteNetwork(t *testing.T) {
	net, w, window := recurrentFixture(t, 4, 5, 1, "tanh")
	const tau = 0.25
	sys := NewRecurrentSystem(net, w, tau, func(x []float64, at float64) {
		copy(x, row(window.Input[int(math.Round(at/tau))], 0))
	})
	h := append([]float64{}, row(window.State, 0)...)
	euler, err := ode.MethodByName("euler")
	if err != nil {
		t.Fatal(err)
	}
	r := newRecurrent(t, net, "bp", 5, Perturbation{})
	r.Run(w, window)
	for s := range 5 {
		if _, err := ode.Solve(sys, h, tau*float64(s), tau*float64(s+1), ode.Options{Method: euler, Step: tau}); err != nil {
			t.Fatal(err)
		}
		if d := floats.Distance(h, row(r.clean.h[s], 0), math.Inf(1)); d > 1e-15 {
			t.Errorf("step %d: differs by %g", s, d)
		}
	}
}

func TestPresentingAWindowAllocatesNothing(t *testing.T) {
	for _, rule := range []string{"bp", "learned-feedback"} {
		net, w, window := recurrentFixture(t, 4, 5, 3, "tanh")
		r, dw := newRecurrent(t, net, rule, 5, Perturbation{C: 0.1, Probability: 0.5}), NewRecurrentWeights(net)
		if n := testing.AllocsPerRun(20, func() { r.Present(dw, w, window) }); n != 0 {
			t.Errorf("%s: %g allocations", rule, n)
		}
	}
}

func TestHintsAreWhatTravelsBackInTime(t *testing.T) {
	net, w, window := recurrentFixture(t, 4, 3, 2, "tanh")
	r := newRecurrent(t, net, "fa-chain", 3, Perturbation{})
	r.Run(w, window)
	var got []string
	r.Hints(w, window, func(fed, exact []float64) { got = append(got, fmt.Sprintf("%.12f %.12f", fed, exact)) })
	for k, text := range got {
		step, b := 1+k/2, k%2
		fed, exact := make([]float64, 4), make([]float64, 4)
		for i := range 4 {
			fed[i] = floats.Dot(row(w.B, i), row(r.d[step], b))
			exact[i] = blas64.Dot(column(w.W, i), rowVector(r.d[step], b))
		}
		if want := fmt.Sprintf("%.12f %.12f", fed, exact); text != want {
			t.Errorf("step %d, stream %d: %s, want %s", step, b, text, want)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d hints, want 2 steps of 2 streams", len(got))
	}
}
