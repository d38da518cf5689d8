package models

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestLaplaceTransformsAreInverted(t *testing.T) {
	for _, c := range []struct {
		name      string
		transform func(s complex128) complex128
		want      func(t float64) float64
	}{
		{"step", func(s complex128) complex128 { return 1 / s }, func(float64) float64 { return 1 }},
		{"ramp", func(s complex128) complex128 { return 1 / (s * s) }, func(t float64) float64 { return t }},
		{"decay", func(s complex128) complex128 { return 1 / (s + 3) }, func(t float64) float64 { return math.Exp(-3 * t) }},
		{"chain of filters", func(s complex128) complex128 { return 1 / (s * (s + 1) * (s + 1)) }, func(t float64) float64 { return 1 - math.Exp(-t)*(1+t) }},
		{"damped oscillation", func(s complex128) complex128 { return 1 / ((s+2)*(s+2) + 1) }, func(t float64) float64 { return math.Exp(-2*t) * math.Sin(t) }},
	} {
		for _, at := range []float64{0.3, 1, 5} {
			got, want := newLaplaceContour(20, at).at(c.transform), c.want(at)
			if math.Abs(got-want) > 1e-9*max(1, at) {
				t.Errorf("%s at %g: %.12g, want %.12g", c.name, at, got, want)
			}
		}
	}
}

func TestComplexSystemsAreSolved(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	normal := func() complex128 { return complex(rng.NormFloat64(), rng.NormFloat64()) }
	for n := 1; n <= 12; n++ {
		a, x, b := make([]complex128, n*n), make([]complex128, n), make([]complex128, n)
		for k := range a {
			a[k] = normal()
		}
		for k := range x {
			x[k] = normal()
		}
		for i := range n {
			for j := range n {
				b[i] += a[i*n+j] * x[j]
			}
		}
		if _, regular := solveComplex(a, b); !regular {
			t.Fatalf("n = %d: called singular", n)
		}
		for k := range x {
			if d := b[k] - x[k]; math.Hypot(real(d), imag(d)) > 1e-11 {
				t.Errorf("n = %d: component %d is off by %v", n, k, d)
			}
		}
	}
	if _, regular := solveComplex([]complex128{1, 2, 2, 4}, []complex128{1, 1}); regular {
		t.Error("a singular system was solved")
	}
	// det [0 i; 2 1] = -2i, with a swap of rows.
	if argument, _ := solveComplex([]complex128{0, 1i, 2, 1}, []complex128{1, 1}); math.Abs(math.Remainder(argument+math.Pi/2, 2*math.Pi)) > 1e-15 {
		t.Errorf("the determinant's argument is %g", argument)
	}
}
