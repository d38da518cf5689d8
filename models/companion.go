package models

import "math"

// Companion moves feedback weights that learn awake, from the presentations in
// which forward weights learn: both step together, from what they were before.
// It belongs to the trainer.
type Companion interface {
	// Join makes p one of the presenters that teach the companion: that of
	// minibatches' next tile.
	Join(p Presenter)

	// Gather takes up what the last presentation of the first tiles taught. The
	// forward weights of w have yet to move.
	Gather(w *Weights, tiles int)

	// Step moves the feedback weights of w, after its forward weights: they
	// learned from so many samples and decayed by the factor 1 - decay. Who
	// reads [Weights].Q on another than the direct path composes it first.
	Step(w *Weights, samples int, decay float64)

	// State returns what else the companion remembers by name, to save and to set.
	State() []Array
}

// CompanionSettings are the constants of feedback weights that learn awake.
type CompanionSettings struct {
	Optimizer     string  // of learned feedback: ridge, sgd
	LearningRate  float64 // of sgd and of weight mirrors
	Gamma, Forget float64 // of ridge
	Sigma, Beta   float64 // of weight mirrors: amplitude of the noise, and decay
	Samples       int     // of weight mirrors: noise samples to a layer and minibatch
}

// NewCompanion returns what moves the feedback weights of the rule that s names,
// nil if they do not learn awake.
func NewCompanion(net *Network, s Settings) (Companion, error) {
	r, err := RuleByName(s.Rule)
	if err != nil || r.companion == nil {
		return nil, err
	}
	return r.companion(net, s), nil
}

// newFeedbackFlow is [NewCompanion] of level coupled.
func newFeedbackFlow(net *Network, s Settings) feedbackFlow {
	r, err := RuleByName(s.Rule)
	if err != nil || r.flow == nil || math.IsInf(s.TauQ, 1) {
		return nil
	}
	return r.flow(net, s)
}
