package models

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
	"credo/sde"
	"gonum.org/v1/gonum/floats"
)

func mustBuffer(t testing.TB, net *Network, set SinglePhaseSettings) *BufferedSinglePhase {
	t.Helper()
	p, err := NewBufferedSinglePhase(net, set)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// lesson returns what a presentation of batch teaches: dW and the drift of Q.
func lesson(t testing.TB, f *fixture, p *BufferedSinglePhase, batch *Batch) (dw, dq []float64) {
	t.Helper()
	sum := NewWeights(f.net)
	outcome, err := p.Present(sum, f.w, batch)
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Unstable > 0 {
		t.Fatalf("%d samples are unstable", outcome.Unstable)
	}
	return sum.Plastic(), p.Drift().right(f.w, 0)
}

// stationary returns the drift of Euler-Maruyama's chain in its stationary state
// around the rest state under control.
func stationary(t testing.TB, f *fixture, set SinglePhaseSettings) []float64 {
	system, _ := controlled(t, f, set, 0)
	return system.euler(t, set.Step).right(t, f, 0)
}

// faint is a single phase whose noise and target are so small that it is linear,
// and as large as each other: u^* is 0.4 standard deviations of u.
func faint(t testing.TB) (*fixture, SinglePhaseSettings) {
	f, set := awake(t, []int{4, 5, 3}, 1)
	set.Sigma, set.SigmaOutput, set.TargetStepsize, set.Beta = 1e-4, 7e-5, 2e-5, 0
	set.Step = 0.0125
	return f, set
}

// many returns the drifts of the first sample's presentations numbered 0 to n-1,
// a tile of them at a time.
func many(t testing.TB, f *fixture, set SinglePhaseSettings, n int) [][]float64 {
	p, batch := mustBuffer(t, f.net, set), f.only(0)
	drifts := make([][]float64, n)
	for k := range drifts {
		batch.First = uint64(k)
		_, drifts[k] = lesson(t, f, p, batch)
	}
	return drifts
}

// Averaged over a long presentation the drift of Q has the closed form's
// expectation: what the start of a presentation adds, and the bias of the step,
// are below the statistical error.
func TestSimulatedSinglePhaseIsTheAveragedOne(t *testing.T) {
	const n = 64
	f, set := faint(t)
	set.Presentation = 80
	want, chain := f.average(t, set, f.batch).right(f.w, 0), stationary(t, f, set)
	drifts := many(t, f, set, n)
	m, standard := mean(drifts)
	for k := range m {
		if z := (m[k] - chain[k]) / standard[k]; math.Abs(z) > farOff {
			t.Errorf("weight %d: %.3g, want %.3g: %.1f standard errors off", k, m[k], chain[k], z)
		}
	}
	ratio, err := along(drifts, want)
	bias := floats.Dot(chain, want)/floats.Dot(want, want) - 1
	t.Logf("%.3f +- %.3f of the closed form; bias %.4f", ratio, err, bias)
	if math.Abs(bias) > err || math.Abs(ratio-1) > 3*err || err > 0.05 {
		t.Errorf("the drift is %.3f +- %.3f of the closed form, the step's bias %g", ratio, err, bias)
	}
}

// Without noise, what is constant in u passes where there is no filter, and a
// filter takes it away: <ut u_hp^T> goes to u^* u^*^T or to nothing, as 1/T.
func TestTheFilterTakesTheTeachingSignalAway(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 1)
	set.Sigma, set.SigmaOutput, set.Step = 0, 0, 0.02
	_, u := controlled(t, f, set, 0)
	size := floats.Dot(u, u)
	for _, corner := range []float64{0, 1.0 / 3} {
		set.Corner = corner
		left := func(length float64) float64 {
			set.Presentation = length
			p := mustBuffer(t, f.net, set)
			lesson(t, f, p, f.batch)
			passed := floats.Sum([]float64{p.Drift().Control.Data[0], p.Drift().Control.Data[4], p.Drift().Control.Data[8]}) / size
			if corner == 0 {
				return math.Abs(passed - 1)
			}
			return math.Abs(passed)
		}
		short, long := left(100), left(200)
		if order := math.Log2(short / long); math.Abs(order-1) > 0.01 || long > 0.05 {
			t.Errorf("corner %g: off by %g and %g: order %.3f of 1/T", corner, short, long, order)
		}
	}
}

