package ode

import "math"

// differences makes Jacobians of shape s by forward differences. Columns whose entries share no row are moved together, Curtis, Powell and
// Reid (1974), IMA J. Appl. Math. 13: every (lower + upper + 1)-th.
type differences struct {
	sys    Rows
	shape  shape
	groups int
	y, f   []float64 // capacity x dim: moved states and what becomes of f
}

func newDifferences(sys Rows, s shape, capacity int) *differences {
	memory := func() []float64 { return make([]float64, capacity*s.n) }
	return &differences{sys: sys, shape: s, groups: min(s.n, s.lower+s.upper+1), y: memory(), f: memory()}
}

// fill writes the Jacobian of system id[k] at point k to jacobian[id[k]].
func (d *differences) fill(jacobian [][]float64, p points) (evaluations int) {
	n := d.shape.n
	y, f := d.y[:len(p.y)], d.f[:len(p.y)]
	copy(y, p.y)
	for g := range d.groups {
		for k := range p.id {
			for j := k*n + g; j < (k+1)*n; j += d.groups {
				y[j] += increment(p.y[j], p.h[k]*p.f[j])
			}
		}
		d.sys.DerivRows(f, p.t, y, p.id)
		for k, id := range p.id {
			d.scatter(jacobian[id], g, p.y[k*n:(k+1)*n], y[k*n:(k+1)*n], p.f[k*n:(k+1)*n], f[k*n:(k+1)*n])
		}
	}
	return d.groups
}

// scatter writes the columns of group g, and moves y1 back to y0.
func (d *differences) scatter(jacobian []float64, g int, y0, y1, f0, f1 []float64) {
	for j := g; j < d.shape.n; j += d.groups {
		lo, hi := d.shape.column(j)
		for i := lo; i < hi; i++ {
			jacobian[d.shape.base+i*d.shape.step+j] = (f1[i] - f0[i]) / (y1[j] - y0[j])
		}
		y1[j] = y0[j]
	}
}

// increment moves y by sqrt(eps) of its size, or of what the step changes it by, in the direction in which it goes. What rounding of f does to
// h J stays below sqrt(eps) by that.
func increment(y, change float64) float64 {
	size := max(math.Abs(y), math.Abs(change))
	if size == 0 {
		size = 1
	}
	return math.Copysign(0x1p-26*size, change)
}

// timeIncrement moves t within a step of length h.
func timeIncrement(t, h float64) float64 {
	return math.Copysign(min(max(0x1p-26*math.Abs(h), 0x1p-50*math.Abs(t)), math.Abs(h)), h)
}
