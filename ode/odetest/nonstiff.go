package odetest

import "math"

// NonstiffProblems returns the problems of known end on which methods for nonstiff systems are compared.
func NonstiffProblems() []Problem {
	return []Problem{
		Arenstorf(), Pleiades(), Brusselator(), Brusselator1D(), Brusselator2D(), MildVanDerPol(), Kepler(0.9, 20), RigidBody(), Lorenz(),
		FitzHughNagumo(),
	}
}

// MildVanDerPol is van der Pol's oscillator of mu = 5 over nearly two periods. The end comes from Taylor series of order 45 in arithmetic of 50 digits.
func MildVanDerPol() Problem {
	return Problem{
		Name: "van der pol", T1: 20, System: VanDerPol(5), Y0: []float64{2, 0},
		End: []float64{-1.601296879542853908822, 0.1983266763386620845495},
	}
}

// RigidBody is Euler's equations of a free body, problem B5 of Hull, Enright, Fellen and Sedgwick (1972):
//
//	y1' = y2 y3,  y2' = -y1 y3,  y3' = -0.51 y1 y2,  y(0) = (0, 1, 1)
//
// Its solution is Jacobi's elliptic functions sn, cn and dn of the parameter m = 0.51.
func RigidBody() Problem {
	const m = 0.51
	return exact(Problem{
		Name: "rigid body", T1: 20,
		System: Func{3, func(dy []float64, _ float64, y []float64) {
			dy[0], dy[1], dy[2] = y[1]*y[2], -y[0]*y[2], -m*y[0]*y[1]
		}},
	}, 3, func(y []float64, t float64) {
		sin, cos := math.Sincos(amplitude(t, m))
		y[0], y[1], y[2] = sin, cos, math.Sqrt(1-m*sin*sin)
	})
}

// amplitude is Jacobi's am(t, m), by the arithmetic-geometric mean: Abramowitz and Stegun (1964), 16.4.
func amplitude(t, m float64) float64 {
	const levels = 6 // each doubles the digits
	a, b := 1.0, math.Sqrt(1-m)
	var ratio [levels]float64
	for n := range ratio {
		mean := (a + b) / 2
		ratio[n] = (a - b) / 2 / mean
		a, b = mean, math.Sqrt(a*b)
	}
	phi := math.Ldexp(a*t, levels)
	for n := levels - 1; n >= 0; n-- {
		phi = (phi + math.Asin(ratio[n]*math.Sin(phi))) / 2
	}
	return phi
}

// Lorenz is his chaotic convection (1963), J. Atmos. Sci. 20, until 15, where an error at the start has grown a million times. The end comes from Taylor
// series of order 45 in arithmetic of 50 digits.
func Lorenz() Problem {
	return Problem{
		Name: "lorenz", T1: 15,
		System: Func{3, func(dy []float64, _ float64, y []float64) {
			dy[0], dy[1], dy[2] = 10*(y[1]-y[0]), 28*y[0]-y[1]-y[0]*y[2], y[0]*y[1]-8./3*y[2]
		}},
		Y0:  []float64{1, 1, 1},
		End: []float64{-4.393109218383352621693, -2.069127193144469487409, 25.91452996907839786651},
	}
}

// FitzHughNagumo is their neuron (1961) at a current of 0.5, which makes it fire, until 100. The end comes from Taylor series of
// order 45 in arithmetic of 50 digits.
func FitzHughNagumo() Problem {
	return Problem{
		Name: "fitzhugh-nagumo", T1: 100,
		System: Func{2, func(dy []float64, _ float64, y []float64) {
			dy[0], dy[1] = y[0]-y[0]*y[0]*y[0]/3-y[1]+0.5, 0.08*(y[0]+0.7-0.8*y[1])
		}},
		Y0:  []float64{-1, 1},
		End: []float64{-0.4996639386443276845694, -0.2110703761291291325266},
	}
}
