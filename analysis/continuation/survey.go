package continuation

// surveyor knows what to look for along a curve.
type surveyor interface {
	// inspect makes a point of a node; near is a point close by, or nil.
	inspect(n node, near *Point) (*Point, error)
	// events names what lies between two neighbouring points.
	events(a, b *Point) []Kind
	// locate returns the point of that kind between a and b, and whether it was found.
	locate(kind Kind, a, b *Point) (*Point, bool)
}

// survey makes a branch of the curve through x, its special points among the others.
func (t *tracer) survey(x []float64, s surveyor) (*Branch, error) {
	nodes, ends, err := t.both(x)
	if err != nil {
		return nil, err
	}
	branch := &Branch{Ends: ends}
	var last *Point
	for _, n := range nodes {
		p, err := s.inspect(n, last)
		if err != nil {
			return nil, err
		}
		if last != nil {
			branch.Points = append(branch.Points, t.search(s, last, p, 0)...)
		}
		branch.Points, last = append(branch.Points, p), p
	}
	return branch, nil
}

// An interval is halved so often before an event is located, and at most so often
// if that fails: then its middle is as good as rounding allows.
const (
	halvings    = 4
	maxHalvings = 45
)

// search returns the special points between a and b.
func (t *tracer) search(s surveyor, a, b *Point, depth int) []*Point {
	events := s.events(a, b)
	if len(events) == 0 {
		return nil
	}
	if depth >= halvings && len(events) == 1 {
		if p, ok := s.locate(events[0], a, b); ok {
			return []*Point{p}
		}
	}
	middle := t.halfway(s, a, b)
	if middle == nil || depth == maxHalvings {
		return unlocated(events, a)
	}
	return append(t.search(s, a, middle, depth+1), t.search(s, middle, b, depth+1)...)
}

// halfway is the point halfway from a to b, nil if it cannot be reached.
func (t *tracer) halfway(s surveyor, a, b *Point) *Point {
	n, ok := t.between(a.node, b.node)
	if !ok {
		return nil
	}
	p, err := s.inspect(n, a)
	if err != nil {
		return nil
	}
	return p
}

// unlocated are points of those kinds at a, to within the interval left.
func unlocated(events []Kind, a *Point) []*Point {
	var points []*Point
	for _, kind := range events {
		p := *a
		p.Kind = kind
		points = append(points, &p)
	}
	return points
}
