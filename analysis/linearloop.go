package analysis

import (
	"math"
	"math/cmplx"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// LinearLoop is one sample's feedback loop to first order: all that its stability
// depends on. The zero Delay is none.
type LinearLoop struct {
	Taps       Taps
	Controller controllers.Controller
	TauV       float64
	Delay      float64 // of e on its way to the controller

	lag lag // of a separate feedback path
}

// Linear returns the loop linearised at the voltages v, as in [Loop.Matrix].
func (l Loop) Linear(v []float64) LinearLoop {
	return LinearLoop{Taps: l.Taps(v), Controller: l.Controller, TauV: l.TauV, lag: lagOf(l.Net)}
}

// Linear returns the loop of one sample of the minibatch at its feedforward state.
func (l *Linearization) Linear(sample int, c controllers.Controller, tauV float64) LinearLoop {
	return LinearLoop{Taps: l.Taps(sample), Controller: c, TauV: tauV, lag: lagOf(l.net)}
}

// Matrix is the closed loop of [Taps.ClosedLoop]. It panics if there is a delay,
// with which no matrix has its spectrum.
func (l LinearLoop) Matrix() *mat.Dense {
	if l.Delay != 0 {
		panic("analysis: a delayed loop has no matrix")
	}
	g := l.lag
	if g.stages == nil {
		g.stages = make([]int, len(l.Taps))
	}
	return l.Taps.closedLoop(l.Controller, l.TauV, g)
}

// characteristic returns det N(s), row-major N(s) in the control signal and the
// controller's states,
//
//	N(s) = [I + D M(s), -C; B M(s), s I - A],   M(s) = e^(-s delay) sum_i A_i / (tau_v s + 1)^(L-i+1)
//
// an entire function of s but for M's poles -1/tau_v: det(s I - A) det(I + c(s) M(s)) with the
// controller's transfer function c. Its zeros are the loop's eigenvalues, and it is
// finite at the pole of a true integrator.
func (l LinearLoop) characteristic(s complex128) complex128 {
	return determinant(l.bordered(s), l.channels()*(1+l.Controller.States()))
}

func (l LinearLoop) channels() int { return l.Taps[0].RawMatrix().Rows }

// gain returns M(s).
func (l LinearLoop) gain(s complex128) []complex128 {
	m := make([]complex128, l.channels()*l.channels())
	l.Taps.cascade(l.TauV, l.lag).Transfer(m, s, cmplx.Exp(-s*complex(l.Delay, 0)))
	return m
}

// bordered returns N(s), row-major, the states channel by channel within each.
func (l LinearLoop) bordered(s complex128) []complex128 {
	c, nL, m := l.Controller, l.channels(), l.gain(s)
	w := nL * (1 + c.States())
	n := make([]complex128, w*w)
	for j := range nL {
		n[j*w+j] = 1
		for k := range nL {
			n[j*w+k] += complex(c.D, 0) * m[j*nL+k]
			for r, b := range c.B {
				n[((1+r)*nL+j)*w+k] = complex(b, 0) * m[j*nL+k]
			}
		}
		for r := range c.States() {
			row := ((1+r)*nL + j) * w
			n[j*w+(1+r)*nL+j] = complex(-c.C[r], 0)
			for q := range c.States() {
				n[row+(1+q)*nL+j] = complex(-c.A.At(r, q), 0)
			}
			n[row+(1+r)*nL+j] += s
		}
	}
	return n
}

// evenAndOdd returns the two parts of the characteristic at s = i sqrt(kappa),
//
//	(chi(s) + chi(-s))/2,   (chi(s) - chi(-s))/(2 s)
//
// both real and analytic in kappa = -s^2, through 0 to real s: so a pair of
// eigenvalues +-s is followed through the double 0 in which it meets the real axis.
// For imaginary s they are Re chi and Im chi / omega.
func (l LinearLoop) evenAndOdd(kappa float64) (even, odd float64) {
	small := 1e-10 / (l.TauV * l.TauV)
	switch {
	case math.Abs(kappa) < small: // where chi(s) - chi(-s) is lost in rounding
		even, odd = l.evenAndOdd(small)
		middle := real(l.characteristic(0))
		return middle + kappa/small*(even-middle), odd
	case kappa > 0:
		omega := math.Sqrt(kappa)
		chi := l.characteristic(complex(0, omega))
		return real(chi), imag(chi) / omega
	}
	s := math.Sqrt(-kappa)
	up, down := real(l.characteristic(complex(s, 0))), real(l.characteristic(complex(-s, 0)))
	return (up + down) / 2, (up - down) / (2 * s)
}
