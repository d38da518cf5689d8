package experiments

import (
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
)

// coupledLevel is level coupled of a rule, deterministic or in noise.
type coupledLevel interface {
	Present(w *models.Weights, batches []*models.Batch) (models.Outcome, error)
	Learner(tile int) models.Learner
	Watch(w *models.Watch)
	Reveal(tile int, name string) (blas64.General, bool)
}

// newPresenter returns the rule and level of a tile.
func newPresenter(s *Scenario, net *models.Network, set models.Settings) (models.Presenter, error) {
	if s.SinglePhase() {
		return models.NewBufferedSinglePhase(net, singlePhase(s, set))
	}
	return models.NewPresenter(net, set)
}

// newCoupled returns level coupled for minibatches of so many tiles.
func newCoupled(s *Scenario, net *models.Network, tiles int, set models.Settings) (coupledLevel, error) {
	switch {
	case s.SinglePhase():
		return models.NewCoupledSinglePhase(net, tiles, singlePhase(s, set))
	case s.PerturbsInTime():
		return models.NewCoupledPerturbation(net, tiles, set)
	}
	return models.NewCoupled(net, tiles, set)
}

// singlePhase returns the constants of the merged phase.
func singlePhase(s *Scenario, set models.Settings) models.SinglePhaseSettings {
	f := s.Feedback
	return models.SinglePhaseSettings{
		Settings: set, TauA: f.TauA, TauU: s.Timescales.TauU, Sigma: f.Sigma, SigmaOutput: f.SigmaOutput, Beta: f.Beta,
		Corner: 1 / f.TauF, FreezeOutput: f.FreezeOutput,
	}
}

// learnFeedback moves the feedback weights by what the tiles' presentations
// taught them, where that is the same phase in which forward weights learn.
func (tr *trainer) learnFeedback(tiles []*tile) {
	if !tr.scenario.SinglePhase() {
		return
	}
	drift := tr.sleeper.drift
	drift.Clear()
	for _, t := range tiles {
		drift.Add(t.presenter.(*models.BufferedSinglePhase).Drift())
	}
	tr.sleeper.stepper.Step(tr.w, drift)
}
