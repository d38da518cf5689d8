package continuation

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// ErrNoStart reports a start from which Newton's method does not reach the curve:
// compare with errors.Is.
var ErrNoStart = errors.New("no point of the curve found near the start; start closer to it")

// Path is a piece of a curve. The ends are those before the first and after the
// last point.
type Path struct {
	X    [][]float64
	Ends [2]Ending
}

// Trace follows the curve through x, or near it, in both directions. unknowns has
// length c.Unknowns(), or is nil. Options.Scale is not used.
func Trace(c Curve, x []float64, unknowns []Unknown, opt Options) (*Path, error) {
	t, err := newTracer(c, unknowns, opt)
	if err != nil {
		return nil, err
	}
	nodes, ends, err := t.both(x)
	if err != nil {
		return nil, err
	}
	path := &Path{Ends: ends}
	for _, n := range nodes {
		path.X = append(path.X, slices.Clone(t.curve.at(n.xi)))
	}
	return path, nil
}

// node is a point of a curve, in units.
type node struct {
	xi, tangent []float64
	// orientation is the sign of the determinant of dF/dxi bordered by the tangent
	// along which the curve is passed: it changes at simple branch points.
	orientation float64
}

// tracer follows a curve by pseudo-arclength continuation.
type tracer struct {
	curve    *scaled
	unknowns []Unknown
	opt      Options
	// stop, if set, ends a curve at a node that has gone too far.
	stop func(x []float64) bool
}

func newTracer(c Curve, unknowns []Unknown, opt Options) (*tracer, error) {
	opt, err := opt.complete()
	if unknowns != nil && len(unknowns) != c.Unknowns() {
		panic(fmt.Sprintf("continuation: %d unknowns described, the curve has %d", len(unknowns), c.Unknowns()))
	}
	if unknowns == nil {
		unknowns = make([]Unknown, c.Unknowns())
	}
	return &tracer{curve: newScaled(c, unknowns), unknowns: unknowns, opt: opt}, err
}

// both follows the curve from x in both directions.
func (t *tracer) both(x []float64) (nodes []node, ends [2]Ending, err error) {
	start, err := t.start(x)
	if err != nil {
		return nil, ends, err
	}
	forward, end := t.follow(start)
	nodes, ends[1] = append([]node{start}, forward...), end
	if end == Closed {
		ends[0] = Closed
		return nodes, ends, nil
	}
	t.adapt(start.xi)
	start.tangent, start.orientation = negated(start.tangent), -start.orientation
	backward, end := t.follow(start)
	for i := range backward {
		backward[i].tangent, backward[i].orientation = negated(backward[i].tangent), -backward[i].orientation
	}
	slices.Reverse(backward)
	ends[0] = end
	return append(backward, nodes...), ends, nil
}

func negated(x []float64) []float64 {
	return floats.ScaleTo(make([]float64, len(x)), -1, x)
}

// start returns the node of the curve near x: Newton's method across the
// null vector of dF/dxi.
func (t *tracer) start(x []float64) (node, error) {
	xi := t.curve.inUnits(x)
	t.adapt(xi)
	tangent, ok := t.nullVector(xi)
	if !ok {
		return node{}, fmt.Errorf("continuation: F or its Jacobian is not finite at %v: %w", x, ErrNoStart)
	}
	if _, ok := t.correct(xi, slices.Clone(xi), tangent); !ok {
		return node{}, fmt.Errorf("continuation: Newton's method does not converge from %v: %w", x, ErrNoStart)
	}
	if tangent, ok = t.nullVector(xi); !ok {
		return node{}, fmt.Errorf("continuation: the Jacobian of F is not finite at %v: %w", t.curve.at(xi), ErrNoStart)
	}
	if !t.enter(xi) {
		return node{}, fmt.Errorf("continuation: the curve is out of its ranges at %v: %w", t.curve.at(xi), ErrNoStart)
	}
	return t.arrive(xi, tangent)
}

// enter moves a point of the curve that lies just outside a range onto its bound, and reports
// whether it is inside then.
func (t *tracer) enter(xi []float64) bool {
	k, bound := t.outside(xi)
	if k < 0 {
		return true
	}
	if math.Abs(xi[k]-bound) > t.opt.MaxStep {
		return false
	}
	normal, at := make([]float64, len(xi)), slices.Clone(xi)
	normal[k], at[k] = 1, bound
	_, ok := t.correct(xi, at, normal)
	xi[k] = bound // to rounding
	k, _ = t.outside(xi)
	return ok && k < 0
}

// nullVector returns a unit vector that dF/dxi maps nearest to 0.
func (t *tracer) nullVector(xi []float64) ([]float64, bool) {
	n := len(xi)
	slope := mat.NewDense(n-1, n, nil)
	t.curve.slope(slope, xi)
	if !isFinite(slope.RawMatrix().Data) {
		return nil, false
	}
	var svd mat.SVD
	if !svd.Factorize(slope, mat.SVDFullV) {
		return nil, false
	}
	var v mat.Dense
	svd.VTo(&v)
	return mat.Col(nil, n-1, &v), true
}

// follow steps along the curve from a node, whose tangent gives the direction.
func (t *tracer) follow(start node) ([]node, Ending) {
	var nodes []node
	last, h := start, t.opt.Step
	for len(nodes) < t.opt.MaxPoints {
		next, steps, ok := t.step(last, h)
		if !ok {
			if h /= 2; h < t.opt.MinStep {
				return nodes, StepTooSmall
			}
			continue
		}
		if k, bound := t.outside(next.xi); k >= 0 {
			if edge, ok := t.land(last, next, k, bound); ok && floats.Distance(edge.xi, last.xi, 2) > t.opt.MinStep {
				nodes = append(nodes, edge)
			}
			return nodes, LeftTheBox
		}
		nodes = append(nodes, next)
		t.adapt(next.xi)
		if t.stop != nil && t.stop(t.curve.at(next.xi)) {
			return nodes, AtTheAxis
		}
		if len(nodes) > 3 && returns(start, last, next) {
			nodes[len(nodes)-1] = start
			return nodes, Closed
		}
		switch {
		case steps <= 4:
			h = min(1.5*h, t.opt.MaxStep)
		case steps >= 6:
			h = max(h/1.5, t.opt.MinStep)
		}
		last = next
	}
	return nodes, TooManyPoints
}

