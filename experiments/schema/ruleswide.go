package schema

import (
	"fmt"
	"slices"

	"credo/models"
)

// wideRules are about what n_L x n_L matrices for each sample would make too
// expensive.
var wideRules = []rule{
	{"feedback.learn", []string{"network.layers", "network.activation", "network.output", "method.loss"}, manyOutputsAsleepFault},
	{"feedback.freeze_output", []string{"feedback.learn", "network.layers", "network.activation", "network.output", "method.loss"}, wideOutputLearnsFault},
	{"feedback.sigma_output", []string{"feedback.learn", "network.layers", "network.activation", "network.output", "method.loss"}, wideOutputNoiseFault},
	{"record.theory", []string{"network.layers", "method.rule"}, manyOutputsTheoryFault},
}

// mostOutputs is the largest n_L for which samples have n_L x n_L matrices of
// their own in sleep and theory.
const mostOutputs = 128

// sleepsWide reports whether the sleep phase is averaged in the layer before the
// output.
func sleepsWide(s *Scenario) bool {
	net, err := models.NewNetwork(s.Network.Layers, s.Network.Activation, s.Network.Output, s.Method.Loss, s.Network.Bias)
	return err == nil && models.SleepsWide(net)
}

func manyOutputsAsleepFault(s *Scenario) string {
	if n := last(s.Network.Layers); s.Feedback.Learn && n > mostOutputs && !sleepsWide(s) {
		return fmt.Sprintf("must be false for these %d outputs: more than %d must be linear, behind a layer of fewer neurons", n, mostOutputs)
	}
	return ""
}

func wideOutputLearnsFault(s *Scenario) string {
	if s.Feedback.Learn && !s.Feedback.FreezeOutput && sleepsWide(s) {
		return fmt.Sprintf("must be true for %d outputs: the sleep phase of so many is averaged in the layer before them, for Q_L = I", last(s.Network.Layers))
	}
	return ""
}

func wideOutputNoiseFault(s *Scenario) string {
	if s.Feedback.Learn && s.Feedback.SigmaOutput != 0 && sleepsWide(s) {
		return fmt.Sprintf("must be 0 for %d outputs: the sleep phase of so many is averaged in the layer before them, which sees no noise of theirs", last(s.Network.Layers))
	}
	return ""
}

func manyOutputsTheoryFault(s *Scenario) string {
	n := last(s.Network.Layers)
	for _, m := range theoryMeasures {
		if n > mostOutputs && m.dense && slices.Contains(s.Record.Theory, m.name) {
			return fmt.Sprintf("names %q, which takes %d x %d matrices for every sample, one row an output; up to %d outputs have it%s", m.name, n, n, mostOutputs, insteadOf(m.name))
		}
	}
	return ""
}

// insteadOf says where else a measure is to be had.
func insteadOf(measure string) string {
	if measure == "condition2" {
		return ", and metrics.csv has it where feedback.learn is true"
	}
	return ""
}
