package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// SaturatedFeedback is [FeedbackAlignment] with error neurons that saturate,
//
//	m_i = B_i tanh(m_{i+1}),   d_i = phi_i'(v_i) * tanh(m_i)
//
// as those of [Spiking] do: it is that network with rates in place of spikes, at rest,
// or in time, where 1 - tau = exp(-1/tau_v) for a step as the unit of time. There the
// error of the output takes time too; and what many spiking outputs send is in the
// mean tanh(1) (y* - r), not tanh(y* - r).
type SaturatedFeedback struct{}

// Carry adds B_i tanh(m_{i+1}).
func (SaturatedFeedback) Carry(m blas64.General, i int, w *Weights, above *Errors) {
	mulRowsAdd(m, above.P[i+1], w.Link[i], above.Rows)
}

// Saturate sets p = tanh(m).
func (SaturatedFeedback) Saturate(p, m []float64) {
	for k, x := range m {
		p[k] = math.Tanh(x)
	}
}
