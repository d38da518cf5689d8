package odetest

import (
	_ "embed"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// brusselatorPoints are the inner points of the line of [Brusselator1D].
const brusselatorPoints = 200

//go:embed brusselator1d.txt
var brusselator1DEnd string

// Brusselator1D is the Brusselator with diffusion on a line, u_1, v_1, u_2, v_2, ... at 200 inner points, Hairer and Wanner (1996), IV.10
// (there with N = 500):
//
//	u' = 1 + u^2 v - 4u + alpha u_xx,  v' = 3u - u^2 v + alpha v_xx,  alpha = 1/50,  u = 1 and v = 3 at the boundaries
//
// The Jacobian is banded with two entries on either side. The end, to 18 digits, comes from extrapolation in quadruple precision.
func Brusselator1D() Problem {
	p := Problem{
		Name: "brusselator 1d", T1: 10, System: Differentiable{Func{2 * brusselatorPoints, brusselator1D}, brusselator1DJacobian},
		Y0: make([]float64, 2*brusselatorPoints), End: numbers(brusselator1DEnd, 2*brusselatorPoints),
	}
	for i := range brusselatorPoints {
		p.Y0[2*i], p.Y0[2*i+1] = 1+math.Sin(2*math.Pi*float64(i+1)/(brusselatorPoints+1)), 3
	}
	return p
}

// diffusion1D is alpha over the square of the distance of two points.
const diffusion1D = (brusselatorPoints + 1) * (brusselatorPoints + 1) / 50.

func brusselator1D(dy []float64, _ float64, y []float64) {
	const last = 2*brusselatorPoints - 2
	dy, y = dy[:last+2], y[:last+2]
	uLeft, vLeft, u, v := 1.0, 3.0, y[0], y[1]
	for i := 0; i < last; i += 2 {
		uRight, vRight := y[i+2], y[i+3]
		u2v := u * u * v
		dy[i] = 1 + u2v - 4*u + diffusion1D*(uLeft-2*u+uRight)
		dy[i+1] = 3*u - u2v + diffusion1D*(vLeft-2*v+vRight)
		uLeft, vLeft, u, v = u, v, uRight, vRight
	}
	u2v := u * u * v
	dy[last] = 1 + u2v - 4*u + diffusion1D*(uLeft-2*u+1)
	dy[last+1] = 3*u - u2v + diffusion1D*(vLeft-2*v+3)
}

func brusselator1DJacobian(dst *mat.Dense, _ float64, y []float64) {
	dst.Zero()
	for i := range 2 * brusselatorPoints {
		u, v, even := y[i&^1], y[i|1], i&^1
		if i == even {
			dst.Set(i, even, 2*u*v-4-2*diffusion1D)
			dst.Set(i, even+1, u*u)
		} else {
			dst.Set(i, even, 3-2*u*v)
			dst.Set(i, even+1, -u*u-2*diffusion1D)
		}
		if i >= 2 {
			dst.Set(i, i-2, diffusion1D)
		}
		if i+2 < 2*brusselatorPoints {
			dst.Set(i, i+2, diffusion1D)
		}
	}
}

// brusselatorSide are the points of a side of the square of [Brusselator2D].
const brusselatorSide = 21

//go:embed brusselator2d.txt
var brusselator2DEnd string

// Brusselator2D is the Brusselator with diffusion on the unit square, 21 x 21 points, first all u (x runs fastest), then all v, Hairer, Norsett and
// Wanner (1993), II.10:
//
//	u' = 1 + u^2 v - 4.4u + alpha (u_xx + u_yy),  v' = 3.4u - u^2 v + alpha (v_xx + v_yy),  alpha = 0.002
//	u(0) = 0.5 + y,  v(0) = 1 + 5x,  no flux through the boundary
//
// The book prints no end. This one comes from DOP853 at a tolerance of 3e-14; Vern7 is within 6e-14 of it.
func Brusselator2D() Problem {
	const n, points = brusselatorSide, brusselatorSide * brusselatorSide
	p := Problem{
		Name: "brusselator 2d", T1: 7.5, System: Func{2 * points, brusselator2D},
		Y0: make([]float64, 2*points), End: numbers(brusselator2DEnd, 2*points),
	}
	for i := range points {
		p.Y0[i], p.Y0[points+i] = 0.5+float64(i/n)/(n-1), 1+5*float64(i%n)/(n-1)
	}
	return p
}

func brusselator2D(dy []float64, _ float64, y []float64) {
	const n, points = brusselatorSide, brusselatorSide * brusselatorSide
	const diffusion = 0.002 * (n - 1) * (n - 1)
	us, vs := y[:points], y[points:2*points]
	for j := range n {
		below, above := n*mirrored(j-1), n*mirrored(j+1)
		for i := range n {
			left, right, at := mirrored(i-1), mirrored(i+1), n*j+i
			u, v := us[at], vs[at]
			u2v := u * u * v
			dy[at] = 1 + u2v - 4.4*u + diffusion*(us[n*j+left]+us[n*j+right]+us[below+i]+us[above+i]-4*u)
			dy[points+at] = 3.4*u - u2v + diffusion*(vs[n*j+left]+vs[n*j+right]+vs[below+i]+vs[above+i]-4*v)
		}
	}
}

// mirrored is the point that stands for one beyond the boundary.
func mirrored(i int) int {
	switch i {
	case -1:
		return 1
	case brusselatorSide:
		return brusselatorSide - 2
	}
	return i
}

// numbers reads n numbers.
func numbers(text string, n int) []float64 {
	x := make([]float64, n)
	r := strings.NewReader(text)
	for i := range x {
		if _, err := fmt.Fscan(r, &x[i]); err != nil {
			panic("odetest: a table of numbers is cut short: " + err.Error())
		}
	}
	return x
}
