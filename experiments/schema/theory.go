package schema

import (
	"fmt"
	"slices"
)

// theoryMeasures are what record.theory may name, and how figures label them.
var theoryMeasures = []struct {
	name, label string
	control     bool // of rules with feedback control alone
}{
	{"condition1", "spread of layer norms", false},
	{"condition2", "share of Q in J's rows", true},
	{"condition3", "least Re eig(JQ) + 1/g", true},
	{"abscissa", "largest Re eig of the loop", true},
	{"bp", "angle to BP (deg)", false},
	{"gauss-newton", "angle to GN (deg)", false},
	{"minibatch-gauss-newton", "angle to batch GN (deg)", false},
	{"minimum-norm", "angle to MN (deg)", false},
	{"released-minimum-norm", "angle to released MN (deg)", false},
	{"steady-approximation", "angle to DFC-SSA (deg)", true},
}

func theoryNames() []string {
	var names []string
	for _, m := range theoryMeasures {
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
