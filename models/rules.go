package models

import (
	"fmt"
	"strings"
)

// Rule is a learning rule as scenarios name it.
type Rule struct {
	Name      string
	Meaning   string   // what it is called in full
	Paths     []string // feedback paths that it can have, the usual one first; none: no feedback weights
	Arrays    []string // what it has to record beside v, r and weights: u, x, e, m, d
	SpikeSlab bool     // its weights are random variables: Network.SpikeSlab
	levels    []level
	learner   func(*Network, Settings) Learner      // nil: it is not written as a deterministic dynamical system
	companion func(*Network, Settings) Companion    // nil: its feedback weights do not learn awake
	flow      func(*Network, Settings) feedbackFlow // the companion of level coupled
}

// level is a level of reduction of a rule. Levels at which samples are tied
// together are not made here: coupled has its own [NewCoupled], or, of rules that
// learn from noise, [NewCoupledPerturbation]; spiking is [Spiking].
type level struct {
	name string
	make func(*Network, Settings) (Presenter, error)
}

// Rules returns all learning rules.
func Rules() []Rule { return rules }

var rules = []Rule{
	pathwayRule("bp", "backpropagation", Backprop{}),
	{
		Name: "dfc", Meaning: "deep feedback control", Paths: []string{"direct", "layerwise", "separate"},
		Arrays:  []string{"u", "x", "e"},
		learner: newDFCLearner,
		levels: []level{
			{"coupled", nil},
			{"buffered", func(net *Network, s Settings) (Presenter, error) { return NewBuffered(net, newDFCLearner(net, s), s) }},
			{"response", func(net *Network, s Settings) (Presenter, error) { return NewResponse(net, NewDFC(net, s), s) }},
			{"steady", newRest},
			{"linear", newRest},
		},
	},
	pathwayRule("dfa", "direct feedback alignment", DirectFeedback{}, "direct"),
	pathwayRule("fa", "feedback alignment as published, whose errors meet no derivatives on their way", FeedbackAlignment{}, "layerwise"),
	pathwayRule("fa-chain", "feedback alignment with the derivatives of backpropagation", FeedbackChain{}, "layerwise"),
	{
		Name: "node-perturbation", Meaning: "node perturbation, hidden layers learning from noise alone", Arrays: []string{"e", "m", "d"},
		levels: perturbationLevels(func(net *Network, s Settings) (Presenter, error) { return NewNodePerturbation(net, s), nil }),
		companion: func(_ *Network, s Settings) Companion {
			if s.Noise.Running && s.Level == "steady" {
				return NewBaseline()
			}
			return nil
		},
	},
	{
		Name: "learned-feedback", Meaning: "backpropagation with feedback weights that learn by node perturbation", Paths: []string{"layerwise", "direct"}, Arrays: []string{"e", "m", "d"},
		levels:    perturbationLevels(func(net *Network, s Settings) (Presenter, error) { return NewLearnedFeedback(net, s), nil }),
		companion: func(net *Network, s Settings) Companion { return NewRegression(net, s) },
	},
	mirroredRule("matching", "feedback weights that learn what the forward weights learn", false),
	mirroredRule("kolen-pollack", "matching with the decay of Kolen and Pollack", true),
	learningRule("weight-mirror", "feedback weights that learn from noise in one layer after another",
		func(net *Network, s Settings) Companion { return NewWeightMirror(net, s) },
		func(net *Network, s Settings) feedbackFlow { return newMirrorFlow(net, s) }),
	pathwayRule("sign-symmetric", "feedback through the signs of the forward weights and fixed magnitudes", SignSymmetric{}, "layerwise"),
	spikingRule("spiking-fa", "feedback alignment in a network that integrates and spikes"),
	pathwayRule("shallow", "learning in the output layer alone", Shallow{}),
	{
		Name: "gbp", Meaning: "backpropagation on distributions of weights", SpikeSlab: true, Arrays: []string{"d"},
		learner: func(net *Network, s Settings) Learner { return NewGBPSystem(net, s) },
		levels: []level{
			{"coupled", nil},
			{"buffered", func(net *Network, s Settings) (Presenter, error) { return NewBuffered(net, NewGBPSystem(net, s), s) }},
			{"steady", func(net *Network, s Settings) (Presenter, error) { return NewGBP(net, s), nil }},
		},
	},
}

