package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// RecurrentSystem is the hidden layer of a recurrent network in continuous time,
// an [ode.System] whose state is h:
//
//	tau_v dh/dt = -h + phi(U x(t) + W h + a)
//
// One step of forward Euler of length tau_v is one step of the discrete network,
// h_t = phi(U x_t + W h_{t-1} + a), where x(t) is the input of the step to come.
type RecurrentSystem struct {
	phi     Activation
	w       *RecurrentWeights
	tau     float64
	input   func(x []float64, t float64)
	x, h, v blas64.General // tiles of one row
}

// NewRecurrentSystem returns the hidden layer of net with the weights w, which
// it reads whenever it is evaluated. input sets x to the input at time t.
func NewRecurrentSystem(net *Network, w *RecurrentWeights, tau float64, input func(x []float64, t float64)) *RecurrentSystem {
	if tau <= 0 {
		panic(fmt.Sprintf("models: a recurrent system with tau_v = %g", tau))
	}
	n := net.Sizes[1]
	return &RecurrentSystem{phi: net.Phi[0], w: w, tau: tau, input: input, x: newTile(net.Sizes[0]), h: newTile(n), v: newTile(n)}
}

// Dim returns n.
func (s *RecurrentSystem) Dim() int { return s.v.Cols }

// Deriv sets dh = dh/dt.
func (s *RecurrentSystem) Deriv(dh []float64, t float64, h []float64) {
	s.input(row(s.x, 0), t)
	copy(row(s.h, 0), h)
	setRows(s.v, s.w.A, 1)
	mulRowsAdd(s.v, s.x, s.w.U, 1)
	mulRowsAdd(s.v, s.h, s.w.W, 1)
	s.phi.Apply(dh, row(s.v, 0))
	for k := range dh {
		dh[k] = (dh[k] - h[k]) / s.tau
	}
}
