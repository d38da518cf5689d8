package analysis

import (
	"errors"
	"math"

	"credo/analysis/continuation"
)

// Boundaries returns the boundaries that cross the edges of a grid of cells x cells
// over the two axes, where the number of eigenvalues on the right differs
// between neighbouring nodes. A boundary that closes within a cell is not seen, nor one beside
// a node where design finds no rest state ([ErrNoRest]).
func Boundaries(design LoopDesign, axes [2]DesignAxis, cells int, opt continuation.Options) ([]*Boundary, error) {
	for _, a := range axes {
		if err := a.check(); err != nil {
			return nil, err
		}
	}
	s := &boundarySearch{design: design, axes: axes, opt: opt}
	nodes := make([][]spectralNode, cells+1)
	for i := range nodes {
		for j := range cells + 1 {
			n, err := s.node([2]float64{float64(i) / float64(cells), float64(j) / float64(cells)})
			if err != nil {
				return nil, err
			}
			nodes[i] = append(nodes[i], n)
		}
	}
	for i := range nodes {
		for j, n := range nodes[i] {
			if i > 0 {
				s.search(nodes[i-1][j], n, edgeHalvings)
			}
			if j > 0 {
				s.search(nodes[i][j-1], n, edgeHalvings)
			}
		}
	}
	return s.found, s.err
}

// An edge is halved so often before Newton's method takes over.
const edgeHalvings = 6

type boundarySearch struct {
	design LoopDesign
	axes   [2]DesignAxis
	opt    continuation.Options
	found  []*Boundary
	err    error
}

// spectralNode is a point of the plane, in [0, 1]^2, with its spectrum.
type spectralNode struct {
	x        [2]float64
	unstable int
	restless bool
	omega    float64 // of the mode on the right that is nearest to the axis; with a delay, on either side
}

func (s *boundarySearch) node(x [2]float64) (spectralNode, error) {
	n := spectralNode{x: x}
	loop, err := s.design([2]float64{s.axes[0].at(x[0]), s.axes[1].at(x[1])})
	if errors.Is(err, ErrNoRest) {
		n.restless = true
		return n, nil
	}
	if err != nil {
		return n, err
	}
	if loop.Delay != 0 {
		w := loop.zerosRightOf(0)
		n.unstable, n.omega = w.right, w.omega
		return n, nil
	}
	eigenvalues, err := Eigenvalues(loop.Matrix())
	slowest := math.Inf(1)
	for _, l := range eigenvalues {
		if growth := real(l); growth > 0 {
			n.unstable++
			if growth < slowest {
				slowest, n.omega = growth, math.Abs(imag(l))
			}
		}
	}
	return n, err
}

// search traces what crosses the segment from a to b.
func (s *boundarySearch) search(a, b spectralNode, halvings int) {
	if a.unstable == b.unstable || a.restless || b.restless || s.err != nil {
		return
	}
	if halvings == 0 {
		s.trace(a, b)
		return
	}
	middle, err := s.node([2]float64{(a.x[0] + b.x[0]) / 2, (a.x[1] + b.x[1]) / 2})
	if err != nil {
		s.err = err
		return
	}
	s.search(a, middle, halvings-1)
	s.search(middle, b, halvings-1)
}

// trace traces the boundary between a and b, unless it is known. The mode that
// crosses is the one nearest to the axis on the side with more of them on the right; if their
// numbers differ by 1, it is real.
func (s *boundarySearch) trace(a, b spectralNode) {
	if a.unstable > b.unstable {
		a, b = b, a
	}
	start := BoundaryPoint{P: [2]float64{s.axes[0].at(b.x[0]), s.axes[1].at(b.x[1])}, Omega: b.omega}
	if b.unstable-a.unstable == 1 {
		start.Omega = 0
	}
	if s.known(start) {
		return
	}
	// What Newton's method does not reach from here it does from another edge, or it is
	// no smooth curve.
	if boundary, err := TraceBoundary(s.design, s.axes, start, s.opt); err == nil {
		s.found = append(s.found, boundary)
	}
}

// known reports whether a boundary passes by a start with its frequency.
func (s *boundarySearch) known(start BoundaryPoint) bool {
	const near = 0.01
	for _, b := range s.found {
		for k := 1; k < len(b.Points); k++ {
			p, q := b.Points[k-1], b.Points[k]
			if (start.Omega == 0) != (b.Kind == continuation.Fold) {
				continue
			}
			if t, d := s.alongside(start.P, p.P, q.P); d < near {
				omega := (1-t)*p.Omega + t*q.Omega
				if math.Abs(start.Omega-omega) <= 0.1*(start.Omega+omega) {
					return true
				}
			}
		}
	}
	return false
}

// alongside returns where p is nearest to the segment from a to b, from 0 to 1, and
// its distance, in units of the axes.
func (s *boundarySearch) alongside(p, a, b [2]float64) (along, distance float64) {
	var d, e [2]float64
	for k, axis := range s.axes {
		d[k] = axis.of(b[k]) - axis.of(a[k])
		e[k] = axis.of(p[k]) - axis.of(a[k])
	}
	if length := d[0]*d[0] + d[1]*d[1]; length > 0 {
		along = min(max((d[0]*e[0]+d[1]*e[1])/length, 0), 1)
	}
	return along, math.Hypot(e[0]-along*d[0], e[1]-along*d[1])
}
