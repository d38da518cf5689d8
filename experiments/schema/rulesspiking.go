package schema

import (
	"fmt"
	"slices"
	"strings"
)

// spikingRules are about level spiking; they rest unless it is chosen.
var spikingRules = []rule{
	{"data.scaling", []string{"method.level", "data.source"}, spikingScalingFault},
	{"network.activation", []string{"method.level"}, spikingActivationFault},
	{"network.output", []string{"method.level"}, spikingOutputFault},
	{"method.loss", []string{"method.level", "network.output"}, spikingLossFault},
	{"method.target_scale", []string{"method.level"}, spikingTargetFault},
	{"network.density", []string{"method.level"}, spikingDensityFault},
	{"training.optimizer", []string{"method.level"}, spikingOptimizerFault},
	{"training.clip", []string{"method.level"}, spikingClipFault},
	{"training.freeze", []string{"method.level"}, spikingFreezeFault},
	{"record.arrays", []string{"method.level"}, spikingArraysFault},
	{"record.theory", []string{"method.level"}, spikingTheoryFault},
}

// Spiking says whether neurons spike.
func (s *Scenario) Spiking() bool { return s.Method.Level == "spiking" }

func spikingScalingFault(s *Scenario) string {
	if s.Spiking() && s.Data.Scaling == "standard" {
		return `must be "unit", or "none" for inputs from 0 to 1, at level "spiking": inputs are the probabilities of spikes`
	}
	return ""
}

func spikingActivationFault(s *Scenario) string {
	if s.Spiking() && slices.ContainsFunc(s.Network.Activation, func(name string) bool { return name != "sigmoid" }) {
		return `must be "sigmoid" at level "spiking": it is the probability of a spike`
	}
	return ""
}

func spikingOutputFault(s *Scenario) string {
	if s.Spiking() && s.Network.Output != "sigmoid" {
		return fmt.Sprintf("must be \"sigmoid\" at level \"spiking\", where output neurons spike, not %q", s.Network.Output)
	}
	return ""
}

func spikingLossFault(s *Scenario) string {
	if s.Spiking() && s.Network.Output == "sigmoid" && s.Method.Loss != "half-squared-error" {
		return fmt.Sprintf("must be \"half-squared-error\" at level \"spiking\", whose output error is the target minus the spikes, not %q", s.Method.Loss)
	}
	return ""
}

func spikingTargetFault(s *Scenario) string {
	if s.Spiking() && s.Method.TargetScale != "sample" {
		return fmt.Sprintf("must be \"sample\" at level \"spiking\", not %q: every stream has its own error", s.Method.TargetScale)
	}
	return ""
}

func spikingDensityFault(s *Scenario) string {
	if s.Spiking() && slices.Min(s.Network.Density) < 1 {
		return `must be 1 at level "spiking", where all synapses learn`
	}
	return ""
}

func spikingOptimizerFault(s *Scenario) string {
	if s.Spiking() && s.Training.Optimizer != "sgd" {
		return fmt.Sprintf("must be \"sgd\" at level \"spiking\", not %q: the weights move in every time step", s.Training.Optimizer)
	}
	return ""
}

func spikingClipFault(s *Scenario) string {
	if s.Spiking() && s.Training.Clip != 0 {
		return `must be 0 at level "spiking": the weights move in every time step`
	}
	return ""
}

func spikingFreezeFault(s *Scenario) string {
	if s.Spiking() && len(s.Training.Freeze) > 0 {
		return `must be [] at level "spiking", where all weights learn`
	}
	return ""
}

// spikingArraysFault tells of what the level does not keep: an image has no update
// of its own where weights move as it is seen.
func spikingArraysFault(s *Scenario) string {
	var faults []string
	for _, name := range s.Record.Arrays {
		if m := layerArray.FindStringSubmatch(name); s.Spiking() && (m == nil || !slices.Contains([]string{"v", "r", "m"}, m[1])) {
			faults = append(faults, fmt.Sprintf("%q is not to be had at level \"spiking\", only v, r and m", name))
		}
	}
	return strings.Join(faults, "; ")
}

// spikingTheoryFault tells of measures of an update.
func spikingTheoryFault(s *Scenario) string {
	for _, m := range theoryMeasures {
		if s.Spiking() && slices.Contains(s.Record.Theory, m.name) {
			return fmt.Sprintf("names %q, which is of a minibatch's update: level \"spiking\" has none", m.name)
		}
	}
	return ""
}
