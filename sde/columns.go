package sde

// columns are those of the noise g, for methods that look at each by itself.
// Where the columns do not meet, because the noise is scalar, diagonal or
// additive, all of them are one: component k of their sum is column k's.
type columns struct {
	sys      Rows
	noiseDim int
	count    int       // NoiseDim, or 1 if the columns do not meet
	unit     []float64 // scratch: the vector that picks a column, of every row
	picked   int       // the column that unit picks, -1 none
}

func newColumns(sys Rows, capacity int) *columns {
	c := &columns{sys: sys, noiseDim: sys.NoiseDim(), count: 1, unit: make([]float64, capacity*sys.NoiseDim()), picked: -1}
	if kind := sys.Noise(); kind == Commutative || kind == General {
		c.count = c.noiseDim
	}
	return c
}

// apart tells that the columns do not meet.
func (c *columns) apart() bool { return c.count == 1 }

// column writes column j of g(t, y) to dst.
func (c *columns) column(dst []float64, t float64, y []float64, j int) {
	if j != c.picked {
		for q := range c.unit {
			c.unit[q] = 0
			if c.apart() || q%c.noiseDim == j {
				c.unit[q] = 1
			}
		}
		c.picked = j
	}
	clear(dst)
	c.sys.AddNoiseRows(dst, t, y, c.unit[:len(y)/c.sys.Dim()*c.noiseDim])
}
