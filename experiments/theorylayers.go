package experiments

import (
	"context"
	"math"

	"credo/analysis"
	"credo/models"
)

// feedbackQuality measures how good the feedback of a hidden layer is.
func feedbackQuality(l *analysis.Linearization, measure string, layer int, set models.Settings) (float64, error) {
	switch measure {
	case "relative-error":
		return l.RelativeError(layer), nil
	case "sign-congruence":
		return l.SignCongruence(layer), nil
	case "local-angle":
		return l.LocalAngle(layer, set)
	}
	return l.TrueAngle(layer, set)
}

// noisyError returns the fraction of test samples misclassified by the network
// with the noise of the rule, NaN without classes.
func (r *run) noisyError() (float64, error) {
	s := r.scenario
	outcome, err := r.trainer.evaluateWith(context.Background(), r.trainer.data.Test, func() forward {
		return models.NewNoisyNetwork(r.trainer.net, noise(s), s.Seed)
	})
	score := newScore(outcome, r.trainer.data.Classes)
	if err != nil || score.Error == nil {
		return math.NaN(), err
	}
	return *score.Error, nil
}
