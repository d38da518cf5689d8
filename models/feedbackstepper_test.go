package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// mustStepper gives Adam its usual constants, unless set has its own.
func mustStepper(t testing.TB, net *Network, set FeedbackStep) *FeedbackStepper {
	t.Helper()
	if set.Epsilon == 0 {
		set.Beta1, set.Beta2, set.Epsilon = 0.9, 0.999, 1e-8
	}
	s, err := NewFeedbackStepper(net, set)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// oneChannel is a network whose only feedback that lives is Q_1 = q, with
// dr_L/dv_1 = j: no noise and no feedback in the output layer.
func oneChannel(t *testing.T, j, q float64) *fixture {
	f := newFixture(t, []int{1, 1, 1}, "linear", "linear", "squared-error", 1)
	f.w.W[1].Data[0], f.w.Q[0].Data[0], f.w.Q[1].Data[0] = j, q, 0
	return f
}

// oneChannelRest returns the fixed point of one channel with k_p = 0 and
// tau_v -> 0, x = tau_u/(alpha tau_A):
//
//	q = j / [ j^2 (1/2 + x)/((alpha + j q)(1 + x)) + (beta/s^2)(alpha (1 + x) + j q/2) ]
func oneChannelRest(j, alpha, x, decay float64) float64 {
	low, high := 0.0, 1e9
	for range 200 {
		q := (low + high) / 2
		if q*(j*j*(0.5+x)/((alpha+j*q)*(1+x))+decay*(alpha*(1+x)+j*q/2)) < j {
			low = q
		} else {
			high = q
		}
	}
	return low
}

// Theorem 6 of Meulemans et al. (2021), where it is exact and where it is the
// limit: alpha >> j q.
func TestOneChannelComesToItsFixedPoint(t *testing.T) {
	const j = 0.7
	for _, c := range []struct{ alpha, decay float64 }{{0.5, 0.4}, {5, 0.4}, {0.5, 25}, {0.5, 250}} {
		set := sleeping(pi(t, 0, c.alpha))
		variance := set.Sigma * set.Sigma / (2 * set.TauA) // s^2
		set.TauV, set.SigmaOutput, set.Beta = 1e-6, 0, c.decay*variance
		x := set.TauU / (c.alpha * set.TauA)
		q := oneChannelRest(j, c.alpha, x, c.decay)
		f := oneChannel(t, j, q)
		drift := NewFeedbackDrift(f.net)
		mustFeedback(t, f.net, set).withNodes(20000).Add(drift, f.w, f.batch)
		// tau_v = 1e-6 leaves F = 1/(tau_v/tau_A + 1) about 3e-6 from 1.
		if r := drift.right(f.w, set.Beta)[0] / drift.Noise[0].Data[0]; math.Abs(r) > 1e-5 {
			t.Errorf("alpha %g, beta %g s^2: the drift at q = %g is %g of its terms", c.alpha, c.decay, q, r)
		}
		gamma := c.decay * c.alpha * c.alpha * (1 + x) * (1 + x) / (0.5 + x)
		damped := c.alpha * (1 + x) / (0.5 + x) * j / (j*j + gamma)
		if ratio := c.alpha / (j * q); ratio > 95 && math.Abs(damped/q-1) > 1e-3 {
			t.Errorf("alpha/(j q) = %g: the damped inverse is %g, the fixed point %g", ratio, damped, q)
		} else if ratio < 3 && math.Abs(damped/q-1) < 0.03 {
			t.Errorf("alpha/(j q) = %g: Theorem 6 should not hold, but the damped inverse is %g, the fixed point %g", ratio, damped, q)
		}
	}
}

// At the fixed point of one sample the feedback lies in the row space of J,
// wherever it began: Condition 2. (J is the same for all samples of a linear
// network; tau_v -> 0, or layers would be weighted by their distance from the
// output.) The fixed point is a root of the drift.
func TestFeedbackLearningLeadsToCondition2(t *testing.T) {
	for _, optimizer := range []string{"implicit", "sgd", "adam"} {
		f := newFixture(t, []int{5, 9, 8, 3}, "linear", "linear", "squared-error", 2)
		if err := f.w.InitFeedback(f.net, "random", 5, nil); err != nil {
			t.Fatal(err)
		}
		set := sleeping(pi(t, 0, 2))
		set.TauV, set.Beta = 1e-4, 0.05*set.Sigma*set.Sigma
		learning, drift := mustFeedback(t, f.net, set), NewFeedbackDrift(f.net)
		rate := map[string]float64{"implicit": 30, "sgd": 0.5, "adam": 0.01}[optimizer]
		stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: optimizer, LearningRate: rate, Sigma: set.Sigma, Beta: set.Beta})
		before := learning.Condition2(f.w, f.batch) / 2
		for range 400 {
			drift.Clear()
			learning.Add(drift, f.w, f.batch)
			stepper.Step(f.w, drift)
		}
		after := learning.Condition2(f.w, f.batch) / 2
		// Layers' weights F^m_i differ by 3e-4, squared in the ratio; Adam goes on trembling.
		tolerance := map[string]float64{"implicit": 1e-6, "sgd": 1e-6, "adam": 1e-3}[optimizer]
		if before > 0.8 || 1-after > tolerance {
			t.Errorf("%s: the ratio went from %g to %g", optimizer, before, after)
		}
		if optimizer == "implicit" {
			if r := floats.Norm(drift.right(f.w, set.Beta), 2); r > 1e-9*floats.Norm(drift.Noise[0].Data, 2) {
				t.Errorf("the drift at the end is %g", r)
			}
		}
	}
}

