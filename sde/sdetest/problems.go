package sdetest

import (
	"math"

	"credo/sde"

	"gonum.org/v1/gonum/floats"
)

// Problem is an equation on [0, T] whose solution is a function of time and of
// the path's value at that time, or is found with small steps of another method.
type Problem struct {
	Name      string
	System    sde.System
	Y0        []float64
	T         float64
	Exact     func(y []float64, t float64, w []float64) // writes y(t), given w = W(t)
	Reference sde.Method                                // if there is no Exact
}

// Problems returns problems with all kinds of noise that have such solutions, in
// both calculi.
func Problems() []Problem {
	return []Problem{
		DampedAdditive(), Relaxation(), DoubleWell(),
		GeometricScalar(), GeometricDiagonal(), GeometricCommuting(), Hyperbolic(), HyperbolicDiagonal(), HyperbolicCommuting(),
		InStratonovich(GeometricScalar()), InStratonovich(GeometricDiagonal()), InStratonovich(HyperbolicCommuting()), InStratonovich(Hyperbolic()),
	}
}

// GeometricScalar is geometric Brownian motion, Black and Scholes' equation
// (Kloeden and Platen (1992), eq. (4.4.6)):
//
//	dy = mu y dt + sigma y dW,   y = y0 exp((mu - sigma^2/2) t + sigma W)
func GeometricScalar() Problem {
	return geometric("geometric, scalar", sde.Scalar, [][]float64{{0.7}})
}

// GeometricDiagonal is three independent such motions.
func GeometricDiagonal() Problem {
	return geometric("geometric, diagonal", sde.Diagonal, [][]float64{{0.3, 0, 0}, {0, 0.6, 0}, {0, 0, 0.9}})
}

// GeometricCommuting is two such motions that share two noises.
func GeometricCommuting() Problem {
	return geometric("geometric, commuting", sde.Commutative, [][]float64{{0.3, 0.5}, {-0.4, 0.6}})
}

// geometric is dy_k = mu y_k dt + y_k sum_j sigma_kj dW_j.
func geometric(name string, kind sde.Kind, sigma [][]float64) Problem {
	const mu = 0.5
	y0 := make([]float64, len(sigma))
	for k := range y0 {
		y0[k] = 1
	}
	sys := equation{
		noiseDim: len(sigma[0]), dim: len(sigma), kind: kind,
		drift: func(dy []float64, _ float64, y []float64) {
			for k, yk := range y {
				dy[k] = mu * yk
			}
		},
		noise: func(dy []float64, _ float64, y, dw []float64) {
			for k, s := range sigma {
				dy[k] += y[k] * floats.Dot(s, dw)
			}
		},
	}
	slope := func(dy []float64, _ float64, _, v, dw []float64) {
		for k, s := range sigma {
			dy[k] += v[k] * floats.Dot(s, dw)
		}
	}
	return Problem{
		Name: name, Y0: y0, T: 1, System: sloped{sys, slope},
		Exact: func(y []float64, t float64, w []float64) {
			for k, s := range sigma {
				y[k] = math.Exp((mu-floats.Dot(s, s)/2)*t + floats.Dot(s, w))
			}
		},
	}
}

// Hyperbolic has noise that is not linear (Kloeden and Platen (1992), eq. (4.4.29)):
//
//	dy = (y/2 + sqrt(y^2 + 1)) dt + sqrt(y^2 + 1) dW,   y = sinh(arsinh y0 + t + W)
func Hyperbolic() Problem { return hyperbolic("hyperbolic", sde.Scalar, [][]float64{{1}}) }

// HyperbolicCommuting is two such motions that share two noises.
func HyperbolicCommuting() Problem {
	return hyperbolic("hyperbolic, commuting", sde.Commutative, [][]float64{{0.3, 0.5}, {-0.4, 0.6}})
}

