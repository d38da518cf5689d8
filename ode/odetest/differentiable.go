package odetest

import "gonum.org/v1/gonum/mat"

// Differentiable is a system given with its Jacobian: an [ode.Linearizer].
type Differentiable struct {
	Func
	J func(dst *mat.Dense, t float64, y []float64)
}

// Jacobian implements ode.Linearizer.
func (d Differentiable) Jacobian(dst *mat.Dense, t float64, y []float64) { d.J(dst, t, y) }

// entries writes a Jacobian row by row.
func entries(dst *mat.Dense, rows ...[]float64) {
	for i, row := range rows {
		dst.SetRow(i, row)
	}
}
