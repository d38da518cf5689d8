package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
)

// exactly is level buffered, integrated to 1e-10.
func (f *fixture) exactly(set Settings) Settings {
	set.Level, set.Solver = "buffered", ode.Options{RelTol: 1e-10, AbsTol: 1e-12}
	return set
}

// In a linear network nothing is left out: the closed form is the integral,
// whatever the controller, however short the presentation.
func TestResponseOfALinearNetworkIsTheBufferedUpdate(t *testing.T) {
	for _, length := range []float64{0.5, 3, 20} {
		f := newFixture(t, []int{6, 9, 8, 4}, "linear", "linear", "squared-error", 10)
		set := f.at("response")
		set.Presentation = length
		set.ForwardRule = "linear"
		set.TargetStepsize = 1e-6 // r_{i-1} moves with the control too: second order
		got, p, _ := f.present(t, set)
		want, _, _ := f.present(t, f.exactly(set))
		if n := len(p.(*Response).integrated); n != 0 {
			t.Errorf("T = %g: %d samples were integrated", length, n)
		}
		if d := distance(got.Plastic(), want.Plastic()); d > 2e-5 {
			t.Errorf("T = %g: the update is %g off", length, d)
		}
	}
}

// What is left out is of second order: relative to an update proportional to
// lambda, its share falls with lambda.
func TestRemainderOfResponseIsOfSecondOrderInLambda(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	off := func(lambda float64) float64 {
		set := f.at("response")
		set.TargetStepsize = lambda
		got, p, _ := f.present(t, set)
		want, _, _ := f.present(t, f.exactly(set))
		if n := len(p.(*Response).integrated); n != 0 {
			t.Fatalf("lambda = %g: %d samples were integrated", lambda, n)
		}
		return distance(got.Plastic(), want.Plastic()) * lambda
	}
	coarse, fine := off(0.02), off(0.01)
	if order := math.Log2(coarse / fine); math.Abs(order-2) > 0.2 {
		t.Errorf("order %.2f, want 2", order)
	}
}

// A long presentation forgets its transient.
func TestResponseBecomesLinearAsPresentationsGrow(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	apart := func(length float64) float64 {
		set := f.at("response")
		set.Presentation = length
		set.TargetStepsize = 1e-4
		rest := f.at("linear")
		rest.TargetStepsize = 1e-4
		want, _, _ := f.present(t, rest)
		got, _, _ := f.present(t, set)
		return distance(got.Plastic(), want.Plastic())
	}
	if order := math.Log2(apart(500) / apart(1000)); math.Abs(order-1) > 0.05 {
		t.Errorf("the distance falls with order %.2f in 1/T, want 1", order)
	}
}

func TestSamplesTooNonlinearForResponseAreIntegrated(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 20)
	set := f.at("response")
	set.TargetStepsize = 0.8
	got, p, _ := f.present(t, set)
	if n := len(p.(*Response).integrated); n == 0 {
		t.Fatal("none were")
	}
	want, _, _ := f.present(t, f.exactly(set))
	if d := distance(got.Plastic(), want.Plastic()); d > 0.03 {
		t.Errorf("the update is %g off", d)
	}
}

// Every sample that is kept is within 1 % of its integral.
func TestResponseKeepsWhatItKnows(t *testing.T) {
	f := newFixture(t, []int{6, 30, 30, 30, 4}, "tanh", "softmax", "cross-entropy", 64)
	for _, lambda := range []float64{0.3, 0.1, 0.03} {
		set := f.at("response")
		set.TargetStepsize = lambda
		kept, worst := 0, 0.0
		p := mustPresenter(t, f, set).(*Response)
		exact := mustPresenter(t, f, f.exactly(set))
		for b := range 64 {
			one, got, want := f.only(b), NewWeights(f.net), NewWeights(f.net)
			if _, err := p.Present(got, f.w, one); err != nil {
				t.Fatal(err)
			}
			if len(p.integrated) > 0 {
				continue
			}
			if _, err := exact.Present(want, f.w, one); err != nil {
				t.Fatal(err)
			}
			kept++
			worst = max(worst, distance(got.Plastic(), want.Plastic()))
		}
		t.Logf("lambda = %g: %d of 64 samples kept, the worst %.2g off", lambda, kept, worst)
		if worst > 0.01 || kept == 0 {
			t.Errorf("lambda = %g: of %d samples kept one is %g off", lambda, kept, worst)
		}
	}
}

// A loop that oscillates away although Condition 3 holds, as slow neurons under
// integral control do, is left out as it is at level buffered: whether its poles
// are beyond the contour or it is seen to end with a larger error.
func TestResponseLeavesOutWhatBufferedDoes(t *testing.T) {
	for _, c := range []struct{ tauV, length float64 }{{0.2, 3}, {0.2, 5}, {0.5, 2.5}, {1, 2.2}} {
		f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 20)
		f.set.Controller, f.set.TargetStepsize, f.set.TauV, f.set.Presentation = pi(t, 0, 0.2), 1e-4, c.tauV, c.length
		got, _, outcome := f.present(t, f.at("response"))
		want, _, exact := f.present(t, f.exactly(f.set))
		t.Logf("tau_v = %g, T = %g: %d of 20 samples left out", c.tauV, c.length, outcome.Unstable)
		if outcome.Unstable != exact.Unstable {
			t.Errorf("tau_v = %g, T = %g: %d samples are left out, at level buffered %d", c.tauV, c.length, outcome.Unstable, exact.Unstable)
		}
		if d := distance(got.Plastic(), want.Plastic()); d > 1e-3 {
			t.Errorf("tau_v = %g, T = %g: the update is %g off", c.tauV, c.length, d)
		}
	}
}

// What is wrong with a sample that was handed over is said beside the list of these.
func TestResponseNamesTheSampleThatFails(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 20)
	f.set.Controller, f.set.TargetStepsize, f.set.TauV, f.set.Presentation = pi(t, 0, 0.2), 1e-4, 1, 2.2
	_, p, outcome := f.present(t, f.at("response"))
	handed := slices.Clone(p.(*Response).Integrated())
	if outcome.Unstable == 0 || len(handed) == 0 || handed[0] == 0 {
		t.Fatalf("%d samples are unstable, %v integrated", outcome.Unstable, handed)
	}
	f.set.Unstable = "fail"
	_, err := mustPresenter(t, f, f.at("response")).Present(NewWeights(f.net), f.w, f.batch)
	if want := fmt.Sprint(handed); !errors.Is(err, ErrUnstable) || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not name the samples %s", err, want)
	}
}
