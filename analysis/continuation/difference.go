package continuation

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// differences gives the derivatives of a family, by finite differences where it
// does not know them.
type differences struct {
	f     Family
	scale float64 // typical size of a component of y

	at, value, sum []float64
}

func newDifferences(f Family, scale float64) *differences {
	n := f.Dim()
	return &differences{f: f, scale: scale, at: make([]float64, n), value: make([]float64, n), sum: make([]float64, n)}
}

// Central differences, as weights of f(h k) - f(-h k) and, for the second
// derivative, f(h k) + f(-h k), k = 1, 2, ..: Fornberg (1988). The step, in units
// of the scale, balances their truncation against rounding.
var (
	first  = stencil{1.0 / 1024, []float64{3.0 / 4, -3.0 / 20, 1.0 / 60}}
	second = stencil{1.0 / 64, []float64{3.0 / 2, -3.0 / 20, 1.0 / 90}}
	third  = stencil{1.0 / 64, []float64{-61.0 / 30, 169.0 / 120, -3.0 / 10, 7.0 / 240}}
)

type stencil struct {
	step   float64
	weight []float64
}

// byState sets dst = df/dy.
func (d *differences) byState(dst *mat.Dense, y, p []float64) {
	if l, ok := d.f.(Linearizer); ok {
		l.Jacobian(dst, y, p)
		return
	}
	e := make([]float64, len(y))
	column := make([]float64, len(y))
	for j := range y {
		e[j] = 1
		d.along(column, y, e, p)
		e[j] = 0
		dst.SetCol(j, column)
	}
}

// along sets dst = df/dy u.
func (d *differences) along(dst, y, u, p []float64) { d.odd(dst, y, u, p, first, 1) }

// curvature sets dst = B(u, u), the second derivative of f along u.
func (d *differences) curvature(dst, y, u, p []float64) {
	h := d.step(second, u)
	clear(d.sum)
	if h > 0 {
		for k, w := range second.weight {
			d.add(y, u, p, float64(k+1)*h, w/(h*h))
			d.add(y, u, p, -float64(k+1)*h, w/(h*h))
		}
		d.add(y, u, p, 0, -2*floats.Sum(second.weight)/(h*h))
	}
	copy(dst, d.sum)
}

// torsion sets dst = C(u, u, u), the third derivative of f along u.
func (d *differences) torsion(dst, y, u, p []float64) { d.odd(dst, y, u, p, third, 3) }

// odd sets dst to an odd derivative along u.
func (d *differences) odd(dst, y, u, p []float64, s stencil, order int) {
	h := d.step(s, u)
	clear(d.sum)
	if h > 0 {
		unit := math.Pow(h, -float64(order))
		for k, w := range s.weight {
			d.add(y, u, p, float64(k+1)*h, w*unit)
			d.add(y, u, p, -float64(k+1)*h, -w*unit)
		}
	}
	copy(dst, d.sum)
}

// step is the step along u, 0 where u is.
func (d *differences) step(s stencil, u []float64) float64 {
	size := floats.Norm(u, math.Inf(1))
	if size == 0 {
		return 0
	}
	return s.step * d.scale / size
}

// add adds w f(y + h u; p) to the sum.
func (d *differences) add(y, u, p []float64, h, w float64) {
	floats.AddScaledTo(d.at, y, h, u)
	d.f.Deriv(d.value, d.at, p)
	floats.AddScaled(d.sum, w, d.value)
}

// byParameter sets dst = df/dp_j, width being the range of that parameter.
func (d *differences) byParameter(dst, y, p []float64, j int, width float64) {
	if l, ok := d.f.(ParameterLinearizer); ok {
		l.ParameterDeriv(dst, y, p, j)
		return
	}
	q := append([]float64(nil), p...)
	h := first.step * max(math.Abs(p[j]), width*first.step)
	clear(d.sum)
	for k, w := range first.weight {
		for _, side := range []float64{1, -1} {
			q[j] = p[j] + side*float64(k+1)*h
			d.f.Deriv(d.value, y, q)
			floats.AddScaled(d.sum, side*w/h, d.value)
		}
	}
	copy(dst, d.sum)
}