// With neither target nor filter the system is that of the sleep phase: on one
// path both go the same way.
func TestSinglePhaseWithoutTargetGoesTheSleepPhasesWay(t *testing.T) {
	f, set := awake(t, []int{4, 5, 4, 3}, 1)
	set.Corner, set.TargetStepsize, set.Presentation = 0, 0, 5
	single := mustBuffer(t, f.net, set)
	lesson(t, f, single, f.batch)
	asleep := mustSimulate(t, f.net, set.Noise(), FeedbackRun{Step: set.Step, Length: set.Presentation})
	asleep.bind(f.w, f.batch)
	if err := asleep.rest([]uint64{0}); err != nil {
		t.Fatal(err)
	}
	path, err := sde.NewGrid(set.Seed, singlePhaseNoise, 0, single.noise.dim, 0, set.Step)
	if err != nil {
		t.Fatal(err)
	}
	asleep.paths[0] = path
	state := asleep.row(asleep.state, 0)
	if _, err := asleep.integrator.Solve(state, 0, set.Presentation, set.Step, asleep.paths); err != nil {
		t.Fatal(err)
	}
	for _, block := range asleep.layout.Blocks() {
		g, ok := single.Reveal(block.Name)
		if !ok {
			t.Fatalf("no %s", block.Name)
		}
		if d := distance(row(g, 0), state[block.Offset:block.Offset+block.Len]); d > 1e-12 {
			t.Errorf("%s: %g apart", block.Name, d)
		}
	}
}

// flipped has the noise come with the other sign.
func flipped(p *BufferedSinglePhase) *BufferedSinglePhase {
	floats.Scale(-1, p.phase().diffusion)
	return p
}

// The noise averages out of W's update but for a term of second order: what
// remains of a path and its mirror image falls by 4 as sigma is halved, and the
// mean over paths is the noiseless update to within its standard errors.
func TestNoiseAveragesOutOfTheForwardUpdate(t *testing.T) {
	const n = 32
	f, set := awake(t, []int{4, 5, 4, 3}, 1)
	set.Presentation = 10
	silent := set
	silent.Sigma, silent.SigmaOutput = 0, 0
	want, _ := lesson(t, f, mustBuffer(t, f.net, silent), f.batch)
	rest := func(sigma float64) float64 {
		set.Sigma, set.SigmaOutput = sigma, sigma
		one, _ := lesson(t, f, mustBuffer(t, f.net, set), f.batch)
		other, _ := lesson(t, f, flipped(mustBuffer(t, f.net, set)), f.batch)
		floats.Add(one, other)
		floats.Scale(0.5, one)
		return floats.Distance(one, want, 2)
	}
	if order := math.Log2(rest(0.02) / rest(0.01)); math.Abs(order-2) > 0.05 {
		t.Errorf("the rest is of order %.3f in sigma, want 2", order)
	}
	set.Sigma, set.SigmaOutput = 0.01, 0.01
	var updates [][]float64
	p, batch := mustBuffer(t, f.net, set), f.only(0)
	for k := range n {
		batch.First = uint64(k)
		dw, _ := lesson(t, f, p, batch)
		updates = append(updates, slices.Clone(dw))
	}
	m, standard := mean(updates)
	for k := range m {
		if z := (m[k] - want[k]) / standard[k]; math.Abs(z) > farOff {
			t.Errorf("weight %d: %.3g, without noise %.3g: %.1f standard errors off", k, m[k], want[k], z)
		}
	}
	ratio, err := along(updates, want)
	t.Logf("%.5f +- %.5f of the noiseless update", ratio, err)
	if math.Abs(ratio-1) > 3*err || err > 0.1 {
		t.Errorf("the update is %.3f +- %.3f of the noiseless one", ratio, err)
	}
}

// Without noise, and with an apical compartment as fast as a step, the forward
// update is that of level buffered, to first order in the step.
func TestSinglePhaseWithoutNoiseIsDeepFeedbackControl(t *testing.T) {
	f, set := awake(t, []int{4, 5, 4, 3}, 3)
	set.Presentation, set.Sigma, set.SigmaOutput = 5, 0, 0
	buffered := set.Settings
	buffered.Level = "buffered"
	want, _, _ := f.present(t, buffered)
	off := func(h float64) float64 {
		set.Step, set.TauA = h, h
		dw, _ := lesson(t, f, mustBuffer(t, f.net, set), f.batch)
		return distance(dw, want.Plastic())
	}
	coarse, fine := off(0.0025), off(0.00125)
	if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 || fine > 0.02 {
		t.Errorf("off by %g and %g: order %.3f of the step", coarse, fine, order)
	}
}

// A sample goes the same way, bit for bit, in any batch.
func TestSinglePhaseSampleDoesNotDependOnItsBatch(t *testing.T) {
	f, set := awake(t, []int{5, 7, 6, 3}, 5)
	set.Presentation = 1
	together := mustBuffer(t, f.net, set)
	f.batch.First = 10
	sum, _ := lesson(t, f, together, f.batch)
	apart := make([]float64, len(sum))
	for b := range f.batch.N {
		one, alone := mustBuffer(t, f.net, set), f.only(b)
		alone.First = 10 + uint64(b)
		dw, _ := lesson(t, f, one, alone)
		floats.Add(apart, dw)
		for _, name := range []string{"v2", "vfb1", "u", "ubar"} {
			want, _ := together.Reveal(name)
			if got, _ := one.Reveal(name); !slices.Equal(row(got, 0), row(want, b)) {
				t.Errorf("sample %d: %s has other bits alone", b, name)
			}
		}
	}
	if d := distance(apart, sum); d > 1e-14 {
		t.Errorf("the sum is %g off that of its parts", d)
	}
}

