package schema

import (
	"strings"
	"testing"
)

// single is a merged phase that fits.
var single = []string{"feedback.learn=true", "feedback.phase=merged", "method.level=buffered", "controller.alpha=0.5", "integrator.h=0.02"}

func TestTheMergedPhaseMustFitTheRest(t *testing.T) {
	for sets, want := range map[string]string{
		"method.level=steady":                     `feedback.phase: must be "averaged" at level "steady": noise while awake takes levels "buffered" and "coupled", which pass through time`,
		"method.rule=bp method.level=steady":      `feedback.learn: must be false for rule "bp": only "dfc" learns its feedback weights for now`,
		"feedback.tau_f=0.3":                      `feedback.tau_f: must be > feedback.tau_a, 0.3, not 0.3: a faster filter makes the feedback weights grow without bound`,
		"feedback.tau_f=0":                        `feedback.tau_f: must be a number > 0, or inf, not 0`,
		"controller.alpha=0":                      `controller.alpha: must be > 0 in the merged phase: its noise would drive a true integrator without bound where feedback does not reach`,
		"integrator.h=0":                          `integrator.h: is required in the merged phase: a stochastic system is integrated with fixed steps`,
		"integrator.h=0 integrator.method=euler":  `integrator.h: is required by method "euler", which cannot choose its step`,
		"integrator.h=0.3":                        `integrator.h: must divide the presentation, 20, in the merged phase: 0.3 does not`,
		"integrator.h=30":                         `integrator.h: must be at most the presentation, 20, not 30`,
		"integrator.method=tsit5":                 `integrator.method: must be "auto" or "euler" in the merged phase, which is stochastic, not "tsit5"`,
		"record.times=[0.5,0.71]":                 `record.times: 0.71 is between two steps of integrator.h = 0.02, the only times known in the merged phase`,
		"method.level=coupled timescales.tau_w=9": `timescales.tau_q: must be finite at level "coupled" of the merged phase; presentation sigma^2/lr = 0.006666666666666667 moves the feedback weights as level "buffered" does`,
	} {
		got := problems(t, valid, append(single[:len(single):len(single)], strings.Fields(sets)...)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{
		"",
		"feedback.tau_f=inf",
		"integrator.method=euler",
		"record.times=[0,0.5,20]",
		"controller.kind=p controller.k_p=1 controller.alpha=0",
		"method.level=coupled timescales.tau_w=9 timescales.tau_q=1",
		"feedback.alpha=0 feedback.k_p=0 feedback.samples=1000",                                         // of the sleep phase
		"feedback.learn=false method.level=steady integrator.h=0 feedback.tau_f=0.1 controller.alpha=0", // not used
	} {
		if got := problems(t, valid, append(single[:len(single):len(single)], strings.Fields(sets)...)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}
