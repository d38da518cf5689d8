package frequency

import "math"

// maximize returns where f is largest between a and b, and its value, if it has one
// maximum there: Brent (1973), Algorithms for Minimization without Derivatives, chapter 5,
// which steps to the top of a parabola through the last three points, or by golden section
// where that does not get on. omega is found to the root of the rounding, the value to the
// rounding.
func maximize(a, b float64, f func(float64) float64) (omega, value float64) {
	const (
		golden   = 0.3819660112501051
		resolved = 1e-8
	)
	x := a + golden*(b-a)
	fx := f(x)
	w, v, fw, fv := x, x, fx, fx // the next best
	var step, last float64
	for range 100 {
		middle, least := (a+b)/2, resolved*math.Abs(x)
		if math.Abs(x-middle) <= 2*least-(b-a)/2 {
			break
		}
		if p, ok := parabola(x, w, v, fx, fw, fv); ok && math.Abs(p) < math.Abs(last)/2 && x+p > a && x+p < b {
			last, step = step, p
			if x+p-a < 2*least || b-x-p < 2*least {
				step = math.Copysign(least, middle-x)
			}
		} else {
			last = a - x
			if x < middle {
				last = b - x
			}
			step = golden * last
		}
		y := x + step
		if math.Abs(step) < least {
			y = x + math.Copysign(least, step)
		}
		fy := f(y)
		switch {
		case fy >= fx:
			if y < x {
				b = x
			} else {
				a = x
			}
			v, fv, w, fw, x, fx = w, fw, x, fx, y, fy
			continue
		case y < x:
			a = y
		default:
			b = y
		}
		if fy >= fw || w == x {
			v, fv, w, fw = w, fw, y, fy
		} else if fy >= fv || v == x || v == w {
			v, fv = y, fy
		}
	}
	return x, fx
}

// parabola returns the way from x to the extremum of the parabola through three points.
func parabola(x, w, v, fx, fw, fv float64) (float64, bool) {
	r, q := (x-w)*(fx-fv), (x-v)*(fx-fw)
	if q == r {
		return 0, false
	}
	return -((x-v)*q - (x-w)*r) / (2 * (q - r)), true
}
