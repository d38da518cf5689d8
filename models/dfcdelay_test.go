package models

import (
	"errors"
	"math"
	"slices"
	"testing"

	"credo/ode"
)

// delayed is a small network whose control signal comes late.
func delayed(t *testing.T, delay float64, samples int) *fixture {
	t.Helper()
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", samples)
	f.set.Delay, f.set.Presentation = delay, 1.5
	return f
}

// eulerLate integrates one sample of d by Euler's method with the signals of all
// earlier steps at hand, and returns the end.
func eulerLate(d *DFC, steps, late int, h float64) []float64 {
	x := make([]float64, TileRows*d.Layout().Width())
	d.Rest(x)
	x = x[:d.Layout().Width()]
	dx, id := make([]float64, len(x)), []int{0}
	signals := [][]float64{}
	for k := range steps {
		signals = append(signals, make([]float64, d.Signals()))
		d.Signal(signals[k], x, id)
		acting := make([]float64, d.Signals())
		if k >= late {
			acting = signals[k-late]
		}
		d.FastLate(dx, x, acting, id)
		for j := range x {
			x[j] += h * dx[j]
		}
	}
	return x
}

// A presentation solves the equations with u(t - delay) in them: Euler's method,
// extrapolated to h = 0, ends where it does, on the direct path and with feedback neurons.
func TestADelayedPresentationSolvesTheDelayedEquations(t *testing.T) {
	for name, along := range map[string]func(f *fixture){
		"direct":  func(*fixture) {},
		"neurons": func(f *fixture) { f.alongNeurons(t, "tanh", 5) },
	} {
		f := delayed(t, 0.25, 1)
		along(f)
		set := f.at("buffered")
		set.Unstable = "count"
		_, p, _ := f.present(t, set)
		d := NewDFC(f.net, set)
		d.Bind(f.w, f.batch)
		end := func(perDelay int) []float64 {
			return eulerLate(d, 6*perDelay, perDelay, 0.25/float64(perDelay))
		}
		coarse, middle, fine := end(500), end(1000), end(2000)
		for k := range fine { // errors c h + c' h^2
			fine[k] = (8*fine[k] - 6*middle[k] + coarse[k]) / 3
		}
		var got []float64
		for _, block := range d.Layout().Blocks() {
			got = append(got, f.states(t, p, block.Name)...)
		}
		start := make([]float64, TileRows*d.Layout().Width())
		d.Rest(start)
		for k := range got { // what control has changed
			got[k] -= start[k]
			fine[k] -= start[k]
		}
		if off := distance(got, fine); off > 1e-6 {
			t.Errorf("%s: %g off", name, off)
		}
	}
}

// The rest state knows no delay: a long delayed presentation ends there, and its
// update comes to that of level steady as 1/T.
func TestADelayedPresentationEndsAtTheRestState(t *testing.T) {
	f := delayed(t, 0.03, 5)
	steady, rest, _ := f.present(t, f.at("steady"))
	gap := func(length float64) float64 {
		set := f.at("buffered")
		set.Presentation = length
		dw, p, outcome := f.present(t, set)
		if outcome.Unstable > 0 {
			t.Errorf("%d samples are unstable", outcome.Unstable)
		}
		if off := distance(f.states(t, p, "v2"), f.states(t, rest, "v2")); length > 100 && off > 1e-8 {
			t.Errorf("T = %g ends %g off the rest state", length, off)
		}
		return distance(dw.Plastic(), steady.Plastic())
	}
	if near, far := gap(200), gap(100); math.Abs(far/near-2) > 0.02 || near > 0.05 {
		t.Errorf("updates are %g and %g off at T = 100 and 200, want as 1/T", far, near)
	}
}

func TestADelayThatVanishesChangesNothing(t *testing.T) {
	f := delayed(t, 0, 5)
	dw, _, _ := f.present(t, f.at("buffered"))
	gap := func(delay float64) float64 {
		f.set.Delay = delay
		late, _, _ := f.present(t, f.at("buffered"))
		return distance(late.Plastic(), dw.Plastic())
	}
	if far, near := gap(0.002), gap(0.001); math.Abs(far/near-2) > 0.2 || near > 0.05 {
		t.Errorf("updates are %g and %g off with delays 0.002 and 0.001, want as the delay", far, near)
	}
}

func TestDelayedCoupledConvergesToDelayedBuffered(t *testing.T) {
	f := delayed(t, 0.03, 6)
	buffered, _, _ := f.present(t, f.at("buffered"))
	far, near := f.coupledOff(t, buffered, 1e3), f.coupledOff(t, buffered, 2e3)
	if order := math.Log2(far / near); math.Abs(order-1) > 0.05 || near > 0.01 {
		t.Errorf("%g and %g off, order %.2f, want 1", far, near, order)
	}
}

func TestADelayedSampleIsTheSameBitsInAnyBatch(t *testing.T) {
	f := delayed(t, 0.03, 40)
	pick := []int{39, 5, 17}
	set := f.at("buffered")
	set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
	_, all, _ := f.present(t, set)
	few, err := NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := few.Present(NewWeights(f.net), f.w, f.only(pick...)); err != nil {
		t.Fatal(err)
	}
	whole, _ := all.Reveal("v3")
	part, _ := few.Reveal("v3")
	for k, b := range pick {
		if !slices.Equal(row(whole, b), row(part, k)) {
			t.Errorf("sample %d depends on its companions", b)
		}
	}
}

func TestLevelsThatKnowNoDelayRefuseIt(t *testing.T) {
	f := delayed(t, 0.1, 1)
	wide := newFixture(t, []int{6, 9, wideOutputs + 1}, "tanh", "linear", "squared-error", 1)
	wide.set.Delay = 0.1
	for name, set := range map[string]struct {
		net *Network
		set Settings
	}{"response": {f.net, f.at("response")}, "wide steady": {wide.net, wide.at("steady")}, "wide linear": {wide.net, wide.at("linear")}} {
		if _, err := NewPresenter(set.net, set.set); !errors.Is(err, ErrDelay) {
			t.Errorf("%s: error %v, want %v", name, err, ErrDelay)
		}
	}
}

// Without a delay the winding number agrees with the loop's eigenvalues; and the more
// delay, the fewer samples are stable.
func TestDelayTakesSamplesFromTheStable(t *testing.T) {
	f := delayed(t, 0, 30)
	last := -1
	for _, delay := range []float64{0, 1e-3, 0.1, 0.3, 1, 10} {
		f.set.Delay = delay
		_, _, outcome := f.present(t, f.at("steady"))
		if outcome.Unstable < last {
			t.Errorf("delay %g leaves %d of 30 samples unstable, a shorter one %d", delay, outcome.Unstable, last)
		}
		last = outcome.Unstable
	}
	if last < 30 {
		t.Errorf("only %d of 30 samples are unstable with a delay of 10", last)
	}
}
