package controllers

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

const (
	kP, kD, tauD, alpha, tauU = 2.0, 0.3, 0.05, 0.7, 1.5
)

func must(c Controller, err error) Controller {
	if err != nil {
		panic(err)
	}
	return c
}

// leaky are controllers with a finite DC gain, and their gain by hand.
var leaky = []struct {
	name string
	Controller
	gain float64
}{
	{"P", must(P(kP)), kP},
	{"I", must(I(tauU, alpha)), 1 / alpha},
	{"PI, integral leak", must(PI(kP, alpha, tauU, LeakIntegral)), kP + 1/alpha},
	{"PI, signal leak", must(PI(kP, alpha, tauU, LeakSignal)), 1 / alpha},
	{"PID, integral leak", must(PID(kP, kD, tauD, alpha, tauU, LeakIntegral)), kP + 1/alpha},
	{"PID, signal leak", must(PID(kP, kD, tauD, alpha, tauU, LeakSignal)), 1 / alpha},
	{"PI, tiny leak", must(PI(kP, 1e-12, tauU, LeakIntegral)), kP + 1e12},
}

// near tolerates the rounding of a 3 x 3 solve.
func near(got, want float64) bool { return math.Abs(got-want) <= 1e-13*(1+math.Abs(want)) }

func TestDCGainIsTheTransferFunctionAtZero(t *testing.T) {
	for _, c := range leaky {
		t.Run(c.name, func(t *testing.T) {
			if got := c.DCGain(); !near(got, c.gain) {
				t.Errorf("DC gain %v, want %v", got, c.gain)
			}
			if got := c.InverseDCGain(); !near(got, 1/c.gain) {
				t.Errorf("inverse DC gain %v, want %v", got, 1/c.gain)
			}
			if got := c.Transfer(0); !near(real(got), c.gain) || imag(got) != 0 {
				t.Errorf("C(0) = %v, want %v", got, c.gain)
			}
		})
	}
}

func TestTrueIntegratorsHaveInfiniteGainAndRest(t *testing.T) {
	for _, leak := range []Leak{LeakIntegral, LeakSignal} {
		for _, c := range []Controller{
			must(I(tauU, 0)), must(PI(kP, 0, tauU, leak)), must(PID(kP, kD, tauD, 0, tauU, leak)),
		} {
			if g, inverse := c.DCGain(), c.InverseDCGain(); !math.IsInf(g, 1) || inverse != 0 {
				t.Errorf("%d states: DC gain %v and its inverse %v, want +Inf and 0", c.States(), g, inverse)
			}
			if got := c.Transfer(0); !cmplx.IsInf(got) {
				t.Errorf("%d states: C(0) = %v, want infinity", c.States(), got)
			}
			x := make([]float64, c.States())
			c.Rest(x, 3)
			if x[0] != 3 {
				t.Errorf("%d states: the integral that holds u = 3 is %v", c.States(), x[0])
			}
		}
	}
}

func TestRestIsAtRestAndHoldsTheSignal(t *testing.T) {
	for _, c := range leaky {
		t.Run(c.name, func(t *testing.T) {
			const u = -1.25
			x, dx, held := make([]float64, c.States()), make([]float64, c.States()), make([]float64, 1)
			c.Rest(x, u)
			e := []float64{u * c.InverseDCGain()}
			c.Deriv(dx, x, e)
			for s, d := range dx {
				if !near(d, 0) {
					t.Errorf("state %d moves at %v", s, d)
				}
			}
			if c.Signal(held, x, e); !near(held[0], u) {
				t.Errorf("holds %v, want %v", held[0], u)
			}
		})
	}
}

func TestTransferFunctionsAreTheFormulas(t *testing.T) {
	s := complex(0.4, 1.7)
	integral := 1 / (tauU*s + alpha)
	derivative := kD * s / (tauD*s + 1)
	// With the signal's leak, tau_u s x = e - alpha (x + F e), so u = (1 + tau_u s F) e / (tau_u s + alpha).
	leakSignal := func(f complex128) complex128 { return (1 + tauU*s*f) * integral }
	want := map[string]complex128{
		"P": kP, "I": integral,
		"PI, integral leak": integral + kP, "PI, signal leak": leakSignal(kP),
		"PID, integral leak": integral + kP + derivative, "PID, signal leak": leakSignal(kP + derivative),
	}
	for _, c := range leaky {
		if w, ok := want[c.name]; ok && cmplx.Abs(c.Transfer(s)-w) > 1e-14*cmplx.Abs(w) {
			t.Errorf("%s: C(%v) = %v, want %v", c.name, s, c.Transfer(s), w)
		}
	}
}

// A companion matrix with a zero on the diagonal needs pivoting at s = 0.
func TestTransferOfAnOscillatorAtZero(t *testing.T) {
	c := Controller{A: mat.NewDense(2, 2, []float64{0, 1, -4, 0}), B: []float64{0, 1}, C: []float64{1, 0}}
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if got := c.Transfer(0); cmplx.Abs(got-0.25) > 1e-15 {
		t.Errorf("1/(s^2 + 4) at 0 is %v", got)
	}
}

