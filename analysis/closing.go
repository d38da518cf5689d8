package analysis

import (
	"errors"
	"fmt"
	"math"
	"math/cmplx"

	"credo/controllers"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Closing is what closes the feedback loop around the taps of any sample: the
// controller's transfer function c(s), times a gain of all feedback weights, with a
// delay of the control signal on its way; and tau_v, in which the taps' own
// frequencies are measured. It is made once for all samples.
type Closing struct {
	Controller controllers.Controller
	TauV       float64
	Gain       float64 // of every Q_i
	Delay      float64

	// c(s) = numerator(s) / denominator(s), by ascending powers
	numerator, denominator []float64

	unstable int          // poles of c in the open right half plane
	ringing  []complex128 // poles of c above the real axis
	lowest   float64      // c does not bend below this frequency
	states   float64      // norm of A
	drive    float64      // |C| |B|
}

// ErrOscillatingController reports a controller whose poles on the imaginary axis
// are others than one at 0.
var ErrOscillatingController = errors.New("analysis: a pole of the controller is on the imaginary axis, and is not that of one integrator")

// NewClosing returns the controller's part of the loop. gain is 1, and delay 0,
// where nothing else is wanted.
func NewClosing(c controllers.Controller, tauV, gain, delay float64) (*Closing, error) {
	switch {
	case !(tauV > 0) || math.IsInf(tauV, 1):
		return nil, fmt.Errorf("analysis: tau_v is %g, but must be finite and positive", tauV)
	case !(delay >= 0) || math.IsInf(delay, 1):
		return nil, fmt.Errorf("analysis: the delay is %g, but must be finite and not negative", delay)
	case math.IsNaN(gain) || math.IsInf(gain, 0):
		return nil, fmt.Errorf("analysis: the gain of the feedback weights is %g, but must be finite", gain)
	}
	k := &Closing{Controller: c, TauV: tauV, Gain: gain, Delay: delay}
	k.setPolynomials()
	return k, k.setPoles()
}

// setPolynomials sets c's numerator and denominator, by the recursion of Faddeev and
// LeVerrier for the adjugate of s I - A, Gantmacher (1959), IV.5: with N_1 = I,
//
//	d_k = -tr(A N_k) / k,   N_{k+1} = A N_k + d_k I
//	det(s I - A) = s^m + d_1 s^(m-1) + .. + d_m,   adj(s I - A) = sum_k N_k s^(m-k)
func (k *Closing) setPolynomials() {
	m := k.Controller.States()
	k.denominator, k.numerator = make([]float64, m+1), make([]float64, m+1)
	k.denominator[m] = 1
	if m > 0 {
		b, c := mat.NewVecDense(m, k.Controller.B), mat.NewVecDense(m, k.Controller.C)
		n, next := identity(m), mat.NewDense(m, m, nil)
		for power := m - 1; power >= 0; power-- {
			k.numerator[power] = mat.Inner(c, n, b)
			next.Mul(k.Controller.A, n)
			d := -mat.Trace(next) / float64(m-power)
			k.denominator[power] = d
			addDiagonal(next, 0, 0, m, d)
			n, next = next, n
		}
		k.states, k.drive = mat.Norm(k.Controller.A, 2), floats.Norm(k.Controller.B, 2)*floats.Norm(k.Controller.C, 2)
	}
	floats.AddScaled(k.numerator, k.Controller.D, k.denominator)
}

// setPoles counts the unstable poles and finds the frequency below which c is what
// it is near 0.
func (k *Closing) setPoles() error {
	if k.Controller.States() > 0 {
		poles, err := Eigenvalues(mat.DenseCopyOf(k.Controller.A))
		if err != nil {
			return err
		}
		if k.denominator[0] == 0 && k.denominator[1] == 0 {
			return ErrOscillatingController
		}
		for _, p := range poles {
			if real(p) > 0 {
				k.unstable++
			}
			if imag(p) > 0 {
				k.ringing = append(k.ringing, p)
			}
			if imag(p) != 0 && real(p) == 0 {
				return ErrOscillatingController
			}
		}
	}
	k.lowest = min(1/k.TauV, smallestRoot(k.numerator))
	if k.integrates() {
		k.lowest = min(k.lowest, smallestRoot(k.denominator[1:]))
	} else {
		k.lowest = min(k.lowest, smallestRoot(k.denominator))
	}
	return nil
}

// smallestRoot returns a lower bound of the moduli of a polynomial's roots,
// min_i (|a_0| / (m |a_i|))^(1/i), Fujiwara (1916).
func smallestRoot(a []float64) float64 {
	bound, m := math.Inf(1), float64(len(a)-1)
	for i := 1; i < len(a); i++ {
		if a[i] != 0 {
			bound = min(bound, math.Pow(math.Abs(a[0]/(m*a[i])), 1/float64(i)))
		}
	}
	return bound
}

// integrates reports whether c has a pole at 0.
func (k *Closing) integrates() bool { return k.denominator[0] == 0 }

// steady returns c(0), and where c has a pole there the limit of s c(s).
func (k *Closing) steady() float64 {
	if k.integrates() {
		return k.Gain * k.numerator[0] / k.denominator[1]
	}
	return k.Gain * k.numerator[0] / k.denominator[0]
}

// at returns gain c(i w) exp(-i w delay).
func (k *Closing) at(omega float64) complex128 {
	s := complex(0, omega)
	last := len(k.numerator) - 1
	n, d := complex(k.numerator[last], 0), complex(k.denominator[last], 0)
	for p := last - 1; p >= 0; p-- {
		n, d = n*s+complex(k.numerator[p], 0), d*s+complex(k.denominator[p], 0)
	}
	c := complex(k.Gain, 0) * n / d
	if k.Delay > 0 {
		sin, cos := math.Sincos(-omega * k.Delay)
		c *= complex(cos, sin)
	}
	return c
}

// rings reports whether poles of c beside the axis turn it by more than half a radian
// between two frequencies: then it may have peaked in between.
func (k *Closing) rings(from, to float64) bool {
	for _, p := range k.ringing {
		if math.Abs(cmplx.Phase((complex(0, to)-p)/(complex(0, from)-p))) > 0.5 {
			return true
		}
	}
	return false
}

// above bounds |c| from the frequency omega on: |D| + |C| |B| / (omega - |A|).
func (k *Closing) above(omega float64) float64 {
	if omega <= k.states {
		return math.Inf(1)
	}
	return math.Abs(k.Gain) * (math.Abs(k.Controller.D) + k.drive/(omega-k.states))
}
