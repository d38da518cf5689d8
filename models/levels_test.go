package models

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
)

func TestSteadyIsARootOfTheDynamics(t *testing.T) {
	for _, output := range []string{"linear", "softmax", "sigmoid"} {
		t.Run(output, func(t *testing.T) {
			loss := map[string]string{"softmax": "cross-entropy"}[output]
			if loss == "" {
				loss = "squared-error"
			}
			f := newFixture(t, []int{6, 9, 8, 4}, "tanh", output, loss, 20)
			f.set.Presentation = 100 // through sigmoids some loops are slow
			_, p, outcome := f.present(t, f.at("steady"))
			if outcome.Unstable != 0 {
				t.Fatalf("%d samples unstable", outcome.Unstable)
			}
			d := p.(*Steady).DFC
			x, dx := make([]float64, 20*d.Layout().Width()), make([]float64, 20*d.Layout().Width())
			for b := range 20 {
				at := d.state(x, b)
				for _, block := range d.Layout().Blocks() {
					g, _ := p.Reveal(block.Name)
					copy(at[block.Offset:], row(g, b))
				}
			}
			d.Fast(dx, make([]float64, 20), x, firstN(20))
			for k, v := range dx {
				if math.Abs(v) > 1e-10 {
					t.Fatalf("%s moves at %g", d.Layout().Locate(k/d.Layout().Width(), k%d.Layout().Width()), v)
				}
			}
		})
	}
}

func TestSettledTrajectoryEndsAtSteady(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	set := f.at("buffered")
	set.Presentation = 80
	_, settled, _ := f.present(t, set)
	_, steady, _ := f.present(t, f.at("steady"))
	for _, name := range []string{"v1", "v2", "v3", "u", "e", "x", "r2"} {
		if d := distance(f.states(t, settled, name), f.states(t, steady, name)); d > 1e-8 {
			t.Errorf("%s: %g from the rest state", name, d)
		}
	}
}

// Lemma 1 of Meulemans et al. (2021), computed densely from the Jacobian:
// u = (JQ + alpha~ I)^-1 delta_L, v_i = W_i phi(v_{i-1}) + b_i + Q_i u.
func TestLinearIsLemma1(t *testing.T) {
	const kP, alpha = 1.5, 0.05
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	_, p, _ := f.present(t, f.at("linear"))
	for b := range f.batch.N {
		got, _ := p.Reveal("u")
		if d := distance(row(got, b), lemma1(t, f, b, alpha/(1+alpha*kP))); d > 1e-12 {
			t.Errorf("sample %d: u is %g off", b, d)
		}
	}
}

// With the squared error |e|^2 and lambda = 0.5 the target is the label, to
// rounding: r - 0.5 (2 (r - y)). The trajectory settles there too.
func TestTargetOfStrongFeedbackIsTheLabel(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 20)
	f.set.TargetStepsize, f.set.Controller = 0.5, pi(t, 1.5, 0)
	_, p, outcome := f.present(t, f.at("steady"))
	if outcome.Unstable > 0 {
		t.Fatalf("%d of 20 samples have no stable rest state", outcome.Unstable)
	}
	target, want := rowsOf(p.(*Steady).target, 20), rowsOf(f.batch.Target, 20)
	if d := distance(target, want); d > 1e-15 {
		t.Errorf("the targets are %g from the labels", d)
	}
	set := f.at("buffered")
	set.Presentation, set.Solver = 60, ode.Options{RelTol: 1e-8, AbsTol: 1e-10}
	_, settled, _ := f.present(t, set)
	for level, p := range map[string]Presenter{"steady": p, "buffered": settled} {
		if d := distance(f.states(t, p, "r3"), want); d > 1e-6 {
			t.Errorf("%s: the outputs are %g from the labels", level, d)
		}
	}
}

