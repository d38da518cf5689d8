package schema

import "fmt"

// companionRules are about feedback weights that learn awake, and about the
// noise from which some of them do.
var companionRules = []rule{
	{"feedback.optimizer", []string{"method.rule", "feedback.learn"}, companionOptimizerFault},
	{"method.noise_site", []string{"method.rule"}, noiseSiteFault},
	{"training.weight_decay", []string{"method.rule"}, mirrorDecayFault},
	{"feedback.density", []string{"method.rule"}, learnedDensityFault},
}

// learnsAwake says whether feedback weights step beside the forward weights.
func learnsAwake(s *Scenario) bool { return s.HasFeedback() && learningRule(s).LearnsAwake() }

func regresses(s *Scenario) bool { return s.Method.Rule == "learned-feedback" }

// perturbs says whether the rule learns from method.noise.
func perturbs(s *Scenario) bool { return regresses(s) || s.Method.Rule == "node-perturbation" }

func mirrorsNoise(s *Scenario) bool { return s.Method.Rule == "weight-mirror" }

func defaultFeedback(s *Scenario) any {
	switch {
	case regresses(s):
		return "zero"
	case learnsAwake(s):
		return "random"
	}
	return "weight-product"
}

func defaultFeedbackOptimizer(s *Scenario) any {
	if regresses(s) {
		return "ridge"
	}
	return "implicit"
}

// defaultFeedbackDecay leads a weight mirror to W^T itself.
func defaultFeedbackDecay(s *Scenario) any {
	power := s.Feedback.Sigma * s.Feedback.Sigma
	if mirrorsNoise(s) {
		return power
	}
	return 0.03 * power
}

func companionOptimizerFault(s *Scenario) string {
	switch kind := s.Feedback.Optimizer; {
	case regresses(s) && kind != "ridge" && kind != "sgd":
		return fmt.Sprintf("must be \"ridge\" or \"sgd\" for rule \"learned-feedback\", not %q", kind)
	case !regresses(s) && kind == "ridge":
		return fmt.Sprintf("must not be \"ridge\" for rule %q: only \"learned-feedback\" is a regression", s.Method.Rule)
	}
	return ""
}

func noiseSiteFault(s *Scenario) string {
	if regresses(s) && s.Method.NoiseSite != "rate" {
		return fmt.Sprintf("must be \"rate\" for rule \"learned-feedback\", not %q: its feedback predicts the gradient to the rates", s.Method.NoiseSite)
	}
	return ""
}

func learnedDensityFault(s *Scenario) string {
	if learnsAwake(s) && s.Feedback.Density != 1 {
		return fmt.Sprintf("must be 1 for rule %q, whose feedback weights learn: it would lose count of those that do not exist", s.Method.Rule)
	}
	return ""
}

func mirrorDecayFault(s *Scenario) string {
	if s.Method.Rule == "kolen-pollack" && s.Training.WeightDecay == 0 {
		return `must be > 0 for rule "kolen-pollack": without decay the feedback weights come no closer to the forward ones`
	}
	return ""
}
