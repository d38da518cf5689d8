package sdetest

import (
	"math"

	"credo/sde"
)

// Problem is an equation on [0, T] whose solution is a function of time and of
// the path's value at that time.
type Problem struct {
	Name   string
	System sde.System
	Y0     []float64
	T      float64
	Exact  func(y []float64, t float64, w []float64) // writes y(t), given w = W(t)
}

// Problems returns one problem for each kind of noise that has such solutions.
func Problems() []Problem {
	return []Problem{DampedAdditive(), GeometricScalar(), GeometricDiagonal()}
}

// GeometricScalar is geometric Brownian motion, Black and Scholes' equation
// (Kloeden and Platen (1992), eq. (4.4.6)):
//
//	dy = mu y dt + sigma y dW,   y = y0 exp((mu - sigma^2/2) t + sigma W)
func GeometricScalar() Problem { return geometric("geometric, scalar", []float64{0.7}) }

// GeometricDiagonal is three independent such motions.
func GeometricDiagonal() Problem {
	return geometric("geometric, diagonal", []float64{0.3, 0.6, 0.9})
}

func geometric(name string, sigma []float64) Problem {
	const mu = 0.5
	kind, y0 := sde.Scalar, make([]float64, len(sigma))
	if len(sigma) > 1 {
		kind = sde.Diagonal
	}
	for i := range y0 {
		y0[i] = 1
	}
	return Problem{
		Name: name, Y0: y0, T: 1,
		System: equation{
			noiseDim: len(sigma), dim: len(sigma), kind: kind,
			drift: func(dy []float64, _ float64, y []float64) {
				for i, yi := range y {
					dy[i] = mu * yi
				}
			},
			noise: func(dy []float64, _ float64, y, dw []float64) {
				for i, s := range sigma {
					dy[i] += s * y[i] * dw[i]
				}
			},
		},
		Exact: func(y []float64, t float64, w []float64) {
			for i, s := range sigma {
				y[i] = math.Exp((mu-s*s/2)*t + s*w[i])
			}
		},
	}
}

// DampedAdditive has additive noise and explicit time (Kloeden and Platen (1992), eq. (4.4.4)):
//
//	dy = (b/sqrt(1+t) - y/(2(1+t))) dt + a b/sqrt(1+t) dW,   y = (y0 + b (t + a W))/sqrt(1+t)
func DampedAdditive() Problem {
	const a, b = 0.5, 1.0
	return Problem{
		Name: "damped, additive", Y0: []float64{1}, T: 1,
		System: equation{
			dim: 1, noiseDim: 1, kind: sde.Additive,
			drift: func(dy []float64, t float64, y []float64) {
				dy[0] = b/math.Sqrt(1+t) - y[0]/(2*(1+t))
			},
			noise: func(dy []float64, t float64, _, dw []float64) {
				dy[0] += a * b / math.Sqrt(1+t) * dw[0]
			},
		},
		Exact: func(y []float64, t float64, w []float64) {
			y[0] = (1 + b*(t+a*w[0])) / math.Sqrt(1+t)
		},
	}
}

// Area is dy_1 = dW_1, dy_2 = y_1 dW_2, whose noise does not commute:
// y_2 = ∫ W_1 dW_2 is no function of W(t). From y = 0, a step h that makes each
// increment of y_2 from y_1 at its start is off by
//
//	E (y_2h(t) - y_2(t))^2 = h t / 2.
func Area() sde.System {
	return equation{
		dim: 2, noiseDim: 2, kind: sde.General,
		drift: func(dy []float64, _ float64, _ []float64) { clear(dy) },
		noise: func(dy []float64, _ float64, y, dw []float64) {
			dy[0] += dw[0]
			dy[1] += y[0] * dw[1]
		},
	}
}

// OrnsteinUhlenbeck is dy = -Theta y dt + Sigma dW, a normal process.
type OrnsteinUhlenbeck struct{ Theta, Sigma float64 }

// Mean is E y(t) = y0 exp(-Theta t).
func (p OrnsteinUhlenbeck) Mean(t, y0 float64) float64 { return y0 * math.Exp(-p.Theta*t) }

// Variance is that of y(t) from a fixed y0: Sigma^2 (1 - exp(-2 Theta t))/(2 Theta).
func (p OrnsteinUhlenbeck) Variance(t float64) float64 {
	return -p.Sigma * p.Sigma * math.Expm1(-2*p.Theta*t) / (2 * p.Theta)
}

func (OrnsteinUhlenbeck) Dim() int        { return 1 }
func (OrnsteinUhlenbeck) NoiseDim() int   { return 1 }
func (OrnsteinUhlenbeck) Noise() sde.Kind { return sde.Additive }

func (p OrnsteinUhlenbeck) Deriv(dy []float64, _ float64, y []float64) { dy[0] = -p.Theta * y[0] }

func (p OrnsteinUhlenbeck) AddNoise(dy []float64, _ float64, _, dw []float64) {
	dy[0] += p.Sigma * dw[0]
}

// equation is a System made of functions.
type equation struct {
	dim, noiseDim int
	kind          sde.Kind
	drift         func(dy []float64, t float64, y []float64)
	noise         func(dy []float64, t float64, y, dw []float64)
}

func (e equation) Dim() int                                   { return e.dim }
func (e equation) NoiseDim() int                              { return e.noiseDim }
func (e equation) Noise() sde.Kind                            { return e.kind }
func (e equation) Deriv(dy []float64, t float64, y []float64) { e.drift(dy, t, y) }

func (e equation) AddNoise(dy []float64, t float64, y, dw []float64) { e.noise(dy, t, y, dw) }
