package schema

import (
	"fmt"
	"slices"
)

// layerRules are about what a layer begins with, and what of it learns.
var layerRules = []rule{
	{"network.init_scale", []string{"network.layers"}, func(s *Scenario) string { return perLayerFault(s, s.Network.InitScale) }},
	{"network.bias_scale", []string{"network.layers"}, func(s *Scenario) string { return perLayerFault(s, s.Network.BiasScale) }},
	{"network.bias_scale", []string{"network.bias"}, biasScaleFault},
	{"network.density", []string{"network.layers"}, func(s *Scenario) string { return perLayerFault(s, s.Network.Density) }},
	{"network.density", []string{"method.level"}, coupledDensityFault},
	{"feedback.density", []string{"method.rule", "feedback.path", "feedback.learn"}, feedbackDensityFault},
	{"feedback.distribution", []string{"method.rule", "feedback.init"}, distributionFault},
	{"feedback.init_scale", []string{"method.rule", "feedback.init"}, feedbackScaleFault},
	{"training.freeze", []string{"network.layers", "network.bias", "method.level"}, freezeFault},
}

func perLayerFault(s *Scenario, values []float64) string {
	if want := len(s.Network.Layers) - 1; len(values) > 1 && len(values) != want {
		return fmt.Sprintf("needs one number for all layers, or one a layer of weights: %d, not %d", want, len(values))
	}
	return ""
}

func biasScaleFault(s *Scenario) string {
	if !s.Network.Bias && slices.Max(s.Network.BiasScale) > 0 {
		return "must be 0 for a network without bias"
	}
	return ""
}

func coupledDensityFault(s *Scenario) string {
	if coupled(s) && slices.Min(s.Network.Density) < 1 {
		return `must be 1 at level "coupled": only updates leave synapses out`
	}
	return ""
}

func feedbackDensityFault(s *Scenario) string {
	switch {
	case s.Feedback.Density == 1 || !s.HasFeedback():
	case neurons(s):
		return `must be 1 with path "separate": only paths "direct" and "layerwise" can be sparse`
	case s.Feedback.Learn:
		return "must be 1 where feedback.learn is true: feedback weights that learn are dense"
	}
	return ""
}

// makesFeedback reports whether the rule has feedback weights that follow from the
// network; a rule without any takes no notice of [feedback].
func makesFeedback(s *Scenario) bool { return s.HasFeedback() && s.Feedback.Init != "random" }

func distributionFault(s *Scenario) string {
	if d := s.Feedback.Distribution; d != "xavier-normal" && makesFeedback(s) {
		return fmt.Sprintf("%q is of feedback weights that are drawn: set feedback.init to \"random\"", d)
	}
	return ""
}

func feedbackScaleFault(s *Scenario) string {
	if s.Feedback.InitScale != 1 && makesFeedback(s) {
		return `must be 1 unless feedback weights are drawn: set feedback.init to "random"`
	}
	return ""
}
