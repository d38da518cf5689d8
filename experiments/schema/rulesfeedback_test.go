package schema

import (
	"strings"
	"testing"
)

func TestTheSleepPhaseMustFitTheRule(t *testing.T) {
	for sets, want := range map[string]string{
		"method.rule=bp":       `feedback.learn: must be false for rule "bp": only "dfc" learns its feedback weights for now`,
		"feedback.alpha=0":     `feedback.alpha: must be > 0: the noise of the sleep phase would drive a true integrator without bound where feedback does not reach`,
		"feedback.samples=129": `feedback.samples: must be at most data.batch, 128, not 129`,
		"feedback.samples=0":   `feedback.samples: must be an integer >= 1, not 0`,
		"feedback.phase=night": `feedback.phase: must be "averaged", "simulated" or "merged", not the string "night"`,
		"feedback.phase=merged feedback.epochs=1 controller.alpha=0.1 method.level=buffered integrator.h=0.01": `feedback.epochs: must be 0 for phase "merged", which has no sleep`,
		"feedback.sigma=0":                                      `feedback.sigma: must be a number > 0, not 0`,
		"feedback.optimizer=lm":                                 `feedback.optimizer: must be "implicit", "sgd", "adam" or "ridge", not the string "lm"`,
		"controller.kind=i feedback.k_p=1":                      `feedback.k_p: must be 0 for controller "i"; kind "pi" has a proportional part`,
		"controller.kind=p controller.k_p=1 feedback.k_p=0":     `feedback.k_p: must be > 0 for controller "p", or the controller does nothing`,
		"controller.kind=p controller.k_p=1 feedback.alpha=0.1": `feedback.alpha: must be 0 for controller "p", which has no integral`,
		"feedback.clip=1":                                       `feedback.clip: must be 0 for optimizer "implicit", which cannot overshoot`,
		"feedback.phase=simulated feedback.h=0.006":             `feedback.h: must be at most feedback.tau_v and feedback.tau_a, so 0.005, not 0.006: a longer step overshoots`,
		"feedback.phase=simulated feedback.h=0":                 `feedback.h: must be a number > 0, not 0`,
		"feedback.phase=simulated feedback.presentation=0.0971": `feedback.presentation: must be a number of steps feedback.h = 0.002: "48 h" is 0.096, "49 h" is 0.098, not 0.0971`,
		"feedback.phase=simulated feedback.presentation=1e-9":   `feedback.presentation: must be a number of steps feedback.h = 0.002: "1 h" is 0.002, "2 h" is 0.004, not 1e-09`,
		"feedback.phase=simulated feedback.burn_in=0.001":       `feedback.burn_in: must be a number of steps feedback.h = 0.002: "1 h" is 0.002, "2 h" is 0.004, not 0.001`,
		"feedback.presentation=48h2":                            `feedback.presentation: must be a number > 0, or steps such as "48 h", not the string "48h2"`,
		"feedback.presentation=0h":                              `feedback.presentation: must be a number > 0, or steps such as "48 h", not the string "0h"`,
		"feedback.burn_in=-1h":                                  `feedback.burn_in: must be a number >= 0, or steps such as "48 h", not the string "-1h"`,
	} {
		got := problems(t, valid, append(strings.Fields(sets), "feedback.learn=true")...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{
		"feedback.learn=true",
		"feedback.learn=true controller.kind=i",
		"feedback.learn=true controller.kind=p controller.k_p=1",
		"feedback.learn=true data.batch=3",
		"feedback.alpha=0 feedback.samples=1000 method.rule=bp", // not used
		"feedback.learn=true feedback.h=1 feedback.burn_in=0.3", // not used: averaged
		"feedback.learn=true feedback.phase=simulated feedback.optimizer=adam feedback.clip=1",
		"feedback.learn=true feedback.phase=simulated feedback.tau_v=0.0063 feedback.h=0.002029948025 feedback.presentation=0.0974375052",
	} {
		if got := problems(t, valid, strings.Fields(sets)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}

func TestTheSleepPhasesDefaultsFollowOtherKeys(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid), "feedback.learn=true", "feedback.sigma=0.1", "data.batch=5", "controller.kind=i")
	if err != nil {
		t.Fatal(err)
	}
	if f := s.Feedback; f.SigmaOutput != 0.1 || f.Beta != 0.03*f.Sigma*f.Sigma || f.Samples != 5 || f.KP != 0 || f.Alpha != 0.5 {
		t.Errorf("%+v", f)
	}
}

// What the user writes as a number of steps is that many, and stays so when the
// resolved scenario is read back.
func TestTimesOfTheSimulatedSleepPhaseMayBeSteps(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid), "feedback.learn=true", "feedback.phase=simulated", "feedback.epochs=3",
		"feedback.tau_v=0.0063", "feedback.h=2.029948025e-3", `feedback.presentation="48 h"`, "feedback.burn_in=7h")
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("s.toml", s.Encode())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Feedback{s.Feedback, again.Feedback} {
		if h := 2.029948025e-3; f.Presentation != 48*h || f.BurnIn != 7*h || f.Samples != 128 {
			t.Errorf("%+v", f)
		}
	}
	if f := parseFeedback(t, "feedback.tau_v=0.01"); f.H != 0.004 || f.Presentation != 0.2 || f.BurnIn != 0 || f.PretrainLR != f.LR {
		t.Errorf("%+v", f)
	}
}

func parseFeedback(t *testing.T, set ...string) Feedback {
	t.Helper()
	s, err := Parse("s.toml", []byte(valid), set...)
	if err != nil {
		t.Fatal(err)
	}
	return s.Feedback
}
