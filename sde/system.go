package sde

import "credo/ode"

// System is dy = f(t, y) dt + g(t, y) dW, with f the [ode.System] and g a
// Dim x NoiseDim matrix that is never formed. The sense of the integral is Itô's,
// unless the system is [Stratonovich].
type System interface {
	ode.System // the drift f
	// NoiseDim is the length of dw, at least 1.
	NoiseDim() int
	// AddNoise adds g(t, y) dw to dy. It must neither keep nor change y and dw.
	AddNoise(dy []float64, t float64, y, dw []float64)
	// Noise is the narrowest kind of g.
	Noise() Kind
}

// Kind is the structure of the noise g, on which a method's order depends.
type Kind int

const (
	Additive    Kind = iota // g does not depend on y
	Scalar                  // one Brownian motion: NoiseDim is 1
	Diagonal                // g is diagonal, and g_ii depends on y_i and t alone: NoiseDim is Dim
	Commutative             // sum_i g_ij dg_kl/dy_i = sum_i g_il dg_kj/dy_i for all j, k, l
	General                 // anything else
)

func (k Kind) String() string {
	return [...]string{"additive", "scalar", "diagonal", "commutative", "general"}[k]
}

// NoiseSlope is a [System], or an ensemble of [Rows], that knows the derivative of
// its noise. It is found by type assertion.
type NoiseSlope interface {
	// AddNoiseSlope adds the derivative of g(t, y) dw along v to dy, row by row:
	//
	//	dy_k += sum_ij dg_kj/dy_i v_i dw_j
	//
	// It must neither keep nor change y, v and dw.
	AddNoiseSlope(dy []float64, t float64, y, v, dw []float64)
}
