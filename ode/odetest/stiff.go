package odetest

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// StiffProblems returns the stiff problems, all with Jacobians. The ends of the last four are those of the Test Set for Initial Value
// Problem Solvers (Mazzia and Magherini, release 2.4, Bari), computed there by RADAU in quadruple precision with tolerances of 1e-18; scipy's Radau at
// 1e-11 is within 6e-13 of them in every component.
func StiffProblems() []Problem {
	return []Problem{ProtheroRobinson(-1e6), HIRES(), Oregonator(), Robertson(), StiffVanDerPol()}
}

// ProtheroRobinson is y' = lambda (y - phi(t)) + phi'(t), whose solution phi(t) = sin(pi/4 + t) is smooth however stiff lambda < 0 makes it:
// Prothero and Robinson (1974), Math. Comp. 28.
func ProtheroRobinson(lambda float64) Problem {
	return exact(Problem{
		Name: "prothero-robinson", T1: 10,
		System: Differentiable{
			Func{1, func(dy []float64, t float64, y []float64) {
				phi, rate := math.Sincos(math.Pi/4 + t)
				dy[0] = lambda*(y[0]-phi) + rate
			}},
			func(dst *mat.Dense, _ float64, _ []float64) { dst.Set(0, 0, lambda) },
		},
	}, 1, func(y []float64, t float64) { y[0] = math.Sin(math.Pi/4 + t) })
}

// HIRES is the high irradiance response of plants to light, eight reactants, Hairer and Wanner (1996), IV.10.
func HIRES() Problem {
	return Problem{
		Name: "hires", T1: 321.8122, System: Differentiable{Func{8, hires}, hiresJacobian},
		Y0: []float64{1, 0, 0, 0, 0, 0, 0, 0.0057},
		End: []float64{
			0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
			0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
		},
	}
}

func hires(dy []float64, _ float64, y []float64) {
	dy[0] = -1.71*y[0] + 0.43*y[1] + 8.32*y[2] + 0.0007
	dy[1] = 1.71*y[0] - 8.75*y[1]
	dy[2] = -10.03*y[2] + 0.43*y[3] + 0.035*y[4]
	dy[3] = 8.32*y[1] + 1.71*y[2] - 1.12*y[3]
	dy[4] = -1.745*y[4] + 0.43*(y[5]+y[6])
	dy[5] = -280*y[5]*y[7] + 0.69*y[3] + 1.71*y[4] - 0.43*y[5] + 0.69*y[6]
	dy[6] = 280*y[5]*y[7] - 1.81*y[6]
	dy[7] = -dy[6]
}

func hiresJacobian(dst *mat.Dense, _ float64, y []float64) {
	a, b := 280*y[7], 280*y[5]
	entries(dst,
		[]float64{-1.71, 0.43, 8.32, 0, 0, 0, 0, 0},
		[]float64{1.71, -8.75, 0, 0, 0, 0, 0, 0},
		[]float64{0, 0, -10.03, 0.43, 0.035, 0, 0, 0},
		[]float64{0, 8.32, 1.71, -1.12, 0, 0, 0, 0},
		[]float64{0, 0, 0, 0, -1.745, 0.43, 0.43, 0},
		[]float64{0, 0, 0, 0.69, 1.71, -a - 0.43, 0.69, -b},
		[]float64{0, 0, 0, 0, 0, a, -1.81, b},
		[]float64{0, 0, 0, 0, 0, -a, 1.81, -b})
}

// Oregonator is Field and Noyes's model of the Belousov-Zhabotinskii reaction, Hairer and Wanner (1996), IV.10.
func Oregonator() Problem {
	return Problem{
		Name: "oregonator", T1: 360,
		System: Differentiable{
			Func{3, func(dy []float64, _ float64, y []float64) {
				dy[0] = 77.27 * (y[1] + y[0]*(1-8.375e-6*y[0]-y[1]))
				dy[1] = (y[2] - (1+y[0])*y[1]) / 77.27
				dy[2] = 0.161 * (y[0] - y[2])
			}},
			func(dst *mat.Dense, _ float64, y []float64) {
				entries(dst,
					[]float64{77.27 * (1 - 2*8.375e-6*y[0] - y[1]), 77.27 * (1 - y[0]), 0},
					[]float64{-y[1] / 77.27, -(1 + y[0]) / 77.27, 1 / 77.27},
					[]float64{0.161, 0, -0.161})
			},
		},
		Y0:  []float64{1, 2, 3},
		End: []float64{1.000814870318523, 1228.178521549917, 132.0554942846706},
	}
}

// Robertson is his autocatalytic reaction until 1e11, Hairer and Wanner (1996), IV.10. The sum of its components is 1.
func Robertson() Problem {
	return Problem{
		Name: "robertson", T1: 1e11,
		System: Differentiable{
			Func{3, func(dy []float64, _ float64, y []float64) {
				slow, back, fast := 0.04*y[0], 1e4*y[1]*y[2], 3e7*y[1]*y[1]
				dy[0], dy[1], dy[2] = -slow+back, slow-back-fast, fast
			}},
			func(dst *mat.Dense, _ float64, y []float64) {
				entries(dst,
					[]float64{-0.04, 1e4 * y[2], 1e4 * y[1]},
					[]float64{0.04, -1e4*y[2] - 6e7*y[1], -1e4 * y[1]},
					[]float64{0, 6e7 * y[1], 0})
			},
		},
		Y0:  []float64{1, 0, 0},
		End: []float64{0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050},
	}
}

// StiffVanDerPol is van der Pol's oscillator of mu = 1000 with time in units of mu, so that eps = 1/mu^2: eps z' = (1 - y^2) z - y with z = y',
// Hairer and Wanner (1996), IV.10.
func StiffVanDerPol() Problem {
	const eps = 1e-6
	return Problem{
		Name: "stiff van der pol", T1: 2,
		System: Differentiable{
			Func{2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], ((1-y[0]*y[0])*y[1]-y[0])/eps }},
			func(dst *mat.Dense, _ float64, y []float64) {
				entries(dst, []float64{0, 1}, []float64{(-2*y[0]*y[1] - 1) / eps, (1 - y[0]*y[0]) / eps})
			},
		},
		Y0:  []float64{2, 0},
		End: []float64{1.706167732170483, -0.8928097010247975},
	}
}
