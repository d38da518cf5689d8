package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// The transient differs in direction as well as in size. The noise's part of the
// drift, which pulls Q_i towards J_i^T, comes first; what control adds, which
// shrinks Q outside of J's row space, comes with the loop's slow modes, and the
// presentation is over by then. With Q the weight product the drift is 22 degrees
// from the stationary one, with random Q, where most of it should shrink,
// 74 degrees, and in the output layer 114: it grows what the theory would shrink.
func TestTransientOfTheReleasedProgramPointsElsewhere(t *testing.T) {
	set, run := released(t)
	for _, c := range []struct {
		feedback string
		whole    float64
		layer    []float64
	}{
		{"weight-product", 22.0, []float64{53.4, 24.1, 14.6, 13.5}},
		{"random", 73.9, []float64{70.3, 55.5, 54.9, 113.8}},
	} {
		f := newFixture(t, []int{10, 14, 14, 14, 10}, "tanh", "linear", "squared-error", 1)
		if err := f.w.InitFeedback(f.net, c.feedback, 3, nil); err != nil {
			t.Fatal(err)
		}
		stationary, system := averaged(t, f, set), newSleepSystem(f, set, 0)
		exact := system.rightOf(system.transient(run.Step, 48), f, 0)
		whole, at := angle(exact, stationary), 0
		t.Logf("%s: %.1f degrees from the stationary drift, %.3f of its size", c.feedback, whole, floats.Norm(exact, 2)/floats.Norm(stationary, 2))
		if math.Abs(whole-c.whole) > 0.1 {
			t.Errorf("%s: %.2f degrees from the stationary drift, and was %g", c.feedback, whole, c.whole)
		}
		for i, q := range f.w.Q {
			from := at
			at += len(q.Data)
			if got := angle(exact[from:at], stationary[from:at]); math.Abs(got-c.layer[i]) > 0.1 {
				t.Errorf("%s: layer %d is %.2f degrees from the stationary drift, and was %g", c.feedback, i+1, got, c.layer[i])
			}
		}
	}
}

// angle returns the angle between two vectors in degrees.
func angle(a, b []float64) float64 {
	return math.Acos(floats.Dot(a, b)/(floats.Norm(a, 2)*floats.Norm(b, 2))) * 180 / math.Pi
}