// signalAt integrates the step response to e = 1 from x = 0 with n steps of the
// classical Runge-Kutta method; its error is of order (t/n)^4.
func signalAt(c Controller, t float64, n int) float64 {
	m, h := c.States(), t/float64(n)
	e, u := []float64{1}, make([]float64, 1)
	x, y, k, sum := make([]float64, m), make([]float64, m), make([]float64, m), make([]float64, m)
	for range n {
		copy(y, x)
		clear(sum)
		for stage, b := range []float64{1. / 6, 1. / 3, 1. / 3, 1. / 6} {
			c.Deriv(k, y, e)
			for s := range m {
				sum[s] += h * b * k[s]
				y[s] = x[s] + h*[]float64{0.5, 0.5, 1, 0}[stage]*k[s]
			}
		}
		for s := range m {
			x[s] += sum[s]
		}
	}
	c.Signal(u, x, e)
	return u[0]
}

func TestStepResponsesAreTheClosedForms(t *testing.T) {
	const at = 1.3
	decay := math.Exp(-alpha * at / tauU)
	derivative := kD / tauD * math.Exp(-at/tauD)
	for name, want := range map[string]float64{
		"I":                  (1 - decay) / alpha,
		"PI, integral leak":  (1-decay)/alpha + kP,
		"PI, signal leak":    1/alpha + (kP-1/alpha)*decay,
		"PID, integral leak": (1-decay)/alpha + kP + derivative,
	} {
		for _, c := range leaky {
			if c.name != name {
				continue
			}
			if got := signalAt(c.Controller, at, 4000); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: u(%g) = %.12f, want %.12f", name, at, got, want)
			}
		}
	}
}

func TestFilteredDerivativeTendsToTheDerivative(t *testing.T) {
	s := complex(0, 2)
	pi := must(PI(kP, alpha, tauU, LeakIntegral))
	previous := math.Inf(1)
	for _, tau := range []float64{1e-1, 1e-2, 1e-3, 1e-4} {
		pid := must(PID(kP, kD, tau, alpha, tauU, LeakIntegral))
		gap := cmplx.Abs(pid.Transfer(s) - pi.Transfer(s) - kD*s)
		if bound := kD * tau * cmplx.Abs(s*s); gap > bound || gap >= previous {
			t.Errorf("tau_d = %g: %g from k_d s, at most k_d tau_d |s|^2 = %g expected", tau, gap, bound)
		}
		previous = gap
	}
}

func TestChannelsAreIndependent(t *testing.T) {
	const n = 3
	for _, c := range leaky {
		m := c.States()
		x, e := make([]float64, m*n), []float64{0.3, -0.2, 0.9}
		for i := range x {
			x[i] = math.Sin(float64(i + 1))
		}
		u, dx := make([]float64, n), make([]float64, m*n)
		c.Signal(u, x, e)
		c.Deriv(dx, x, e)
		for k := range n {
			xk, uk, dk := make([]float64, m), make([]float64, 1), make([]float64, m)
			for s := range m {
				xk[s] = x[s*n+k]
			}
			c.Signal(uk, xk, e[k:k+1])
			c.Deriv(dk, xk, e[k:k+1])
			for s := range m {
				if dx[s*n+k] != dk[s] {
					t.Errorf("%s: dx of state %d, channel %d is %v, alone %v", c.name, s, k, dx[s*n+k], dk[s])
				}
			}
			if u[k] != uk[0] {
				t.Errorf("%s: u of channel %d is %v, alone %v", c.name, k, u[k], uk[0])
			}
		}
	}
}

func TestSignalAndDerivDoNotAllocate(t *testing.T) {
	c := must(PID(kP, kD, tauD, alpha, tauU, LeakSignal))
	x, dx, u, e := make([]float64, 20), make([]float64, 20), make([]float64, 10), make([]float64, 10)
	if n := testing.AllocsPerRun(100, func() { c.Deriv(dx, x, e); c.Signal(u, x, e) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestInvalidParametersAreRefusedByName(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		err  error
	}{
		{"k_p", second(P(0))},
		{"k_p", second(PI(-1, alpha, tauU, LeakIntegral))},
		{"k_p", second(PI(nan, alpha, tauU, LeakIntegral))},
		{"alpha", second(PI(kP, -1e-9, tauU, LeakIntegral))},
		{"alpha", second(I(tauU, inf))},
		{"tau_u", second(I(0, alpha))},
		{"leak", second(PI(kP, alpha, tauU, Leak(7)))},
		{"k_d", second(PID(kP, -1, tauD, alpha, tauU, LeakIntegral))},
		{"tau_d", second(PID(kP, kD, 0, alpha, tauU, LeakIntegral))},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.name) {
			t.Errorf("error %v does not name %s", c.err, c.name)
		}
	}
}

func second(_ Controller, err error) error { return err }

func TestValidateFindsFaultyMatrices(t *testing.T) {
	one, washout := mat.NewDense(1, 1, []float64{-1}), []float64{-1}
	for name, c := range map[string]Controller{
		"B shorter than C": {A: one, C: []float64{1}},
		"A missing":        {B: []float64{1}, C: []float64{1}},
		"A too small":      {A: one, B: []float64{1, 1}, C: []float64{1, 1}},
		"D not finite":     {D: math.NaN()},
		"gain 0":           {},
		"washout s/(s+1)":  {A: one, B: []float64{1}, C: washout, D: 1},
	} {
		if c.Validate() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for _, c := range leaky {
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func ExamplePI() {
	pi, err := PI(2, 0.1, 1, LeakIntegral)
	if err != nil {
		fmt.Println(err)
		return
	}
	u := make([]float64, 2)
	pi.Signal(u, []float64{0, 1}, []float64{0.5, 0.5})
	fmt.Printf("DC gain %.0f, u = %v\n", pi.DCGain(), u)
	// Output: DC gain 12, u = [1 2]
}
