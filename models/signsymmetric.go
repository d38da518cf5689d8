package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// SignSymmetric carries errors through matrices that have the signs of the forward
// weights and magnitudes of their own: Liao, Leibo and Poggio (2016), reference 57
// of Lillicrap et al. (2016),
//
//	m_i = S_i d_{i+1},   S_i = sign(W_{i+1}^T) * |B_i|
//
// elementwise, with the B_i (n_i x n_{i+1}) of a layerwise feedback path.
type SignSymmetric struct{}

// Carry adds S_i d_{i+1}.
func (SignSymmetric) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	d, forward, own := above.D[i+1], w.W[i+1], w.Link[i]
	for j := range own.Rows {
		for k, magnitude := range row(own, j) {
			weight := forward.Data[k*forward.Stride+j]
			if weight == 0 {
				continue
			}
			s := math.Copysign(magnitude, weight)
			for b := range above.Rows {
				m.Data[b*m.Stride+j] += s * d.Data[b*d.Stride+k]
			}
		}
	}
}
