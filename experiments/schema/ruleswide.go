package schema

import (
	"fmt"
	"slices"

	"credo/models"
)

// wideRules are about what n_L x n_L matrices for each sample would make too
// expensive.
var wideRules = []rule{
	{"feedback.learn", append(sleepsWideBy, "feedback.phase"), manyOutputsAsleepFault},
	{"feedback.phase", []string{"feedback.learn", "network.layers"}, manyOutputsMergedFault},
	{"feedback.freeze_output", append(sleepsWideBy, "feedback.learn", "feedback.phase", "feedback.pretrain"), wideOutputLearnsFault},
	{"feedback.sigma_output", append(sleepsWideBy, "feedback.learn", "feedback.phase", "feedback.pretrain"), wideOutputNoiseFault},
	{"record.theory", []string{"network.layers", "method.rule"}, manyOutputsTheoryFault},
}

// mostOutputs is the largest n_L for which samples have n_L x n_L matrices of
// their own in sleep and theory.
const mostOutputs = 128

// sleepsWideBy are the keys that sleepsWide looks at.
var sleepsWideBy = []string{"network.layers", "network.activation", "network.output", "method.loss"}

// sleepsWide reports whether the averaged sleep phase, and Condition 2, are
// worked out in the layer before the output.
func sleepsWide(s *Scenario) bool {
	net, err := models.NewNetwork(s.Network.Layers, s.Network.Activation, s.Network.Output, s.Method.Loss, s.Network.Bias)
	return err == nil && models.SleepsWide(net)
}

func manyOutputsAsleepFault(s *Scenario) string {
	if n := last(s.Network.Layers); asleep(s) && n > mostOutputs && !sleepsWide(s) {
		return fmt.Sprintf("must be false for these %d outputs: more than %d must be linear, behind a layer of fewer neurons", n, mostOutputs)
	}
	return ""
}

func manyOutputsMergedFault(s *Scenario) string {
	if n := last(s.Network.Layers); s.SinglePhase() && n > mostOutputs {
		return fmt.Sprintf("must be \"averaged\" or \"simulated\" for %d outputs: the merged phase takes %d x %d matrices for every sample, one row an output; up to %d outputs have it", n, n, n, mostOutputs)
	}
	return ""
}

func wideOutputLearnsFault(s *Scenario) string {
	if s.AveragesSleep() && !s.Feedback.FreezeOutput && sleepsWide(s) {
		return fmt.Sprintf("must be true for %d outputs: the sleep phase of so many is averaged in the layer before them, for Q_L = I", last(s.Network.Layers))
	}
	return ""
}

func wideOutputNoiseFault(s *Scenario) string {
	if s.AveragesSleep() && s.Feedback.SigmaOutput != 0 && sleepsWide(s) {
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
