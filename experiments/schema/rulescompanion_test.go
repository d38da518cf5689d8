package schema

import (
	"strings"
	"testing"
)

func TestFeedbackThatLearnsAwakeMustFitTheRule(t *testing.T) {
	for set, want := range map[string]string{
		"method.rule=learned-feedback":                                                        "",
		"method.rule=learned-feedback feedback.optimizer=sgd":                                 "",
		"method.rule=learned-feedback feedback.optimizer=adam":                                `feedback.optimizer: must be "ridge" or "sgd" for rule "learned-feedback", not "adam"`,
		"method.rule=learned-feedback method.noise_site=voltage":                              `method.noise_site: must be "rate" for rule "learned-feedback", not "voltage": its feedback predicts the gradient to the rates`,
		"method.rule=learned-feedback method.level=buffered":                                  `method.level: rule "learned-feedback" has no level "buffered", only "steady"`,
		"method.rule=bp feedback.optimizer=ridge":                                             `feedback.optimizer: must not be "ridge" for rule "bp": only "learned-feedback" is a regression`,
		"method.rule=kolen-pollack":                                                           `training.weight_decay: must be > 0 for rule "kolen-pollack": without decay the feedback weights come no closer to the forward ones`,
		"method.rule=kolen-pollack training.weight_decay=1e-3":                                "",
		"method.rule=node-perturbation method.noise_site=voltage":                             "",
		"method.rule=node-perturbation method.noise=0":                                        "method.noise: must be a number > 0, not 0",
		"method.rule=learned-feedback feedback.forget=0":                                      "feedback.forget: must be a number > 0 and <= 1, not 0",
		`method.rule=learned-feedback record.theory=["true-angle2"]`:                          `record.theory: names "true-angle2", of a layer that is not hidden: they are 1 to 1`,
		`method.rule=bp record.theory=["noisy-error"]`:                                        `record.theory: names "noisy-error", but rule "bp" has no method.noise`,
		`method.rule=bp record.theory=["relative-error1"]`:                                    `record.theory: names "relative-error1", but rule "bp" has no feedback weights in the place of W^T`,
		`method.rule=learned-feedback record.theory=["true-angle1","local-angle1"]`:           "",
		`method.rule=learned-feedback record.theory=["local-angle1"] feedback.path=direct`:    `record.theory: names "local-angle1", but errors do not go down a chain of B d`,
		`method.rule=learned-feedback record.theory=["relative-error1"] feedback.init=random`: "",
	} {
		got := problems(t, valid, strings.Fields(set)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", set, got, want)
		}
	}
}
