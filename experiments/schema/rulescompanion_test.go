package schema

import (
	"strings"
	"testing"
)

func TestFeedbackThatLearnsAwakeMustFitTheRule(t *testing.T) {
	for set, want := range map[string]string{
		"method.rule=learned-feedback":                                             "",
		"method.rule=learned-feedback feedback.optimizer=sgd":                      "",
		"method.rule=learned-feedback feedback.optimizer=adam":                     `feedback.optimizer: must be "ridge" or "sgd" for rule "learned-feedback", not "adam"`,
		"method.rule=learned-feedback method.noise_site=voltage":                   `method.noise_site: must be "rate" for rule "learned-feedback", not "voltage": its feedback predicts the gradient to the rates`,
		"method.rule=learned-feedback method.level=buffered":                       `method.level: rule "learned-feedback" has no level "buffered", only "steady"`,
		"method.rule=bp feedback.optimizer=ridge":                                  `feedback.optimizer: must not be "ridge" for rule "bp": only "learned-feedback" is a regression`,
		"method.rule=kolen-pollack":                                                `training.weight_decay: must be > 0 for rule "kolen-pollack": without decay the feedback weights come no closer to the forward ones`,
		"method.rule=kolen-pollack training.weight_decay=1e-3":                     "",
		"method.rule=node-perturbation method.noise_site=voltage":                  "",
		"method.rule=node-perturbation method.noise=0":                             "method.noise: must be a number > 0, not 0",
		"method.rule=learned-feedback feedback.forget=0":                           "feedback.forget: must be a number > 0 and <= 1, not 0",
		`method.rule=bp record.theory=["noisy-error"]`:                             `record.theory: names "noisy-error", but rule "bp" has no method.noise`,
		`method.rule=fa record.theory=["local-angle"]`:                             `record.theory: names "local-angle", which is of rules whose errors go on with derivatives, not "fa"`,
		`method.rule=learned-feedback record.theory=["noisy-error","local-angle"]`: "",
		`method.rule=learned-feedback feedback.density=0.5`:                        `feedback.density: must be 1 for rule "learned-feedback", whose feedback weights learn: it would lose count of those that do not exist`,
	} {
		got := problems(t, valid, strings.Fields(set)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", set, got, want)
		}
	}
}
