package stability

import (
	"errors"
	"math"
	"math/cmplx"

	"credo/analysis"
	"credo/analysis/continuation"
)

// edgeSearch finds the boundaries of one sample that bound where it is stable, and
// none beyond: with n_L channels there is a Hopf curve for each, of which the
// first alone is the edge.
type edgeSearch struct {
	design analysis.LoopDesign
	axes   [2]analysis.DesignAxis
	found  []*analysis.Boundary
}

// edgeCells is the grid, over both axes, on which edges are looked for, and
// edgeHalvings how often a side of it is halved before the curve is traced.
const edgeCells, edgeHalvings = 12, 5

// edgeStep is the longest step along an edge, in units of an axis.
const edgeStep = 0.03

// edgeNode is a point of the plane, in [0, 1]^2, with its rightmost eigenvalue; NaN
// where there is no rest state.
type edgeNode struct {
	x         [2]float64
	rightmost complex128
}

func (n edgeNode) stable() bool { return real(n.rightmost) < 0 }

// run looks along all sides of the grid.
func (e *edgeSearch) run() error {
	nodes := make([][]edgeNode, edgeCells+1)
	for i := range nodes {
		for j := range edgeCells + 1 {
			n, err := e.node([2]float64{float64(i) / edgeCells, float64(j) / edgeCells})
			if err != nil {
				return err
			}
			nodes[i] = append(nodes[i], n)
		}
	}
	for i := range nodes {
		for j, n := range nodes[i] {
			if i > 0 {
				if err := e.between(nodes[i-1][j], n); err != nil {
					return err
				}
			}
			if j > 0 {
				if err := e.between(nodes[i][j-1], n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (e *edgeSearch) node(x [2]float64) (edgeNode, error) {
	n := edgeNode{x: x}
	loop, err := e.design([2]float64{value(e.axes[0], x[0]), value(e.axes[1], x[1])})
	if errors.Is(err, analysis.ErrNoRest) {
		n.rightmost = cmplx.NaN()
		return n, nil
	}
	if err != nil {
		return n, err
	}
	eigenvalues, err := analysis.Eigenvalues(loop.Matrix())
	n.rightmost = complex(math.Inf(-1), 0)
	for _, l := range eigenvalues {
		if real(l) > real(n.rightmost) {
			n.rightmost = l
		}
	}
	return n, err
}

// between traces the edge that crosses the segment from a to b, if one does that is
// not known. Where the curve is not smooth another segment will do.
func (e *edgeSearch) between(a, b edgeNode) error {
	if a.stable() == b.stable() || cmplx.IsNaN(a.rightmost) || cmplx.IsNaN(b.rightmost) {
		return nil
	}
	for range edgeHalvings {
		middle, err := e.node([2]float64{(a.x[0] + b.x[0]) / 2, (a.x[1] + b.x[1]) / 2})
		if err != nil {
			return err
		}
		if middle.stable() == a.stable() {
			a = middle
		} else {
			b = middle
		}
	}
	if a.stable() {
		a = b
	}
	start := analysis.BoundaryPoint{
		P: [2]float64{value(e.axes[0], a.x[0]), value(e.axes[1], a.x[1])}, Omega: math.Abs(imag(a.rightmost)),
	}
	if e.known(a.x, start.Omega) {
		return nil
	}
	if traced, err := analysis.TraceBoundary(e.design, e.axes, start, continuation.Options{MaxStep: edgeStep}); err == nil {
		e.found = append(e.found, traced)
	}
	return nil
}

// known tells whether an edge passes by x with about that frequency.
func (e *edgeSearch) known(x [2]float64, omega float64) bool {
	for _, b := range e.found {
		for _, p := range b.Points {
			d := math.Hypot(share(e.axes[0], p.P[0])-x[0], share(e.axes[1], p.P[1])-x[1])
			if d < edgeStep && math.Abs(p.Omega-omega) <= 0.1*(p.Omega+omega) {
				return true
			}
		}
	}
	return false
}

// value is the value of an axis at x in [0, 1], and share its inverse.
func value(a analysis.DesignAxis, x float64) float64 {
	if a.Log {
		return a.Min * math.Pow(a.Max/a.Min, x)
	}
	return a.Min + x*(a.Max-a.Min)
}

func share(a analysis.DesignAxis, p float64) float64 {
	if a.Log {
		return math.Log(p/a.Min) / math.Log(a.Max/a.Min)
	}
	return (p - a.Min) / (a.Max - a.Min)
}
