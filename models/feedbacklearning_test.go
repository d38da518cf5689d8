package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"credo/controllers"
)

// sleeping is a sleep phase in which the loops of the fixtures are stable.
func sleeping(c controllers.Controller) FeedbackSettings {
	return FeedbackSettings{Controller: c, TauV: 0.02, TauA: 0.3, TauU: 1, Sigma: 0.1, SigmaOutput: 0.1, Beta: 1e-3}
}

func mustFeedback(t testing.TB, net *Network, set FeedbackSettings) *FeedbackLearning {
	t.Helper()
	f, err := NewFeedbackLearning(net, set)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// withNodes has the integrals done with n nodes.
func (f *FeedbackLearning) withNodes(n int) *FeedbackLearning {
	f.nodes = [][]feedbackNode{newFeedbackNodes(n, f.set, f.depth, math.Sqrt(f.set.TauV*f.set.TauU))}
	return f
}

// right is the same from the closed form.
func (d *FeedbackDrift) right(w *Weights, beta float64) []float64 {
	n := float64(d.Samples)
	var all []float64
	for i, q := range w.Q {
		for j := range q.Rows {
			for k := range q.Cols {
				x := row(d.Noise[i], j)[k]/n - beta*row(q, j)[k]
				for l := range q.Cols {
					x -= row(q, j)[l] * row(d.Control, l)[k] / n
				}
				all = append(all, x)
			}
		}
	}
	return all
}

func sleepControllers(t testing.TB) map[string]controllers.Controller {
	made := map[string]controllers.Controller{}
	add := func(name string, c controllers.Controller, err error) {
		if err != nil {
			t.Fatal(err)
		}
		made[name] = c
	}
	p, err := controllers.P(0.8)
	add("p", p, err)
	i, err := controllers.I(1, 0.5)
	add("i", i, err)
	c, err := controllers.PI(0.3, 0.5, 1, controllers.LeakIntegral)
	add("pi", c, err)
	c, err = controllers.PI(0.3, 0.5, 1, controllers.LeakSignal)
	add("pi, signal leaks", c, err)
	c, err = controllers.PID(0.2, 0.1, 0.05, 0.5, 1, controllers.LeakIntegral)
	add("pid", c, err)
	return made
}

// The closed form is what Lyapunov's equation of the whole system says.
func TestAveragedFeedbackRuleIsTheStationaryExpectation(t *testing.T) {
	f := newFixture(t, []int{3, 4, 3, 2}, "tanh", "sigmoid", "squared-error", 1)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, q := range f.w.Q {
		for k := range q.Data {
			q.Data[k] += 0.3 * rng.NormFloat64()
		}
	}
	for name, c := range sleepControllers(t) {
		for _, quietOutput := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", quiet output ", quietOutput), func(t *testing.T) {
				set := sleeping(c)
				if quietOutput {
					set.SigmaOutput = 0
				}
				system := newSleepSystem(f, set, 0)
				if system.abscissa(t) >= 0 {
					t.Fatal("the test's loop is unstable")
				}
				want := system.right(t, f, set.Beta)
				for nodes, tolerance := range map[int]float64{32: 1e-8, 64: 1e-13} {
					drift := NewFeedbackDrift(f.net)
					mustFeedback(t, f.net, set).withNodes(nodes).Add(drift, f.w, f.batch)
					if drift.Samples != 1 {
						t.Fatal("the sample was left out")
					}
					if d := distance(drift.right(f.w, set.Beta), want); d > tolerance {
						t.Errorf("%d nodes: %g off", nodes, d)
					}
				}
			})
		}
	}
}

// Stability by the winding of the characteristic function is that of the full
// system's eigenvalues, but for a hair's breadth.
func TestFeedbackLearningLeavesOutWhatIsUnstable(t *testing.T) {
	for _, sizes := range [][]int{{3, 6, 5, 4}, {3, 12, 11, 10}} {
		f := newFixture(t, sizes, "tanh", "linear", "squared-error", 1)
		rng, unstable := rand.New(rand.NewPCG(5, 6)), 0
		const loops = 60
		for range loops {
			size := math.Exp(3 * rng.NormFloat64())
			for _, q := range f.w.Q {
				for k := range q.Data {
					q.Data[k] = size * rng.NormFloat64()
				}
			}
			set := sleeping(pi(t, 0.2, 0.5))
			drift := NewFeedbackDrift(f.net)
			mustFeedback(t, f.net, set).Add(drift, f.w, f.batch)
			abscissa := newSleepSystem(f, set, 0).abscissa(t)
			if math.Abs(abscissa) < 0.005 {
				continue // a hair's breadth, in units of 1/tau_u
			}
			stable := abscissa < 0
			if got := drift.Samples == 1; got != stable {
				t.Errorf("%v, feedback of size %g: stable is %v, want %v", sizes, size, got, stable)
			}
			if !stable {
				unstable++
			}
		}
		if unstable < loops/5 || unstable > loops*4/5 {
			t.Errorf("%d of %d loops are unstable: the test should see both", unstable, loops)
		}
	}
}

// A batch's drift is the sum of its samples', however it is cut, and unstable
// samples take no part.
func TestFeedbackDriftIsASumOverSamples(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 5)
	learning := mustFeedback(t, f.net, sleeping(pi(t, 0.2, 0.5)))
	together, apart, one := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
	learning.Add(together, f.w, f.batch)
	for _, samples := range [][]int{{4}, {2, 0}, {3, 1}} {
		one.Clear()
		learning.Add(one, f.w, f.only(samples...))
		apart.Add(one)
	}
	if together.Samples != 5 || apart.Samples != 5 {
		t.Fatalf("%d and %d samples", together.Samples, apart.Samples)
	}
	if d := distance(apart.right(f.w, 0), together.right(f.w, 0)); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

func TestFeedbackLearningAllocatesNothing(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 5)
	learning, drift := mustFeedback(t, f.net, sleeping(pi(t, 0.2, 0.5))), NewFeedbackDrift(f.net)
	stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 0.1, Sigma: 0.1})
	if n := testing.AllocsPerRun(10, func() {
		drift.Clear()
		learning.Add(drift, f.w, f.batch)
		stepper.Step(f.w, drift)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestSleepPhaseNeedsALeak(t *testing.T) {
	f := newFixture(t, []int{3, 2}, "tanh", "linear", "squared-error", 1)
	if _, err := NewFeedbackLearning(f.net, sleeping(pi(t, 0.2, 0))); err == nil {
		t.Error("a true integrator was accepted")
	}
}
