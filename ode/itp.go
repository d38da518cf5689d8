package ode

import "math"

// bracket encloses a zero: g is fl at left and fr at right, of opposite signs or fr zero.
type bracket struct{ left, right, fl, fr float64 }

// narrow closes in on a sign change of g until the bracket is at most width wide, which is positive and well above the spacing of
// numbers there. It is the ITP method of Oliveira and Takahashi (2020), ACM Trans. Math. Softw. 47, algorithm 1, with
// kappa_1 = 0.2/(b-a), kappa_2 = 2, n_0 = 1: superlinear like the secant method, and never more than one evaluation worse
// than bisection. A zero of g counts as beyond the sign change, so fr may be 0 and fl not.
func (b *bracket) narrow(g func(float64) float64, width float64) {
	span := b.right - b.left
	bound := width / 2 * math.Exp2(max(0, math.Ceil(math.Log2(span/width)))+1) // epsilon 2^(n_max - j) at j = 0
	for kappa := 0.2 / span; b.right-b.left > width; bound /= 2 {
		x := b.query(kappa, bound, width)
		fx := g(x)
		switch {
		case math.IsNaN(fx):
			b.right, b.fr = x, fx
			return
		case fx != 0 && (fx < 0) == (b.fl < 0):
			b.left, b.fl = x, fx
		default:
			b.right, b.fr = x, fx
		}
	}
}

// query is where ITP asks next: regula falsi, moved towards the middle, at most as far from there as bisection allows, and a little
// inside, so that both ends move.
func (b *bracket) query(kappa, bound, width float64) float64 {
	size := b.right - b.left
	middle := b.left + size/2
	x := b.left + size*(b.fl/(b.fl-b.fr))
	if math.IsNaN(x) {
		return middle
	}
	towards := math.Copysign(kappa*size*size, middle-x)
	if math.Abs(towards) <= math.Abs(middle-x) {
		x += towards
	} else {
		x = middle
	}
	if r := bound - size/2; math.Abs(x-middle) > r {
		x = middle - math.Copysign(max(r, 0), middle-x)
	}
	return min(max(x, b.left+width/2), b.right-width/2)
}
