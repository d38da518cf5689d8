package schema

import "fmt"

// distributionMeasures are what record.theory may name of distributions of
// weights: a number a layer.
var distributionMeasures = []struct{ name, label string }{
	{"sparsity", "mean pi"},
	{"entropy", "entropy per weight (nats)"},
	{"published-entropy", "entropy per weight, eq. (8)"},
	{"vip", "fraction with pi = Xi = 0"},
	{"uip", "fraction with pi = 1"},
}

// ofDistributions says whether a measure is of distributions of weights.
func ofDistributions(name string) bool {
	for _, m := range distributionMeasures {
		if m.name == name {
			return true
		}
	}
	return false
}

// distributionColumns returns the columns of a measure of distributions: one a
// layer, NAME-1, NAME-2, ..
func (s *Scenario) distributionColumns(name string) []string {
	var columns []string
	for i := 1; i < len(s.Network.Layers); i++ {
		columns = append(columns, fmt.Sprintf("%s-%d", name, i))
	}
	return columns
}

// distributionTheoryFault tells of measures that the rule's weights do not have.
func distributionTheoryFault(s *Scenario) string {
	for _, name := range s.Record.Theory {
		switch {
		case ofDistributions(name) && !s.HasDistributions():
			return fmt.Sprintf("names %q, which is of distributions of weights: those of rule %q are numbers", name, s.Method.Rule)
		case !ofDistributions(name) && s.HasDistributions():
			return fmt.Sprintf("names %q, which is of weights that are numbers: those of rule %q are distributions", name, s.Method.Rule)
		}
	}
	return ""
}
