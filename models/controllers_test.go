package models

import (
	"math"
	"testing"

	"credo/controllers"
)

// everyController are all kinds with both leaks, and two true integrators.
func everyController(t testing.TB) map[string]controllers.Controller {
	t.Helper()
	must := func(c controllers.Controller, err error) controllers.Controller {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return map[string]controllers.Controller{
		"p":                      must(controllers.P(3)),
		"i":                      must(controllers.I(1, 0.2)),
		"i without leak":         must(controllers.I(1, 0)),
		"pi, integral leaks":     must(controllers.PI(1, 0.2, 1, controllers.LeakIntegral)),
		"pi, signal leaks":       must(controllers.PI(1, 0.2, 1, controllers.LeakSignal)),
		"pid, integral leaks":    must(controllers.PID(1, 0.1, 0.05, 0.2, 1, controllers.LeakIntegral)),
		"pid, signal leaks":      must(controllers.PID(1, 0.1, 0.05, 0.2, 1, controllers.LeakSignal)),
		"pid without a leak":     must(controllers.PID(1, 0.1, 0.05, 0, 1, controllers.LeakSignal)),
		"pi, strong signal leak": must(controllers.PI(2, 0.8, 1, controllers.LeakSignal)), // 1/g is 0.8, and not 0.31
	}
}

// With every controller (Meulemans et al. 2021, appendix A.8) the five levels
// stand to each other as they should.
func TestEveryLevelAgreesWithEveryController(t *testing.T) {
	for name, c := range everyController(t) {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 3)
			f.set.Controller, f.set.TauV = c, 0.05 // slower neurons oscillate away under i
			checkRestEndsTheTrajectory(t, f)
			checkLemma1(t, f)
			checkResponse(t, f)
			checkCoupled(t, f)
		})
	}
}

// checkRestEndsTheTrajectory checks that level steady is where a trajectory ends,
// all of it, and that u = g e there.
func checkRestEndsTheTrajectory(t *testing.T, f *fixture) {
	t.Helper()
	set := f.at("buffered")
	set.Presentation = 60
	_, settled, _ := f.present(t, set)
	_, steady, outcome := f.present(t, f.at("steady"))
	if outcome.Unstable > 0 {
		t.Fatalf("%d samples are unstable", outcome.Unstable)
	}
	for _, name := range []string{"v1", "v2", "v3", "u", "x", "r2"} {
		if name == "x" && f.set.Controller.States() == 0 {
			continue
		}
		if d := distance(f.states(t, settled, name), f.states(t, steady, name)); d > 1e-8 {
			t.Errorf("%s ends %g from the rest state", name, d)
		}
	}
	u, e := f.states(t, steady, "u"), f.states(t, steady, "e")
	for k := range u {
		if math.Abs(e[k]-f.set.Controller.InverseDCGain()*u[k]) > 1e-10 {
			t.Fatalf("u = %g with an error of %g at rest, want e = %g u", u[k], e[k], f.set.Controller.InverseDCGain())
		}
	}
}

// checkLemma1 checks that level linear's u is (JQ + C(0)^-1 I)^-1 delta, with the
// transfer function in place of the DC gain.
func checkLemma1(t *testing.T, f *fixture) {
	t.Helper()
	_, p, _ := f.present(t, f.at("linear"))
	inverse := real(1 / f.set.Controller.Transfer(1e-9))
	for b := range f.batch.N {
		want := lemma1(t, f, b, inverse)
		got, _ := p.Reveal("u")
		if d := distance(row(got, b), want); d > 1e-7 { // C(1e-9) instead of C(0)
			t.Errorf("sample %d: u is %g from Lemma 1", b, d)
		}
	}
}

// checkResponse checks that level response comes to level buffered with the
// square of lambda, closer than the rest state does.
func checkResponse(t *testing.T, f *fixture) {
	t.Helper()
	off := func(level string, lambda float64) float64 {
		set, exact := f.at(level), f.exactly(f.set)
		set.TargetStepsize, exact.TargetStepsize = lambda, lambda
		got, p, _ := f.present(t, set)
		want, _, _ := f.present(t, exact)
		if r, ok := p.(*Response); ok && len(r.Integrated()) > 0 {
			t.Errorf("%d samples were integrated", len(r.Integrated()))
		}
		return distance(got.Plastic(), want.Plastic())
	}
	coarse, fine := off("response", 0.004), off("response", 0.002)
	if order := 1 + math.Log2(coarse/fine); math.Abs(order-2) > 0.2 {
		t.Errorf("response is %g off, then %g: order %.2f, want 2", coarse, fine, order)
	}
	if rest := off("steady", 0.002); fine > rest/10 {
		t.Errorf("response is %g off, the rest state %g", fine, rest)
	}
}

// checkCoupled checks that level coupled comes to level buffered as tau_w grows.
func checkCoupled(t *testing.T, f *fixture) {
	t.Helper()
	want, _, _ := f.present(t, f.at("buffered"))
	far, near := f.coupledOff(t, want, 1e4), f.coupledOff(t, want, 2e4)
	if order := math.Log2(far / near); math.Abs(order-1) > 0.1 {
		t.Errorf("coupled is %g off, then %g: order %.2f of 1/tau_w, want 1", far, near, order)
	}
}
