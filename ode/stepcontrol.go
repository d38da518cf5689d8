package ode

import "math"

// StepControl is the recipe that turns the errors of steps into the length of the next step, a digital filter in the sense of
// Soderlind (2003), "Digital filters in adaptive time-stepping", ACM Trans. Math. Softw. 29. With e_n the norm of the error of step n (1 is just
// acceptable), h_n its length and k the order of the error estimate plus one:
//
//	h_{n+1} = h_n Safety e_n^(-Beta1/k) e_{n-1}^(-Beta2/k) e_{n-2}^(-Beta3/k) (h_n/h_{n-1})^(-Alpha)
//
// and h_{n+1}/h_n is kept between MinFactor and MaxFactor. A rejected step is repeated with h_n Safety e_n^(-1/k), and the step after
// it does not grow.
type StepControl struct {
	Beta1, Beta2, Beta3  float64
	Alpha                float64
	Safety               float64 // in (0, 1]
	MinFactor, MaxFactor float64 // in (0, 1) and (1, inf)
}

// IControl is the classical controller, Hairer, Norsett and Wanner (1993), II.4, eq. (4.13). It is quick, and rough where stability
// limits the step.
func IControl() StepControl { return control(1, 0, 0, 0) }

// PIControl is Gustafsson's (1991) controller with the coefficients of DOPRI5 for every order (beta = 0.04 of its order 5),
// Hairer and Wanner (1996), IV.2.
func PIControl() StepControl { return control(0.85, -0.2, 0, 0) }

// PIDControl is the controller of Kennedy and Carpenter (2003) with the coefficients of ARKODE.
func PIDControl() StepControl { return control(0.58, -0.21, 0.1, 0) }

// H211Control is Soderlind's (2003) low-pass filter H211b with b = 4: the smoothest sequence of steps.
func H211Control() StepControl { return control(0.25, 0.25, 0, 0.25) }

func control(beta1, beta2, beta3, alpha float64) StepControl {
	return StepControl{
		Beta1: beta1, Beta2: beta2, Beta3: beta3, Alpha: alpha,
		Safety: 0.9, MinFactor: 0.2, MaxFactor: 10,
	}
}

func (c StepControl) check() error {
	switch {
	case !(c.Beta1+c.Beta2+c.Beta3 > 0):
		return &OptionError{"Control", c, "Beta1 + Beta2 + Beta3 > 0 (start from PIControl())"}
	case !(c.Safety > 0 && c.Safety <= 1):
		return &OptionError{"Control.Safety", c.Safety, "a number in (0, 1]"}
	case !(c.MinFactor > 0 && c.MinFactor < 1):
		return &OptionError{"Control.MinFactor", c.MinFactor, "a number in (0, 1)"}
	case !(c.MaxFactor > 1):
		return &OptionError{"Control.MaxFactor", c.MaxFactor, "a number > 1"}
	}
	return nil
}

// history is what step control remembers of one row: logarithms, so that a step costs one Log and one Exp. Its zero value is a row
// whose steps so far were all perfect.
type history struct {
	logErr1, logErr2 float64 // of the errors of the last two accepted steps
	logRatio         float64 // of the last factor
	rejected         bool    // the last step was rejected
}

// leastError bounds remembered errors from below, or one lucky step would hold back the next: the 1e-4 of DOPRI5.
var leastError = math.Log(1e-4)

// accept returns the factor from an accepted step with the given error to the next.
func (c StepControl) accept(m *history, err float64, k int) float64 {
	logErr := math.Log(max(err, math.SmallestNonzeroFloat64)) // a step without error leads to MaxFactor
	exponent := (c.Beta1*logErr+c.Beta2*m.logErr1+c.Beta3*m.logErr2)/float64(k) + c.Alpha*m.logRatio
	factor := min(max(c.Safety*math.Exp(-exponent), c.MinFactor), c.MaxFactor)
	if m.rejected {
		factor = min(factor, 1)
	}
	m.logErr1, m.logErr2 = max(logErr, leastError), m.logErr1
	if c.Alpha != 0 {
		m.logRatio = math.Log(factor)
	}
	m.rejected = false
	return factor
}

// reject returns the factor from a rejected step to its repetition.
func (c StepControl) reject(m *history, err float64, k int) float64 {
	m.rejected = true
	return max(c.Safety*math.Pow(err, -1/float64(k)), c.MinFactor)
}
