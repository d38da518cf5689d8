package sde

import "math"

// Decaying is a [System], or an ensemble of [Rows], whose components decay by
// themselves at constant rates,
//
//	f_k(t, y) = -rate_k y_k + N_k(t, y)
//
// as neurons and coloured noise do. It is found by type assertion.
type Decaying interface {
	// Rates writes the rate >= 0 of every component of a row to dst; those it
	// leaves alone are 0.
	Rates(dst []float64)
}

// ExponentialHeun returns, for additive noise, the method
//
//	Y  = e^-x y + h phi1 N(t, y) + s g(t+h/2) dw
//	y1 = Y + h phi2 (N(t+h, Y) - N(t, y))
//
//	phi1 = (1 - e^-x)/x,   phi2 = (e^-x - 1 + x)/x^2,   s^2 = (1 - e^-2x)/(2x)
//
// with x = h rate, component by component: ETD2RK of Cox and Matthews (2002), eq.
// (22), with the noise that an interval of decay leaves. Without rates it is
// Heun's method, of weak order 2 (Kloeden and Platen (1992), eq. (15.1.3)); an
// Ornstein-Uhlenbeck process, dy = -rate y dt + g dW, has its exact distribution
// at any step. What such a process drives sees it as linear between the nodes,
// which is of weak order 2 too. The strong order is 1.
func ExponentialHeun() Method { return exponentialHeun{} }

type exponentialHeun struct{}

func (exponentialHeun) Name() string { return "exponential-heun" }

// Orders are zero where the noise depends on the state: the second look would
// take it for Stratonovich's, and the first for Itô's.
func (exponentialHeun) Orders(_ Calculus, noise Kind) Orders {
	if noise == Additive {
		return Orders{Strong: 1, Weak: 2}
	}
	return Orders{}
}

func (exponentialHeun) SpaceTime() bool { return false }

func (exponentialHeun) NewStepper(sys Rows, _ Calculus, capacity int) Stepper {
	n := capacity * sys.Dim()
	s := &exponentialHeunStepper{
		sys: sys, rate: make([]float64, n), weight1: make([]float64, n), weight2: make([]float64, n), spread: make([]float64, n),
		before: make([]float64, n), after: make([]float64, n),
	}
	if d, ok := capability[Decaying](sys); ok {
		for rest := s.rate; len(rest) > 0; rest = rest[sys.Dim():] {
			d.Rates(rest[:sys.Dim()])
		}
	}
	return s
}

type exponentialHeunStepper struct {
	sys           Rows
	rate          []float64
	h             float64   // of the weights
	weight1       []float64 // h phi1
	weight2       []float64 // h phi2
	spread        []float64 // s
	before, after []float64 // f at both ends
}

// Step needs no N: e^-x y + h phi1 N = y + h phi1 f.
func (s *exponentialHeunStepper) Step(y1 []float64, t, h float64, y, dw, _ []float64) {
	if h != s.h {
		s.weigh(h)
	}
	before, after := s.before[:len(y)], s.after[:len(y)]
	s.sys.DerivRows(before, t, y)
	clear(after)
	s.sys.AddNoiseRows(after, t+h/2, y, dw)
	for k, yk := range y {
		y1[k] = yk + s.weight1[k]*before[k] + s.spread[k]*after[k]
	}
	s.sys.DerivRows(after, t+h, y1)
	for k, yk := range y {
		y1[k] += s.weight2[k] * (after[k] - before[k] + s.rate[k]*(y1[k]-yk))
	}
}

// weigh sets the weights for steps h.
func (s *exponentialHeunStepper) weigh(h float64) {
	s.h = h
	for k, rate := range s.rate {
		phi1, phi2, variance := 1., 0.5, 1.
		if x := rate * h; x > 0 {
			phi1, variance = -math.Expm1(-x)/x, -math.Expm1(-2*x)/(2*x)
			phi2 = secondPhi(x)
		}
		s.weight1[k], s.weight2[k], s.spread[k] = h*phi1, h*phi2, math.Sqrt(variance)
	}
}

// secondPhi is (e^-x - 1 + x)/x^2, by its series where that cancels.
func secondPhi(x float64) float64 {
	if x > 0.01 {
		return (math.Expm1(-x) + x) / (x * x)
	}
	return 0.5 - x/6*(1-x/4*(1-x/5*(1-x/6)))
}
