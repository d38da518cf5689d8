package analysis

import (
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// feedbackWay is the way errors take back to a hidden layer, and the way that
// activity takes forward between the same ends.
type feedbackWay struct {
	back    *mat.Dense // n_i x k: B
	forward *mat.Dense // k x n_i: W
}

// feedbackWays returns those of every hidden layer. On the layerwise path k is
// n_{i+1}; on the direct one it is n_L, and W the product W_L .. W_{i+1}. The
// direct path's last hidden layer is the same on both.
func feedbackWays(net *models.Network, w *models.Weights) []feedbackWay {
	ways := make([]feedbackWay, net.Depth()-1)
	var product *mat.Dense
	for i := len(ways) - 1; i >= 0; i-- {
		next := dense(w.W[i+1])
		if net.Feedback.Layerwise {
			ways[i] = feedbackWay{dense(w.Link[i]), next}
			continue
		}
		if product != nil {
			var longer mat.Dense
			longer.Mul(product, next)
			next = &longer
		}
		product = next
		ways[i] = feedbackWay{dense(w.Q[i]), product}
	}
	return ways
}

func dense(g blas64.General) *mat.Dense { return mat.NewDense(g.Rows, g.Cols, g.Data) }

// WeightAngles returns the angle in degrees between the feedback weights of every
// hidden layer and the transposed forward weights, B_i and W_{i+1}^T as vectors:
// Lillicrap et al. (2016), Methods, "Angle measures".
func WeightAngles(net *models.Network, w *models.Weights) []float64 {
	return overWays(net, w, func(way feedbackWay) float64 {
		return matrixAngle(way.back, mat.DenseCopyOf(way.forward.T()))
	})
}

// UnitAngles returns the mean over the units of every hidden layer of the angle
// between a unit's feedback weights, a row of B_i, and its outgoing weights, a
// column of W_{i+1}: Figure 5a of the same.
func UnitAngles(net *models.Network, w *models.Weights) []float64 {
	return overWays(net, w, func(way feedbackWay) float64 { return stat.Mean(way.units(), nil) })
}

func (way feedbackWay) units() []float64 {
	angles := make([]float64, way.back.RawMatrix().Rows)
	for j := range angles {
		angles[j] = Angle(way.back.RawRowView(j), mat.Col(nil, j, way.forward))
	}
	return angles
}

// PseudoinverseAngles returns the angles between B_i and the pseudoinverse of
// W_{i+1}: Lillicrap et al. (2016), Figure 5.
func PseudoinverseAngles(net *models.Network, w *models.Weights) []float64 {
	return overWays(net, w, func(way feedbackWay) float64 { return matrixAngle(way.back, pseudoinverse(way.forward)) })
}

func overWays(net *models.Network, w *models.Weights, angle func(feedbackWay) float64) []float64 {
	var angles []float64
	for _, way := range feedbackWays(net, w) {
		angles = append(angles, angle(way))
	}
	return angles
}

// matrixAngle is the angle between two matrices as vectors.
func matrixAngle(a, b *mat.Dense) float64 { return Angle(a.RawMatrix().Data, b.RawMatrix().Data) }

// pseudoinverse returns A^+, of what is not below rounding of A's largest singular
// value; zero of zero.
func pseudoinverse(a *mat.Dense) *mat.Dense {
	rows, cols := a.Dims()
	inverse := mat.NewDense(cols, rows, nil)
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		return inverse
	}
	if rank := svd.Rank(1e-13); rank > 0 {
		identity := mat.NewDense(rows, rows, nil)
		for k := range rows {
			identity.Set(k, k, 1)
		}
		svd.SolveTo(inverse, identity, rank)
	}
	return inverse
}
