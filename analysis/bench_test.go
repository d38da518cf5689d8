package analysis

import (
	"math"
	"testing"
	"time"

	"credo/controllers"
	"credo/models"
)

// mnistNetwork is the published network with random images.
func mnistNetwork(b *testing.B, samples ...int) *fixture {
	f := newFixture(b, architecture{[]int{784, 256, 256, 256, 10}, "tanh", "linear", true}, 1, samples...)
	if err := f.w.InitFeedback(f.net, "weight-product", 1, nil); err != nil {
		b.Fatal(err)
	}
	return f
}

func publishedController(b *testing.B) controllers.Controller {
	c, err := controllers.PI(2, 2.465863883e-4, 1, controllers.LeakIntegral)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkReferences prints, on a minibatch of two tiles of the MNIST network,
// microseconds a sample of a reference update, the linearisation included, and
// the ratio to one presentation at level steady in the same run:
//
//	go test -run - -bench References ./analysis
func BenchmarkReferences(b *testing.B) {
	f := mnistNetwork(b, models.TileRows, models.TileRows)
	set := f.settings(publishedController(b), "steady", 0.1)
	set.Unstable = "skip"
	p, err := models.NewPresenter(f.net, set)
	if err != nil {
		b.Fatal(err)
	}
	present := func() error { return presentAll(f, p) }
	sides := map[string]func(l *Linearization) error{
		"linearization":        func(*Linearization) error { return nil },
		"conditions":           func(l *Linearization) error { return allConditions(l, set.Controller) },
		"steady-approximation": func(l *Linearization) error { _, err := l.SteadyApproximation(set); return err },
	}
	for _, name := range ReferenceNames() {
		sides[name] = func(l *Linearization) error { _, err := l.Reference(name, 0.1); return err }
	}
	for name, side := range sides {
		b.Run(name, func(b *testing.B) {
			var own, steady time.Duration
			for b.Loop() { // both sides alternate, so that noise meets both alike
				own += timed(b, func() error { return side(f.linearize()) })
				steady += timed(b, present)
			}
			b.ReportMetric(float64(own.Microseconds())/float64(b.N*2*models.TileRows), "us/sample")
			b.ReportMetric(own.Seconds()/steady.Seconds(), "of-steady")
		})
	}
}

func presentAll(f *fixture, p models.Presenter) error {
	dw := models.NewWeights(f.net)
	for _, batch := range f.tiles {
		if _, err := p.Present(dw, f.w, batch); err != nil {
			return err
		}
	}
	return nil
}

func allConditions(l *Linearization, c controllers.Controller) error {
	l.NormSpread()
	if _, err := l.RowSpaceShare(); err != nil {
		return err
	}
	if _, err := l.MeanRowSpaceShare(); err != nil {
		return err
	}
	_, err := l.ControlMargin(c)
	return err
}

// BenchmarkSpectrum prints how many times faster the reduced spectrum of the
// MNIST network's closed loop is than the full one, matrices included, and for a
// map over controllers, taps given:
//
//	go test -run - -bench Spectrum -benchtime 3x ./analysis
func BenchmarkSpectrum(b *testing.B) {
	f := mnistNetwork(b, 1)
	loop, v := Loop{f.net, f.w, publishedController(b), 0.2}, f.voltages()
	taps := loop.Taps(v)
	if a, want := abscissaOf(b, loop.Reduced(v)), abscissaOf(b, loop.Matrix(v)); math.Abs(a-want) > 1e-9 {
		b.Fatalf("abscissa %g, full loop's %g", a, want)
	}
	var full, reduced, mapped time.Duration
	for b.Loop() {
		full += timed(b, func() error { _, err := Eigenvalues(loop.Matrix(v)); return err })
		reduced += timed(b, func() error { _, err := Eigenvalues(loop.Reduced(v)); return err })
		mapped += timed(b, func() error { _, err := Eigenvalues(taps.ClosedLoop(loop.Controller, loop.TauV)); return err })
	}
	b.ReportMetric(reduced.Seconds()*1e3/float64(b.N), "ms-reduced")
	b.ReportMetric(full.Seconds()*1e3/float64(b.N), "ms-full")
	b.ReportMetric(full.Seconds()/reduced.Seconds(), "x-faster")
	b.ReportMetric(full.Seconds()/mapped.Seconds(), "x-faster-in-a-map")
}

func timed(b *testing.B, do func() error) time.Duration {
	b.Helper()
	start := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}
