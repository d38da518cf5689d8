package schema

import (
	"fmt"
	"slices"
)

// HasDistributions says whether the rule learns distributions of weights.
func (s *Scenario) HasDistributions() bool { return learningRule(s).SpikeSlab }

var distributionRules = []rule{
	{"network.bias", []string{"method.rule"}, distributionBiasFault},
	{"network.normalize", []string{"method.rule", "method.level"}, normalizeFault},
	{"network.spike", []string{"method.rule"}, func(s *Scenario) string {
		return onlyDistributions(s, s.Network.Spike != 0, "must be 0")
	}},
	{"network.density", []string{"method.rule"}, func(s *Scenario) string {
		if s.HasDistributions() && slices.ContainsFunc(s.Network.Density, func(share float64) bool { return share < 1 }) {
			return `must be 1 for rule "gbp": its synapses learn whether they exist, from network.spike on`
		}
		return ""
	}},
	{"method.evaluate", []string{"method.rule"}, func(s *Scenario) string {
		return onlyDistributions(s, s.Method.Evaluate != "sample", `must stay "sample"`)
	}},
	{"record.theory", []string{"method.rule"}, distributionTheoryFault},
	{"training.decoupled_decay", []string{"training.weight_decay"}, decoupledFault},
}

func distributionBiasFault(s *Scenario) string {
	if s.HasDistributions() && s.Network.Bias {
		return "must be false for rule \"gbp\", whose neurons have no bias"
	}
	return ""
}

func normalizeFault(s *Scenario) string {
	switch {
	case s.HasDistributions() && !s.Network.Normalize:
		return `must be true for rule "gbp": of its weights, of order 1, a neuron takes the normalised sum`
	case !s.Network.Normalize || s.HasDistributions():
	case s.Method.Rule != "bp" || s.Method.Level != "steady":
		return fmt.Sprintf("must be false for rule %q at level %q: rule \"bp\" at level \"steady\" and rule \"gbp\" have it", s.Method.Rule, s.Method.Level)
	case len(s.Record.Theory) > 0:
		return "must be false where record.theory is measured of rule \"bp\""
	}
	return ""
}

// onlyDistributions refuses what is set and means nothing to other rules.
func onlyDistributions(s *Scenario, set bool, fault string) string {
	if set && !s.HasDistributions() {
		return fmt.Sprintf("%s for rule %q, whose weights are numbers", fault, s.Method.Rule)
	}
	return ""
}

func decoupledFault(s *Scenario) string {
	if s.Training.DecoupledDecay && s.Training.WeightDecay == 0 {
		return "is true, but training.weight_decay is 0: there is nothing to decouple"
	}
	return ""
}
