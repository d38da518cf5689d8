package analysis

import (
	"fmt"

	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// ErrorAngles compares the errors m_i that a rule carries to the hidden layers
// with those that others would carry there, sample by sample: index i-1 of its
// results is hidden layer i. Lillicrap et al. (2016), Figures 2b and 3b.
type ErrorAngles struct {
	net            *models.Network
	rule, backprop models.Presenter
	update         *models.Weights // of no interest

	transpose, inverse []meanAngle
}

// meanAngle is a mean over the samples in which both vectors are not zero.
type meanAngle struct {
	sum   float64
	count int
}

func (m *meanAngle) add(a, b []float64) {
	if angle := Angle(a, b); angle == angle {
		m.sum, m.count = m.sum+angle, m.count+1
	}
}

// NewErrorAngles returns the measure of a rule whose errors have a pathway, at
// level steady.
func NewErrorAngles(net *models.Network, rule models.Presenter) *ErrorAngles {
	return &ErrorAngles{
		net: net, rule: rule, backprop: models.NewPathways(net, models.Backprop{}), update: models.NewWeights(net),
		transpose: make([]meanAngle, net.Depth()-1), inverse: make([]meanAngle, net.Depth()-1),
	}
}

// Measure compares the errors of the samples of batches.
func (a *ErrorAngles) Measure(w *models.Weights, batches ...*models.Batch) error {
	clear(a.transpose)
	clear(a.inverse)
	ways := feedbackWays(a.net, w)
	inverses := make([]*mat.Dense, len(ways))
	for i, way := range ways {
		inverses[i] = pseudoinverse(way.forward)
	}
	for _, batch := range batches {
		for _, rule := range []models.Presenter{a.rule, a.backprop} {
			if _, err := rule.Present(a.update, w, batch); err != nil {
				return err
			}
		}
		for i, inverse := range inverses {
			if err := a.compare(i, inverse, batch.N); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare adds the angles of hidden layer i, counted from 0. What the inverse
// carries begins where the layer's feedback weights do: at the next layer's errors,
// or the output's.
func (a *ErrorAngles) compare(i int, inverse *mat.Dense, samples int) error {
	from := a.net.Depth()
	if a.net.Feedback.Layerwise {
		from = i + 2
	}
	carried, ok := a.rule.Reveal(fmt.Sprint("m", i+1))
	source, found := a.rule.Reveal(fmt.Sprint("m", from))
	exact, _ := a.backprop.Reveal(fmt.Sprint("m", i+1))
	if !ok || !found {
		return fmt.Errorf("analysis: the errors of this rule have no pathway")
	}
	through := mat.NewVecDense(carried.Cols, nil)
	for b := range samples {
		through.MulVec(inverse, mat.NewVecDense(source.Cols, row(source, b)))
		a.transpose[i].add(row(carried, b), row(exact, b))
		a.inverse[i].add(row(carried, b), through.RawVector().Data)
	}
	return nil
}

// Backprop returns the mean angles in degrees to the errors that backpropagation
// carries to the same layers; in a linear network those are W^T e. NaN where one of
// them is zero throughout.
func (a *ErrorAngles) Backprop() []float64 { return means(a.transpose) }

// Pseudoinverse returns the mean angles to W_{i+1}^+ m_{i+1}, a step of
// Gauss-Newton's ("pseudo-backprop"); on the direct path to (W_L .. W_{i+1})^+ e.
func (a *ErrorAngles) Pseudoinverse() []float64 { return means(a.inverse) }

func means(all []meanAngle) []float64 {
	out := make([]float64, len(all))
	for i, m := range all {
		out[i] = m.sum / float64(m.count) // 0/0 is NaN
	}
	return out
}