// The distance of steady from linear falls with the square of lambda (Lemma 1).
func TestLinearApproachesSteadyQuadratically(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	gap := func(lambda float64) float64 {
		linear, steady := f.at("linear"), f.at("steady")
		linear.TargetStepsize, steady.TargetStepsize = lambda, lambda
		_, a, _ := f.present(t, linear)
		_, b, _ := f.present(t, steady)
		return distance(f.states(t, a, "u"), f.states(t, b, "u")) * lambda // absolute, up to a constant
	}
	if order := math.Log2(gap(0.02) / gap(0.01)); math.Abs(order-2) > 0.1 {
		t.Errorf("order %.2f, want 2", order)
	}
}

// An output that is a small difference of large terms rounds as the terms do;
// its rest state is found all the same, at every size of the target step.
func TestRestIsFoundWhereTheOutputCancels(t *testing.T) {
	f := newFixture(t, []int{4, 8, 3}, "linear", "linear", "squared-error", 32)
	for k := range f.w.W[1].Data {
		f.w.W[1].Data[k] *= 1e4
	}
	ff := NewFeedforward(f.net)
	ff.Run(f.w, f.batch)
	for j := range f.w.B[1] { // the outputs of sample 0 cancel to nothing
		f.w.B[1][j] -= ff.Output(0)[j]
	}
	for lambda := 1e-1; lambda > 1e-12; lambda /= 10 {
		set := f.at("steady")
		set.TargetStepsize = lambda
		if _, _, outcome := f.present(t, set); outcome.Unstable > 0 {
			t.Errorf("lambda = %g: %d samples without a rest state", lambda, outcome.Unstable)
		}
	}
}

func TestTrueIntegratorReachesTheTarget(t *testing.T) {
	f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 10)
	set := f.at("steady")
	set.Controller = pi(t, 1, 0)
	_, p, _ := f.present(t, set)
	for k, e := range f.states(t, p, "e") {
		if math.Abs(e) > 1e-9 {
			t.Fatalf("component %d: the control error at rest is %g", k, e)
		}
	}
}

func TestBufferedAgreesWithATighterTolerance(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	at := func(rtol float64) (*Weights, Presenter) {
		set := f.at("buffered")
		set.Solver = ode.Options{RelTol: rtol, AbsTol: rtol / 100}
		dw, p, _ := f.present(t, set)
		return dw, p
	}
	dw, p := at(1e-9)
	dwRef, ref := at(1e-12)
	for _, name := range []string{"v1", "v2", "v3", "x", "u", "e", "r1", "r2", "r3"} {
		if d := distance(f.states(t, p, name), f.states(t, ref, name)); d > 1e-7 {
			t.Errorf("%s is %g off", name, d)
		}
	}
	for k, a := range dw.Arrays() {
		if d := distance(a.Data, dwRef.Arrays()[k].Data); d > 1e-7 {
			t.Errorf("d%s is %g off", a.Name, d)
		}
	}
}

// What is learned from is a deviation proportional to lambda: at one tolerance
// the update is equally good, relatively, however small lambda is.
func TestBufferedErrorDoesNotDependOnLambda(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	for _, lambda := range []float64{1e-1, 1e-4, 1e-7} {
		update := func(rtol float64) []float64 {
			set := f.at("buffered")
			set.TargetStepsize = lambda
			set.Solver = ode.Options{RelTol: rtol, AbsTol: rtol / 100}
			dw, _, _ := f.present(t, set)
			return dw.Plastic()
		}
		if d := distance(update(1e-4), update(1e-7)); d > 1e-3 {
			t.Errorf("lambda = %g: the update is %g off", lambda, d)
		}
	}
}

// Simpson's rule on the steps of a method of order 5 integrates G to order 4 or better.
func TestBufferedUpdateConvergesAtOrder4(t *testing.T) {
	f := newFixture(t, []int{4, 6, 3}, "tanh", "linear", "squared-error", 4)
	update := func(h float64) []float64 {
		set := f.at("buffered")
		set.Presentation, set.Solver = 1, ode.Options{Step: h}
		dw, _, _ := f.present(t, set)
		return dw.Plastic()
	}
	exact := update(1.0 / 512)
	order := math.Log2(distance(update(1.0/16), exact) / distance(update(1.0/32), exact))
	if order < 3.8 {
		t.Errorf("order %.2f, want at least 4", order)
	}
}

