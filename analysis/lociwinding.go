package analysis

import (
	"errors"
	"math"
	"math/cmplx"

	"credo/controllers/frequency"
)

// ErrDelay reports a delayed loop where all of its poles are asked for: they are
// infinitely many.
var ErrDelay = errors.New("analysis: a loop with a delay has infinitely many eigenvalues: its abscissa is not computed")

// Stable reports whether the closed loop is stable. One of which that cannot be told,
// [frequency.ErrMarginal], is not.
func (l *TapLoci) Stable(c *Closing) bool {
	n, err := l.UnstablePoles(c)
	return err == nil && n == 0
}

// UnstablePoles returns the number of poles of the closed loop in the right half
// plane, by the argument principle. As s runs from 0 up the imaginary axis, passing a
// pole of c at 0 on its right, arg det(I + c M) grows by pi (P - Z), with P poles of
// the open loop and Z of the closed one in the right half plane. By loci, z_j = c lambda_j:
// the eigenvalues of the real matrix c(0) M(0) are real or in pairs, so that at
// first the arguments of 1 + z_j, between -pi and pi, add up to pi for every real one below 0; at infinity
// they are 0; and in between each step of a z_j across the ray below -1 adds 2 pi.
//
// Steps are halved until each is shorter than the distance of its ends from -1, which
// leaves no doubt on which side it passes. Where |z_j| < 1 nothing can be crossed.
func (l *TapLoci) UnstablePoles(c *Closing) (int, error) {
	w := &l.walker
	w.loci, w.closing, w.negative, w.crossings = l, c, 0, 0
	at, err := w.begin()
	if err != nil {
		return 0, err
	}
	for {
		if l.limit[at/step(1)]*c.above(at.t()/c.TauV) < 1 {
			return c.unstable*len(w.z) + w.negative - 2*w.crossings, nil
		}
		next := at + step(1)
		lambda := l.at(next)
		if lambda == nil || !w.walk(at, next, lambda, lociHalvings) {
			return 0, frequency.ErrMarginal
		}
		at = next
	}
}

// windingWalk is on its way up the imaginary axis.
type windingWalk struct {
	loci      *TapLoci
	closing   *Closing
	lambda    []complex128 // where it is
	z         []complex128 // c lambda there
	next      []complex128 // scratch: z a step ahead
	first     []complex128 // scratch
	negative  int          // real 1 + z_j below 0 at first
	crossings int          // of the ray from -1 to the left, from above less from below
}

// begin takes the walk from 0 to a place near it, below every corner of the
// controller and so low that no locus has moved by much.
func (w *windingWalk) begin() (place, error) {
	l, c := w.loci, w.closing
	first := w.first // directions of 1 + z_j where c has a pole, else z_j
	for j, lambda := range l.steady {
		first[j] = complex(c.steady(), 0) * lambda
		edge := first[j]
		if !c.integrates() {
			edge++
		}
		if edge == 0 {
			return 0, frequency.ErrMarginal
		}
		if imag(edge) == 0 && real(edge) < 0 {
			w.negative++
		}
	}
	if c.integrates() {
		w.quarter(first)
	}
	corner, at := min(c.TauV*c.lowest, l.corner), step(0)
	for k, t := range stepT {
		if t < corner/10 {
			at = step(k)
		}
	}
	for ; at >= 0; at -= step(lociPerDecade) {
		lambda := l.at(at)
		if lambda == nil {
			return 0, frequency.ErrMarginal
		}
		assign(lambda, l.steady)
		w.lambda = lambda
		w.set(w.z, c.at(at.t()/c.TauV), lambda)
		if w.joins(first) {
			return at, nil
		}
	}
	return 0, frequency.ErrMarginal
}

// quarter turns the directions by -90 degrees, as 1/s does on the way round 0, in
// two steps.
func (w *windingWalk) quarter(direction []complex128) {
	eighth := cmplx.Rect(1, -math.Pi/4)
	for range 2 {
		for j, from := range direction {
			direction[j] *= eighth
			// Seen from -1, as z is, a direction is z + 1.
			w.crossings += crossing(from-1, direction[j]-1)
		}
	}
}

// joins reports whether z is where the loci began, and counts what they crossed.
func (w *windingWalk) joins(first []complex128) bool {
	if w.closing.integrates() {
		for j, from := range first {
			to := 1 + w.z[j]
			along := real(from)*real(to) + imag(from)*imag(to)
			if cmplx.Abs(w.z[j]) < 2 || along < 0.5*cmplx.Abs(from)*cmplx.Abs(to) {
				return false
			}
		}
		for j, from := range first { // scaled, so that the chord passes -1 as the directions do
			to := 1 + w.z[j]
			w.crossings += crossing(from*complex(cmplx.Abs(to)/cmplx.Abs(from), 0)-1, w.z[j])
		}
		return true
	}
	if !isShort(first, w.z, 0) {
		return false
	}
	for j, from := range first {
		w.crossings += crossing(from, w.z[j])
	}
	return true
}

// walk goes from one place to the next, whose lambda is given, in steps that are
// short. It reports whether halvings sufficed.
func (w *windingWalk) walk(from, to place, lambda []complex128, halvings int) bool {
	before, omega := from.t()/w.closing.TauV, to.t()/w.closing.TauV
	turn, gain := (omega-before)*w.closing.Delay, w.closing.at(omega)
	w.set(w.next, gain, lambda)
	short := isShort(w.z, w.next, turn)
	if !short {
		assign(lambda, w.lambda) // and so it stays for the next controller
		w.set(w.next, gain, lambda)
		short = isShort(w.z, w.next, turn)
	}
	if short && !w.closing.rings(before, omega) {
		for j, z := range w.next {
			w.crossings += crossing(w.z[j], z)
		}
		w.z, w.next, w.lambda = w.next, w.z, lambda
		return true
	}
	if halvings == 0 {
		return false
	}
	middle := (from + to) / 2
	half := w.loci.at(middle)
	return half != nil && w.walk(from, middle, half, halvings-1) && w.walk(middle, to, lambda, halvings-1)
}

// set sets z = gain lambda.
func (w *windingWalk) set(z []complex128, gain complex128, lambda []complex128) {
	for j, l := range lambda {
		z[j] = gain * l
	}
}

// isShort reports whether all loci have stayed well within the unit circle, or none has
// moved further than it is from -1 while a delay has turned it by at most a radian.
func isShort(from, to []complex128, turn float64) bool {
	inside, short := true, turn <= 1
	for j, a := range from {
		b := to[j]
		within := absSquared(a) < 0.5 && absSquared(b) < 0.5
		inside = inside && within
		short = short && (within || absSquared(b-a) <= min(absSquared(1+a), absSquared(1+b)))
	}
	return inside || short
}

// crossing returns 1 if the chord from a to b crosses the real axis below -1 from
// above, -1 if from below, else 0. The axis itself counts as above.
func crossing(a, b complex128) int {
	above, then := imag(a) >= 0, imag(b) >= 0
	if above == then {
		return 0
	}
	x := real(a) - imag(a)*(real(b)-real(a))/(imag(b)-imag(a))
	switch {
	case x >= -1:
		return 0
	case above:
		return 1
	}
	return -1
}

func absSquared(z complex128) float64 { return real(z)*real(z) + imag(z)*imag(z) }
