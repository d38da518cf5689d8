package experiments

import (
	"slices"
	"strings"

	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// decay lets the weights that decay do so: by way of the update step, or, where
// decay is decoupled, by themselves, before the optimizer moves them,
//
//	step - beta W,   or   W - eta beta W
//
// Loshchilov and Hutter (2019), algorithm 2, with the learning rate in both terms.
func (tr *trainer) decay(step *models.Weights, eta float64) {
	t := tr.scenario.Training
	if t.WeightDecay == 0 {
		return
	}
	steps := step.Arrays()
	for k, a := range tr.w.Arrays() {
		switch {
		case !slices.Contains(t.Decaying, strings.TrimRight(a.Name, "0123456789")):
		case t.DecoupledDecay:
			floats.Scale(1-eta*t.WeightDecay, a.Data)
		default:
			floats.AddScaled(steps[k].Data, -t.WeightDecay, a.Data)
		}
	}
}

// forget lets the optimizer's memory begin anew where the scenario wants that of
// every epoch.
func (tr *trainer) forget() {
	if !tr.scenario.Training.ResetOptimizer {
		return
	}
	for _, a := range tr.optimizer.State() {
		clear(a.Data)
	}
}