// HyperbolicDiagonal is two such motions.
func HyperbolicDiagonal() Problem {
	return hyperbolic("hyperbolic, diagonal", sde.Diagonal, [][]float64{{0.8, 0}, {0, 0.5}})
}

// hyperbolic is y_k = sinh(arsinh y0 + t + sum_j sigma_kj W_j).
func hyperbolic(name string, kind sde.Kind, sigma [][]float64) Problem {
	const start = 0.3
	y0 := make([]float64, len(sigma))
	for k := range y0 {
		y0[k] = start
	}
	return Problem{
		Name: name, Y0: y0, T: 1,
		System: equation{
			dim: len(sigma), noiseDim: len(sigma[0]), kind: kind,
			drift: func(dy []float64, _ float64, y []float64) {
				for k, s := range sigma {
					dy[k] = floats.Dot(s, s)*y[k]/2 + math.Hypot(1, y[k])
				}
			},
			noise: func(dy []float64, _ float64, y, dw []float64) {
				for k, s := range sigma {
					dy[k] += math.Hypot(1, y[k]) * floats.Dot(s, dw)
				}
			},
		},
		Exact: func(y []float64, t float64, w []float64) {
			for k, s := range sigma {
				y[k] = math.Sinh(math.Asinh(start) + t + floats.Dot(s, w))
			}
		},
	}
}

// InStratonovich is the problem with the same solution, written in Stratonovich's
// calculus.
func InStratonovich(p Problem) Problem {
	p.Name += ", Stratonovich"
	p.System = inStratonovich(p.System)
	return p
}

func inStratonovich(sys sde.System) sde.Stratonovich {
	return sde.Stratonovich{System: &shifted{
		System: sys, unit: make([]float64, sys.NoiseDim()), g: make([]float64, sys.Dim()), moved: make([]float64, sys.Dim()),
	}}
}

// shifted is a system whose drift is less 1/2 sum_j (g_j . d/dy) g_j, by central differences.
type shifted struct {
	sde.System
	unit, g, moved []float64
}

func (s *shifted) Deriv(dy []float64, t float64, y []float64) {
	s.System.Deriv(dy, t, y)
	const step = 1e-5
	for j := range s.unit {
		clear(s.unit)
		clear(s.g)
		s.unit[j] = 1
		s.AddNoise(s.g, t, y, s.unit)
		for _, side := range [...]float64{step, -step} {
			floats.AddScaledTo(s.moved, y, side, s.g)
			s.unit[j] = -1 / (4 * side)
			s.AddNoise(dy, t, s.moved, s.unit)
		}
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

// Relaxation is an Ornstein-Uhlenbeck process, whose solution depends on the whole path.
func Relaxation() Problem {
	return Problem{
		Name: "relaxation", Y0: []float64{1}, T: 1, System: OrnsteinUhlenbeck{Theta: 2, Sigma: 1}, Reference: sde.SRA1(),
	}
}

// DoubleWell has a drift that is not linear: dy = (y - y^3) dt + dW.
func DoubleWell() Problem {
	return Problem{
		Name: "double well", Y0: []float64{0.5}, T: 1, Reference: sde.SOSRA(),
		System: equation{
			dim: 1, noiseDim: 1, kind: sde.Additive,
			drift: func(dy []float64, _ float64, y []float64) { dy[0] = y[0] - y[0]*y[0]*y[0] },
			noise: func(dy []float64, _ float64, _, dw []float64) { dy[0] += dw[0] },
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

// sloped is one that knows the derivative of its noise.
type sloped struct {
	equation
	slope func(dy []float64, t float64, y, v, dw []float64)
}

func (s sloped) AddNoiseSlope(dy []float64, t float64, y, v, dw []float64) { s.slope(dy, t, y, v, dw) }

// Calculus is that of a problem's system.
func Calculus(sys sde.System) sde.Calculus {
	if s, ok := sys.(interface{ Calculus() sde.Calculus }); ok {
		return s.Calculus()
	}
	return sde.ItoCalculus
}
