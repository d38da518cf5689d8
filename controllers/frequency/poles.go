package frequency

import (
	"math"
	"math/cmplx"
)

// PolesRightOf returns the number of poles of the closed loop with Re s > sigma, of which
// L has unstable ones: [Loop.UnstablePoles] of L(s + sigma). No pole of L may have the real
// part sigma.
func (l Loop) PolesRightOf(sigma float64, unstable int) (int, error) {
	shifted := l
	shifted.Unstable = unstable
	scale := complex(math.Exp(-sigma*l.Delay), 0)
	shifted.Transfer = func(dst []complex128, s complex128) {
		l.Transfer(dst, s+complex(sigma, 0))
		for k := range dst {
			dst[k] *= scale
		}
	}
	shifted.Corners = nil
	for _, c := range append([]float64{0}, l.Corners...) { // of real poles -c, or c
		for _, distance := range []float64{math.Abs(c + sigma), math.Abs(c - sigma)} {
			if distance > 0 {
				shifted.Corners = append(shifted.Corners, distance)
			}
		}
	}
	return shifted.UnstablePoles()
}

// Pole improves a pole of the closed loop near s, with the Delay in the loop, by
// Newton's method on the determinant,
//
//	s <- s - 1 / tr((I + L)^-1 L'),
//
// L' by central differences. It reports whether that came to a rest near where it began;
// a pole of L that the loop leaves where it is, is no zero of the determinant.
func (l Loop) Pole(s complex128) (complex128, bool) {
	const (
		iterations = 50
		rest       = 1e-13
		difference = 1e-5
		near       = 0.2
	)
	n := l.Channels
	matrix := func() []complex128 { return make([]complex128, n*n) }
	value, ahead, behind, inverse, swapped := matrix(), matrix(), matrix(), matrix(), make([]int, n)
	start, scale := s, l.scaleAt(s)
	for range iterations {
		h := complex(difference*scale, 0)
		l.evaluate(ahead, s+h)
		l.evaluate(behind, s-h)
		if !isFinite(l.evaluate(value, s)) {
			return s, false
		}
		for k := range n {
			value[k*n+k]++
		}
		if math.IsNaN(eliminate(value, swapped)) {
			return s, true
		}
		invert(inverse, value, swapped)
		var trace complex128
		for i := range n {
			for j := range n {
				trace += inverse[i*n+j] * (ahead[j*n+i] - behind[j*n+i]) / (2 * h)
			}
		}
		step := 1 / trace
		s -= step
		switch size := cmplx.Abs(step); {
		case !(cmplx.Abs(s-start) < near*scale):
			return start, false
		case size <= rest*scale:
			return s, true
		}
	}
	return s, false
}

// scaleAt is what distances from s are measured by.
func (l *Loop) scaleAt(s complex128) float64 {
	smallest := math.Inf(1)
	for _, c := range l.Corners {
		smallest = min(smallest, c)
	}
	return max(cmplx.Abs(s), smallest)
}
