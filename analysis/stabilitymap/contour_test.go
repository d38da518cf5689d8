package stabilitymap

import (
	"math"
	"slices"
	"testing"
)

func sampled(x, y Axis, f func(x, y float64) float64) []float64 {
	var values []float64
	for _, b := range y.Values {
		for _, a := range x.Values {
			values = append(values, f(a, b))
		}
	}
	return values
}

// A circle's contour is one closed curve on the circle, as near as a chord is.
func TestTheContourOfADiscIsItsCircle(t *testing.T) {
	x, y := Linear(-1, 1, 81), Linear(-1, 1, 81)
	curves := Contours(x, y, sampled(x, y, disc(0.1, -0.2, 0.6)), 0)
	if len(curves) != 1 {
		t.Fatalf("%d curves", len(curves))
	}
	c, length := curves[0], 0.0
	for k := range c.X {
		if off := disc(0.1, -0.2, 0.6)(c.X[k], c.Y[k]); math.Abs(off) > 3e-4 { // h^2/8r
			t.Errorf("point %d is %g off", k, off)
		}
		if k > 0 {
			length += math.Hypot(c.X[k]-c.X[k-1], c.Y[k]-c.Y[k-1])
		}
	}
	if want := 2 * math.Pi * 0.6; math.Abs(length-want) > 0.01*want {
		t.Errorf("length %g, want %g", length, want)
	}
}

// On logarithmic axes a power law's contour is exact: its curve is straight there.
func TestContoursAreStraightOnTheScaleOfTheAxes(t *testing.T) {
	x, y := Logarithmic(0.1, 10, 30), Logarithmic(0.01, 100, 40)
	power := func(x, y float64) float64 { return math.Log(x) + math.Log(y) }
	curves := Contours(x, y, sampled(x, y, power), 0.3)
	if len(curves) != 1 || len(curves[0].X) < 40 {
		t.Fatalf("%d curves", len(curves))
	}
	for k := range curves[0].X {
		if got := power(curves[0].X[k], curves[0].Y[k]); math.Abs(got-0.3) > 1e-12 {
			t.Errorf("value %g on the contour of 0.3", got)
		}
	}
}

// Two corners that meet across a saddle are parted or joined by the mean.
func TestASaddleIsResolvedByItsMean(t *testing.T) {
	x, y := Linear(0, 1, 2), Linear(0, 1, 2)
	for high, corner := range map[float64]float64{1: 0, 3: 1} {
		// inside: (0, 0) and (1, 1), at the value high; outside: -2
		curves := Contours(x, y, []float64{high, -2, -2, high}, 0)
		if len(curves) != 2 {
			t.Fatalf("%d curves", len(curves))
		}
		for _, c := range curves {
			// Beside y = 0 a curve cuts off the inner corner (0, 0) or the outer one (1, 0).
			if k := slices.Index(c.Y, 0); k >= 0 && c.X[1-k] != corner {
				t.Errorf("high %g: the curve from y = 0 goes to x = %g, want %g", high, c.X[1-k], corner)
			}
		}
	}
}

// Fractions bound regions, and no region has no boundary.
func TestTheBoundaryOfAMapIsAContourOfItsFraction(t *testing.T) {
	m := mapOf(t, shapes{disc(0.5, 0.5, 0.2), disc(0.5, 0.5, 0.3), disc(0.5, 0.5, 0.4)}, unitSquare(81, 8))
	for _, c := range []struct{ level, radius float64 }{{0.2, 0.4}, {0.5, 0.3}, {0.9, 0.2}} {
		curves := m.Contours(c.level)
		if len(curves) != 1 {
			t.Fatalf("%d curves at level %g", len(curves), c.level)
		}
		for k := range curves[0].X {
			if off := disc(0.5, 0.5, c.radius)(curves[0].X[k], curves[0].Y[k]); math.Abs(off) > 0.0125*math.Sqrt2 {
				t.Errorf("level %g is %g off the circle", c.level, off)
			}
		}
	}
	if curves := mapOf(t, shapes{regions[5]}, unitSquare(9, 4)).Contours(0.5); len(curves) != 0 {
		t.Errorf("%d curves of a map that is stable everywhere", len(curves))
	}
}
