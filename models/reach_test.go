package models

import (
	"math"
	"testing"

	"credo/controllers"
	"credo/ode"
)

// channel is a layer of one linear neuron whose loop gain J Q is n: a
// channel of feedback control with nothing else.
func channel(t *testing.T, c controllers.Controller, n, length float64) *fixture {
	t.Helper()
	f := newFixture(t, []int{2, 1}, "tanh", "linear", "squared-error", 1)
	f.w.Q[0].Data[0] = n
	f.set.Controller, f.set.Presentation, f.set.TauV = c, length, 1e-4
	f.set.Solver = ode.Options{RelTol: 1e-6, AbsTol: 1e-8}
	return f
}

func someControllers(t *testing.T) map[string]controllers.Controller {
	t.Helper()
	made := map[string]controllers.Controller{}
	add := func(name string, c controllers.Controller, err error) {
		if err != nil {
			t.Fatal(err)
		}
		made[name] = c
	}
	c, err := controllers.I(1, 0)
	add("i", c, err)
	c, err = controllers.PI(2, 0.0014, 1, controllers.LeakIntegral)
	add("pi", c, err)
	c, err = controllers.PI(0.5, 0.1, 1, controllers.LeakSignal)
	add("pi, leak of the signal", c, err)
	c, err = controllers.PID(0.5, 0.2, 0.3, 0.01, 1, controllers.LeakIntegral)
	add("pid", c, err)
	return made
}

// The margin's loop integrated in time, at every controller.
func TestALoopAtTheReachMarginHasAQuarterOfItsWayLeft(t *testing.T) {
	const length = 3
	for name, c := range someControllers(t) {
		n := reachMargin(c, length) - c.InverseDCGain()
		f := channel(t, c, n, length)
		_, end, _ := f.present(t, f.at("buffered"))
		f.set.Presentation = 1e4 // long enough for a rest state
		_, rest, _ := f.present(t, f.at("steady"))
		e, eRest := f.states(t, end, "e")[0], f.states(t, rest, "e")[0]
		delta := eRest * (1 + n/c.InverseDCGain())
		if c.InverseDCGain() == 0 {
			delta = f.states(t, rest, "u")[0] * n
		}
		if left := (e - eRest) / (delta - eRest); math.Abs(left-unreached) > 1e-3 {
			t.Errorf("%s: %.4f of the way is left, want %g", name, left, unreached)
		}
	}
}

func TestARestStateThatNoPresentationReachesTeachesNothing(t *testing.T) {
	for name, c := range someControllers(t) {
		margin := reachMargin(c, 3)
		for _, level := range []string{"steady", "linear"} {
			for factor, want := range map[float64]int{0.9: 1, 1.1: 0} {
				f := channel(t, c, factor*margin-c.InverseDCGain(), 3)
				dw, _, outcome := f.present(t, f.at(level))
				if outcome.Unstable != want || (largest(dw.Plastic()) == 0) != (want == 1) {
					t.Errorf("%s, %s, %g times the margin: %d unstable, update %g", name, level, factor, outcome.Unstable, largest(dw.Plastic()))
				}
			}
		}
	}
}

func TestProportionalControlReachesItsRestStateAtOnce(t *testing.T) {
	c, err := controllers.P(2)
	if err != nil {
		t.Fatal(err)
	}
	if m := reachMargin(c, 1); m != 0 {
		t.Errorf("margin %g, want 0", m)
	}
}
