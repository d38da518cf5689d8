package ode_test

import (
	"strings"
	"testing"

	"credo/ode"
	"credo/ode/odetest"
)

func TestMethodsConform(t *testing.T) {
	for _, m := range ode.Methods() {
		t.Run(m.Name(), func(t *testing.T) { odetest.Conformance(t, m) })
	}
}

func TestMethodByNameFindsEveryMethodAndListsThem(t *testing.T) {
	for _, m := range ode.Methods() {
		if got, err := ode.MethodByName(m.Name()); err != nil || got != m {
			t.Errorf("%s: got %v, %v", m.Name(), got, err)
		}
	}
	_, err := ode.MethodByName("ode45")
	if err == nil || !strings.Contains(err.Error(), `"ode45"`) || !strings.Contains(err.Error(), "bs32, rk4, dp5, tsit5, vern7, dop853, rodas5p") {
		t.Errorf("the error does not help: %v", err)
	}
}

// The reference answers come from elsewhere, to 13 digits or more; the errors allowed are the errors that the tolerance of 1e-10
// gives on these problems, with a margin of 10.
func TestHardProblemsReachTheirReferences(t *testing.T) {
	for _, m := range []ode.Method{ode.DP5(), ode.Tsit5(), ode.Vern7(), ode.DOP853()} {
		for _, test := range []struct {
			problem odetest.Problem
			within  float64
		}{
			{odetest.Pleiades(), 5e-7}, {odetest.Brusselator(), 1e-9}, {odetest.Arenstorf(), 2e-5},
		} {
			p, y := test.problem, test.problem.Start()
			stats, err := ode.Solve(p.System, y, p.T0, p.T1, ode.Options{Method: m, RelTol: 1e-10, AbsTol: 1e-10})
			if err != nil {
				t.Fatal(err)
			}
			if e := p.Error(y); e > test.within {
				t.Errorf("%s on %s: error %.2g after %d evaluations, want %.2g", m.Name(), p.Name, e, stats.Evaluations, test.within)
			}
		}
	}
}
