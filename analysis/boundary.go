package analysis

import (
	"fmt"
	"math"
	"math/cmplx"

	"credo/analysis/continuation"
)

// LoopDesign gives one sample's loop at two parameters. At the feedforward state
// its taps are the same for all parameters of the controller and tau_v, so that a
// boundary costs little even of large networks; at the controlled rest state
// ([SampleLoop.Rest]) they move with it.
type LoopDesign func(p [2]float64) (LinearLoop, error)

// DesignAxis is the range of a parameter of a [LoopDesign], passed in equal steps or,
// if Log, in equal ratios.
type DesignAxis struct {
	Min, Max float64
	Log      bool
}

func (a DesignAxis) check() error {
	if !(a.Min < a.Max) || math.IsInf(a.Max-a.Min, 0) || a.Log && a.Min <= 0 {
		return fmt.Errorf("analysis: an axis from %g to %g: want a finite range, of positive numbers if logarithmic", a.Min, a.Max)
	}
	return nil
}

// at maps [0, 1] to the range.
func (a DesignAxis) at(x float64) float64 {
	if a.Log {
		return a.Min * math.Pow(a.Max/a.Min, x)
	}
	return a.Min + x*(a.Max-a.Min)
}

// of is the inverse of at.
func (a DesignAxis) of(p float64) float64 {
	if a.Log {
		return math.Log(p/a.Min) / math.Log(a.Max/a.Min)
	}
	return (p - a.Min) / (a.Max - a.Min)
}

// BoundaryPoint is a loop with eigenvalues on the imaginary axis.
type BoundaryPoint struct {
	P     [2]float64
	Omega float64 // of the pair +-i omega, or 0
	// Unstable counts the other eigenvalues on the right: where it is 0, one side of the
	// boundary is stable.
	Unstable int
}

// Boundary is a curve in two parameters along which an eigenvalue is 0, a
// [continuation.Fold], or a pair is imaginary, a [continuation.HopfPoint].
type Boundary struct {
	Kind   continuation.Kind
	Points []BoundaryPoint
	// Ends are those before the first and after the last point. A Hopf curve may end at
	// the axis, in a Bogdanov-Takens point with Omega 0.
	Ends [2]continuation.Ending

	axes [2]DesignAxis
}

// TraceBoundary follows the boundary near start in both directions, by [continuation.Trace] on
//
//	chi(0) = 0,   or   Re chi(i omega) = 0,  Im chi(i omega) / omega = 0
//
// chi(s) = det(s I - A) det(I + c(s) sum_i A_i / (tau_v s + 1)^(L-i+1)) being real for real s, n_L (1 + n_c)
// rows: it is a static boundary if start.Omega is 0.
func TraceBoundary(design LoopDesign, axes [2]DesignAxis, start BoundaryPoint, opt continuation.Options) (*Boundary, error) {
	for _, a := range axes {
		if err := a.check(); err != nil {
			return nil, err
		}
	}
	c := &boundaryCurve{design: design, axes: axes, kappa: start.Omega * start.Omega / fineness}
	x := []float64{axes[0].of(start.P[0]), axes[1].of(start.P[1])}
	unknowns := []continuation.Unknown{{Min: 0, Max: 1}, {Min: 0, Max: 1}}
	kind := continuation.Fold
	if start.Omega > 0 {
		x = append(x, math.Asinh(fineness))
		unknowns = append(unknowns, continuation.Unknown{Scale: 10, Min: 0, Max: 100})
		kind = continuation.HopfPoint
	}
	path, err := continuation.Trace(c, x, unknowns, opt)
	if err != nil {
		return nil, fmt.Errorf("analysis: boundary from %v: %w", start.P, err)
	}
	b := &Boundary{Kind: kind, Ends: path.Ends, axes: axes}
	for _, x := range path.X {
		point, err := c.point(x)
		if err != nil {
			return nil, err
		}
		b.Points = append(b.Points, point)
	}
	b.endAtTheAxis()
	return b, nil
}

// fineness is the start's omega^2 in the unit below which steps of omega^2 are no longer in
// proportion to it.
const fineness = 1e6

// endAtTheAxis names the ends of a Hopf curve where omega has come down to 0.
func (b *Boundary) endAtTheAxis() {
	if b.Kind != continuation.HopfPoint {
		return
	}
	for side, p := range []BoundaryPoint{b.Points[0], b.Points[len(b.Points)-1]} {
		if b.Ends[side] == continuation.LeftTheBox && p.Omega == 0 {
			b.Ends[side] = continuation.AtTheAxis
		}
	}
}

// boundaryCurve is a boundary in x = (x_1, x_2) or (x_1, x_2, xi), where x_k runs from 0 to 1
// along an axis and omega^2 = kappa sinh(xi): in proportion where it is large, and
// through 0.
type boundaryCurve struct {
	design LoopDesign
	axes   [2]DesignAxis
	kappa  float64
}

func (c *boundaryCurve) Unknowns() int {
	if c.kappa > 0 {
		return 3
	}
	return 2
}

func (c *boundaryCurve) parameters(x []float64) [2]float64 {
	return [2]float64{c.axes[0].at(x[0]), c.axes[1].at(x[1])}
}

func (c *boundaryCurve) Residual(f, x []float64) {
	loop, err := c.design(c.parameters(x))
	if err != nil {
		f[0] = math.NaN()
		return
	}
	if len(x) == 2 {
		f[0] = real(loop.characteristic(0))
		return
	}
	f[0], f[1] = loop.evenAndOdd(c.kappa * math.Sinh(x[2]))
}

// point describes x, and counts the eigenvalues beside the critical ones.
func (c *boundaryCurve) point(x []float64) (BoundaryPoint, error) {
	p := BoundaryPoint{P: c.parameters(x)}
	if len(x) == 3 {
		if square := math.Sinh(x[2]); square > 1e-12 { // at the axis but rounding is left
			p.Omega = math.Sqrt(c.kappa * square)
		}
	}
	loop, err := c.design(p.P)
	if err != nil {
		return p, err
	}
	if loop.Delay != 0 { // the critical ones lie left of a line slightly to the right of the axis
		p.Unstable = loop.zerosRightOf(1e-4 * max(p.Omega, 1/loop.TauV)).right
		return p, nil
	}
	eigenvalues, err := Eigenvalues(loop.Matrix())
	if err != nil {
		return p, err
	}
	critical := []complex128{complex(0, p.Omega), complex(0, -p.Omega)}
	for _, l := range withoutNearest(eigenvalues, critical[:len(x)-1]) {
		if real(l) > 0 {
			p.Unstable++
		}
	}
	return p, nil
}

// withoutNearest leaves out the eigenvalue nearest to each of those given.
func withoutNearest(eigenvalues, given []complex128) []complex128 {
	left := append([]complex128(nil), eigenvalues...)
	for _, g := range given {
		nearest := 0
		for k, l := range left {
			if cmplx.Abs(l-g) < cmplx.Abs(left[nearest]-g) {
				nearest = k
			}
		}
		left = append(left[:nearest], left[nearest+1:]...)
	}
	return left
}
