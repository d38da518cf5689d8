package continuation

import (
	"credo/ode"
	"gonum.org/v1/gonum/mat"
)

// Family is y' = f(y; p). It need not be smooth everywhere, but where a curve is
// followed; where it is not defined it gives NaN.
type Family interface {
	// Dim is the length of y.
	Dim() int
	// Deriv writes f(y; p) to dy. It must neither keep nor change y and p.
	Deriv(dy, y, p []float64)
}

// Linearizer is a [Family] that knows df/dy. It is found by type assertion; the
// others are differenced.
type Linearizer interface {
	// Jacobian writes df_i/dy_j to row i, column j of dst (Dim x Dim).
	Jacobian(dst *mat.Dense, y, p []float64)
}

// ParameterLinearizer is a [Family] that knows df/dp. It is found by type assertion.
type ParameterLinearizer interface {
	// ParameterDeriv writes df/dp_index to dst.
	ParameterDeriv(dst, y, p []float64, index int)
}

// Systems is the family of the systems that at makes of parameters, all of one
// dimension, each taken at time 0.
func Systems(at func(p []float64) ode.System, p []float64) Family {
	return systems{at, at(p).Dim()}
}

type systems struct {
	at  func(p []float64) ode.System
	dim int
}

func (s systems) Dim() int                 { return s.dim }
func (s systems) Deriv(dy, y, p []float64) { s.at(p).Deriv(dy, 0, y) }

// At is the member of f at p as a system to be integrated. p is kept.
func At(f Family, p []float64) ode.System { return member{f, p} }

type member struct {
	Family
	p []float64
}

func (m member) Deriv(dy []float64, _ float64, y []float64) { m.Family.Deriv(dy, y, m.p) }

// Parameter is a free parameter and the range in which it is followed.
type Parameter struct {
	Index    int // in p
	Min, Max float64
}
