package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/continuation"
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// hopfPoint returns a point of the stability boundary of the random network of that seed, where
// it sets in to oscillate, and its loop.
func hopfPoint(t *testing.T, seed uint64) (BoundaryPoint, SampleDesign, *fixture) {
	t.Helper()
	f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
	f.randomFeedback(1)
	design := restDesign(f)
	boundaries, err := Boundaries(design.Linear(), [2]DesignAxis{{0.05, 10, true}, {0.02, 5, true}}, 4, continuation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range boundaries {
		middle := b.Points[len(b.Points)/2]
		if b.Kind == continuation.HopfPoint && middle.Unstable == 0 {
			return middle, design, f
		}
	}
	t.Fatalf("seed %d has no such point", seed)
	return BoundaryPoint{}, nil, nil
}

// The right side is that of the model.
func TestSampleLoopIsTheModel(t *testing.T) {
	for name, c := range testControllers(t) {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "sigmoid", true}, 5, 1)
		f.rowSpaceFeedback()
		input, label := row(f.tiles[0].Input, 0), row(f.tiles[0].Target, 0)
		l := SampleLoop{Loop{f.net, f.w, c, 0.3}, input, TargetOf(f.net, f.w, input, label, 0.2)}
		d := models.NewDFC(f.net, models.Settings{Controller: c, TauV: 0.3, TargetStepsize: 0.2})
		d.Bind(f.w, f.tiles[0])
		y, want, got := make([]float64, l.Dim()), make([]float64, l.Dim()), make([]float64, l.Dim())
		f.fill(y, 1)
		d.Fast(want, []float64{0}, y, []int{0})
		l.Deriv(got, y)
		if d := floats.Distance(got, want, math.Inf(1)); d > 1e-13 {
			t.Errorf("%s: %.2g off", name, d)
		}
		rest, err := l.Rest(make([]float64, 2))
		if err != nil {
			t.Fatal(err)
		}
		if d := derivativeSize(l, rest); d > 1e-11 {
			t.Errorf("%s: the rest state moves at %.2g", name, d)
		}
	}
}

// The structured mode, resolvent, growth and cubic coefficient are those of the dense matrix.
func TestStructuredNormalFormIsTheDenseOne(t *testing.T) {
	for _, seed := range []uint64{2, 29, 33} {
		point, design, f := hopfPoint(t, seed)
		_, y, err := design(point.P)
		if err != nil {
			t.Fatal(err)
		}
		family, err := LoopFamily(func(p []float64) (SampleLoop, error) { return sampleAt(f, p) }, point.P[:])
		if err != nil {
			t.Fatal(err)
		}
		at := &continuation.Point{Y: y, P: point.P[:], Omega: point.Omega}
		for axis := range 2 {
			want, err := continuation.HopfForm(family, at, axis, 1)
			if err != nil {
				t.Fatal(err)
			}
			got, err := HopfForm(design, point, axis)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmplx.Abs(got.C1 - want.C1); d > 1e-6*cmplx.Abs(want.C1) {
				t.Errorf("c1 = %v, densely %v", got.C1, want.C1)
			}
			if d := cmplx.Abs(got.Slope - want.Slope); d > 1e-6*cmplx.Abs(want.Slope) {
				t.Errorf("axis %d: slope %v, densely %v", axis, got.Slope, want.Slope)
			}
			b := make([]complex128, len(y))
			for i := range b {
				b[i] = complex(float64(i%3)-1, float64(i%5)-2)
			}
			for _, s := range []complex128{0, complex(0, 2*point.Omega), complex(0.3, -1)} {
				x, dense := got.Resolve(s, b), want.Resolve(s, b)
				for i := range x {
					if cmplx.Abs(x[i]-dense[i]) > 1e-9*(1+cmplx.Abs(dense[i])) {
						t.Fatalf("resolvent at %v: x[%d] = %v, densely %v", s, i, x[i], dense[i])
					}
				}
			}
		}
	}
}

