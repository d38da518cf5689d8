package stabilitymap

import (
	"math"
	"slices"
)

// Curve is a line in the units of the axes; one that is closed ends where it began.
type Curve struct{ X, Y []float64 }

// Contours returns the curves along which the fraction of stable samples is level:
// 0.5 bounds where most samples are stable.
func (m *Map) Contours(level float64) []Curve {
	fraction := make([]float64, len(m.Stable))
	for k, n := range m.Stable {
		fraction[k] = float64(n) / float64(m.Samples)
	}
	return Contours(m.X, m.Y, fraction, level)
}

// Contours returns the curves along which the quantile is level: 0 bounds
// stability.
func (q Quantile) Contours(level float64) []Curve { return Contours(q.X, q.Y, q.Value, level) }

// Contours returns the curves that part the points whose value is at least level
// from the others, by marching squares. value[j len(x.Values) + i] is that at point
// (i, j); between points of a cell's side it is linear along the axis' scale. A
// cell whose corners alternate is resolved by their mean.
func Contours(x, y Axis, value []float64, level float64) []Curve {
	c := &contours{x: x, y: y, value: value, level: level, next: map[side][]side{}}
	for j := range len(y.Values) - 1 {
		for i := range len(x.Values) - 1 {
			c.cross(i, j)
		}
	}
	return c.join()
}

// side is the side of a cell from point (i, j) to the next along x, or along y.
type side struct {
	i, j int
	up   bool
}

type contours struct {
	x, y  Axis
	value []float64
	level float64
	sides []side          // that a curve crosses, in the order in which they were met
	next  map[side][]side // where it goes on to, one way or two
}

func (c *contours) at(i, j int) float64    { return c.value[j*len(c.x.Values)+i] }
func (c *contours) isInside(i, j int) bool { return c.at(i, j) >= c.level }
func (c *contours) isCrossed(s side) bool {
	i, j := s.end()
	return c.isInside(s.i, s.j) != c.isInside(i, j)
}
func (s side) end() (i, j int) {
	if s.up {
		return s.i, s.j + 1
	}
	return s.i + 1, s.j
}

// cross links the sides of cell (i, j) that the curve crosses: none, two, or all.
func (c *contours) cross(i, j int) {
	around := [4]side{{i, j, false}, {i + 1, j, true}, {i, j + 1, false}, {i, j, true}}
	var crossed []side
	for _, s := range around {
		if c.isCrossed(s) {
			crossed = append(crossed, s)
		}
	}
	if len(crossed) == 4 {
		mean := (c.at(i, j) + c.at(i+1, j) + c.at(i, j+1) + c.at(i+1, j+1)) / 4
		if (mean >= c.level) == c.isInside(i, j) { // cut off the two other corners
			crossed = []side{around[0], around[1], around[2], around[3]}
		} else {
			crossed = []side{around[3], around[0], around[1], around[2]}
		}
	}
	for k := 0; k < len(crossed); k += 2 {
		c.link(crossed[k], crossed[k+1])
		c.link(crossed[k+1], crossed[k])
	}
}

func (c *contours) link(from, to side) {
	if len(c.next[from]) == 0 {
		c.sides = append(c.sides, from)
	}
	c.next[from] = append(c.next[from], to)
}

// join follows the links from every end, then round every ring that is left.
func (c *contours) join() []Curve {
	var curves []Curve
	seen := map[side]bool{}
	for _, ends := range []int{1, 2} {
		for _, s := range c.sides {
			if !seen[s] && len(c.next[s]) == ends {
				curves = append(curves, c.follow(s, seen))
			}
		}
	}
	return curves
}

func (c *contours) follow(s side, seen map[side]bool) Curve {
	var curve Curve
	first, going := s, true
	for going {
		seen[s] = true
		x, y := c.place(s)
		curve.X, curve.Y = append(curve.X, x), append(curve.Y, y)
		k := slices.IndexFunc(c.next[s], func(n side) bool { return !seen[n] })
		if going = k >= 0; going {
			s = c.next[s][k]
		}
	}
	if len(c.next[first]) == 2 {
		curve.X, curve.Y = append(curve.X, curve.X[0]), append(curve.Y, curve.Y[0])
	}
	return curve
}

// place is where the value on a side is level.
func (c *contours) place(s side) (x, y float64) {
	i, j := s.end()
	from, to := c.at(s.i, s.j), c.at(i, j)
	t := (c.level - from) / (to - from)
	if math.IsInf(from, 0) || math.IsInf(to, 0) {
		t = 0.5
	}
	if s.up {
		return c.x.Values[s.i], c.y.between(s.j, t)
	}
	return c.x.between(s.i, t), c.y.Values[s.j]
}
