package models

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/integrate/quad"
)

// slowAnswer is the mean over a presentation of the rate of neurons that begin at
// rest and follow a constant input a,
//
//	(1/T) int_0^T phi((1 - e^(-t/tau)) a) dt
//	    = phi(a) - (tau/T) int_0^X (phi(a) - phi(x a))/(1 - x) dx,   X = 1 - e^(-T/tau)
//
// by x = 1 - e^(-t/tau). The integrand is as smooth as phi, so Gauss and Legendre's
// nodes are few.
type slowAnswer struct {
	x, weight   []float64 // weight: (tau/T) w_k/(1 - x_k)
	total       float64   // of the weights
	at, settled []float64
}

// answerNodes leave 1e-9 of tanh for |a| < 4, and nothing of piecewise linear phi.
const answerNodes = 24

func newSlowAnswer(tau, length float64, widest int) *slowAnswer {
	s := &slowAnswer{x: make([]float64, answerNodes), weight: make([]float64, answerNodes), at: make([]float64, widest), settled: make([]float64, widest)}
	quad.Legendre{}.FixedLocations(s.x, s.weight, 0, -math.Expm1(-length/tau))
	for k, x := range s.x {
		s.weight[k] *= tau / (length * (1 - x))
		s.total += s.weight[k]
	}
	return s
}

// apply sets a to the mean rates for the input a.
func (s *slowAnswer) apply(phi Activation, a []float64) {
	at, mean := s.at[:len(a)], s.settled[:len(a)]
	phi.Apply(mean, a)
	floats.Scale(1-s.total, mean)
	for k, x := range s.x {
		floats.ScaleTo(at, x, a)
		phi.Apply(at, at)
		floats.AddScaled(mean, s.weight[k], at)
	}
	copy(a, mean)
}
