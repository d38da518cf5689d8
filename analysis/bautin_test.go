package analysis

import (
	"math"
	"testing"

	"credo/analysis/continuation"
	"credo/controllers"
)

// Two ways along a Hopf curve of the loop agree: the characteristic's zeros with the structured
// normal form, and the minimally augmented system of the whole loop with the dense one. They
// have the same Bautin point.
func TestBautinPointOfTheLoop(t *testing.T) {
	axes := [2]DesignAxis{{0.3, 3, true}, {0.02, 1, true}}
	for _, seed := range []uint64{37, 54} {
		point, design, f := hopfPoint(t, seed)
		boundary, err := TraceBoundary(design.Linear(), axes, point, continuation.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l1, bautin, err := boundary.Lyapunov(design)
		if err != nil {
			t.Fatal(err)
		}
		if len(bautin) != 1 || len(l1) != len(boundary.Points) {
			t.Fatalf("seed %d: Bautin points %v, %d coefficients at %d points", seed, bautin, len(l1), len(boundary.Points))
		}
		if again, err := firstLyapunov(design, bautin[0]); err != nil || math.Abs(again) > 1e-8 {
			t.Errorf("seed %d: l1 = %g at the Bautin point, %v", seed, again, err)
		}
		checkCritical(t, denseSpectrum(t, design, bautin[0].P), bautin[0])

		family, err := LoopFamily(func(p []float64) (SampleLoop, error) { return sampleAt(f, p) }, point.P[:])
		if err != nil {
			t.Fatal(err)
		}
		_, y, err := design(point.P)
		if err != nil {
			t.Fatal(err)
		}
		start := &continuation.Point{Y: y, P: point.P[:], Omega: point.Omega}
		near := [2]continuation.Parameter{{Index: 0, Min: 0.8 * bautin[0].P[0], Max: 1.35 * bautin[0].P[0]}, {Index: 1, Min: 0.02, Max: 1}}
		curve, err := continuation.HopfCurve(family, start, near, continuation.Options{})
		if err != nil {
			t.Fatal(err)
		}
		special := curve.Special()
		if len(special) != 1 || special[0].Kind != continuation.Bautin {
			t.Fatalf("seed %d: special points %v, want one Bautin point", seed, special)
		}
		for k, p := range special[0].P {
			if math.Abs(p/bautin[0].P[k]-1) > 1e-6 {
				t.Errorf("seed %d: Bautin point at %v, by the dense system at %v", seed, bautin[0].P, special[0].P)
			}
		}
	}
}

func denseSpectrum(t *testing.T, design SampleDesign, p [2]float64) []complex128 {
	t.Helper()
	l, y, err := design(p)
	if err != nil {
		t.Fatal(err)
	}
	_, total := offsets(l.Net)
	full, err := Eigenvalues(l.Matrix(y[:total]))
	if err != nil {
		t.Fatal(err)
	}
	return full
}

// A network of MNIST's size: all boundaries over (k_p, alpha) of one sample at its
// feedforward state, and the normal form at one of their points.
func BenchmarkBoundaries(b *testing.B) {
	f := newFixture(b, architecture{[]int{784, 256, 256, 256, 10}, "tanh", "linear", true}, 3, 1)
	f.randomFeedback(0.05)
	loop := Loop{Net: f.net, W: f.w}
	input := row(f.tiles[0].Input, 0)
	taps := loop.Taps(f.voltages())
	design := func(p [2]float64) (LinearLoop, error) {
		c, err := controllers.PI(p[0], p[1], 1, controllers.LeakIntegral)
		return LinearLoop{Taps: taps, Controller: c, TauV: 0.2}, err
	}
	var boundaries []*Boundary
	b.Run("trace", func(b *testing.B) {
		for b.Loop() {
			var err error
			if boundaries, err = Boundaries(design, [2]DesignAxis{{0.05, 5, true}, {0.01, 5, true}}, 8, continuation.Options{}); err != nil {
				b.Fatal(err)
			}
		}
		points := 0
		for _, c := range boundaries {
			points += len(c.Points)
		}
		b.ReportMetric(float64(len(boundaries)), "curves")
		b.ReportMetric(float64(points), "points")
	})
	sample := func(p [2]float64) (SampleLoop, []float64, error) {
		c, err := controllers.PI(p[0], p[1], 1, controllers.LeakIntegral)
		l := SampleLoop{Loop{f.net, f.w, c, 0.2}, input, TargetOf(f.net, f.w, input, input[:10], 0)}
		return l, l.Feedforward(), err
	}
	for _, curve := range boundaries {
		if curve.Kind != continuation.HopfPoint {
			continue
		}
		b.Run("normal form", func(b *testing.B) {
			for b.Loop() {
				if _, err := HopfForm(sample, curve.Points[len(curve.Points)/2], 0); err != nil {
					b.Fatal(err)
				}
			}
		})
		return
	}
}
