package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// One channel without neurons' own dynamics, nearly: an integrator x' = -a x(t - d), whose
// rightmost eigenvalue is W(-a d)/d, W Lambert's function.
func TestRightmostOfADelayedIntegratorIsLambertsFunction(t *testing.T) {
	c, err := controllers.I(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []float64{0.2, 0.36, 0.5, 1, 1.5, 1.6, 3} {
		const tauV = 1e-8
		got, err := Taps{mat.NewDense(1, 1, []float64{1})}.Rightmost(c, tauV, d)
		if err != nil {
			t.Fatalf("delay %g: %v", d, err)
		}
		if residual := got + cmplx.Exp(-got*complex(d, 0)); cmplx.Abs(residual) > 1e-7 {
			t.Errorf("delay %g: %v leaves s + exp(-s d) = %v", d, got, residual)
		}
		if w := got * complex(d, 0); math.Abs(imag(w)) > math.Pi || real(w) < -1 {
			t.Errorf("delay %g: %v is not on the principal branch", d, got)
		}
	}
}

// As the delay goes to 0 the rightmost eigenvalue goes to that of the loop without.
func TestRightmostOfAShortDelayIsThatOfNone(t *testing.T) {
	for name, c := range testControllers(t) {
		for seed := range uint64(6) {
			taps := randomTaps(t, 1+int(seed%4), seed, 0.4)
			none, err := taps.Rightmost(c, 0.2, 0)
			if err != nil {
				t.Fatal(err)
			}
			short, err := taps.Rightmost(c, 0.2, 1e-7)
			if err != nil {
				t.Fatalf("%s, seed %d: %v", name, seed, err)
			}
			if math.Abs(real(short)-real(none)) > 1e-4 {
				t.Errorf("%s, seed %d: %v, without delay %v", name, seed, short, none)
			}
		}
	}
}

// At the delay margin the rightmost eigenvalue is on the axis at the margin's
// frequency, and its real part has the sign of the delay less the margin.
func TestRightmostReachesTheAxisAtTheDelayMargin(t *testing.T) {
	found := 0
	for name, c := range testControllers(t) {
		for seed := range uint64(5) {
			taps := randomTaps(t, 1+int(seed%4), seed, 0.4)
			m, err := taps.Margins(c, 0.2, 0)
			if err != nil {
				t.Fatal(err)
			}
			if m.Unstable > 0 || math.IsInf(m.Delay.Value, 1) {
				continue
			}
			found++
			for _, share := range []float64{0.5, 0.98, 1, 1.02, 1.5} {
				s, err := taps.Rightmost(c, 0.2, share*m.Delay.Value)
				if err != nil {
					t.Fatalf("%s, seed %d, %g of the margin: %v", name, seed, share, err)
				}
				switch {
				case share < 1 && real(s) >= 0, share > 1 && real(s) <= 0:
					t.Errorf("%s, seed %d: at %g of the margin %v the rightmost is %v", name, seed, share, m.Delay, s)
				case share == 1 && cmplx.Abs(s-complex(0, m.Delay.Frequency)) > 1e-8*m.Delay.Frequency:
					t.Errorf("%s, seed %d: at the margin %v the rightmost is %v", name, seed, m.Delay, s)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d loops had a delay margin", found)
	}
}
