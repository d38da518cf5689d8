package models

import (
	"fmt"
	"math"
	"slices"

	"credo/sde"
)

// check refuses constants that make no sense for net.
func (s PerturbationSettings) check(net *Network) error {
	if net.Depth() < 2 || !net.Feedback.Layerwise {
		return fmt.Errorf("models: learned feedback needs hidden layers and a layerwise feedback path")
	}
	for _, word := range []struct {
		name, value string
		known       []string
	}{
		{"Reference", s.Reference, []string{"one-network", "clean-error", "two-pass"}},
		{"Kappa", s.Kappa, []string{"matched", "variance"}},
	} {
		if !slices.Contains(word.known, word.value) {
			return fmt.Errorf("models: %s is %q: want one of %q", word.name, word.value, word.known)
		}
	}
	return s.checkNumbers()
}

// checkNumbers refuses constants out of range and times that are no steps.
func (s PerturbationSettings) checkNumbers() error {
	for _, c := range []struct {
		name              string
		value             float64
		zero, inf, unused bool
	}{
		{name: "Noise", value: s.Noise},
		{name: "TauNoise", value: s.TauNoise},
		{name: "TauV", value: s.TauV},
		{name: "TauBaseline", value: s.TauBaseline, unused: s.Reference == "two-pass"},
		{name: "TauTrace", value: s.TauTrace, zero: true},
		{name: "TauFeedback", value: s.TauFeedback, inf: true},
		{name: "TauW", value: s.TauW, inf: true},
		{name: "Beta", value: s.Beta, zero: true},
	} {
		ok := c.value > 0 && !math.IsInf(c.value, 1) || c.zero && c.value == 0 || c.inf && math.IsInf(c.value, 1)
		if !ok && !c.unused {
			return fmt.Errorf("models: %s is %g: want a positive number%s%s", c.name, c.value, orElse(c.zero, " or 0"), orElse(c.inf, " or +Inf"))
		}
	}
	path, err := sde.NewGrid(s.Seed, perturbationPurpose, 0, 1, 0, s.Step)
	if err != nil {
		return err
	}
	return path.Check(0, s.Presentation, s.Step)
}

func orElse(allowed bool, text string) string {
	if allowed {
		return text
	}
	return ""
}