// A method that evaluates more where somebody looks into its steps does so between the learner's own evaluations, and must not disturb them.
func TestBufferedUpdateIsTheSameByEveryMethodOfHighOrder(t *testing.T) {
	f := newFixture(t, []int{4, 6, 3}, "tanh", "linear", "squared-error", 40)
	update := func(m ode.Method) []float64 {
		set := f.at("buffered")
		set.Presentation, set.Solver = 1, ode.Options{Method: m, Step: 1.0 / 64}
		dw, _, _ := f.present(t, set)
		return dw.Plastic()
	}
	want := update(ode.Tsit5())
	for _, m := range []ode.Method{ode.DP5(), ode.Vern7(), ode.DOP853()} {
		if d := distance(update(m), want); d > 1e-8 {
			t.Errorf("by %s the update is %g off", m.Name(), d)
		}
	}
}

// With tau_w growing, a presentation's coupled update approaches the buffered
// one, the distance falling as tau_u/tau_w.
func TestCoupledConvergesToBufferedAtOrder1(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 12)
	buffered, _, _ := f.present(t, f.at("buffered"))
	gap := func(tauW float64) float64 { return f.coupledOff(t, buffered, tauW) }
	far, near := gap(1e3), gap(2e3)
	if order := math.Log2(far / near); math.Abs(order-1) > 0.05 {
		t.Errorf("order %.2f, want 1", order)
	}
	if last := gap(1e6); last > 1e-4 {
		t.Errorf("at tau_w = 1e6 the update is %g off", last)
	}
}

func TestSampleIsTheSameBitsInAnyBatch(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 64)
	pick := []int{63, 5, 17, 0, 31}
	for _, level := range []string{"steady", "linear", "response", "buffered"} {
		t.Run(level, func(t *testing.T) {
			set := f.at(level)
			set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
			_, all, _ := f.present(t, set)
			few, err := NewPresenter(f.net, set)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := few.Present(NewWeights(f.net), f.w, f.only(pick...)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"v1", "v3", "u"} {
				whole, _ := all.Reveal(name)
				part, _ := few.Reveal(name)
				for k, b := range pick {
					if !slices.Equal(row(whole, b), row(part, k)) {
						t.Errorf("%s of sample %d depends on its companions", name, b)
					}
				}
			}
		})
	}
}

// Feedback of the wrong sign makes every loop unstable: JQ has negative eigenvalues.
func TestUnstableSamplesAreCountedAndTeachNothing(t *testing.T) {
	for _, level := range []string{"steady", "linear", "response", "buffered"} {
		t.Run(level, func(t *testing.T) {
			f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 8)
			for _, q := range f.w.Q {
				for k := range q.Data {
					q.Data[k] = -q.Data[k]
				}
			}
			dw, _, outcome := f.present(t, f.at(level))
			if outcome.Unstable != 8 {
				t.Errorf("%d of 8 samples counted as unstable", outcome.Unstable)
			}
			for k, g := range dw.Plastic() {
				if g != 0 {
					t.Fatalf("%s moves by %g", dw.Locate(k), g)
				}
			}
			set := f.at(level)
			set.Unstable = "fail"
			p, err := NewPresenter(f.net, set)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Present(dw, f.w, f.batch); !errors.Is(err, ErrUnstable) {
				t.Errorf("policy fail: error %v", err)
			}
		})
	}
}

