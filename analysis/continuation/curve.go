package continuation

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Curve is the set F(x) = 0 of a map F from R^(n+1) to R^n.
type Curve interface {
	// Unknowns is n+1.
	Unknowns() int
	// Residual writes F(x) to f (length n); NaN where F is not defined. It must not
	// change x.
	Residual(f, x []float64)
}

// differentiable is a [Curve] that knows its Jacobian, n x (n+1).
type differentiable interface {
	jacobian(dst *mat.Dense, x []float64)
}

// adaptive is a [Curve] whose map, but not its zeros, depends on where it is looked
// at: minimally augmented systems, whose borders follow the null vectors.
type adaptive interface {
	adapt(x []float64) bool
}

// Unknown is the unit in which steps along an unknown of a [Curve] are measured,
// and the range in which it is followed. The zero value is 1 and no bounds.
type Unknown struct {
	Scale    float64
	Min, Max float64 // both 0: no bounds
}

// scaled is a curve in the units of its unknowns.
type scaled struct {
	Curve
	scale []float64
	x     []float64
	f     []float64
}

func newScaled(c Curve, unknowns []Unknown) *scaled {
	n := c.Unknowns()
	s := &scaled{Curve: c, scale: make([]float64, n), x: make([]float64, n), f: make([]float64, n-1)}
	for i, u := range unknowns {
		s.scale[i] = u.Scale
		if u.Scale == 0 {
			s.scale[i] = 1
		}
	}
	return s
}

// at returns x in the curve's own units, until the next call.
func (s *scaled) at(xi []float64) []float64 {
	for i, v := range xi {
		s.x[i] = v * s.scale[i]
	}
	return s.x
}

// inUnits returns x in units.
func (s *scaled) inUnits(x []float64) []float64 {
	xi := make([]float64, len(x))
	for i, v := range x {
		xi[i] = v / s.scale[i]
	}
	return xi
}

func (s *scaled) residual(f, xi []float64) { s.Residual(f, s.at(xi)) }

// slope sets dst = dF/dxi (n x (n+1)).
func (s *scaled) slope(dst *mat.Dense, xi []float64) {
	if d, ok := s.Curve.(differentiable); ok {
		d.jacobian(dst, s.at(xi))
		for i, scale := range s.scale {
			for k := range len(s.f) {
				dst.Set(k, i, dst.At(k, i)*scale)
			}
		}
		return
	}
	differenceResidual(dst, s.residual, xi)
}

// differenceResidual sets dst to the Jacobian of f (as many rows as dst) at xi, by
// central differences, or one-sided ones at the edge of where f is defined. It only steers
// Newton's method: where that ends depends on f alone.
func differenceResidual(dst *mat.Dense, f func(f, xi []float64), xi []float64) {
	const step = 0x1p-16
	rows, _ := dst.Dims()
	up, down := make([]float64, rows), make([]float64, rows)
	for i, v := range xi {
		h := step * max(1, math.Abs(v))
		look := func(value []float64, offset float64) (at float64) {
			xi[i] = v + offset
			f(value, xi)
			if !isFinite(value) {
				xi[i] = v
				f(value, xi)
			}
			return xi[i]
		}
		width := look(up, h) - look(down, -h)
		xi[i] = v
		for k := range up {
			dst.Set(k, i, (up[k]-down[k])/width)
		}
	}
}