// driven returns a drift of random Noise and Control = size S^T S.
func driven(f *fixture, size float64) *FeedbackDrift {
	rng, drift := rand.New(rand.NewPCG(8, 9)), NewFeedbackDrift(f.net)
	drift.Samples = 1
	for _, noise := range drift.Noise {
		for k := range noise.Data {
			noise.Data[k] = rng.NormFloat64()
		}
	}
	n := drift.Control.Cols
	for range 2 * n {
		z := make([]float64, n)
		for k := range z {
			z[k] = math.Sqrt(size) * rng.NormFloat64()
		}
		for k := range n {
			floats.AddScaled(row(drift.Control, k), z[k], z)
		}
	}
	return drift
}

func flatFeedback(w *Weights) []float64 {
	var all []float64
	for _, q := range w.Q {
		all = append(all, q.Data...)
	}
	return all
}

// However large the drift, no optimizer moves Q by more than a tenth, and the
// implicit one comes to rest in a linear drift, where forward Euler with this h
// would run away.
func TestFeedbackStepsAreBounded(t *testing.T) {
	for _, optimizer := range []string{"implicit", "sgd", "adam"} {
		for _, size := range []float64{1e-3, 1, 1e6, 1e12} {
			f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "linear", "squared-error", 1)
			stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: optimizer, LearningRate: 10, Sigma: 1})
			drift := driven(f, size)
			for range 400 {
				before := flatFeedback(f.w)
				stepper.Step(f.w, drift)
				change, from := floats.Distance(before, flatFeedback(f.w), 2), floats.Norm(before, 2)
				if change > (1+1e-12)*largestChange*from {
					t.Fatalf("%s, size %g: a step of %g from %g", optimizer, size, change, from)
				}
			}
			if optimizer != "implicit" || size < 1 {
				continue
			}
			noise := 0.0
			for _, n := range drift.Noise {
				noise = math.Hypot(noise, floats.Norm(n.Data, 2))
			}
			if rest := floats.Norm(drift.right(f.w, 0), 2); rest > 1e-9*noise {
				t.Errorf("size %g: the drift is still %g of its noise's part", size, rest/noise)
			}
		}
	}
}

// (Q + h C)(I + h P)^-1 is divided by all of I + h P, also where control turns
// so fast that its factors exchange rows.
func TestImplicitStepSolvesForControlThatTurns(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "linear", "squared-error", 1)
	const h, grown = 2.0, 1.01
	drift := driven(f, 1)
	copy(drift.Control.Data, []float64{1, 2, -7, -2, 1, 5, 7, -5, 1})
	for i, noise := range drift.Noise { // so that Q + h C = grown Q (I + h P)
		for j := range noise.Rows {
			q := row(f.w.Q[i], j)
			for k := range q {
				x := grown * q[k]
				for l := range q {
					x += grown * h * q[l] * row(drift.Control, l)[k]
				}
				row(noise, j)[k] = (x - q[k]) / h
			}
		}
	}
	want := flatFeedback(f.w)
	floats.Scale(grown, want)
	mustStepper(t, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: h, Sigma: 1}).Step(f.w, drift)
	if d := distance(flatFeedback(f.w), want); d > 1e-13 {
		t.Errorf("%g off", d)
	}
}

// The three optimizers step the same field: with small h the implicit step is
// forward Euler's, to second order.
func TestImplicitStepIsConsistent(t *testing.T) {
	apart := func(h float64) float64 {
		moved := map[string][]float64{}
		for _, optimizer := range []string{"implicit", "sgd"} {
			f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "linear", "squared-error", 1)
			stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: optimizer, LearningRate: h, Sigma: 0.5, Beta: 0.1})
			stepper.Step(f.w, driven(f, 1))
			moved[optimizer] = flatFeedback(f.w)
		}
		return floats.Distance(moved["implicit"], moved["sgd"], 2)
	}
	if order := math.Log2(apart(1e-4) / apart(5e-5)); math.Abs(order-2) > 0.05 {
		t.Errorf("the steps differ by order %.3f, want 2", order)
	}
}

func TestFrozenOutputAndNothingToLearnFrom(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "linear", "squared-error", 1)
	first, last := slices.Clone(f.w.Q[0].Data), slices.Clone(f.w.Q[2].Data)
	drift := driven(f, 1)
	stepper := mustStepper(t, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 0.1, Sigma: 1, FreezeOutput: true})
	drift.Samples = 0
	stepper.Step(f.w, drift)
	if !slices.Equal(f.w.Q[0].Data, first) {
		t.Error("feedback moved although no sample was stable")
	}
	drift.Samples = 1
	stepper.Step(f.w, drift)
	if slices.Equal(f.w.Q[0].Data, first) || !slices.Equal(f.w.Q[2].Data, last) {
		t.Error("Q_1 should move and Q_L not")
	}
}
