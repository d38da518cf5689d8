package schema

import (
	"fmt"
	"slices"
)

// feedbackMeasures are what record.theory may name of feedback weights and of what
// comes of them, on the test set at the beginning of every epoch.
var feedbackMeasures = []struct {
	name, label string
	layered     bool // a value a hidden layer: its columns are NAME-1, NAME-2, ..
	carried     bool // of rules whose errors have a pathway
}{
	{"delta-angle", "B e to W^T e (deg)", true, true},
	{"pseudoinverse-delta-angle", "B e to W^+ e (deg)", true, true},
	{"weight-angle", "B to W^T (deg)", true, false},
	{"pseudoinverse-weight-angle", "B to W^+ (deg)", true, false},
	{"unit-angle", "units of B to W^T (deg)", true, false},
	{"local-angle", "B d to W^T d (deg)", true, true},
	{"relative-error", "|B - W^T| / |W|", true, false},
	{"sign-congruence", "share of W^T's signs in B", true, false},
	{"nse", "normalised squared error", false, false},
	{"noisy-error", "test error with noise", false, false},
}

// MeasuresFeedback reports whether record.theory names a measure of feedback
// weights, or nse, and so looks at the test set.
func (s *Scenario) MeasuresFeedback() bool {
	for _, m := range feedbackMeasures {
		if slices.Contains(s.Record.Theory, m.name) {
			return true
		}
	}
	return false
}

// TheoryColumns returns the columns of theory.csv that a measure has.
func (s *Scenario) TheoryColumns(name string) []string {
	if ofDistributions(name) {
		return s.distributionColumns(name)
	}
	for _, m := range feedbackMeasures {
		if m.name == name && m.layered {
			var columns []string
			for i := 1; i < len(s.Network.Layers)-1; i++ {
				columns = append(columns, fmt.Sprintf("%s-%d", name, i))
			}
			return columns
		}
	}
	return []string{name}
}

// feedbackTheoryFault tells of measures that the scenario does not have.
func feedbackTheoryFault(s *Scenario) string {
	for _, m := range feedbackMeasures {
		switch {
		case !slices.Contains(s.Record.Theory, m.name):
		case s.Data.Test == 0:
			return fmt.Sprintf("names %q, which is of test samples: data.test is 0", m.name)
		case m.name == "noisy-error" && !perturbs(s):
			return fmt.Sprintf("names %q, but rule %q has no method.noise", m.name, s.Method.Rule)
		case m.name == "local-angle" && s.Method.Rule == "fa":
			return fmt.Sprintf("names %q, which is of rules whose errors go on with derivatives, not \"fa\"", m.name)
		case m.name == "nse" && s.Network.Output == "softmax":
			return fmt.Sprintf("names %q, which compares outputs with targets: those of \"softmax\" are logits", m.name)
		case m.layered && (!s.HasFeedback() || neurons(s)):
			return fmt.Sprintf("names %q, which is of rules with feedback weights on the direct or layerwise path", m.name)
		case m.carried && s.Method.Rule == "dfc":
			return fmt.Sprintf("names %q, which is of rules whose errors have a pathway, not \"dfc\"", m.name)
		}
	}
	return ""
}
