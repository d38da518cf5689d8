package schema

import (
	"fmt"
	"slices"
	"strings"

	"credo/models"
)

// ruleNames are what method.rule may be.
func ruleNames() []string {
	var names []string
	for _, r := range models.Rules() {
		names = append(names, r.Name)
	}
	return names
}

// describeRules says of every rule what it is called in full, its levels and its
// feedback paths.
func describeRules() string {
	var b strings.Builder
	for _, r := range models.Rules() {
		fmt.Fprintf(&b, "%s: %s\n    levels %s", r.Name, r.Meaning, strings.Join(r.Levels(), ", "))
		if len(r.Paths) > 0 {
			fmt.Fprintf(&b, "; feedback.path %s", strings.Join(r.Paths, ", "))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// learningRule returns the rule of s; the zero Rule if it is not known.
func learningRule(s *Scenario) models.Rule {
	r, _ := models.RuleByName(s.Method.Rule)
	return r
}

// HasFeedback says whether the rule has feedback weights.
func (s *Scenario) HasFeedback() bool { return len(learningRule(s).Paths) > 0 }

func defaultPath(s *Scenario) any {
	if paths := learningRule(s).Paths; len(paths) > 0 {
		return paths[0]
	}
	return "direct"
}

func levelFault(s *Scenario) string {
	if s.Network.Recurrent {
		return recurrentLevelFault(s)
	}
	levels := learningRule(s).Levels()
	if len(levels) == 0 {
		return fmt.Sprintf("rule %q is of recurrent networks: network.recurrent must be true", s.Method.Rule)
	}
	if !slices.Contains(levels, s.Method.Level) {
		return fmt.Sprintf("rule %q has no level %q, only %s%s", s.Method.Rule, s.Method.Level, oneOf(levels), whyNot(s.Method.Level))
	}
	return ""
}

// whyNot says why only some rules have a level.
func whyNot(level string) string {
	switch level {
	case "response", "linear":
		return fmt.Sprintf(": %q is of rule \"dfc\", whose control loop it linearises; errors that come down the network close no loop", level)
	case "spiking":
		return `: "spiking" is of rule "spiking-fa", whose neurons fire at random, all or nothing`
	}
	return ""
}

func pathRuleFault(s *Scenario) string {
	paths := learningRule(s).Paths
	if s.HasFeedback() && !slices.Contains(paths, s.Feedback.Path) {
		return fmt.Sprintf("must be %s for rule %q, not %q", oneOf(paths), s.Method.Rule, s.Feedback.Path)
	}
	if !s.HasFeedback() && !direct(s) {
		return fmt.Sprintf("must be \"direct\" for rule %q, which has no feedback weights", s.Method.Rule)
	}
	return ""
}
