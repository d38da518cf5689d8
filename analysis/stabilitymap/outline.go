package stabilitymap

// verdict is what is known of a point.
type verdict int8

const (
	unknown verdict = iota
	stable
	unstable
)

// outline finds the points at which one sample is stable.
type outline struct {
	width, height int
	judge         func(i, j int) (bool, error)
	verdict       []verdict // by point, row by row
	judged        int
	cells         []cell // that make up the grid, corners shared
}

// cell is the rectangle of points i0..i1 by j0..j1.
type cell struct{ i0, i1, j0, j1 int }

func newOutline(width, height int, judge func(i, j int) (bool, error)) *outline {
	return &outline{width: width, height: height, judge: judge, verdict: make([]verdict, width*height)}
}

// draw gives every point a verdict. Cells begin stride points long; those on whose
// rim known points disagree are quartered until none is left to be.
func (o *outline) draw(stride int) error {
	columns, rows := everyOf(o.width, atMostAnEighth(stride, o.width)), everyOf(o.height, atMostAnEighth(stride, o.height))
	for r, j := range rows {
		for c := range columns {
			if r%2 == 1 { // to and fro, so that each point is beside the last
				c = len(columns) - 1 - c
			}
			if err := o.look(columns[c], j); err != nil {
				return err
			}
		}
	}
	for r := range len(rows) - 1 {
		for c := range len(columns) - 1 {
			o.cells = append(o.cells, cell{columns[c], columns[c+1], rows[r], rows[r+1]})
		}
	}
	for split := true; split; {
		var err error
		if split, err = o.pass(); err != nil {
			return err
		}
	}
	o.fill()
	return nil
}

// atMostAnEighth shortens a stride on an axis of few points, of which none may be
// like its neighbours.
func atMostAnEighth(stride, points int) int { return min(stride, max(1, points/8)) }

// look judges a point that is not known yet.
func (o *outline) look(i, j int) error {
	at := &o.verdict[j*o.width+i]
	if *at != unknown {
		return nil
	}
	ok, err := o.judge(i, j)
	*at = unstable
	if ok {
		*at = stable
	}
	o.judged++
	return err
}

// pass quarters every cell that needs it, once, and reports whether any did. What it
// judges may be on the rim of a cell that it has passed already: hence the next one.
func (o *outline) pass() (split bool, err error) {
	cells := o.cells
	o.cells = make([]cell, 0, 2*len(cells))
	for _, c := range cells {
		if !c.divides() || !o.isMixed(c) {
			o.cells = append(o.cells, c)
			continue
		}
		split = true
		for _, part := range c.parts() {
			o.cells = append(o.cells, part)
			for _, at := range part.corners() {
				if err := o.look(at[0], at[1]); err != nil {
					return false, err
				}
			}
		}
	}
	return split, nil
}

// isMixed reports whether known points on the rim of c disagree.
func (o *outline) isMixed(c cell) bool {
	own := o.verdict[c.j0*o.width+c.i0]
	differs := func(i, j int) bool {
		v := o.verdict[j*o.width+i]
		return v != own && v != unknown
	}
	for i := c.i0; i <= c.i1; i++ {
		if differs(i, c.j0) || differs(i, c.j1) {
			return true
		}
	}
	for j := c.j0; j <= c.j1; j++ {
		if differs(c.i0, j) || differs(c.i1, j) {
			return true
		}
	}
	return false
}

// fill gives the unknown points of every cell, whose rim agrees, the verdict of its
// corner.
func (o *outline) fill() {
	for _, c := range o.cells {
		own := o.verdict[c.j0*o.width+c.i0]
		for j := c.j0; j <= c.j1; j++ {
			for i := c.i0; i <= c.i1; i++ {
				if at := &o.verdict[j*o.width+i]; *at == unknown {
					*at = own
				}
			}
		}
	}
}

func (c cell) divides() bool { return c.i1-c.i0 > 1 || c.j1-c.j0 > 1 }

func (c cell) corners() [4][2]int {
	return [4][2]int{{c.i0, c.j0}, {c.i1, c.j0}, {c.i1, c.j1}, {c.i0, c.j1}}
}

// parts halves the sides that are longer than 1. Where a side is halved depends on
// its ends alone, so that neighbours share their corners.
func (c cell) parts() []cell {
	var parts []cell
	for _, j := range halves(c.j0, c.j1) {
		for _, i := range halves(c.i0, c.i1) {
			parts = append(parts, cell{i[0], i[1], j[0], j[1]})
		}
	}
	return parts
}

func halves(low, high int) [][2]int {
	if high-low == 1 {
		return [][2]int{{low, high}}
	}
	middle := (low + high) / 2
	return [][2]int{{low, middle}, {middle, high}}
}
