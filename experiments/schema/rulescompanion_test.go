package schema

import (
	"strings"
	"testing"
)

func TestFeedbackThatLearnsAwakeMustFitTheRule(t *testing.T) {
	for set, want := range map[string]string{
		"method.rule=learned-feedback":                                                                                                      "",
		"method.rule=learned-feedback feedback.optimizer=sgd":                                                                               "",
		"method.rule=learned-feedback feedback.optimizer=adam":                                                                              `feedback.optimizer: must be "ridge" or "sgd" for rule "learned-feedback", not "adam"`,
		"method.rule=learned-feedback method.noise_site=voltage":                                                                            `method.noise_site: must be "rate" for rule "learned-feedback", not "voltage": its feedback predicts the gradient to the rates`,
		"method.rule=learned-feedback method.level=buffered":                                                                                `integrator.h: is required at level "buffered" of rule "learned-feedback": a stochastic system is integrated with fixed steps`,
		"method.rule=learned-feedback method.level=buffered integrator.h=0.3":                                                               `integrator.h: must divide the presentation, 20, at level "buffered" of rule "learned-feedback": 0.3 does not`,
		"method.rule=learned-feedback method.level=buffered integrator.h=0.1":                                                               "",
		"method.rule=node-perturbation method.level=buffered integrator.h=0.1 integrator.method=dp5":                                        `integrator.method: must be "auto" at level "buffered" of rule "node-perturbation", which is stochastic, not "dp5"`,
		"method.rule=node-perturbation method.level=buffered integrator.h=0.1 timescales.tau_noise=inf method.noise_baseline=running":       `timescales.tau_noise: must be finite where method.noise_baseline is "running": a running mean would follow all that held noise does to the loss`,
		"method.rule=learned-feedback method.level=coupled integrator.h=0.1 timescales.tau_w=9":                                             `timescales.tau_q: must be finite at level "coupled" of rule "learned-feedback", whose feedback weights learn; presentation/feedback.lr = 66.66666666666667 moves them as level "buffered" does`,
		"method.rule=learned-feedback method.level=coupled integrator.h=0.1 timescales.tau_w=9 timescales.tau_q=9 feedback.optimizer=ridge": `feedback.optimizer: must be "sgd" at level "coupled", not "ridge": the feedback weights follow the gradient of the regression as time passes`,
		"method.rule=bp feedback.optimizer=ridge":                                                                                           `feedback.optimizer: must not be "ridge" for rule "bp": only "learned-feedback" is a regression`,
		"method.rule=kolen-pollack":                                                                                                         `training.weight_decay: must be > 0 for rule "kolen-pollack": without decay the feedback weights come no closer to the forward ones`,
		"method.rule=kolen-pollack training.weight_decay=1e-3":                                                                              "",
		"method.rule=node-perturbation method.noise_site=voltage":                                                                           "",
		"method.rule=node-perturbation method.noise=0":                                                                                      "method.noise: must be a number > 0, not 0",
		"method.rule=learned-feedback feedback.forget=0":                                                                                    "feedback.forget: must be a number > 0 and <= 1, not 0",
		`method.rule=bp record.theory=["noisy-error"]`:                                                                                      `record.theory: names "noisy-error", but rule "bp" has no method.noise`,
		`method.rule=fa record.theory=["local-angle"]`:                                                                                      `record.theory: names "local-angle", which is of rules whose errors go on with derivatives, not "fa"`,
		`method.rule=learned-feedback record.theory=["noisy-error","local-angle"]`:                                                          "",
		`method.rule=learned-feedback feedback.density=0.5`:                                                                                 `feedback.density: must be 1 for rule "learned-feedback", whose feedback weights learn: it would lose count of those that do not exist`,
	} {
		got := problems(t, valid, strings.Fields(set)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", set, got, want)
		}
	}
}
