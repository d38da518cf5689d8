package frequency

import (
	"math"
	"math/cmplx"
	"slices"
)

// advance appends the point at s, and before it as many as are needed.
func (w *walk) advance(s complex128) error {
	to, err := w.look(s)
	if err != nil {
		return err
	}
	return w.join(to, halvings)
}

// join appends to, and what is needed between it and the last point.
func (w *walk) join(to point, depth int) error {
	from := w.points[len(w.points)-1]
	var expected []complex128
	if w.withLoci {
		expected = w.expect(to.s)
		assign(to.loci, expected)
	}
	turn, known := w.turn(from, to)
	if !known && depth == 0 {
		return ErrMarginal
	}
	if !known || w.withLoci && isCrowded(from, to, expected) {
		middle, err := w.look(between(from.s, to.s))
		if err != nil {
			return err
		}
		if err := w.join(middle, depth-1); err != nil {
			return err
		}
		return w.join(to, depth-1)
	}
	w.hold(from, to)
	to.turned = from.turned + turn
	w.reach(to)
	return nil
}

// reach appends a point and sets inverse to (I + L)^-1 there.
func (w *walk) reach(p point) {
	n := w.loop.Channels
	copy(w.scratch, p.l)
	for k := range n {
		w.scratch[k*n+k]++
	}
	eliminate(w.scratch, w.swapped)
	invert(w.inverse, w.scratch, w.swapped)
	if last := len(w.points) - 1; last >= 0 {
		w.points[last].l = nil
	}
	w.points = append(w.points, p)
}

// between returns the point half way, in logarithms.
func between(a, b complex128) complex128 {
	if a == 0 {
		return b / 2
	}
	return cmplx.Sqrt(a) * cmplx.Sqrt(b)
}

// expect returns where the loci go on to at s if they follow powers of s, as they do
// where no corner is near,
//
//	lambda = lambda_1 (lambda_1/lambda_0)^rho,   rho = log(s/s_1) / log(s_1/s_0)
//
// from the last two points; without them, they stay.
func (w *walk) expect(s complex128) []complex128 {
	last := w.points[len(w.points)-1]
	expected := slices.Clone(last.loci)
	if len(w.points) < 2 || w.points[len(w.points)-2].s == 0 {
		return expected
	}
	before := w.points[len(w.points)-2]
	rho := cmplx.Log(s/last.s) / cmplx.Log(last.s/before.s)
	for j, z := range expected {
		if trend := z / before.loci[j]; modulus1(trend-1) < 1 {
			expected[j] = z * cmplx.Exp(rho*cmplx.Log(trend))
		}
	}
	return expected
}

// turn returns how far det(I + L) turns from the last point to another, and whether that is
// known. With I + X = (I + L_from)^-1 (I + L_to), gamma the mean of its diagonal, what all
// channels do alike, and I + Y = (I + X)/gamma, whose Y has the trace 0,
//
//	arg det(I + X) = n arg gamma + Im log det(I + Y)
//	|log det(I + Y)| <= sum_{k>=2} q^k/k <= q^2 / (2 (1 - q)),   q = |Y|_F < 1
//
// so that it is the value nearest to n arg gamma which is right up to whole turns. Steps are
// such that gamma turns by an eighth at most: no resonance is missed either.
func (w *walk) turn(from, to point) (turn float64, known bool) {
	const (
		eighth = math.Pi / 4
		alike  = 0.6 // bounds q
	)
	n := w.loop.Channels
	var gamma complex128
	for i := range n {
		for j := range n {
			var x complex128
			for k, z := range w.inverse[i*n : i*n+n] {
				x += z * (to.l[k*n+j] - from.l[k*n+j])
			}
			if i == j {
				x++
				gamma += x / complex(float64(n), 0)
			}
			w.scratch[i*n+j] = x
		}
	}
	for k := range n {
		w.scratch[k*n+k] -= gamma
	}
	common := cmplx.Phase(gamma)
	known = frobenius(w.scratch) < alike*modulus(gamma) && math.Abs(common) < eighth
	about := float64(n) * common
	return about + math.Remainder(to.argument-from.argument-about, 2*math.Pi), known
}

// isCrowded reports whether loci move too far between the points, or in doubtful
// company.
func isCrowded(from, to point, expected []complex128) bool {
	const (
		bend  = 0.4  // of a locus, in radians or relative to its modulus
		stray = 0.5  // relative to the distance from another
		fine  = 1e-3 // relative step at which loci are told apart no better
	)
	if modulus(to.s-from.s) < fine*modulus(to.s) {
		return false
	}
	for j, z := range to.loci {
		if modulus(z-from.loci[j]) > bend*max(modulus(z), modulus(from.loci[j]), farthest) {
			return true
		}
		error := modulus(z - expected[j])
		for k, other := range to.loci {
			if k != j && error > stray*modulus(other-z) && error > rounding*modulus(z) {
				return true
			}
		}
	}
	return false
}

// hold keeps how large loci are where they meet the real axis.
func (w *walk) hold(from, to point) {
	if !w.withLoci || real(from.s) != 0 {
		return
	}
	for j, z := range to.loci {
		if imag(z)*imag(from.loci[j]) >= 0 {
			continue
		}
		side := 0
		if real(z) > 0 {
			side = 1
		}
		w.held[side] = max(w.held[side], min(modulus(z), modulus(from.loci[j])))
	}
}
