package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/controllers"
	"credo/controllers/frequency"
	"gonum.org/v1/gonum/mat"
)

// The closed loop's unstable poles, counted by the argument principle, are those of
// its spectrum: for all controllers, depths, lagging feedback, and gains of Q around the
// edge.
func TestUnstablePolesAreThoseOfTheSpectrum(t *testing.T) {
	stable, unstable := 0, 0
	for name, c := range testControllers(t) {
		for depth := 1; depth <= 4; depth++ {
			for seed := range uint64(6) {
				taps := randomTaps(t, depth, seed, 1.2)
				l := lag{0.3, []int{2, 1, 1, 0}[:depth]}
				if seed%2 == 0 {
					l = lag{stages: make([]int, depth)}
				}
				loop, err := taps.loopTransfer(c, 0.2, 0, l)
				if err != nil {
					t.Fatal(err)
				}
				got, err := loop.UnstablePoles()
				if err != nil {
					t.Fatal(err)
				}
				want := unstableCount(t, taps.closedLoop(c, 0.2, l))
				if got != want {
					t.Errorf("%s, depth %d, seed %d: %d unstable poles, spectrum has %d", name, depth, seed, got, want)
				}
				if want == 0 {
					stable++
				} else {
					unstable++
				}
			}
		}
	}
	if stable < 10 || unstable < 10 {
		t.Errorf("%d stable and %d unstable loops: too few of one kind to tell", stable, unstable)
	}
}

// At a margin the spectrum has a pole on the imaginary axis, at the margin's frequency,
// and none is in the right half plane on the way there.
func TestAtTheGainMarginAPoleIsOnTheAxis(t *testing.T) {
	found := 0
	for name, c := range testControllers(t) {
		for seed := range uint64(20) {
			taps := randomTaps(t, 1+int(seed%4), seed, 0.4)
			m, err := taps.Margins(c, 0.2, 0)
			if err != nil {
				t.Fatal(err)
			}
			if m.Unstable > 0 || math.IsInf(m.GainAbove.Value, 1) {
				continue
			}
			found++
			for _, g := range []frequency.Crossing{m.GainAbove, m.GainBelow} {
				if g.Value == 0 || math.IsInf(g.Value, 0) {
					continue
				}
				at := spectrumAt(t, taps, c, g.Value)
				if d := distanceToSpectrum(complex(0, g.Frequency), at); d > 1e-9*(1+g.Frequency) {
					t.Errorf("%s, seed %d: no pole at %g i for gain %g: %g off", name, seed, g.Frequency, g.Value, d)
				}
			}
			for k := range 20 {
				share := float64(k) / 20 * 0.999
				for _, gain := range []float64{1 + share*(m.GainAbove.Value-1), 1 + share*(max(m.GainBelow.Value, -10)-1)} {
					if a := SpectralAbscissa(spectrumAt(t, taps, c, gain)); a >= 0 {
						t.Errorf("%s, seed %d: abscissa %g at gain %g, within the margins %v, %v", name, seed, a, gain, m.GainBelow, m.GainAbove)
					}
				}
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d loops had a gain margin", found)
	}
}

// randomTaps draws the taps of a network of 3 outputs whose feedback is the product of
// the weights ahead, with noise.
func randomTaps(t *testing.T, depth int, seed uint64, noise float64) Taps {
	t.Helper()
	f := newFixture(t, architecture{[]int{4, 6, 5, 4, 3}[4-depth:], "tanh", "linear", true}, seed, 1)
	if err := f.w.InitFeedback(f.net, "weight-product", 1, nil); err != nil {
		t.Fatal(err)
	}
	for _, q := range f.w.Q {
		for k := range q.Data {
			q.Data[k] += noise * f.rng.NormFloat64()
		}
	}
	return f.linearize().Taps(0)
}

func spectrumAt(t *testing.T, taps Taps, c controllers.Controller, gain float64) []complex128 {
	t.Helper()
	scaled := make(Taps, len(taps))
	for i, a := range taps {
		scaled[i] = mat.DenseCopyOf(a)
		scaled[i].Scale(gain, a)
	}
	eigenvalues, err := Eigenvalues(scaled.ClosedLoop(c, 0.2))
	if err != nil {
		t.Fatal(err)
	}
	return eigenvalues
}

func unstableCount(t *testing.T, m *mat.Dense) (n int) {
	t.Helper()
	eigenvalues, err := Eigenvalues(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range eigenvalues {
		if real(l) > 0 {
			n++
		}
	}
	return n
}

func distanceToSpectrum(s complex128, eigenvalues []complex128) float64 {
	nearest := math.Inf(1)
	for _, l := range eigenvalues {
		nearest = min(nearest, cmplx.Abs(l-s))
	}
	return nearest
}

// BenchmarkMargins prints milliseconds a sample of all margins, of the unstable poles
// alone, and of the abscissa of the reduced loop, on the MNIST network:
//
//	go test -run - -bench Margins ./analysis
func BenchmarkMargins(b *testing.B) {
	taps, c := mnistNetwork(b, 1).linearize().Taps(0), publishedController(b)
	sides := map[string]func() error{
		"margins": func() error { _, err := taps.Margins(c, 0.2, 0); return err },
		"delayed": func() error { _, err := taps.Margins(c, 0.2, 0.05); return err },
		"poles": func() error {
			loop, err := taps.LoopTransfer(c, 0.2, 0)
			if err == nil {
				_, err = loop.UnstablePoles()
			}
			return err
		},
		"abscissa": func() error { _, err := Eigenvalues(taps.ClosedLoop(c, 0.2)); return err },
	}
	for name, side := range sides {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := side(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
