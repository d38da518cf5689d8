package controllers

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Leak says what leaks out of an integrating controller at the rate alpha.
type Leak int

const (
	// LeakIntegral leaks the integral: tau_u x' = e - alpha x, Meulemans et al.
	// (2021), eq. (4). The DC gain of PI is k_p + 1/alpha.
	LeakIntegral Leak = iota
	// LeakSignal leaks the whole signal: tau_u x' = e - alpha u, as the
	// program released with that paper does. The DC gain of PI and PID is 1/alpha.
	LeakSignal
)

// P returns the proportional controller u = k_p e, k_p > 0. It has no state.
func P(kP float64) (Controller, error) {
	if err := checkPositive("k_p", kP); err != nil {
		return Controller{}, err
	}
	return Controller{D: kP}, nil
}

// I returns the leaky integral controller
//
//	tau_u x' = e - alpha x,   u = x
//
// with tau_u > 0 and alpha >= 0; alpha = 0 is a true integrator. Its DC gain is 1/alpha.
func I(tauU, alpha float64) (Controller, error) {
	return PI(0, alpha, tauU, LeakIntegral)
}

// PI returns the proportional-integral controller
//
//	tau_u x' = e - alpha x   (LeakIntegral)   or   e - alpha u   (LeakSignal)
//	       u = x + k_p e
//
// of Meulemans et al. (2021), eq. (4), with k_p >= 0, alpha >= 0 and tau_u > 0.
func PI(kP, alpha, tauU float64, leak Leak) (Controller, error) {
	c := Controller{A: mat.NewDense(1, 1, nil), B: make([]float64, 1), C: []float64{1}, D: kP}
	if err := checkIntegral(kP, alpha, tauU, leak); err != nil {
		return Controller{}, err
	}
	c.setIntegral(alpha, tauU, leak)
	return c, nil
}

// PID returns the proportional-integral-derivative controller whose derivative
// passes a low-pass filter of time constant tau_d,
//
//	tau_u x' = e - alpha x   (LeakIntegral)   or   e - alpha u   (LeakSignal)
//	tau_d z' = e - z
//	       u = x + k_p e + k_d (e - z)/tau_d
//
// so that its transfer function is, with LeakIntegral,
//
//	C(s) = 1/(tau_u s + alpha) + k_p + k_d s/(tau_d s + 1).
//
// The derivative gain k_d >= 0 is a gain times a time, and tau_d > 0; the other
// parameters are those of [PI]. The states are (x, z).
func PID(kP, kD, tauD, alpha, tauU float64, leak Leak) (Controller, error) {
	if err := checkIntegral(kP, alpha, tauU, leak); err != nil {
		return Controller{}, err
	}
	if err := checkNotNegative("k_d", kD); err != nil {
		return Controller{}, err
	}
	if err := checkPositive("tau_d", tauD); err != nil {
		return Controller{}, err
	}
	c := Controller{
		A: mat.NewDense(2, 2, []float64{0, 0, 0, -1 / tauD}),
		B: []float64{0, 1 / tauD},
		C: []float64{1, -kD / tauD},
		D: kP + kD/tauD,
	}
	c.setIntegral(alpha, tauU, leak)
	return c, nil
}

// setIntegral sets the row of the integral x, the first state. With u = C x + D e,
//
//	tau_u x' = e - alpha u = (1 - alpha D) e - alpha C x.
func (c Controller) setIntegral(alpha, tauU float64, leak Leak) {
	if leak == LeakIntegral {
		c.A.Set(0, 0, -alpha/tauU)
		c.B[0] = 1 / tauU
		return
	}
	for s, gain := range c.C {
		c.A.Set(0, s, -alpha*gain/tauU)
	}
	c.B[0] = (1 - alpha*c.D) / tauU
}

func checkIntegral(kP, alpha, tauU float64, leak Leak) error {
	if err := checkNotNegative("k_p", kP); err != nil {
		return err
	}
	if err := checkNotNegative("alpha", alpha); err != nil {
		return err
	}
	if leak != LeakIntegral && leak != LeakSignal {
		return fmt.Errorf("controllers: unknown leak %d", leak)
	}
	return checkPositive("tau_u", tauU)
}

func checkNotNegative(name string, value float64) error {
	if !(value >= 0) || math.IsInf(value, 1) {
		return fmt.Errorf("controllers: %s is %g, but must be finite and not negative", name, value)
	}
	return nil
}

func checkPositive(name string, value float64) error {
	if !(value > 0) || math.IsInf(value, 1) {
		return fmt.Errorf("controllers: %s is %g, but must be finite and positive", name, value)
	}
	return nil
}
