package schema

import (
	"strings"
	"testing"
)

func TestTheSleepPhaseMustFitTheRule(t *testing.T) {
	for sets, want := range map[string]string{
		"method.rule=bp":                                        `feedback.learn: must be false for rule "bp": only "dfc" learns its feedback weights for now`,
		"feedback.alpha=0":                                      `feedback.alpha: must be > 0: the noise of the sleep phase would drive a true integrator without bound where feedback does not reach`,
		"feedback.samples=129":                                  `feedback.samples: must be at most data.batch, 128, not 129`,
		"feedback.samples=0":                                    `feedback.samples: must be an integer >= 1, not 0`,
		"feedback.phase=night":                                  `feedback.phase: must be "averaged" or "merged", not the string "night"`,
		"feedback.sigma=0":                                      `feedback.sigma: must be a number > 0, not 0`,
		"feedback.optimizer=lm":                                 `feedback.optimizer: must be "implicit", "sgd" or "adam", not the string "lm"`,
		"controller.kind=i feedback.k_p=1":                      `feedback.k_p: must be 0 for controller "i"; kind "pi" has a proportional part`,
		"controller.kind=p controller.k_p=1 feedback.k_p=0":     `feedback.k_p: must be > 0 for controller "p", or the controller does nothing`,
		"controller.kind=p controller.k_p=1 feedback.alpha=0.1": `feedback.alpha: must be 0 for controller "p", which has no integral`,
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
