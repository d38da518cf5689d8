package schema

import (
	"fmt"
	"slices"
)

// Separation says how far apart the time constants of a study are: which ratio
// takes which values, over how much learning, and what is compared.
type Separation struct {
	Ratio   []string
	Values  []float64  // empty: Points of Range
	Range   [2]float64 // in equal steps of the logarithm
	Points  int
	Within  float64 // percent
	Updates int
	Levels  []string
}

// The ratios that a study varies. What is varied and what holds still is in
// package timescales.
const (
	VoltagesToControl      = "tau_v/tau_u"
	ControlToWeights       = "tau_u/tau_w"
	ControlToPresentation  = "tau_u/presentation"
	VoltagesToWeights      = "tau_v/tau_w"
	VoltagesToPresentation = "tau_v/presentation"
	PresentationToWeights  = "presentation/tau_w"
	WeightsToFeedback      = "tau_w/tau_q"
	ControlToFeedback      = "tau_u/tau_q"
)

var ratioNames = []string{
	VoltagesToControl, ControlToWeights, ControlToPresentation, VoltagesToWeights, VoltagesToPresentation,
	PresentationToWeights, WeightsToFeedback, ControlToFeedback,
}

var separationRules = []rule{
	{"separation.ratio", []string{"method.rule", "network.recurrent", "network.normalize", "feedback.learn", "feedback.phase", "feedback.path", "controller.kind", "timescales.delay"}, ratioFault},
	{"separation.range", nil, func(s *Scenario) string {
		if low := s.Separation.Range[0]; low <= 0 {
			return fmt.Sprintf("must begin above 0, not at %g: it is cut in equal steps of the logarithm", low)
		}
		return ""
	}},
}

// hasPathways says whether the rule is one of errors that travel down a pathway,
// without noise, whose weights do not move.
func hasPathways(s *Scenario) bool {
	r := learningRule(s)
	still := !r.LearnsAwake() && !r.LearnsFromNoise()
	return slices.Contains(r.Levels(), "coupled") && s.Method.Rule != "dfc" && !r.SpikeSlab && still
}

// Ratios are those that a study varies: where none is named, the one that the
// rule's theory rests on, and none for a rule without time.
func (s *Scenario) Ratios() []string {
	switch {
	case len(s.Separation.Ratio) > 0 || s.Network.Recurrent || s.Network.Normalize:
		return s.Separation.Ratio
	case s.Method.Rule == "dfc" && s.SinglePhase():
		return []string{WeightsToFeedback}
	case s.Method.Rule == "dfc":
		return []string{ControlToWeights}
	case hasPathways(s):
		return []string{VoltagesToWeights}
	}
	return nil
}

func ratioFault(s *Scenario) string {
	for _, name := range s.Separation.Ratio {
		if s.Network.Recurrent || s.Network.Normalize {
			return fmt.Sprintf("%q is of feedforward networks without network.normalize", name)
		}
		if fault := ratioNeeds(s, name); fault != "" {
			return fmt.Sprintf("%q %s", name, fault)
		}
	}
	return ""
}

// ratioNeeds says what the scenario lacks for a study of the ratio.
func ratioNeeds(s *Scenario, name string) string {
	control := s.Method.Rule == "dfc"
	switch name {
	case WeightsToFeedback, ControlToFeedback:
		if !control || !s.SinglePhase() {
			return `is of feedback that learns while awake: rule "dfc" with feedback.learn = true and feedback.phase = "merged"`
		}
		return ""
	case PresentationToWeights:
		if !control && !hasPathways(s) {
			return fmt.Sprintf("is of rules with level \"coupled\" and errors or control in time, not %q", s.Method.Rule)
		}
	case VoltagesToWeights, VoltagesToPresentation:
		if !hasPathways(s) {
			return fmt.Sprintf("is of rules whose errors have a pathway in time, such as \"bp\" and \"fa\", and holds still, not %q", s.Method.Rule)
		}
	default:
		if !control {
			return fmt.Sprintf("is of rule \"dfc\", which has a controller, not %q", s.Method.Rule)
		}
	}
	return phaseNeeds(s, name)
}

// phaseNeeds is ratioNeeds for what must hold of feedback and controller.
func phaseNeeds(s *Scenario, name string) string {
	switch {
	case s.SinglePhase() && s.Method.Rule == "dfc":
		return "is of one phase at a time, not of feedback.phase = \"merged\", whose ratios are \"tau_w/tau_q\" and \"tau_u/tau_q\""
	case name == VoltagesToControl && s.Controller.Kind == "p":
		return `needs a controller with an integral: in the limit nothing of kind "p" takes time`
	case name == VoltagesToControl && s.Timescales.Delay > 0:
		return "needs timescales.delay = 0: a late signal that acts at once is another limit"
	case name == VoltagesToControl && neurons(s):
		return `needs path "direct" or "layerwise": in the limit feedback neurons would act at once`
	}
	return ""
}

// oneOrMore are some of a few words, each once, or one word alone.
func oneOrMore(f field[[]string], allowed ...string) kind {
	k := words(f, allowed...)
	k.wants = oneOf(allowed) + ", or a list of some of them"
	listed := k.read
	k.read = func(s *Scenario, v any) bool {
		if w, ok := v.(string); ok {
			v = []any{w}
		}
		return listed(s, v)
	}
	k.write = func(s *Scenario) any {
		if w := *f(s); len(w) == 1 {
			return w[0]
		}
		return *f(s)
	}
	return k
}

// rising are positive numbers, each above the one before.
func rising(f field[[]float64]) kind {
	return simple(f, "a list of numbers > 0, each above the one before", func(v any) ([]float64, bool) {
		values, ok := list(v, func(e any) (float64, bool) {
			x, ok := asNumber(e)
			return x, ok && positive.has(x)
		})
		for i := 1; i < len(values); i++ {
			ok = ok && values[i] > values[i-1]
		}
		return values, ok
	})
}
