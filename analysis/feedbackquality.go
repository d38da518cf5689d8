package analysis

import (
	"fmt"

	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// RelativeErrors returns |B_i - W_{i+1}^T|_F / |W_{i+1}|_F of every hidden layer:
// Lansdell, Prakash and Kording (2019), Figure 2a.
func RelativeErrors(net *models.Network, w *models.Weights) []float64 {
	return overWays(net, w, func(way feedbackWay) float64 {
		var difference mat.Dense
		difference.Sub(way.back, way.forward.T())
		return mat.Norm(&difference, 2) / mat.Norm(way.forward, 2)
	})
}

// SignCongruences returns the share of the feedback weights of every hidden layer
// that have the sign of W_{i+1}^T; a zero counts half: Figure 2c of the same.
func SignCongruences(net *models.Network, w *models.Weights) []float64 {
	return overWays(net, w, func(way feedbackWay) float64 {
		rows, cols := way.back.Dims()
		sum := 0.0
		for j := range rows {
			for k := range cols {
				sum += sign(way.back.At(j, k)) * sign(way.forward.At(k, j))
			}
		}
		return (sum/float64(rows*cols) + 1) / 2
	})
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// Local returns the mean angles, a hidden layer each, between what the rule's
// feedback weights make of the layer above's own errors and what the transposed
// forward weights would: B_i d_{i+1} and W_{i+1}^T d_{i+1}, or on the direct path
// B_i d_L and (W_L .. W_{i+1})^T d_L: Figure 2b of the same.
func (a *ErrorAngles) Local(w *models.Weights, batches ...*models.Batch) ([]float64, error) {
	ways := feedbackWays(a.net, w)
	angles := make([]meanAngle, len(ways))
	for _, batch := range batches {
		if _, err := a.rule.Present(a.update, w, batch); err != nil {
			return nil, err
		}
		for i, way := range ways {
			from := a.net.Depth()
			if a.net.Feedback.Layerwise {
				from = i + 2
			}
			source, found := a.rule.Reveal(fmt.Sprint("d", from))
			if !found {
				return nil, fmt.Errorf("analysis: the errors of this rule have no pathway")
			}
			back, mirrored := mat.NewVecDense(a.net.Sizes[i+1], nil), mat.NewVecDense(a.net.Sizes[i+1], nil)
			for b := range batch.N {
				d := mat.NewVecDense(source.Cols, row(source, b))
				back.MulVec(way.back, d)
				mirrored.MulVec(way.forward.T(), d)
				angles[i].add(back.RawVector().Data, mirrored.RawVector().Data)
			}
		}
	}
	return means(angles), nil
}
