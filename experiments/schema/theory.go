package schema

import (
	"fmt"
	"slices"
)

// theoryMeasures are what record.theory may name, and how figures label them.
var theoryMeasures = []struct {
	name, label string
	control     bool // of rules with feedback control alone
	dense       bool // takes n_L x n_L matrices for every sample
}{
	{"condition1", "spread of layer norms", false, false},
	{"condition2", "share of Q in J's rows", true, true},
	{"condition3", "least Re eig(JQ) + 1/g", true, true},
	{"abscissa", "largest Re eig of the loop", true, true},
	{"bp", "angle to BP (deg)", false, false},
	{"gauss-newton", "angle to GN (deg)", false, true},
	{"minibatch-gauss-newton", "angle to batch GN (deg)", false, true},
	{"minimum-norm", "angle to MN (deg)", false, true},
	{"released-minimum-norm", "angle to released MN (deg)", false, true},
	{"steady-approximation", "angle to DFC-SSA (deg)", true, false},
}

func theoryNames() []string {
	var names []string
	for _, m := range theoryMeasures {
		names = append(names, m.name)
	}
	for _, m := range feedbackMeasures {
		names = append(names, m.name)
	}
	for _, m := range distributionMeasures {
		names = append(names, m.name)
	}
	return names
}

// TheoryLabel returns how figures label a measure of record.theory.
func TheoryLabel(name string) string {
	for _, m := range theoryMeasures {
		if m.name == name {
			return m.label
		}
	}
	for _, m := range feedbackMeasures {
		if m.name == name {
			return m.label
		}
	}
	for _, m := range distributionMeasures {
		if m.name == name {
			return m.label
		}
	}
	return name
}

// theoryFault tells of measures that the rule does not have.
func theoryFault(s *Scenario) string {
	for _, m := range theoryMeasures {
		if m.control && s.Method.Rule != "dfc" && slices.Contains(s.Record.Theory, m.name) {
			return fmt.Sprintf("names %q, which is of feedback control: rule %q has none", m.name, s.Method.Rule)
		}
	}
	return ""
}
