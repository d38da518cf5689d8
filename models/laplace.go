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
		theta := (2*float64(k) + 1) * math.Pi / float64(n)
		x := 0.6407 * theta
		cot := math.Cos(x) / math.Sin(x)
		z := complex(float64(n)*(0.5017*theta*cot-0.6122), float64(n)*0.2645*theta)
		// dz/dtheta
		slope := complex(float64(n)*(0.5017*cot-0.5017*0.6407*theta/(math.Sin(x)*math.Sin(x))), float64(n)*0.2645)
		// f(T) = (1/2 pi i) int e^{sT} F ds; the lower half plane is the conjugate.
		c.point = append(c.point, z/complex(t, 0))
		c.weight = append(c.weight, cmplx.Exp(z)*slope*complex(0, -2/(float64(n)*t)))
	}
	return c
}

// at returns f(T) for a transform given as a function.
func (c laplaceContour) at(transform func(s complex128) complex128) float64 {
	sum := 0.0
	for k, s := range c.point {
		sum += real(c.weight[k] * transform(s))
	}
	return sum
}
