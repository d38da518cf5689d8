package analysis

import (
	"fmt"
	"math"

	"credo/analysis/continuation"
)

// Lyapunov returns the first Lyapunov coefficient at every point of a Hopf boundary, NaN at a
// Bogdanov-Takens point, and the Bautin points, where it changes sign: oscillations set in
// softly on one side of such a point and suddenly on the other. It is design's linearisation
// that was traced.
func (b *Boundary) Lyapunov(design SampleDesign) (l1 []float64, bautin []BoundaryPoint, err error) {
	if b.Kind != continuation.HopfPoint {
		return nil, nil, fmt.Errorf("%w: a %v boundary", continuation.ErrNotHopf, b.Kind)
	}
	for k, p := range b.Points {
		l1 = append(l1, math.NaN())
		if p.Omega > 0 {
			if l1[k], err = firstLyapunov(design, p); err != nil {
				return nil, nil, err
			}
		}
		if k > 0 && l1[k-1]*l1[k] < 0 {
			point, err := bautinBetween(design, b.axes, b.Points[k-1], p, l1[k-1]/(l1[k-1]-l1[k]))
			if err != nil {
				return nil, nil, err
			}
			bautin = append(bautin, point)
		}
	}
	return l1, bautin, nil
}

// firstLyapunov returns the first Lyapunov coefficient at a Hopf point.
func firstLyapunov(design SampleDesign, p BoundaryPoint) (float64, error) {
	l, y, err := design(p.P)
	if err != nil {
		return 0, err
	}
	mode, err := l.Mode(y, p.Omega)
	if err != nil {
		return 0, err
	}
	c1, err := mode.Cubic(l.Deriv, y, 1)
	return real(c1) / p.Omega, err
}

// bautinBetween returns the point where l1 is 0, from theta on the way from a to b: Newton's
// method on chi(i omega) = 0 and l1 = 0.
func bautinBetween(design SampleDesign, axes [2]DesignAxis, a, b BoundaryPoint, theta float64) (BoundaryPoint, error) {
	omega := (1-theta)*a.Omega + theta*b.Omega
	c := &boundaryCurve{design: design.Linear(), axes: axes, kappa: omega * omega / fineness}
	x := make([]float64, 3)
	for k, axis := range axes {
		x[k] = (1-theta)*axis.of(a.P[k]) + theta*axis.of(b.P[k])
	}
	x[2] = math.Asinh(fineness)
	err := continuation.Solve(func(f, x []float64) {
		c.Residual(f, x)
		p := BoundaryPoint{P: c.parameters(x), Omega: math.Sqrt(max(0, c.kappa*math.Sinh(x[2])))}
		l1, err := firstLyapunov(design, p)
		if err != nil {
			l1 = math.NaN()
		}
		f[2] = l1
	}, x, []float64{1, 1, 10})
	if err != nil {
		return BoundaryPoint{}, fmt.Errorf("analysis: Bautin point between %v and %v: %w", a.P, b.P, err)
	}
	return c.point(x)
}
