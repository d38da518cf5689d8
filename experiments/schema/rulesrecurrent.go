package schema

import (
	"fmt"
	"slices"

	"credo/models"
)

// recurrentRules are about networks whose hidden layer reads itself.
var recurrentRules = []rule{
	{"network.recurrent", []string{"data.source"}, recurrentDataFault},
	{"data.validation", []string{"data.source"}, streamValidationFault},
	{"data.target", []string{"data.source"}, streamTargetFault},
	{"network.layers", []string{"network.recurrent"}, recurrentLayersFault},
	{"network.density", []string{"network.recurrent"}, func(s *Scenario) string { return recurrentOnlyFault(s, slices.Min(s.Network.Density) == 1, "1") }},
	{"feedback.density", []string{"network.recurrent"}, func(s *Scenario) string { return recurrentOnlyFault(s, s.Feedback.Density == 1, "1") }},
	{"training.freeze", []string{"network.recurrent"}, func(s *Scenario) string { return recurrentOnlyFault(s, len(s.Training.Freeze) == 0, "[]") }},
	{"method.rule", []string{"network.recurrent"}, recurrentRuleFault},
	{"feedback.optimizer", []string{"network.recurrent", "method.rule"}, recurrentFeedbackFault},
	{"training.epochs", []string{"network.recurrent"}, recurrentEpochsFault},
	{"record.presentations", []string{"network.recurrent"}, recurrentRecordFault},
	{"record.theory", []string{"network.recurrent"}, recurrentTheoryFault},
}

// streams says whether the source has streams without end in place of samples.
func streams(s *Scenario) bool { return s.Data.Source == "delayed-xor" }

func recurrentDataFault(s *Scenario) string {
	switch {
	case s.Network.Recurrent && !streams(s):
		return fmt.Sprintf("must be false for source %q: recurrent networks learn from streams, as \"delayed-xor\" has them", s.Data.Source)
	case !s.Network.Recurrent && streams(s):
		return `must be true for source "delayed-xor", whose answers depend on inputs of earlier steps`
	}
	return ""
}

// stepsFault checks that an epoch is whole windows.
func stepsFault(s *Scenario) string {
	switch train, window := s.Data.Train, s.Training.Truncation; {
	case train == All:
		return `is required by source "delayed-xor", which has no end: the steps of a stream in an epoch`
	case train%window != 0:
		return fmt.Sprintf("must be a multiple of training.truncation, %d, as %d is, not %d", window, max(1, train/window)*window, train)
	}
	return ""
}

func streamValidationFault(s *Scenario) string {
	if streams(s) && s.Data.Validation > 0 {
		return `must be 0 for source "delayed-xor": every step is new, so that the training loss is one of steps never seen`
	}
	return ""
}

func streamTargetFault(s *Scenario) string {
	if streams(s) && s.Data.Target != "label" {
		return `must be "label" for source "delayed-xor", which has a target`
	}
	return ""
}

func recurrentLayersFault(s *Scenario) string {
	if n := len(s.Network.Layers); s.Network.Recurrent && n != 3 {
		return fmt.Sprintf("must be input, hidden layer and output of a recurrent network, so 3, not %d", n)
	}
	return ""
}

// recurrentOnlyFault refuses, in a recurrent network, a key that only feedforward
// networks have, unless it is unset.
func recurrentOnlyFault(s *Scenario, unset bool, want string) string {
	if s.Network.Recurrent && !unset {
		return fmt.Sprintf("must be %s for a recurrent network", want)
	}
	return ""
}

func recurrentRuleFault(s *Scenario) string {
	if s.Network.Recurrent && !learningRule(s).Recurrent() {
		return fmt.Sprintf("must be %s for a recurrent network, not %q", oneOf(models.RecurrentRules()), s.Method.Rule)
	}
	return ""
}

func recurrentLevelFault(s *Scenario) string {
	if s.Method.Level != "steady" {
		return fmt.Sprintf("must be \"steady\" for a recurrent network, whose time is in steps, not %q", s.Method.Level)
	}
	return ""
}

func recurrentFeedbackFault(s *Scenario) string {
	if s.Network.Recurrent && s.Method.Rule == "learned-feedback" && s.Feedback.Optimizer != "sgd" {
		return fmt.Sprintf("must be \"sgd\" for learned-feedback in a recurrent network, not %q", s.Feedback.Optimizer)
	}
	return ""
}

func recurrentEpochsFault(s *Scenario) string {
	if s.Network.Recurrent && s.Training.Epochs == 0 {
		return "must be >= 1 for a recurrent network: there is nothing to simulate without learning"
	}
	return ""
}

func recurrentRecordFault(s *Scenario) string {
	if s.Network.Recurrent && s.Record.Presentations > 0 {
		return "must be 0 for a recurrent network: only weights are kept of it"
	}
	return ""
}

func recurrentTheoryFault(s *Scenario) string {
	if s.Network.Recurrent && len(s.Record.Theory) > 0 {
		return "must be [] for a recurrent network, whose feedback_angle and feedback_error stand in metrics.csv"
	}
	return ""
}
