package analysis

import (
	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// Jacobian returns J = [dr_L/dv_1 .. dr_L/dv_L] (n_L x sum n_i) at the
// feedforward state of one input r_0: Meulemans et al. (2021), Lemma 1.
func Jacobian(net *models.Network, w *models.Weights, input []float64) *mat.Dense {
	batch := models.NewBatch(net)
	batch.N = 1
	copy(batch.Input.Data, input)
	forward, jacobian := models.NewFeedforward(net), models.NewJacobian(net)
	forward.Run(w, batch)
	jacobian.Run(w, forward.V, forward.R, 1)

	at, _ := offsets(net)
	dst := mat.NewDense(net.Outputs(), at[net.Depth()], nil)
	for i := range net.Depth() {
		j := jacobian.Of(0, i)
		dst.Slice(0, j.Rows, at[i], at[i+1]).(*mat.Dense).Copy(mat.NewDense(j.Rows, j.Cols, j.Data))
	}
	return dst
}

// StackedFeedback returns Q = [Q_1; ..; Q_L] (sum n_i x n_L).
func StackedFeedback(w *models.Weights) *mat.Dense {
	var data []float64
	for _, q := range w.Q {
		data = append(data, q.Data...)
	}
	nL := w.Q[0].Cols
	return mat.NewDense(len(data)/nL, nL, data)
}

// offsets returns where v_1..v_L begin in the stacked voltages, with the end
// of the last; and the number of all.
func offsets(net *models.Network) (at []int, total int) {
	at = make([]int, net.Depth()+1)
	for i, n := range net.Sizes[1:] {
		at[i+1] = at[i] + n
	}
	return at, at[net.Depth()]
}
