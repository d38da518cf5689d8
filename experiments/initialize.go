package experiments

import (
	"fmt"
	"slices"

	"credo/experiments/schema"
	"credo/internal/npz"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
)

// initialize draws the weights, or takes the user's own, and sets up feedback.
func (tr *trainer) initialize() error {
	s := tr.scenario
	if err := tr.w.Init(s.Seed, s.Network.Init, s.Network.InitScale...); err != nil {
		return err
	}
	tr.w.InitSpikeSlab(s.Seed, s.Network.Spike, s.Network.Slab)
	tr.w.InitBiases(s.Seed, s.Network.BiasScale...)
	given, err := ownWeights(s, slices.Concat(tr.w.Arrays(), tr.w.Feedback()))
	if err != nil {
		return err
	}
	if err := take(s, given, tr.w.Arrays()); err != nil {
		return err
	}
	if err := tr.w.CheckSpikeSlab(); err != nil {
		return schema.Problems{s.Problem("network.weights", err.Error(), "")}
	}
	tr.missing = tr.w.RemoveForward(s.Seed, s.Network.Density...)
	if s.HasFeedback() {
		if err := tr.initializeFeedback(); err != nil {
			return schema.Problems{s.Problem("feedback.init", err.Error(), "")}
		}
	}
	if err := take(s, given, tr.w.Feedback()); err != nil {
		return err
	}
	tr.w.RemoveFeedback(s.Seed, s.Feedback.Density)
	tr.w.Compose()
	tr.unsettle()
	return tr.checkSleep()
}

func (tr *trainer) initializeFeedback() error {
	s := tr.scenario
	if s.Feedback.Init == "random" {
		return tr.w.RandomFeedback(s.Seed, s.Feedback.Distribution, s.Feedback.InitScale)
	}
	return tr.w.InitFeedback(tr.net, s.Feedback.Init, s.Seed, tr.loaded(tr.minibatch(tr.order(1), 0)))
}

// checkSleep refuses feedback weights that the averaged sleep phase does not know.
func (tr *trainer) checkSleep() error {
	if !tr.scenario.AveragesSleep() {
		return nil
	}
	if err := tr.sleeper.parts[0].learning.Check(tr.w); err != nil {
		what := fmt.Sprintf("%v, as \"random\", \"weight-product\" and \"transpose-jacobian\" make it; network.weights must not hold another Q%d", err, tr.net.Depth())
		return schema.Problems{tr.scenario.Problem("feedback.init", what, "")}
	}
	return nil
}

// loaded cuts samples into tiles and returns them with their data.
func (tr *trainer) loaded(samples []int) []*models.Batch {
	var batches []*models.Batch
	for _, t := range tr.fill(samples) {
		load(t.batch, tr.data.Train, t.index)
		batches = append(batches, t.batch)
	}
	return batches
}

// ownWeights reads those of the user's arrays that have the name of a weight, if
// the scenario names a file.
func ownWeights(s *Scenario, weights []models.Array) (map[string]npz.Array, error) {
	if s.Network.Weights == "" {
		return nil, nil
	}
	fault := func(err error) error {
		return schema.Problems{s.Problem("network.weights", err.Error(), "")}
	}
	f, err := npz.Open(s.Network.Weights)
	if err != nil {
		return nil, fault(err)
	}
	defer f.Close()
	given := map[string]npz.Array{}
	for _, a := range weights {
		if !f.Has(a.Name) {
			continue
		}
		if given[a.Name], err = f.Array(a.Name); err != nil {
			return nil, fault(err)
		}
	}
	if len(given) == 0 {
		wanted := "W1.., b1.., pi1.., xi1.., Q1.. or R1.."
		if s.Network.Recurrent {
			wanted = "U, W, a, V, q or B"
		}
		return nil, fault(fmt.Errorf("%s has no %s, only %v", s.Network.Weights, wanted, f.Names()))
	}
	return given, nil
}

// take copies what is given into the arrays of the same names.
func take(s *Scenario, given map[string]npz.Array, into []models.Array) error {
	var problems schema.Problems
	for _, a := range into {
		own, ok := given[a.Name]
		switch {
		case !ok:
		case !slices.Equal(own.Shape, a.Shape):
			problems = append(problems, s.Problem("network.weights",
				fmt.Sprintf("%s: %s is %v, but these layers need %v (a layer's weights are n_i x n_{i-1})", s.Network.Weights, a.Name, own.Shape, a.Shape), ""))
		case slices.ContainsFunc(own.Data, func(x float64) bool { return !finite(x) }):
			problems = append(problems, s.Problem("network.weights", fmt.Sprintf("%s: %s holds a value that is not finite", s.Network.Weights, a.Name), ""))
		default:
			copy(a.Data, own.Data)
		}
	}
	if problems != nil {
		return problems
	}
	return nil
}

// reveal returns by name the states in which tile k ended, one row a sample.
func (tr *trainer) reveal(k int, name string) (blas64.General, bool) {
	switch {
	case tr.coupled != nil:
		return tr.coupled.Reveal(k, name)
	case tr.spiking != nil:
		return tr.spiking.Reveal(k, name)
	}
	return tr.tiles[k].presenter.Reveal(name)
}