// newDFCLearner is DFC; for TauV = 0 its limit.
func newDFCLearner(net *Network, s Settings) Learner {
	if s.TauV == 0 {
		return NewInstantDFC(net, s)
	}
	return NewDFC(net, s)
}

// pathwayRule is a rule of [Pathways] and of its system in time.
func pathwayRule(name, meaning string, transport Transport, paths ...string) Rule {
	learner := func(net *Network, s Settings) Learner { return NewPathwaySystem(net, transport, s) }
	return Rule{
		Name: name, Meaning: meaning, Paths: paths, Arrays: []string{"e", "m", "d"}, learner: learner,
		levels: []level{
			{"coupled", nil},
			{"buffered", func(net *Network, s Settings) (Presenter, error) { return NewBuffered(net, learner(net, s), s) }},
			{"steady", func(net *Network, _ Settings) (Presenter, error) { return NewPathways(net, transport), nil }},
		},
	}
}

// perturbationLevels are those of rules that learn from noise in hidden neurons.
func perturbationLevels(steady func(*Network, Settings) (Presenter, error)) []level {
	return []level{
		{"coupled", nil},
		{"buffered", func(net *Network, s Settings) (Presenter, error) { return NewBufferedPerturbation(net, s) }},
		{"steady", steady},
	}
}

// learningRule is backpropagation with feedback weights that learn awake to be the
// transposed forward weights.
func learningRule(name, meaning string, companion func(*Network, Settings) Companion, flow func(*Network, Settings) feedbackFlow) Rule {
	r := pathwayRule(name, meaning, FeedbackChain{}, "layerwise")
	r.companion, r.flow = companion, flow
	return r
}

// mirroredRule is a learningRule whose feedback weights move as forward weights do.
func mirroredRule(name, meaning string, decays bool) Rule {
	return learningRule(name, meaning,
		func(net *Network, _ Settings) Companion { return NewMirroredFeedback(net, decays) },
		func(_ *Network, s Settings) feedbackFlow { return newMirroredFlow(s, decays) })
}

// spikingRule is [SaturatedFeedback], and level spiking, which is [Spiking].
func spikingRule(name, meaning string) Rule {
	r := pathwayRule(name, meaning, SaturatedFeedback{}, "layerwise")
	r.levels = append(r.levels, level{"spiking", nil})
	return r
}

// RuleByName returns the rule called name.
func RuleByName(name string) (Rule, error) {
	var known []string
	for _, r := range rules {
		if r.Name == name {
			return r, nil
		}
		known = append(known, r.Name)
	}
	return Rule{}, fmt.Errorf("models: no rule %q (known: %s)", name, strings.Join(known, ", "))
}

// LearnsAwake says whether the rule's feedback weights learn beside its forward
// weights, or may do so: [NewCompanion] tells.
func (r Rule) LearnsAwake() bool { return r.companion != nil }

// LearnsFromNoise says whether the rule learns from noise in hidden neurons, so
// that its levels in time are stochastic.
func (r Rule) LearnsFromNoise() bool {
	return r.Name == "node-perturbation" || r.Name == "learned-feedback"
}

// Levels names the levels at which the rule can be run.
func (r Rule) Levels() []string {
	var names []string
	for _, l := range r.levels {
		names = append(names, l.name)
	}
	return names
}

// NewPresenter returns the rule and level that s names, unless samples are tied
// together: level coupled has its own [NewCoupled], spiking is [Spiking].
func NewPresenter(net *Network, s Settings) (Presenter, error) {
	r, err := RuleByName(s.Rule)
	if err != nil {
		return nil, err
	}
	for _, l := range r.levels {
		if l.name != s.Level || l.make == nil {
			continue
		}
		p, err := l.make(net, s)
		if err == nil && net.Normalize && !net.SpikeSlab {
			return newNormalized(net, p), nil
		}
		return p, err
	}
	return nil, fmt.Errorf("models: rule %s has no level %q (it has: %s)", s.Rule, s.Level, strings.Join(r.Levels(), ", "))
}

// NewLearner returns the slow-fast system of s.Rule.
func NewLearner(net *Network, s Settings) (Learner, error) {
	r, err := RuleByName(s.Rule)
	if err != nil {
		return nil, err
	}
	if r.learner == nil {
		return nil, fmt.Errorf("models: rule %q is not written as a deterministic dynamical system", s.Rule)
	}
	return r.learner(net, s), nil
}
