package models

import (
	"errors"
	"math"
	"slices"
	"testing"

	"credo/sde"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func mustSimulate(t testing.TB, net *Network, set FeedbackSettings, run FeedbackRun) *FeedbackSimulation {
	t.Helper()
	s, err := NewFeedbackSimulation(net, set, run)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// asleep is a 4-5-3 network and a sleep phase with little noise, so that it is
// linear to 1e-4, and time constants that steps of 0.02 resolve.
func asleep(t testing.TB) (*fixture, FeedbackSettings) {
	set := sleeping(pi(t, 0.3, 0.5))
	set.TauV, set.Sigma, set.SigmaOutput, set.Beta = 0.2, 1e-4, 7e-5, 0
	return newFixture(t, []int{4, 5, 3}, "tanh", "linear", "squared-error", 1), set
}

// euler returns the system whose covariance is that of Euler-Maruyama's chain
// z <- M z + noise, M = I + h m, in its stationary state: the bilinear transform
//
//	m' = (M - I)(M + I)^-1,   noise' = 2 h (M + I)^-1 noise (M + I)^-T
//
// turns S = M S M^T + h noise into m' S + S m'^T + noise' = 0.
func (s *sleepSystem) euler(t testing.TB, h float64) *sleepSystem {
	c := *s
	c.m, c.noise = mat.NewDense(s.total, s.total, nil), mat.NewDense(s.total, s.total, nil)
	var plus, inverse mat.Dense
	plus.Scale(h, s.m)
	for k := range s.total {
		plus.Set(k, k, plus.At(k, k)+2)
	}
	if err := inverse.Inverse(&plus); err != nil {
		t.Fatal(err)
	}
	c.m.Mul(s.m, &inverse)
	c.m.Scale(h, c.m)
	c.noise.Product(&inverse, s.noise, inverse.T())
	c.noise.Scale(2*h, c.noise)
	return &c
}

// averaged is the drift of the closed form.
func averaged(t testing.TB, f *fixture, set FeedbackSettings) []float64 {
	drift := NewFeedbackDrift(f.net)
	mustFeedback(t, f.net, set).Add(drift, f.w, f.batch)
	if drift.Samples != f.batch.N {
		t.Fatal("an unstable sample")
	}
	return drift.right(f.w, 0)
}

// presentations returns the simulated drifts of n presentations of the first sample.
func presentations(t testing.TB, f *fixture, set FeedbackSettings, run FeedbackRun, n int) [][]float64 {
	s, batch := mustSimulate(t, f.net, set, run), f.only(0)
	drifts, drift := make([][]float64, n), NewFeedbackDrift(f.net)
	for k := range drifts {
		drift.Clear()
		if err := s.Add(drift, f.w, batch, []uint64{uint64(k)}); err != nil {
			t.Fatal(err)
		}
		drifts[k] = drift.right(f.w, 0)
	}
	return drifts
}

// mean returns the mean of samples by component, and its standard error.
func mean(samples [][]float64) (m, standard []float64) {
	n := float64(len(samples))
	m, standard = make([]float64, len(samples[0])), make([]float64, len(samples[0]))
	for _, x := range samples {
		floats.AddScaled(m, 1/n, x)
	}
	for k := range m {
		for _, x := range samples {
			standard[k] += (x[k] - m[k]) * (x[k] - m[k])
		}
		standard[k] = math.Sqrt(standard[k] / (n * (n - 1)))
	}
	return m, standard
}

// along returns each sample's component along want, in units of want, and the
// mean and standard error of that.
func along(samples [][]float64, want []float64) (m, standard float64) {
	parts := make([][]float64, len(samples))
	for k, x := range samples {
		parts[k] = []float64{floats.Dot(x, want) / floats.Dot(want, want)}
	}
	ms, errs := mean(parts)
	return ms[0], errs[0]
}

// 5 standard errors: a probability of 1e-5 over the 24 weights of these tests.
const farOff = 5

// The time average has the expectation of Euler-Maruyama's chain, and its error
// falls as 1/sqrt(T).
func TestSimulatedFeedbackRuleConvergesAsTimeGrows(t *testing.T) {
	const n, h = 64, 0.02
	f, set := asleep(t)
	want := newSleepSystem(f, set, 0).euler(t, h).right(t, f, 0)
	lengths, errs := []float64{10, 40, 160}, []float64{}
	for _, length := range lengths {
		drifts := presentations(t, f, set, FeedbackRun{Seed: 1, Step: h, BurnIn: 6, Length: length}, n)
		m, standard := mean(drifts)
		for k := range m {
			if z := (m[k] - want[k]) / standard[k]; math.Abs(z) > farOff {
				t.Errorf("T = %g, weight %d: %.3g, want %.3g: %.1f standard errors off", length, k, m[k], want[k], z)
			}
		}
		sum := 0.0
		for _, d := range drifts {
			sum += math.Pow(floats.Distance(d, want, 2), 2)
		}
		errs = append(errs, math.Sqrt(sum/n))
	}
	// 64 paths give each root mean square to 4%, and the order to 0.02.
	if order := math.Log(errs[0]/errs[2]) / math.Log(lengths[2]/lengths[0]); math.Abs(order-0.5) > 0.06 {
		t.Errorf("errors %.3g fall with order %.3f of T, want 1/2", errs, order)
	}
}

// With steps so small that their bias is below the statistical error, the
// simulation agrees with the closed form of the averaged rule.
func TestSimulatedFeedbackRuleIsTheAveragedOne(t *testing.T) {
	const n, h = 64, 0.01
	f, set := asleep(t)
	want := averaged(t, f, set)
	drifts := presentations(t, f, set, FeedbackRun{Seed: 5, Step: h, BurnIn: 6, Length: 80}, n)
	bias := floats.Dot(newSleepSystem(f, set, 0).euler(t, h).right(t, f, 0), want)/floats.Dot(want, want) - 1
	ratio, standard := along(drifts, want)
	t.Logf("%.3f +- %.3f of the closed form; bias %.4f", ratio, standard, bias)
	if math.Abs(bias) > standard || standard > 0.05 {
		t.Errorf("a bias of %g against a standard error of %g: choose a smaller step", bias, standard)
	}
	if math.Abs(ratio-1) > 3*standard {
		t.Errorf("the drift is %.3f +- %.3f of the closed form", ratio, standard)
	}
	m, errs := mean(drifts)
	for k := range m {
		if z := (m[k] - want[k]) / errs[k]; math.Abs(z) > farOff {
			t.Errorf("weight %d: %.3g, want %.3g: %.1f standard errors off", k, m[k], want[k], z)
		}
	}
}

// The drift comes apart as the averaged one does: Control is E[ut u^T].
func TestSimulatedControlIsTheAveragedOne(t *testing.T) {
	f, set := asleep(t)
	for _, q := range f.w.Q {
		floats.Scale(2, q.Data)
	}
	want, drift := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
	mustFeedback(t, f.net, set).Add(want, f.w, f.batch)
	s := mustSimulate(t, f.net, set, FeedbackRun{Seed: 7, Step: 0.01, BurnIn: 6, Length: 80})
	controls := make([][]float64, 64)
	for k := range controls {
		drift.Clear()
		if err := s.Add(drift, f.w, f.batch, []uint64{uint64(k)}); err != nil {
			t.Fatal(err)
		}
		controls[k] = slices.Clone(drift.Control.Data)
	}
	ratio, standard := along(controls, want.Control.Data)
	t.Logf("%.3f +- %.3f of the closed form", ratio, standard)
	if math.Abs(ratio-1) > 3*standard || standard > 0.05 {
		t.Errorf("Control is %.3f +- %.3f of the closed form", ratio, standard)
	}
}

// Euler-Maruyama's bias, without any statistical error, halves with the step.
func TestSimulatedFeedbackRuleIsOfOrderOneInTheStep(t *testing.T) {
	f, set := asleep(t)
	want := averaged(t, f, set)
	bias := func(h float64) float64 {
		return distance(newSleepSystem(f, set, 0).euler(t, h).right(t, f, 0), want)
	}
	coarse, fine := bias(0.005), bias(0.0025)
	if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 {
		t.Errorf("biases %.3g and %.3g: order %.3f", coarse, fine, order)
	}
}

// slowPath moves q of one channel by its own noise, by forward Euler
//
//	tau_Q dq = (-vfb u - beta q) dt
//
// from q0 over a span of slow time t/tau_Q, and returns where it ends.
func slowPath(t *testing.T, set FeedbackSettings, q0, tauQ, span float64, index uint64) float64 {
	const h = 0.02
	f := oneChannel(t, 0.7, q0)
	s := mustSimulate(t, f.net, set, FeedbackRun{Seed: 2, Step: h, Length: h})
	s.bind(f.w, f.batch)
	if err := s.rest([]uint64{index}); err != nil {
		t.Fatal(err)
	}
	q := &s.qT[0].Data[0]
	*q = q0
	integrator, err := sde.NewRowsIntegrator(s, 1, sde.Options{Observer: func(_ float64, y []float64) error {
		s.control(y)
		*q -= h / tauQ * (y[s.apical.at(0)]*row(s.u, 0)[0] + set.Beta**q)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := integrator.Solve(s.state[:s.Dim()], 0, tauQ*span, h, s.paths); err != nil {
		t.Fatal(err)
	}
	return *q
}

// slowFlow is the averaged flow from q0, by the midpoint rule.
func slowFlow(t *testing.T, set FeedbackSettings, q0, span float64) float64 {
	const steps = 100
	f := oneChannel(t, 0.7, q0)
	learning, drift, q := mustFeedback(t, f.net, set), NewFeedbackDrift(f.net), &f.w.Q[0].Data[0]
	slope := func() float64 {
		drift.Clear()
		learning.Add(drift, f.w, f.batch)
		return drift.right(f.w, set.Beta)[0]
	}
	for range steps {
		from := *q
		*q += span / (2 * steps) * slope()
		*q = from + span/steps*slope()
	}
	return *q
}

// As tau_Q grows, feedback weights that move with the noise follow the flow of
// the averaged rule: their deviation falls as 1/sqrt(tau_Q).
func TestPlasticFeedbackFollowsTheAveragedFlow(t *testing.T) {
	const n, q0, span = 48, 0.1, 2.0
	set := sleeping(pi(t, 0, 0.5))
	set.TauV, set.Sigma, set.SigmaOutput, set.Beta = 0.1, math.Sqrt(2*set.TauA), 0, 0.1 // s^2 = 1
	want, taus, errs := slowFlow(t, set, q0, span), []float64{30, 120, 480}, []float64{}
	for _, tauQ := range taus {
		var ends [][]float64
		sum := 0.0
		for k := range uint64(n) {
			q := slowPath(t, set, q0, tauQ, span, k)
			ends, sum = append(ends, []float64{q}), sum+(q-want)*(q-want)
		}
		errs = append(errs, math.Sqrt(sum/n))
		if m, standard := mean(ends); math.Abs(m[0]-want) > farOff*standard[0] {
			t.Errorf("tau_Q = %g: q goes to %.4f +- %.4f, with the flow to %.4f", tauQ, m[0], standard[0], want)
		}
	}
	t.Logf("q goes from %g to %.4f, off by %.3g", q0, want, errs)
	if moved := math.Abs(want - q0); errs[2] > moved/5 {
		t.Errorf("deviations of %g, but the flow moves by %g only", errs[2], moved)
	}
	// 48 paths give each root mean square to 10%.
	if order := math.Log(errs[0]/errs[2]) / math.Log(taus[2]/taus[0]); math.Abs(order-0.5) > 0.15 {
		t.Errorf("deviations %.3g fall with order %.2f of tau_Q, want 1/2", errs, order)
	}
}

// A sample goes the same way, to the bit, in any batch, and its part in the
// averages is the same to rounding.
func TestSimulatedSampleDoesNotDependOnItsBatch(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 40) // more than are simulated at once
	run := FeedbackRun{Seed: 3, Step: 0.01, BurnIn: 0.1, Length: 1}
	numbers := []uint64{10, 11, 7, 1 << 40, 0}
	for k := len(numbers); k < f.batch.N; k++ {
		numbers = append(numbers, uint64(100+k*k%17))
	}
	set := sleeping(pi(t, 0.2, 0.5))
	add := func(dst *FeedbackDrift, batch *Batch, numbers []uint64) *FeedbackSimulation {
		s := mustSimulate(t, f.net, set, run)
		if err := s.Add(dst, f.w, batch, numbers); err != nil {
			t.Fatal(err)
		}
		return s
	}
	together, apart := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
	add(together, f.batch, numbers)
	last := (f.batch.N - 1) / RowsTogether() * RowsTogether() // the first of the last ensemble
	rows := add(NewFeedbackDrift(f.net), f.batch, numbers)
	for b, number := range numbers {
		alone := add(apart, f.only(b), []uint64{number})
		if b >= last && !slices.Equal(alone.row(alone.state, 0), rows.row(rows.state, b-last)) {
			t.Errorf("sample %d goes another way alone", b)
		}
	}
	if together.Samples != f.batch.N || apart.Samples != f.batch.N {
		t.Fatalf("%d and %d samples", together.Samples, apart.Samples)
	}
	if d := distance(together.right(f.w, 0), apart.right(f.w, 0)); d > 1e-13 {
		t.Errorf("the sum differs by %g", d)
	}
}

func TestSimulationStepAllocatesNothing(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 5)
	s := mustSimulate(t, f.net, sleeping(pi(t, 0.2, 0.5)), FeedbackRun{Seed: 3, Step: 0.01, BurnIn: 0.1, Length: 1})
	s.bind(f.w, f.batch)
	if err := s.rest([]uint64{0}); err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(10, func() {
		if _, err := s.integrator.Solve(s.state[:s.Dim()], 0, 1.1, 0.01, s.paths); err != nil {
			t.Fatal(err)
		}
		s.split()
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// A sample whose loop runs away takes no part, and its companions do: with
// feedback of the wrong sign, the one whose neurons a rectifier does not silence.
func TestSimulationLeavesOutWhatRunsAway(t *testing.T) {
	f := newFixture(t, []int{1, 2, 1}, "relu", "linear", "squared-error", 2)
	set := sleeping(pi(t, 0.2, 0.5))
	copy(f.w.W[0].Data, []float64{1, 1})
	copy(f.w.W[1].Data, []float64{1, 1})
	copy(f.w.Q[0].Data, []float64{-50, -50})
	f.w.Q[1].Data[0], set.Sigma, set.SigmaOutput = 0, 1e-6, 1e-6
	row(f.batch.Input, 0)[0], row(f.batch.Input, 1)[0] = 1e9, -1e9
	for _, burnIn := range []float64{14, 20, 50} { // the state at the end is 1e150, 1e220 and no number
		run := FeedbackRun{Seed: 6, Step: 0.01, BurnIn: burnIn, Length: 1}
		both, quiet := NewFeedbackDrift(f.net), NewFeedbackDrift(f.net)
		if err := mustSimulate(t, f.net, set, run).Add(both, f.w, f.batch, []uint64{0, 1}); err != nil {
			t.Fatal(err)
		}
		if err := mustSimulate(t, f.net, set, run).Add(quiet, f.w, f.only(1), []uint64{1}); err != nil {
			t.Fatal(err)
		}
		if both.Samples != 1 || both.Skipped != 1 || quiet.Samples != 1 || quiet.Skipped != 0 {
			t.Errorf("%d samples, %d left out; alone %d, %d", both.Samples, both.Skipped, quiet.Samples, quiet.Skipped)
		}
		if d := distance(both.right(f.w, 0), quiet.right(f.w, 0)); !(d < 1e-13) {
			t.Errorf("burn-in %g: what the other sample teaches differs by %g", burnIn, d)
		}
	}
}

func TestSimulationRefusesTimesOffItsGrid(t *testing.T) {
	f, set := asleep(t)
	for _, run := range []FeedbackRun{
		{Step: 0, Length: 1}, {Step: 0.3, Length: 1}, {Step: 0.1, Length: 0}, {Step: 0.1, BurnIn: 0.25, Length: 1}, {Step: 0.1, BurnIn: -1, Length: 1},
	} {
		var fault *sde.OptionError
		if _, err := NewFeedbackSimulation(f.net, set, run); !errors.As(err, &fault) {
			t.Errorf("%+v: the error is %v", run, err)
		}
	}
}

// The trapezoidal rule is exact for a line; neither what comes before the
// interval counts, nor a row that is left out.
func TestTimeAverageIsTheTrapezoidalRule(t *testing.T) {
	for _, steps := range []int{1, 2, 64, 197} {
		h := 1 / float64(steps)
		a, u, z := newTimeAverage(1, 1, 2, 3, h), newTile(1), newMatrix(3, 1)
		a.leftOut[1] = true
		copy(u.Data, []float64{4, 5, 2})
		for k := -5; k <= steps; k++ {
			at := 2 + float64(k)*h
			copy(z.Data, []float64{at, at, 1})
			a.add(a.weight(at), u, z)
		}
		if got := a.sum.Data[0]; math.Abs(got-12) > 1e-13 {
			t.Errorf("%d steps: <4 t> + <2> over [2, 3] is %g", steps, got)
		}
	}
}
