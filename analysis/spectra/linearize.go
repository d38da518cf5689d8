package spectra

import (
	"math"

	"credo/ode"
	"gonum.org/v1/gonum/mat"
)

// Linearize returns the Jacobian df/dy of sys at (t, y) as a dense operator: that
// of an ode.Linearizer, else central differences, right to about 1e-10 of the size
// of f where f and its third derivatives are of one size.
func Linearize(sys ode.System, t float64, y []float64) *Dense {
	if known, ok := sys.(ode.Linearizer); ok {
		m := mat.NewDense(sys.Dim(), sys.Dim(), nil)
		known.Jacobian(m, t, y)
		return FromDense(m)
	}
	return FromDense(DenseOf(LinearizeFree(sys, t, y)))
}

// LinearizeFree returns the Jacobian of sys at (t, y) as an operator that is known
// by its products only, each two evaluations of f:
//
//	J x = (f(t, y + h x) - f(t, y - h x)) / 2h,   h = eps^(1/3) (1 + |y_k|) / |x_k|
//
// with k the largest entry of x. It is for large systems; it has neither transpose
// nor resolvent. y is copied.
func LinearizeFree(sys ode.System, t float64, y []float64) Operator {
	if len(y) != sys.Dim() {
		panic("spectra: the length of y is not the dimension of the system")
	}
	return &differences{sys, t, append([]float64{}, y...), make([]float64, len(y)), make([]float64, len(y))}
}

type differences struct {
	sys         ode.System
	t           float64
	y, at, down []float64
}

func (d *differences) Dim() int { return len(d.y) }

func (d *differences) Apply(y, x []float64) {
	largest, size := 0.0, 1.0
	for k, xk := range x {
		if a := math.Abs(xk); a > largest {
			largest, size = a, 1+math.Abs(d.y[k])
		}
	}
	if largest == 0 {
		clear(y)
		return
	}
	h := math.Cbrt(0x1p-52) * size / largest
	d.evaluate(d.down, -h, x)
	d.evaluate(y, h, x)
	for k := range y {
		y[k] = (y[k] - d.down[k]) / (2 * h)
	}
}

func (d *differences) evaluate(dy []float64, h float64, x []float64) {
	for k, xk := range x {
		d.at[k] = d.y[k] + h*xk
	}
	d.sys.Deriv(dy, d.t, d.at)
}
