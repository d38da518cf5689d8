package frequency

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"
)

// Loop is a loop transfer L(s) of Channels x Channels, real for real s, that goes to
// 0 as s goes to infinity. Its poles are in the open left half plane, but for those
// that Unstable counts and any at s = 0.
type Loop struct {
	Channels int

	// Transfer sets dst, row-major, to L(s) without Delay. At a pole it may set what is
	// not finite, and must at s = 0 if there is one there.
	Transfer func(dst []complex128, s complex128)

	// Corners are the rates, moduli of the poles of L other than 0, between which
	// frequencies are laid out. There is at least one, and they are positive.
	Corners []float64

	// Unstable is the number of poles of L in the open right half plane.
	Unstable int

	// Delay is a delay in all channels: the loop transfer is exp(-s Delay) L(s).
	Delay float64
}

var (
	// ErrMarginal reports a pole of the closed loop that is on the imaginary axis or
	// too near to it to tell the side.
	ErrMarginal = errors.New("frequency: a pole of the closed loop is on the imaginary axis, as far as can be told")
	// ErrNotFinite reports a loop transfer that is not finite on the imaginary axis.
	ErrNotFinite = errors.New("frequency: the loop transfer is not finite")
	// ErrNotProper reports a loop transfer that does not fall to 0.
	ErrNotProper = errors.New("frequency: the loop transfer does not go to 0 with frequency")
	// ErrTooFine reports a delay that turns the loop too often before it has fallen to 0.
	ErrTooFine = errors.New("frequency: the delay is too long for the loop's fastest corners: it turns too often in between")
)

func (l Loop) check() error {
	if l.Channels < 1 || l.Transfer == nil || len(l.Corners) == 0 {
		return errors.New("frequency: a loop needs channels, a transfer function and corners")
	}
	for _, c := range l.Corners {
		if !(c > 0) || math.IsInf(c, 1) {
			return fmt.Errorf("frequency: a corner is %g: want a positive rate", c)
		}
	}
	if !(l.Delay >= 0) || math.IsInf(l.Delay, 1) {
		return fmt.Errorf("frequency: the delay is %g: want a finite number >= 0", l.Delay)
	}
	return nil
}

// evaluate sets dst to exp(-s Delay) L(s) and returns its Frobenius norm, which is
// not finite at a pole.
func (l *Loop) evaluate(dst []complex128, s complex128) (size float64) {
	l.Transfer(dst, s)
	if l.Delay > 0 {
		turn := cmplx.Exp(-s * complex(l.Delay, 0))
		for k := range dst {
			dst[k] *= turn
		}
	}
	return frobenius(dst)
}

// frobenius returns the root of the sum of squares; NaN where an entry is.
func frobenius(a []complex128) float64 {
	sum := 0.0
	for _, z := range a {
		sum += real(z)*real(z) + imag(z)*imag(z)
	}
	return math.Sqrt(sum)
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
