package timescales

import (
	"fmt"

	"credo/experiments/schema"
)

// check reports what of a scenario no study can heed, all at once: weights follow
// tau_w dW/dt = G, and nothing else moves them.
func check(s *schema.Scenario) error {
	var problems schema.Problems
	wrong := func(key, format string, args ...any) {
		problems = append(problems, s.Problem(key, fmt.Sprintf(format, args...), ""))
	}
	t := s.Training
	if len(s.Ratios()) == 0 {
		wrong("separation.ratio", "must name a ratio of time constants, and rule %q has none here: it has no dynamics in time", s.Method.Rule)
	}
	if t.Optimizer != "sgd" {
		wrong("training.optimizer", `must be "sgd" for a study of time constants, not %q: the weights follow tau_w dW/dt = G`, t.Optimizer)
	}
	for _, own := range []struct {
		key string
		on  bool
	}{{"training.clip", t.Clip != 0}, {"training.weight_decay", t.WeightDecay != 0}, {"training.freeze", len(t.Freeze) > 0}} {
		if own.on {
			wrong(own.key, "must be off for a study of time constants: the weights follow tau_w dW/dt = G alone")
		}
	}
	if t.LR == 0 {
		wrong("training.lr", "must be > 0 for a study of time constants: weights that hold still have no distance")
	}
	if s.Data.Fresh {
		wrong("data.fresh", "must be false for a study of time constants, which presents the same samples to every level")
	}
	for _, name := range s.Ratios() {
		if slow := t.LR * float64(s.Separation.Updates); name == schema.PresentationToWeights && largest(s) > slow {
			wrong("separation.range", "ends at %g, but %q is at most separation.updates * training.lr = %g: a single presentation", largest(s), name, slow)
		}
	}
	if problems == nil {
		return nil
	}
	return problems
}

// largest is the largest value that is asked for.
func largest(s *schema.Scenario) float64 {
	if v := s.Separation.Values; len(v) > 0 {
		return v[len(v)-1]
	}
	return s.Separation.Range[1]
}
