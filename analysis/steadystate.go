package analysis

import (
	"fmt"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// LinearRest returns the control signal at rest to first order in the output
// error delta (n_L), Meulemans et al. (2021), Lemma 1:
//
//	u = (JQ + I/g)^-1 delta
//
// where g is the controller's DC gain; 1/g = alpha/(1 + alpha k_p) for the
// paper's PI controller. j is n_L x N, q is N x n_L.
func LinearRest(j, q *mat.Dense, c controllers.Controller, delta []float64) ([]float64, error) {
	var m mat.Dense
	m.Mul(j, q)
	for k := range delta {
		m.Set(k, k, m.At(k, k)+c.InverseDCGain())
	}
	var u mat.VecDense
	if err := u.SolveVec(&m, mat.NewVecDense(len(delta), delta)); err != nil {
		return nil, fmt.Errorf("analysis: JQ + I/g: %w", err)
	}
	return u.RawVector().Data, nil
}
