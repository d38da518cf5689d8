package models

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// quiet is a sleep phase as wide outputs have it.
func quiet(set FeedbackSettings) FeedbackSettings {
	set.SigmaOutput = 0
	return set
}

func mustWide(t testing.TB, net *Network, set FeedbackSettings) *FeedbackWide {
	t.Helper()
	f, err := NewFeedbackWide(net, set)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// withNodes has the integrals done with n nodes.
func (f *FeedbackWide) withNodes(n int) *FeedbackWide {
	f.cut.withNodes(n)
	return f
}

// wideSleeper is an autoencoder with random feedback and Q_L = I.
func wideSleeper(t testing.TB, sizes []int, samples int, size float64) *fixture {
	f := newFixture(t, sizes, "tanh", "linear", "squared-error", samples)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, q := range f.w.Q[:f.net.Depth()-1] {
		for k := range q.Data {
			q.Data[k] = size * rng.NormFloat64()
		}
	}
	return f
}

func TestSleepPhaseIsChosenByTheOutput(t *testing.T) {
	for _, c := range []struct {
		sizes  []int
		output string
		want   int
	}{{[]int{6, 9, 70}, "linear", 9}, {[]int{6, 9, 10}, "linear", 10}, {[]int{6, 9, 70}, "tanh", 70}, {[]int{6, 80, 70}, "linear", 70}} {
		f := newFixture(t, c.sizes, "tanh", c.output, "squared-error", 1)
		phase, err := NewSleepPhase(f.net, quiet(sleeping(pi(t, 0.2, 0.5))))
		if err != nil {
			t.Fatal(err)
		}
		if got := phase.Dim(); got != c.want {
			t.Errorf("%v, %s: %d dimensions, want %d", c.sizes, c.output, got, c.want)
		}
	}
}

// The layer before the output says what all outputs say.
func TestWideSleepPhaseIsThatOfAllOutputs(t *testing.T) {
	for name, c := range sleepControllers(t) {
		for _, sizes := range [][]int{{7, 6, 3, 6, 9}, {5, 4, 9}, {7, 6, 8, 3, 9}} {
			f := wideSleeper(t, sizes, 5, 0.3)
			set := quiet(sleeping(c))
			set.Corner = float64(len(sizes)-3) / 3 // a high-pass filter where there are more layers
			want, got := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
			mustFeedback(t, f.net, set).withNodes(64).Add(want, f.w, f.batch)
			mustWide(t, f.net, set).withNodes(64).Add(got, f.w, f.batch)
			if want.Samples == 0 || got.Samples != want.Samples || got.Skipped != want.Skipped {
				t.Errorf("%s, %v: %d samples and %d left out, want %d and %d", name, sizes, got.Samples, got.Skipped, want.Samples, want.Skipped)
			}
			if d := distance(got.right(f.w, set.Beta), want.right(f.w, set.Beta)); d > 1e-12 {
				t.Errorf("%s, %v: the drift is %g off", name, sizes, d)
			}
			if d := distance(got.Control.Data, want.Control.Data); d > 1e-12 {
				t.Errorf("%s, %v: Control is %g off", name, sizes, d)
			}
		}
	}
}

// The closed form is what Lyapunov's equation of the whole system says.
func TestWideSleepPhaseIsTheStationaryExpectation(t *testing.T) {
	f := wideSleeper(t, []int{3, 2, 2, 4}, 1, 0.5)
	set := quiet(sleeping(pi(t, 0.3, 0.5)))
	want := newSleepSystem(f, set, 0).right(t, f, set.Beta)
	drift := NewFeedbackDrift(f.net)
	mustWide(t, f.net, set).withNodes(64).Add(drift, f.w, f.batch)
	if d := distance(drift.right(f.w, set.Beta), want); d > 1e-13 {
		t.Errorf("%g off", d)
	}
}

// Few nodes are taken where they do, and more where they do not.
func TestFewNodesAreRightWhereTheyAreTaken(t *testing.T) {
	few, unstable := 0, 0
	for _, size := range []float64{0, 0.3, 0.6, 1} {
		f := wideSleeper(t, []int{7, 6, 3, 6, 9}, 5, size)
		set := quiet(sleeping(pi(t, 0.01, 0.7)))
		phase, exact := mustWide(t, f.net, set), mustWide(t, f.net, set).withNodes(4096)
		for b := range 3 {
			got, want := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
			phase.Add(got, f.w, f.only(b))
			exact.Add(want, f.w, f.only(b))
			if got.Samples != want.Samples {
				t.Errorf("size %g: %d samples, want %d", size, got.Samples, want.Samples)
			}
			d := distance(got.Control.Data, want.Control.Data)
			if want.Samples > 0 && !(d < 1e-2) {
				t.Errorf("size %g: Control is %g off", size, d)
			}
			if want.Samples > 0 && d > 1e-12 {
				few++
			}
			if got.Samples == 0 {
				unstable++
			}
		}
	}
	if few < 5 || unstable < 2 {
		t.Errorf("few nodes for %d loops, %d are unstable: the test should see both", few, unstable)
	}
}

// Few nodes say nothing of the high-pass filter, whose pole is not the loop's.
func TestNodesResolveTheHighPassFilter(t *testing.T) {
	f := wideSleeper(t, []int{7, 6, 3, 6, 9}, 3, 0.3)
	for _, tauF := range []float64{0.4, 3, 30} {
		set := quiet(sleeping(pi(t, 0.2, 0.5)))
		set.Corner = 1 / tauF
		got, want := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
		mustWide(t, f.net, set).Add(got, f.w, f.batch)
		mustWide(t, f.net, set).withNodes(4096).Add(want, f.w, f.batch)
		if d := distance(got.Control.Data, want.Control.Data); d > 1e-5 || want.Samples != 3 {
			t.Errorf("tau_f = %g: Control of %d samples is %g off", tauF, want.Samples, d)
		}
	}
}

// Samples are left out where the full system has an unstable eigenvalue.
func TestWideSleepPhaseLeavesOutWhatIsUnstable(t *testing.T) {
	rng, unstable := rand.New(rand.NewPCG(5, 6)), 0
	const loops = 40
	for range loops {
		f := wideSleeper(t, []int{3, 4, 3, 4, 6}, 1, math.Exp(2*rng.NormFloat64()))
		for _, w := range f.w.Q[:3] {
			for k := range w.Data {
				w.Data[k] *= rng.NormFloat64()
			}
		}
		set, drift := quiet(sleeping(pi(t, 0.2, 0.5))), NewFeedbackDrift(f.net)
		mustWide(t, f.net, set).Add(drift, f.w, f.batch)
		abscissa := newSleepSystem(f, set, 0).abscissa(t)
		if math.Abs(abscissa) < 0.005 {
			continue // a hair's breadth, in units of 1/tau_u
		}
		if got, want := drift.Samples == 1 && drift.Skipped == 0, abscissa < 0; got != want {
			t.Errorf("stable is %v, but the abscissa %g", got, abscissa)
		}
		if abscissa > 0 {
			unstable++
		}
	}
	if unstable < loops/5 || unstable > loops*4/5 {
		t.Errorf("%d of %d loops are unstable: the test should see both", unstable, loops)
	}
}

// Integral control that is fast beside the filters makes the loop of the output
// layer alone oscillate, also where the hidden layers, which have fewer
// directions, calm those that they reach.
func TestWideSleepPhaseSeesTheLoopOfTheOutputAlone(t *testing.T) {
	f := wideSleeper(t, []int{3, 2, 5}, 3, 0)
	w := mat.NewDense(5, 2, f.w.W[1].Data)
	var gram, calming mat.Dense // -0.9 W_2^+
	gram.Mul(w.T(), w)
	if err := calming.Solve(&gram, w.T()); err != nil {
		t.Fatal(err)
	}
	calming.Scale(-0.9, &calming)
	for _, c := range []struct {
		tauU float64
		calm bool
		kept int
	}{{1, false, 3}, {0.02, false, 0}, {0.08, true, 0}} {
		control, err := controllers.I(c.tauU, 0.01)
		if err != nil {
			t.Fatal(err)
		}
		if c.calm {
			copy(f.w.Q[0].Data, calming.RawMatrix().Data)
		}
		set, drift := quiet(sleeping(control)), NewFeedbackDrift(f.net)
		set.TauV, set.TauU = 0.2, c.tauU
		if stable := newSleepSystem(f, set, 0).abscissa(t) < 0; stable != (c.kept > 0) {
			t.Fatalf("tau_u = %g: the test's loop is stable: %v", c.tauU, stable)
		}
		mustWide(t, f.net, set).Add(drift, f.w, f.batch)
		if drift.Samples != c.kept || drift.Skipped != 3-c.kept {
			t.Errorf("tau_u = %g: %d samples and %d left out", c.tauU, drift.Samples, drift.Skipped)
		}
	}
}

func TestWideSleepPhaseIsTheSameBitsInAnyBatch(t *testing.T) {
	f := wideSleeper(t, []int{20, 33, 5, 40, 70}, 3, 0.1)
	phase := mustWide(t, f.net, quiet(sleeping(pi(t, 0.2, 0.5))))
	together, apart := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
	phase.Add(together, f.w, f.only(2, 0))
	phase.Add(apart, f.w, f.only(2))
	one := NewFeedbackDrift(f.net)
	phase.Add(one, f.w, f.only(0))
	apart.Add(one)
	if d := distance(apart.right(f.w, 0), together.right(f.w, 0)); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

func TestWideCondition2IsThatOfAllOutputs(t *testing.T) {
	for _, sizes := range [][]int{{7, 6, 3, 6, 9}, {5, 4, 9}} {
		for _, size := range []float64{0, 0.3, 3} {
			f := wideSleeper(t, sizes, 5, size)
			set := quiet(sleeping(pi(t, 0.2, 0.5)))
			want := mustFeedback(t, f.net, set).Condition2(f.w, f.batch)
			if got := mustWide(t, f.net, set).Condition2(f.w, f.batch); math.Abs(got-want) > 1e-11 {
				t.Errorf("%v, feedback of size %g: %g, want %g", sizes, size, got, want)
			}
			for k := range f.w.Q[f.net.Depth()-1].Data {
				f.w.Q[f.net.Depth()-1].Data[k] += 0.1 * math.Sin(float64(k))
			}
			other := mustFeedback(t, f.net, set).Condition2(f.w, f.batch)
			if got := mustWide(t, f.net, sleeping(pi(t, 0.2, 0.5))).Condition2(f.w, f.batch); math.Abs(got-other) > 1e-11 || math.Abs(got-want) < 1e-4 {
				t.Errorf("%v, feedback of size %g, another Q_L: %g, want %g, and with I %g", sizes, size, got, other, want)
			}
		}
	}
}

func TestWideSleepPhaseSaysWhatItNeeds(t *testing.T) {
	f := wideSleeper(t, []int{7, 6, 9}, 1, 0.3)
	set := sleeping(pi(t, 0.2, 0.5))
	if err := mustWide(t, f.net, set).Check(f.w); err == nil || !strings.Contains(err.Error(), "without noise") {
		t.Errorf("noise at the output: %v", err)
	}
	phase := mustWide(t, f.net, quiet(set))
	if err := phase.Check(f.w); err != nil {
		t.Errorf("Q_L = I: %v", err)
	}
	f.w.Q[1].Data[1] = 0.1
	if err := phase.Check(f.w); err == nil || !strings.Contains(err.Error(), "Q_L = I") {
		t.Errorf("another Q_L: %v", err)
	}
}
