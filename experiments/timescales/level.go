package timescales

import (
	"fmt"
	"math"

	"credo/experiments"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// The levels that are compared.
const (
	coupled          = "coupled"
	buffered         = "buffered"
	steady           = "steady"
	flow             = "flow"                // weights follow the rest state all the time
	instantCoupled   = "coupled, tau_v = 0"  // voltages follow the controller at once
	instantBuffered  = "buffered, tau_v = 0" // likewise
	merged           = "merged"              // feedback learns while awake, level coupled
	stillFeedback    = "merged, Q still"
	averagedFeedback = "averaged" // feedback weights follow the mean over the noise
)

// level moves weights by presenting minibatches, cut into tiles.
type level interface {
	Present(w *models.Weights, batches []*models.Batch) (models.Outcome, error)
}

// newLevel returns a level at constants c, for minibatches of so many tiles, with
// the tolerances of the scenario divided by tighter.
func newLevel(name string, b *experiments.Start, c Constants, tiles int, tighter float64) (level, error) {
	set := b.Settings
	set.TauV, set.TauB, set.TauW, set.Presentation = float64(c.TauV), float64(c.TauB), float64(c.TauW), float64(c.Presentation)
	set.Solver.RelTol, set.Solver.AbsTol, set.Solver.Step = set.Solver.RelTol/tighter, set.Solver.AbsTol/tighter, set.Solver.Step/tighter
	if name == instantCoupled || name == instantBuffered {
		set.TauV = 0
	}
	switch name {
	case coupled, instantCoupled:
		set.Level = "coupled"
		return models.NewCoupled(b.Net, tiles, set)
	case buffered, instantBuffered:
		set.Level = "buffered"
		return newStepped(b.Net, set, float64(c.Presentation/c.TauW))
	case steady:
		set.Level, set.Presentation = "steady", 0 // all the time that rest takes
		return newStepped(b.Net, set, float64(c.Presentation/c.TauW))
	case flow:
		return models.NewSlowFlow(b.Net, tiles, set)
	}
	return newMergedLevel(name, b, c, tiles)
}

// newMergedLevel returns a level of the merged phase.
func newMergedLevel(name string, b *experiments.Start, c Constants, tiles int) (level, error) {
	set := b.SinglePhase()
	set.TauV, set.TauW, set.TauQ, set.Presentation = float64(c.TauV), float64(c.TauW), float64(c.TauQ), float64(c.Presentation)
	switch name {
	case stillFeedback:
		set.TauQ = math.Inf(1)
	case averagedFeedback:
		return newAveraged(b.Net, set, b.Settings.Solver)
	case merged:
	default:
		return nil, fmt.Errorf("timescales: no level %q", name)
	}
	return models.NewCoupledSinglePhase(b.Net, tiles, set)
}

// stepped is a level that moves the weights at the end of a presentation, by
// forward Euler of step rate = T/tau_w.
type stepped struct {
	presenter models.Presenter
	rate      float64
	sum       bool
	dw        *models.Weights
}

func newStepped(net *models.Network, set models.Settings, rate float64) (*stepped, error) {
	p, err := models.NewPresenter(net, set)
	return &stepped{p, rate, set.Sum, models.NewWeights(net)}, err
}

// Present adds rate times the mean over samples of dW, or the sum, to w.
func (s *stepped) Present(w *models.Weights, batches []*models.Batch) (models.Outcome, error) {
	var outcome models.Outcome
	s.dw.Zero()
	for _, batch := range batches {
		o, err := s.presenter.Present(s.dw, w, batch)
		outcome.Add(o)
		if err != nil {
			return outcome, err
		}
	}
	rate := s.rate
	if !s.sum {
		rate /= float64(outcome.Samples)
	}
	floats.AddScaled(w.Plastic(), rate, s.dw.Plastic())
	return outcome, nil
}
