package models

import (
	"math"
	"math/cmplx"
)

// loopPath looks for poles of the linearised loop that a contour does not enclose
// and that have not decayed by T: those in the region of the upper half plane that
// is right of the contour and of Re s = -shallow/T. They are the zeros of
//
//	f(s) = det(c Z),   Z = I/c + sum_i A_i F^(L-i+1)
//
// which is analytic there and goes to 1, so by the argument principle there are
// none exactly if its argument does not change on the way from the contour's
// point on the real axis, up the contour, and on along Re s = -shallow/T to
// infinity. The way is a table of points.
//
// Usually all outputs turn alike. Let g be the mean of Z's diagonal: where the
// numerical range of Z/g is right of 0 on all of the way, so is that of all between
// Z/g and I, and f turns as (c g)^n_L does. To be seen that takes few points, at
// which the range is to be within 60 degrees. Elsewhere the determinant is followed
// in small steps.
type loopPath struct {
	filter  []complex128 // F
	inverse []complex128 // 1/c
}

const (
	// shallow is what poles may decay by until T, as exponent: others leave less than
	// exp(-shallow) over their angle p T, which is about 10, of their share.
	shallow = 4

	longStride, shortStride = 32, 4

	contourSteps = 4 * longStride
	raySteps     = 26 * longStride

	// farthest is where the way ends, times tau_v: there |F| is 1e-4.
	farthest = 1e4
)

// newLoopPath returns the way along the contour of the given number of points.
func newLoopPath(d *DFC, points int, t float64) loopPath {
	turn := talbotAngle(points)
	var p loopPath
	for k := range contourSteps {
		z, _ := talbot(points, turn*float64(k)/contourSteps)
		p.add(d, z/complex(t, 0))
	}
	corner, _ := talbot(points, turn)
	corner /= complex(t, 0)
	growth := math.Log(max(farthest/d.tauV/imag(corner), farthest)) / raySteps
	for k := range raySteps + 1 {
		p.add(d, complex(real(corner), imag(corner)*math.Exp(growth*float64(k))))
	}
	return p
}

func (p *loopPath) add(d *DFC, s complex128) {
	p.filter = append(p.filter, 1/(complex(d.tauV, 0)*s+1))
	p.inverse = append(p.inverse, 1/d.controller.Transfer(s))
}

// talbotAngle returns the angle at which the contour crosses Re z = -shallow.
func talbotAngle(points int) float64 {
	low, high := 0.0, math.Pi
	for range 60 {
		middle := (low + high) / 2
		if z, _ := talbot(points, middle); real(z) > -shallow {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// isClear reports whether the loop of sample b is known to have no such pole.
// f's matrices are scratch.
func (p *loopPath) isClear(f *frequencyResponse, d *DFC, b int) bool {
	if clear, known := p.turnsAlike(f, d, b); known {
		return clear
	}
	return p.follows(f, d, b)
}

// turnsAlike walks the way in long strides. It knows the answer if at every stop
// the numerical range of Z/g is within 60 degrees, and c g has turned by less than
// a radian since the last.
func (p *loopPath) turnsAlike(f *frequencyResponse, d *DFC, b int) (clear, known bool) {
	turn30 := cmplx.Exp(complex(0, math.Pi/6))
	total, last := 0.0, 0.0
	for at := 0; at < len(p.filter); at += longStride {
		g, settled := p.look(f, d, b, at)
		w := cmplx.Conj(g)
		if !f.isRightOfZero(w*turn30) || !f.isRightOfZero(w/turn30) {
			return false, false
		}
		now := cmplx.Phase(g / p.inverse[at])
		turn := math.Remainder(now-last, 2*math.Pi)
		if math.Abs(turn) > 1 {
			return false, false
		}
		total, last = total+turn, now
		if settled && at > contourSteps {
			return math.Abs(total) < math.Pi, true
		}
	}
	return false, false
}

// follows walks the way in short strides, shorter where the determinant turns by
// more than a quarter. Where that does not help the answer is no.
func (p *loopPath) follows(f *frequencyResponse, d *DFC, b int) bool {
	last, _ := p.argument(f, d, b, 0)
	if math.Abs(math.Remainder(last, 2*math.Pi)) > math.Pi/2 { // f is real there: negative
		return false
	}
	total := 0.0
	for at, step := 0, shortStride; at+step < len(p.filter); {
		argument, settled := p.argument(f, d, b, at+step)
		turn := math.Remainder(argument-last, 2*math.Pi)
		if math.Abs(turn) > math.Pi/2 {
			if step == 1 {
				return false
			}
			step /= 2
			continue
		}
		at, last, total = at+step, argument, total+turn
		if settled && at > contourSteps {
			return math.Abs(total) < math.Pi
		}
		if at%shortStride == 0 {
			step = shortStride
		}
	}
	return false
}

// argument returns arg f at point k, up to turns, and whether f has settled.
func (p *loopPath) argument(f *frequencyResponse, d *DFC, b, k int) (argument float64, settled bool) {
	_, settled = p.look(f, d, b, k)
	clear(f.u)
	argument, _ = solveComplex(f.a, f.u)
	return argument - float64(len(f.u))*cmplx.Phase(p.inverse[k]), settled
}

// look sets f.a to Z at point k. It returns g, and whether f stays near 1 from
// there on: with X = c Z - I,
//
//	|log det(I + X)| <= sqrt(n_L) |X|_F / (1 - |X|_F)
func (p *loopPath) look(f *frequencyResponse, d *DFC, b, k int) (g complex128, settled bool) {
	nL, inverse := len(f.u), p.inverse[k]
	size := f.open(d, b, p.filter[k]) / cmplx.Abs(inverse)
	for j := range nL {
		f.a[j*nL+j] += inverse
		g += f.a[j*nL+j] / complex(float64(nL), 0)
	}
	return g, size < 0.5 && math.Sqrt(float64(nL))*size/(1-size) < math.Pi
}

// isRightOfZero reports whether the numerical range of w a is right of 0: whether
// its Hermitian part is positive definite, by Cholesky's decomposition in h's lower
// triangle.
func (f *frequencyResponse) isRightOfZero(w complex128) bool {
	n, h := len(f.u), f.hermitian
	for i := range n {
		for j := range i + 1 {
			h[i*n+j] = w*f.a[i*n+j] + cmplx.Conj(w*f.a[j*n+i])
		}
	}
	for k := range n {
		pivot := real(h[k*n+k])
		if !(pivot > 0) {
			return false
		}
		scale := complex(1/math.Sqrt(pivot), 0)
		for i := k; i < n; i++ {
			h[i*n+k] *= scale
		}
		for i := k + 1; i < n; i++ {
			row := h[i*n : i*n+i+1]
			for j := k + 1; j <= i; j++ {
				row[j] -= row[k] * cmplx.Conj(h[j*n+k])
			}
		}
	}
	return true
}
