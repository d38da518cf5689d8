package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// layerMeasures are what record.theory may name of a hidden layer, with its
// number, as "true-angle1".
var layerMeasures = []struct {
	name, label string
	fault       func(s *Scenario) string // why the rule does not have it
}{
	{"true-angle", "angle to the gradient (deg)", pathwayFault},
	{"local-angle", "angle of B d to W^T d (deg)", chainFault},
	{"relative-error", "|B - W^T| / |W|", ownFeedbackFault},
	{"sign-congruence", "share of W^T's signs", ownFeedbackFault},
}

// LayerMeasure cuts the number of a layer off a measure of record.theory; 0 if it
// has none.
func LayerMeasure(name string) (measure string, layer int) {
	for _, m := range layerMeasures {
		if number, ok := strings.CutPrefix(name, m.name); ok {
			if n, err := strconv.Atoi(number); err == nil && n > 0 && strconv.Itoa(n) == number {
				return m.name, n
			}
		}
	}
	return name, 0
}

// measures are some of the measures of record.theory, each once.
func measures(f field[[]string]) kind {
	allowed := theoryNames()
	for _, m := range layerMeasures {
		allowed = append(allowed, m.name+"1")
	}
	k := words(f, allowed...)
	k.wants += " (or 2, .. for 1: the number of a hidden layer)"
	k.read = func(s *Scenario, v any) bool {
		listed, ok := list(v, is[string])
		for i, name := range listed {
			_, layer := LayerMeasure(name)
			ok = ok && (layer > 0 || slices.Contains(allowed, name)) && !slices.Contains(listed[:i], name)
		}
		if ok {
			*f(s) = listed
		}
		return ok
	}
	return k
}

// layersTheoryFault tells of measures of layers that have none.
func layersTheoryFault(s *Scenario) string {
	hidden := len(s.Network.Layers) - 2
	for _, name := range s.Record.Theory {
		measure, layer := LayerMeasure(name)
		if layer > hidden {
			return fmt.Sprintf("names %q, of a layer that is not hidden: they are 1 to %d", name, hidden)
		}
		for _, m := range layerMeasures {
			if layer == 0 || m.name != measure {
				continue
			}
			if fault := m.fault(s); fault != "" {
				return fmt.Sprintf("names %q, but %s", name, fault)
			}
		}
	}
	return ""
}

func pathwayFault(s *Scenario) string {
	if !slices.Contains(learningRule(s).Levels(), "steady") || s.Method.Rule == "dfc" || s.Method.Rule == "shallow" {
		return fmt.Sprintf("rule %q brings no errors down to hidden layers", s.Method.Rule)
	}
	return ""
}

func ownFeedbackFault(s *Scenario) string {
	if !s.HasFeedback() || neurons(s) {
		return fmt.Sprintf("rule %q has no feedback weights in the place of W^T", s.Method.Rule)
	}
	return ""
}

func chainFault(s *Scenario) string {
	if s.Method.Rule == "dfc" || s.Method.Rule == "fa" || s.Feedback.Path != "layerwise" {
		return "errors do not go down a chain of B d"
	}
	return ""
}
