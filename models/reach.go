package models

import (
	"math"

	"credo/controllers"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// unreached is the part of the way to its rest state that a loop may have left
// at the end of a presentation and still count as having reached it.
const unreached = 0.25

// reachMargin returns the least eigenvalue m of M = JQ + I/g with which a loop
// comes to its rest state within a presentation of length T. For neurons that
// are fast beside the controller, a channel of gain n = m - 1/g obeys
//
//	x' = A_n x + B delta/(1 + n D),   A_n = A - n B C/(1 + n D),
//
// and the part of the way that it has left at T is
//
//	|e(T) - e*| / |delta - e*| = |C exp(A_n T) x1| / (1 + n D)
//
// with x1 the states that hold a signal of 1. For PI control without a leak it
// is exp(-n T/(tau_u (1 + n k_p))) / (1 + n k_p): of an integrator's slow modes
// with n << 1/T little has been seen of the rest state. In an endless
// presentation, and where 0 says that there is no limit, every stable loop reaches
// it: m = 0.
func reachMargin(c controllers.Controller, length float64) float64 {
	const smallest, largest = 1e-12, 1e12
	left := wayLeft(c, length)
	if length == 0 || math.IsInf(length, 1) || left(smallest) <= unreached {
		return 0
	}
	low, high := smallest, 1/length
	for left(high) > unreached && high < largest {
		low, high = high, 2*high
	}
	for high-low > 1e-12*high {
		middle := (low + high) / 2
		if left(middle) > unreached {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// wayLeft returns the part of the way left at time length as a function of m.
func wayLeft(c controllers.Controller, length float64) func(m float64) float64 {
	states := c.States()
	if states == 0 {
		return func(float64) float64 { return 0 }
	}
	rest := make([]float64, states)
	c.Rest(rest, 1)
	output, inverse := mat.NewVecDense(states, c.C), c.InverseDCGain()
	return func(m float64) float64 {
		n := m - inverse
		var flow mat.Dense
		flow.Outer(-n/(1+n*c.D), mat.NewVecDense(states, c.B), output)
		flow.Add(&flow, c.A)
		flow.Scale(length, &flow)
		if floats.HasNaN(flow.RawMatrix().Data) || math.IsInf(mat.Norm(&flow, 1), 0) {
			return math.Inf(1)
		}
		flow.Exp(&flow)
		return math.Abs(mat.Inner(output, &flow, mat.NewVecDense(states, rest))) / (1 + n*c.D)
	}
}
