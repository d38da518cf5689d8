package models

import (
	"math"
	"math/cmplx"
)

// laplaceContour inverts Laplace transforms at one time T by the midpoint rule
// on Talbot's contour with Weideman's constants (Weideman 2006, SIAM J. Numer.
// Anal. 44, 2342, modified Talbot):
//
//	f(T) = sum_k Re(weight_k F(point_k)),   point_k = z(theta_k)/T
//	z(theta) = N (0.5017 theta cot(0.6407 theta) - 0.6122 + 0.2645 i theta)
//
// at the N/2 points of the upper half plane, for real f. The error falls as
// 3.9^-N where the singularities of F lie near the negative real axis. A pole p
// outside the contour is one that oscillates faster than it decays, and leaves
// its share, of size exp(Re p T).
type laplaceContour struct {
	point, weight []complex128
}

func newLaplaceContour(n int, t float64) laplaceContour {
	var c laplaceContour
	for k := range n / 2 {
		z, slope := talbot(n, (2*float64(k)+1)*math.Pi/float64(n))
		// f(T) = (1/2 pi i) int e^{sT} F ds; the lower half plane is the conjugate.
		c.point = append(c.point, z/complex(t, 0))
		c.weight = append(c.weight, cmplx.Exp(z)*slope*complex(0, -2/(float64(n)*t)))
	}
	return c
}

// talbot returns z(theta), 0 <= theta < pi, and dz/dtheta.
func talbot(n int, theta float64) (z, slope complex128) {
	const a, b = 0.5017, 0.6407
	x := b * theta
	cot, perAngle := 1/math.Tan(x), 1/math.Sin(x)
	thetaCot, thetaSlope := theta*cot, cot-b*theta*perAngle*perAngle
	if theta == 0 {
		thetaCot, thetaSlope = 1/b, 0
	}
	scale := complex(float64(n), 0)
	return scale * complex(a*thetaCot-0.6122, 0.2645*theta), scale * complex(a*thetaSlope, 0.2645)
}

// at returns f(T) for a transform given as a function.
func (c laplaceContour) at(transform func(s complex128) complex128) float64 {
	sum := 0.0
	for k, s := range c.point {
		sum += real(c.weight[k] * transform(s))
	}
	return sum
}