// step predicts along the tangent by h and corrects across it. A step on which the
// tangent turns too far is too long.
func (t *tracer) step(from node, h float64) (node, int, bool) {
	const smallestCosine = 0.95
	predicted := floats.AddScaledTo(make([]float64, len(from.xi)), from.xi, h, from.tangent)
	xi := slices.Clone(predicted)
	steps, ok := t.correct(xi, predicted, from.tangent)
	if !ok || floats.Distance(xi, predicted, 2) > h {
		return node{}, steps, false
	}
	next, err := t.arrive(xi, from.tangent)
	if err != nil || floats.Dot(next.tangent, from.tangent) < smallestCosine {
		return node{}, steps, false
	}
	return next, steps, true
}

// correct brings xi to the curve within the plane through at with that normal.
func (t *tracer) correct(xi, at, normal []float64) (steps int, ok bool) {
	n := len(xi)
	return newton(
		func(f, xi []float64) {
			t.curve.residual(f[:n-1], xi)
			f[n-1] = floats.Dot(normal, xi) - floats.Dot(normal, at)
		},
		func(dst *mat.Dense, xi []float64) {
			t.curve.slope(dst.Slice(0, n-1, 0, n).(*mat.Dense), xi)
			dst.SetRow(n-1, normal)
		}, xi)
}

// arrive makes a node of a point of the curve. The tangent is that of
//
//	[dF/dxi; along^T] tangent = (0, .., 0, 1)
//
// normed, and so it goes along's way.
func (t *tracer) arrive(xi, along []float64) (node, error) {
	n := len(xi)
	bordered := mat.NewDense(n, n, nil)
	t.curve.slope(bordered.Slice(0, n-1, 0, n).(*mat.Dense), xi)
	bordered.SetRow(n-1, along)
	var lu mat.LU
	lu.Factorize(bordered)
	last, tangent := make([]float64, n), mat.NewVecDense(n, nil)
	last[n-1] = 1
	if !solve(&lu, tangent, false, last) {
		return node{}, errors.New("continuation: the tangent is not defined")
	}
	_, sign := lu.LogDet()
	direction := tangent.RawVector().Data
	floats.Scale(1/floats.Norm(direction, 2), direction)
	return node{slices.Clone(xi), direction, sign}, nil
}

// between returns the node halfway from a to b, in the plane across their chord.
func (t *tracer) between(a, b node) (node, bool) {
	chord := floats.SubTo(make([]float64, len(a.xi)), b.xi, a.xi)
	length := floats.Norm(chord, 2)
	if length == 0 {
		return node{}, false
	}
	floats.Scale(1/length, chord)
	middle := floats.AddScaledTo(make([]float64, len(a.xi)), a.xi, length/2, chord)
	xi := slices.Clone(middle)
	if _, ok := t.correct(xi, middle, chord); !ok || floats.Distance(xi, middle, 2) > length {
		return node{}, false
	}
	n, err := t.arrive(xi, a.tangent)
	return n, err == nil
}

// outside returns the unknown that xi has out of its range most, and the bound it
// has passed; -1 if none.
func (t *tracer) outside(xi []float64) (worst int, bound float64) {
	worst, excess := -1, 0.0
	for i, v := range xi {
		u, scale := t.unknowns[i], t.curve.scale[i]
		if u.Min == 0 && u.Max == 0 {
			continue
		}
		if e := max(u.Min/scale-v, v-u.Max/scale); e > excess {
			worst, excess, bound = i, e, u.Max/scale
			if v < u.Min/scale {
				bound = u.Min / scale
			}
		}
	}
	return worst, bound
}

// land returns the node between a, inside, and b, outside, on bound of unknown k.
func (t *tracer) land(a, b node, k int, bound float64) (node, bool) {
	normal, at := make([]float64, len(a.xi)), make([]float64, len(a.xi))
	normal[k] = 1
	theta := (bound - a.xi[k]) / (b.xi[k] - a.xi[k])
	for i := range at {
		at[i] = (1-theta)*a.xi[i] + theta*b.xi[i]
	}
	at[k] = bound
	xi := slices.Clone(at)
	if _, ok := t.correct(xi, at, normal); !ok || floats.Distance(xi, at, 2) > floats.Distance(a.xi, b.xi, 2) {
		return node{}, false
	}
	n, err := t.arrive(xi, a.tangent)
	return n, err == nil
}

// returns reports whether the step from a to b passes the start, in its direction.
func returns(start, a, b node) bool {
	length := floats.Distance(a.xi, b.xi, 2)
	from := floats.SubTo(make([]float64, len(a.xi)), start.xi, a.xi)
	chord := floats.SubTo(make([]float64, len(a.xi)), b.xi, a.xi)
	floats.Scale(1/length, chord)
	along := floats.Dot(from, chord)
	across := math.Sqrt(max(0, floats.Dot(from, from)-along*along))
	return along > 0 && along <= length && across < length/4 && floats.Dot(start.tangent, b.tangent) > 0.8
}

// adapt lets the curve follow.
func (t *tracer) adapt(xi []float64) {
	if a, ok := t.curve.Curve.(adaptive); ok {
		a.adapt(t.curve.at(xi))
	}
}
