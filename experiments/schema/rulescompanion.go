package schema

import (
	"fmt"
	"math"
)

// companionRules are about feedback weights that learn awake, and about the
// noise from which some of them do.
var companionRules = []rule{
	{"feedback.optimizer", []string{"method.rule", "method.level", "network.recurrent"}, companionOptimizerFault},
	{"method.noise_site", []string{"method.rule", "network.recurrent"}, noiseSiteFault},
	{"method.noise_baseline", []string{"network.recurrent"}, noiseBaselineFault},
	{"training.weight_decay", []string{"method.rule"}, mirrorDecayFault},
	{"feedback.density", []string{"method.rule"}, learnedDensityFault},
	{"timescales.tau_q", []string{"method.rule", "method.level", "timescales.tau_w", "timescales.presentation", "feedback.sigma", "feedback.lr"}, coupledCompanionFault},
}

// learnsAwake says whether feedback weights of a feedforward network step beside
// its forward weights.
func learnsAwake(s *Scenario) bool {
	return s.HasFeedback() && learningRule(s).LearnsAwake() && !s.Network.Recurrent
}

// LearnsAwake says whether feedback weights of a feedforward network learn in the
// presentations in which forward weights do.
func (s *Scenario) LearnsAwake() bool { return learnsAwake(s) }

func regresses(s *Scenario) bool { return learnsAwake(s) && s.Method.Rule == "learned-feedback" }

// perturbs says whether the rule learns from method.noise.
func perturbs(s *Scenario) bool { return learningRule(s).LearnsFromNoise() && !s.Network.Recurrent }

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
	switch {
	case regresses(s) && !coupled(s):
		return "ridge"
	case s.Method.Rule == "learned-feedback":
		return "sgd"
	}
	return "implicit"
}

// defaultFeedbackDecay leads a weight mirror to W^T itself.
func defaultFeedbackDecay(s *Scenario) any {
	sigma := s.Feedback.Sigma
	if mirrorsNoise(s) {
		return sigma * sigma
	}
	return 0.03 * sigma * sigma
}

func companionOptimizerFault(s *Scenario) string {
	switch kind := s.Feedback.Optimizer; {
	case regresses(s) && kind != "ridge" && kind != "sgd":
		return fmt.Sprintf("must be \"ridge\" or \"sgd\" for rule \"learned-feedback\", not %q", kind)
	case regresses(s) && coupled(s) && kind != "sgd":
		return fmt.Sprintf("must be \"sgd\" at level \"coupled\", not %q: the feedback weights follow the gradient of the regression as time passes", kind)
	case !regresses(s) && !s.Network.Recurrent && kind == "ridge":
		return fmt.Sprintf("must not be \"ridge\" for rule %q: only \"learned-feedback\" is a regression", s.Method.Rule)
	}
	return ""
}

func noiseSiteFault(s *Scenario) string {
	if s.Method.Rule == "learned-feedback" && s.Method.NoiseSite != "rate" {
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

func noiseBaselineFault(s *Scenario) string {
	if s.Network.Recurrent && s.Method.NoiseBaseline != "clean" {
		return fmt.Sprintf("must be \"clean\" for a recurrent network, not %q", s.Method.NoiseBaseline)
	}
	return ""
}

func mirrorDecayFault(s *Scenario) string {
	if s.Method.Rule == "kolen-pollack" && s.Training.WeightDecay == 0 {
		return `must be > 0 for rule "kolen-pollack": without decay the feedback weights come no closer to the forward ones`
	}
	return ""
}

// mirrors says whether feedback weights move as forward weights do.
func mirrors(s *Scenario) bool {
	return s.Method.Rule == "matching" || s.Method.Rule == "kolen-pollack"
}

// defaultTauQ lets mirrored weights move at the pace of what they mirror.
func defaultTauQ(s *Scenario) any {
	if mirrors(s) {
		return s.Timescales.TauW
	}
	return math.Inf(1)
}

// coupledCompanionFault recalls which tau_q makes a presentation one buffered step.
func coupledCompanionFault(s *Scenario) string {
	if !coupled(s) || !learnsAwake(s) || !math.IsInf(s.Timescales.TauQ, 1) {
		return ""
	}
	length, f := s.Timescales.Presentation, s.Feedback
	pace, name := length/f.LR, "presentation/feedback.lr"
	switch {
	case mirrors(s):
		pace, name = s.Timescales.TauW, "tau_w"
	case mirrorsNoise(s):
		pace, name = length*f.Sigma*f.Sigma/f.LR, "presentation feedback.sigma^2/feedback.lr"
	}
	return fmt.Sprintf("must be finite at level \"coupled\" of rule %q, whose feedback weights learn; %s = %g moves them as level \"buffered\" does", s.Method.Rule, name, pace)
}