func TestUnstableSamplesCountWhereTheyAreTo(t *testing.T) {
	for _, level := range []string{"steady", "linear", "response", "buffered"} {
		t.Run(level, func(t *testing.T) {
			f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 8)
			for _, q := range f.w.Q {
				for k := range q.Data {
					q.Data[k] = -q.Data[k]
				}
			}
			set := f.at(level)
			set.Unstable, set.Presentation = "count", 0.1
			dw, _, outcome := f.present(t, set)
			if outcome.Unstable != 8 || largest(dw.Plastic()) == 0 {
				t.Errorf("%d of 8 counted, the largest update is %g", outcome.Unstable, largest(dw.Plastic()))
			}
		})
	}
}

// At level coupled a sample that is left out moves neither the weights nor the
// other samples.
func TestCoupledLeavesUnstableSamplesOut(t *testing.T) {
	f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 8)
	row(f.batch.Target, 3)[0] = math.NaN() // nothing about it is stable
	present := func(policy string) (*Weights, Outcome, error) {
		set := f.at("coupled")
		set.TauW, set.Unstable = 100, policy
		c, err := NewCoupled(f.net, 1, set)
		if err != nil {
			t.Fatal(err)
		}
		w := NewWeights(f.net)
		w.Copy(f.w)
		outcome, err := c.Present(w, []*Batch{f.batch})
		return w, outcome, err
	}
	for _, q := range f.w.Q {
		for k := range q.Data {
			q.Data[k] = -q.Data[k]
		}
	}
	w, outcome, err := present("skip")
	if err != nil || outcome.Unstable != 8 || !slices.Equal(w.Plastic(), f.w.Plastic()) {
		t.Errorf("skip: %d unstable, %v", outcome.Unstable, err)
	}
	if _, _, err := present("fail"); !errors.Is(err, ErrUnstable) {
		t.Errorf("fail: error %v", err)
	}
	if _, outcome, err := present("count"); err == nil || outcome.Unstable != 8 {
		t.Errorf("count: %d unstable, error %v", outcome.Unstable, err)
	}
}

// One sample in a tile that runs away must leave the others' update as it would be without it.
func TestRunawaySampleLeavesTheOthersAlone(t *testing.T) {
	f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 8)
	row(f.batch.Target, 3)[0] = math.Inf(1)
	set := f.at("buffered")
	dw, _, outcome := f.present(t, set)
	if outcome.Unstable != 1 {
		t.Fatalf("%d samples counted as unstable, want 1", outcome.Unstable)
	}
	f.batch = f.only(0, 1, 2, 4, 5, 6, 7)
	want, _, _ := f.present(t, set)
	if d := distance(dw.Plastic(), want.Plastic()); d > 1e-13 {
		t.Errorf("the others' update is %g off", d)
	}
}

func TestLocateNamesWhatRanAway(t *testing.T) {
	f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 8)
	row(f.batch.Target, 3)[0] = math.Inf(1)
	set := f.at("buffered")
	set.Unstable = "fail"
	set.Controller = pi(t, 0, 0.1)
	p, err := NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Present(NewWeights(f.net), f.w, f.batch)
	if want := "sample 3"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v does not name %q", err, want)
	}
}

func TestLinearForwardRuleTeachesVoltages(t *testing.T) {
	f := newFixture(t, []int{6, 9, 4}, "tanh", "linear", "squared-error", 1)
	set := f.at("steady")
	set.ForwardRule = "linear"
	dw, p, _ := f.present(t, set)
	u := f.states(t, p, "u")
	for i := range 9 {
		s := 0.0
		for j, uj := range u {
			s += f.w.Q[0].Data[i*4+j] * uj
		}
		for k, r := range row(f.batch.Input, 0) {
			if got, want := dw.W[0].Data[i*6+k], s*r; math.Abs(got-want) > 1e-14 {
				t.Fatalf("dW1[%d, %d] = %g, want (Q u)_i r_k = %g", i, k, got, want)
			}
		}
	}
}

func firstN(n int) []int {
	id := make([]int, n)
	for k := range id {
		id[k] = k
	}
	return id
}