// Beyond a supercritical Hopf point the nonlinear model cycles as predicted. What remains is of
// second order in the amplitude: at half of it a quarter, for amplitude and frequency. The networks
// are those of the first fifty whose cycle is reached in a few thousand units of time, and whose l1
// is not so near to 0 that, at these amplitudes, terms of the fifth order outweigh it: seeds 16,
// 21 and 37 are too slow, 41 is near a Bautin point.
func TestModelCyclesAsTheNormalFormPredicts(t *testing.T) {
	for _, seed := range []uint64{2, 29, 33, 36, 50} {
		point, design, f := hopfPoint(t, seed)
		form, err := HopfForm(design, point, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !form.Supercritical() {
			t.Fatalf("seed %d: l1 = %g", seed, form.L1())
		}
		wide, wideOmega := cycleError(t, form, design, f, point, 0.3)
		narrow, narrowOmega := cycleError(t, form, design, f, point, 0.15)
		t.Logf("seed %d: l1 = %.3g, amplitude 0.3 %+.2f%% off, 0.15 %+.2f%%; shift of the frequency %+.2f%%, %+.2f%%",
			seed, form.L1(), 100*wide, 100*narrow, 100*wideOmega, 100*narrowOmega)
		for _, e := range [][2]float64{{wide, narrow}, {wideOmega, narrowOmega}} {
			if ratio := e[1] / e[0]; math.Abs(e[1]) > 0.02 || math.Abs(ratio-0.25) > 0.06 {
				t.Errorf("seed %d: %.3g off, %.3g at half the amplitude, %.3g of it", seed, e[0], e[1], ratio)
			}
		}
	}
}

// cycleError is the relative error of the predicted amplitude (of the component that swings
// most, by about that much) and of the shift of the frequency from the Hopf point's.
func cycleError(t *testing.T, form *continuation.Hopf, design SampleDesign, f *fixture, point BoundaryPoint, amplitude float64) (size, shift float64) {
	t.Helper()
	mu := muOf(form, amplitude)
	cycle, _ := form.Cycle(mu)
	model, start := modelNear(t, form, design, f, point, mu, 1)
	settle := 2 / math.Abs(mu*real(form.Slope))
	got, err := continuation.Simulate(model, start, settle, cycle.Period(), ode.Options{RelTol: 1e-7, AbsTol: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	widest := floats.MaxIdx(cycle.Amplitude)
	return got.Amplitude[widest]/cycle.Amplitude[widest] - 1, (got.Omega-form.Omega)/(cycle.Omega-form.Omega) - 1
}

// modelNear returns the model at a distance mu from the Hopf point, and a state on scale times
// the predicted cycle about its rest state.
func modelNear(t *testing.T, form *continuation.Hopf, design SampleDesign, f *fixture, point BoundaryPoint, mu, scale float64) (modelLoop, []float64) {
	t.Helper()
	l, rest, err := design([2]float64{point.P[0] + mu, point.P[1]})
	if err != nil {
		t.Fatal(err)
	}
	d := models.NewDFC(l.Net, models.Settings{Controller: l.Controller, TauV: l.TauV, TargetStepsize: 0.1})
	d.Bind(l.W, f.tiles[0])
	start := form.OnCycle(mu)
	floats.Sub(start, form.Y)
	floats.AddScaledTo(start, rest, scale, start)
	return modelLoop{d}, start
}

// Before a subcritical Hopf point the rest state is stable, but only within an unstable cycle.
func TestModelEscapesFromWithoutTheUnstableCycle(t *testing.T) {
	point, design, f := hopfPoint(t, 54)
	form, err := HopfForm(design, point, 0)
	if err != nil {
		t.Fatal(err)
	}
	if form.Supercritical() {
		t.Fatalf("l1 = %g", form.L1())
	}
	mu := muOf(form, 0.1)
	if !(mu*real(form.Slope) < 0) {
		t.Fatal("the unstable cycle is not on the stable side")
	}
	for _, scale := range []float64{0.8, 1.2} {
		model, y := modelNear(t, form, design, f, point, mu, scale)
		_, rest, err := design([2]float64{point.P[0] + mu, point.P[1]})
		if err != nil {
			t.Fatal(err)
		}
		before := floats.Distance(y, rest, 2)
		if _, err := ode.Solve(model, y, 0, 1.5/math.Abs(mu*real(form.Slope)), ode.Options{RelTol: 1e-7, AbsTol: 1e-9}); err != nil {
			t.Fatal(err)
		}
		after := floats.Distance(y, rest, 2)
		if escaped := after > before; escaped != (scale > 1) {
			t.Errorf("from %g times the cycle, the distance from rest goes from %.3g to %.3g", scale, before, after)
		}
	}
}

// muOf is the distance at which the widest component swings by the amplitude.
func muOf(form *continuation.Hopf, amplitude float64) float64 {
	mu := 1.0
	cycle, ok := form.Cycle(mu)
	if !ok {
		mu = -1
		cycle, _ = form.Cycle(mu)
	}
	return mu * math.Pow(amplitude/floats.Norm(cycle.Amplitude, math.Inf(1)), 2)
}

// modelLoop is the first sample of a bound model as a system.
type modelLoop struct{ *models.DFC }

func (l modelLoop) Dim() int { return l.Layout().Width() }
func (l modelLoop) Deriv(dy []float64, t float64, y []float64) {
	l.Fast(dy, []float64{t}, y, []int{0})
}

// The rest state under control follows the target stepsize lambda round folds, past which it is
// another rest state for the same target. At a fold JQ + I/g is singular.
func TestRestStateOfTheLoopGoesRoundFolds(t *testing.T) {
	folds := 0
	for seed := range uint64(20) {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
		f.randomFeedback(1)
		input, label := row(f.tiles[0].Input, 0), row(f.tiles[0].Target, 0)
		loop := Loop{f.net, f.w, testControllers(t)["pi"], 0.2}
		towards := func(p []float64) (SampleLoop, error) {
			return SampleLoop{loop, input, TargetOf(f.net, f.w, input, label, p[0])}, nil
		}
		family, err := LoopFamily(towards, []float64{0})
		if err != nil {
			t.Fatal(err)
		}
		start, _ := towards([]float64{0})
		branch, err := continuation.Equilibria(family, start.Feedforward(), []float64{0}, continuation.Parameter{Min: 0, Max: 2}, continuation.Options{MaxPoints: 300})
		if err != nil {
			t.Fatal(err)
		}
		for k, p := range branch.Points {
			if p.Kind != continuation.Fold {
				continue
			}
			folds++
			gain := loop.Taps(p.Y[:len(f.voltages())]).Gain()
			addDiagonal(gain, 0, 0, f.net.Outputs(), loop.Controller.InverseDCGain())
			if smallest := math.Abs(mat.Det(gain)) / mat.Norm(gain, 2); smallest > 1e-9 {
				t.Errorf("seed %d: JQ + I/g is %.2g from singular at the fold at lambda = %g", seed, smallest, p.P[0])
			}
			if k > 0 && k+1 < len(branch.Points) {
				if before, after := branch.Points[k-1].Unstable, branch.Points[k+1].Unstable; before-after != 1 && after-before != 1 {
					t.Errorf("seed %d: %d unstable before the fold, %d after it", seed, before, after)
				}
			}
		}
	}
	if folds < 10 {
		t.Errorf("%d folds", folds)
	}
}