func TestSinglePhaseStepAllocatesNothing(t *testing.T) {
	f, set := awake(t, []int{5, 7, 6, 3}, 5)
	p := mustBuffer(t, f.net, set)
	if _, err := p.begin(f.w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	if err := p.draw(); err != nil {
		t.Fatal(err)
	}
	dy, dw := make([]float64, p.Dim()), make([]float64, p.NoiseDim())
	if n := testing.AllocsPerRun(10, func() {
		p.Deriv(dy, 0, p.y[:p.Dim()])
		p.noise.Increment(dw, 0, set.Step)
		p.AddNoise(dy, 0, p.y, dw)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// A sample that leaves the range of numbers is left out, and the others teach
// what they teach without it: under the policy count, since Condition 3 sees it
// coming.
func TestSinglePhaseLeavesOutWhatRunsAway(t *testing.T) {
	f := newFixture(t, []int{1, 2, 1}, "relu", "linear", "squared-error", 2)
	_, set := awake(t, []int{1, 1}, 1)
	copy(f.w.W[0].Data, []float64{1, 1})
	copy(f.w.W[1].Data, []float64{1, 1})
	copy(f.w.Q[0].Data, []float64{-50, -50})
	f.w.Q[1].Data[0], set.Unstable, set.Presentation = 1, "count", 300
	row(f.batch.Input, 0)[0], row(f.batch.Input, 1)[0] = 1e9, -1e9
	teach := func(batch *Batch) (*Weights, Outcome, *FeedbackDrift) {
		p, dw := mustBuffer(t, f.net, set), NewWeights(f.net)
		outcome, err := p.Present(dw, f.w, batch)
		if err != nil {
			t.Fatal(err)
		}
		return dw, outcome, p.Drift()
	}
	dw, outcome, drift := teach(f.batch)
	alone := f.only(1)
	alone.First = 1
	want, _, _ := teach(alone)
	if outcome.Unstable != 1 || drift.Samples != 1 || drift.Skipped != 1 || !slices.Equal(dw.Plastic(), want.Plastic()) {
		t.Errorf("%d unstable, %d learned from, %d left out, dW %v, want %v", outcome.Unstable, drift.Samples, drift.Skipped, dw.Plastic(), want.Plastic())
	}
	c, err := NewCoupledSinglePhase(f.net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Present(f.w, []*Batch{f.batch}); !errors.Is(err, ode.ErrNonFinite) || !strings.Contains(err.Error(), "[sample 0, neuron") {
		t.Errorf("at level coupled the error is %v", err)
	}
	set.Unstable = "fail"
	if _, err := mustBuffer(t, f.net, set).Present(dw, f.w, f.batch); !errors.Is(err, ErrUnstable) {
		t.Errorf("under the policy fail the error is %v", err)
	}
}

// A sample that is left counts as unstable, and the others are at rest again.
func TestALeftSampleIsMarkedAndTheOthersMoveUp(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 3)
	p := mustBuffer(t, f.net, set)
	if _, err := p.begin(f.w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	last := slices.Clone(p.y[2*p.width : 3*p.width])
	p.y[p.width] = 1
	p.leave(1)
	if !slices.Equal(p.unstable[0][:3], []bool{false, true, false}) || !slices.Equal(p.samples[0], []int{0, 2}) || p.rows != 2 {
		t.Errorf("unstable %v, samples %v, %d rows", p.unstable[0][:3], p.samples[0], p.rows)
	}
	if !slices.Equal(p.y[p.width:2*p.width], last) {
		t.Error("the last sample has not moved up")
	}
}

func TestSinglePhaseIsWatchedWhereItIsWanted(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 2)
	set.Presentation = 1
	p := mustBuffer(t, f.net, set)
	for want, times := range map[string][]float64{"0 0.25 1": {0, 0.25, 1}, "0.5": {0.5}} {
		var seen []string
		p.Watch(&Watch{Times: times, See: func(sample int, at float64, x []float64) {
			if sample == 1 {
				seen = append(seen, fmt.Sprint(at))
			}
		}})
		lesson(t, f, p, f.batch)
		if got := strings.Join(seen, " "); got != want {
			t.Errorf("seen at %s, want %s", got, want)
		}
	}
	steps := 0
	p.Watch(&Watch{See: func(int, float64, []float64) { steps++ }})
	lesson(t, f, p, f.batch)
	if steps != 2*101 {
		t.Errorf("%d states seen of 2 samples and 100 steps", steps)
	}
}

func TestSinglePhaseRefusesTimesOffItsGrid(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 1)
	for _, times := range [][2]float64{{0, 1}, {0.3, 1}, {0.1, 0}} {
		set.Step, set.Presentation = times[0], times[1]
		var fault *sde.OptionError
		if _, err := NewBufferedSinglePhase(f.net, set); !errors.As(err, &fault) {
			t.Errorf("h = %g, T = %g: the error is %v", times[0], times[1], err)
		}
	}
}
