package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var recordRules = []rule{
	{"record.arrays", []string{"record.presentations"}, nothingRecordedFault},
	{"record.arrays", []string{"network.layers", "network.bias", "method.rule", "method.level", "controller.kind", "feedback.path", "feedback.layers"}, arraysFault},
	{"record.times", []string{"method.level"}, levelTimesFault},
	{"record.times", []string{"timescales.presentation"}, lateTimesFault},
	{"record.weights", []string{"training.epochs"}, lateWeightsFault},
	{"record.theory", []string{"method.rule"}, theoryFault},
	{"record.theory", []string{"method.rule", "data.test", "network.output", "feedback.path"}, feedbackTheoryFault},
}

func nothingRecordedFault(s *Scenario) string {
	if n := s.Record.Presentations; n > 0 && len(s.Record.Arrays) == 0 {
		return fmt.Sprintf("is empty: name what to record of the %d presentations", n)
	}
	return ""
}

// arraysFault tells of every name that the network or the rule does not have.
func arraysFault(s *Scenario) string {
	var faults []string
	for i, name := range s.Record.Arrays {
		fault := arrayFault(s, name)
		if slices.Contains(s.Record.Arrays[:i], name) {
			fault = "stands there twice"
		}
		if fault != "" {
			faults = append(faults, fmt.Sprintf("%q %s", name, fault))
		}
	}
	return strings.Join(faults, "; ")
}

var layerArray = regexp.MustCompile(`^(v|r|m|d|f|W|b|pi|xi|Q|R|dW|db|dpi|dxi)([1-9][0-9]*)$`)

func arrayFault(s *Scenario, name string) string {
	if name == "u" || name == "x" || name == "e" {
		return controllerArrayFault(s, name)
	}
	m := layerArray.FindStringSubmatch(name)
	if m == nil {
		return "is no array: it must be u, x, e, or v, r, m, d, f, W, b, pi, xi, Q, R, dW, db, dpi or dxi and the number of a layer"
	}
	if m[1] == "f" || m[1] == "R" {
		return pathArrayFault(s, m[1], m[2])
	}
	depth := len(s.Network.Layers) - 1
	switch i, err := strconv.Atoi(m[2]); {
	case err != nil || i > depth:
		return fmt.Sprintf("is of a layer the network does not have: they are 1 to %d", depth)
	case m[1] == "Q" && !s.HasFeedback():
		return fmt.Sprintf("belongs to rules with feedback weights, not %q", s.Method.Rule)
	case (m[1] == "m" || m[1] == "d") && !hasArray(s, m[1]):
		return fmt.Sprintf("belongs to rules whose errors have a pathway, not %q", s.Method.Rule)
	case strings.HasSuffix(m[1], "i") && !s.HasDistributions():
		return fmt.Sprintf("belongs to rules of distributions of weights, not %q", s.Method.Rule)
	case strings.HasSuffix(m[1], "b") && !s.Network.Bias:
		return "belongs to networks with bias"
	}
	return ""
}

// hasArray says whether the rule has arrays called kind.
func hasArray(s *Scenario, kind string) bool { return slices.Contains(learningRule(s).Arrays, kind) }

func controllerArrayFault(s *Scenario, name string) string {
	switch {
	case !hasArray(s, name) && name == "e":
		return fmt.Sprintf("belongs to rules with an error of the output, not %q", s.Method.Rule)
	case !hasArray(s, name):
		return fmt.Sprintf("belongs to rule \"dfc\", not %q", s.Method.Rule)
	case name == "x" && s.Controller.Kind == "p":
		return "belongs to controllers with a state, not kind \"p\""
	}
	return ""
}

func levelTimesFault(s *Scenario) string {
	if !timed(s) && (s.Record.AllTimes || len(s.Record.Times) > 0) {
		return fmt.Sprintf("must be [] at level %q: only levels \"coupled\" and \"buffered\" have states in time", s.Method.Level)
	}
	return ""
}

func lateTimesFault(s *Scenario) string {
	if n := len(s.Record.Times); n > 0 && s.Record.Times[n-1] > s.Timescales.Presentation {
		return fmt.Sprintf("%g is after the end of the presentation, %g", s.Record.Times[n-1], s.Timescales.Presentation)
	}
	return ""
}

func lateWeightsFault(s *Scenario) string {
	if n := len(s.Record.Weights); n > 0 && s.Record.Weights[n-1] > s.Training.Epochs {
		return fmt.Sprintf("%d is after the last epoch, training.epochs = %d", s.Record.Weights[n-1], s.Training.Epochs)
	}
	return ""
}
