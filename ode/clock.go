package ode

// clock is the derivative of the right-hand side by time alone.
type clock struct {
	sys Rows
	own func(dst, t, y []float64, id []int) // nil: finite differences
	t   []float64                           // capacity
}

func newClock(sys Rows, b *batch) clock {
	c := clock{sys: sys, t: make([]float64, len(b.t))}
	switch s := within(sys).(type) {
	case RowsTimeDifferentiator:
		c.own = s.DerivTimeRows
	case TimeDifferentiator:
		c.own = func(dst, t, y []float64, _ []int) { s.DerivTime(dst, t[0], y) }
	}
	return c
}

// differentiate writes df/dt at the points to dst.
func (c clock) differentiate(dst []float64, p points) (evaluations int) {
	if c.own != nil {
		c.own(dst, p.t, p.y, p.id)
		return 0
	}
	t := c.t[:len(p.t)]
	for k, at := range p.t {
		t[k] = at + timeIncrement(at, p.h[k])
	}
	c.sys.DerivRows(dst, t, p.y, p.id)
	dim := len(dst) / len(t)
	for k := range t {
		row, f, by := dst[k*dim:(k+1)*dim], p.f[k*dim:(k+1)*dim], t[k]-p.t[k]
		for i := range row {
			row[i] = (row[i] - f[i]) / by
		}
	}
	return 1
}
