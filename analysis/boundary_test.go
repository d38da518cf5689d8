package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/continuation"
	"credo/controllers"
	"gonum.org/v1/gonum/floats"
)

// piPlane is a sample's loop over (k_p, tau_v), at its feedforward state.
func piPlane(f *fixture, alpha float64) LoopDesign {
	loop := Loop{Net: f.net, W: f.w}
	taps := loop.Taps(f.voltages())
	return func(p [2]float64) (LinearLoop, error) {
		c, err := controllers.PI(p[0], alpha, 1, controllers.LeakIntegral)
		return LinearLoop{Taps: taps, Controller: c, TauV: p[1]}, err
	}
}

// leakPlane is it over (k_p, alpha).
func leakPlane(f *fixture) LoopDesign {
	taps := Loop{Net: f.net, W: f.w}.Taps(f.voltages())
	return func(p [2]float64) (LinearLoop, error) {
		c, err := controllers.PI(p[0], p[1], 1, controllers.LeakIntegral)
		return LinearLoop{Taps: taps, Controller: c, TauV: 0.2}, err
	}
}

var piAxes = [2]DesignAxis{{0.02, 50, true}, {0.01, 10, true}}

// Along a boundary the dense matrix of the whole loop has the eigenvalue that the
// boundary names, and the count of the others.
func TestBoundaryHasAnEigenvalueOnTheAxis(t *testing.T) {
	curves := map[continuation.Kind]int{}
	for seed := range uint64(20) {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
		f.randomFeedback(1)
		design, v := piPlane(f, 0.1), f.voltages()
		if seed%2 == 1 {
			design = leakPlane(f)
		}
		boundaries, err := Boundaries(design, piAxes, 8, continuation.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range boundaries {
			curves[b.Kind]++
			for _, p := range b.Points {
				loop, _ := design(p.P)
				full, err := Eigenvalues(Loop{f.net, f.w, loop.Controller, loop.TauV}.Matrix(v))
				if err != nil {
					t.Fatal(err)
				}
				checkCritical(t, full, p)
			}
		}
	}
	t.Logf("boundaries: %v", curves)
	if curves[continuation.HopfPoint] < 5 || curves[continuation.Fold] < 5 {
		t.Errorf("boundaries seen: %v", curves)
	}
}

func checkCritical(t *testing.T, full []complex128, p BoundaryPoint) {
	t.Helper()
	distance, right := math.Inf(1), 0
	for _, l := range full {
		distance = min(distance, cmplx.Abs(l-complex(0, p.Omega)))
		if real(l) > 1e-6 {
			right++
		}
	}
	// A pair that meets at 0 is as exact as the square root of rounding.
	if distance > 1e-9*(1+p.Omega) && !(p.Omega < 1e-3 && distance < 1e-6) {
		t.Errorf("at %v: omega = %g, the nearest eigenvalue is %.2g away", p.P, p.Omega, distance)
	}
	if right != p.Unstable {
		t.Errorf("at %v: %d eigenvalues on the right, want %d", p.P, right, p.Unstable)
	}
}

// One neuron under PI control: by Routh's criterion, with a = A_1 of either sign,
// tau_v s^2 + (1 + a k_p + alpha tau_v) s + alpha (1 + a k_p) + a = 0.
func TestBoundariesOfOneNeuronAreRouths(t *testing.T) {
	f := newFixture(t, architecture{[]int{1, 1}, "tanh", "linear", false}, 1, 1)
	f.w.Q[0].Data[0] = -1
	loop := Loop{Net: f.net, W: f.w}
	taps := loop.Taps(f.voltages())
	const alpha = 2
	boundaries, err := Boundaries(func(p [2]float64) (LinearLoop, error) {
		c, err := controllers.PI(p[0], alpha, 1, controllers.LeakIntegral)
		return LinearLoop{Taps: taps, Controller: c, TauV: p[1]}, err
	}, [2]DesignAxis{{0, 3, false}, {0.05, 2, false}}, 6, continuation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[continuation.Kind]bool{}
	for _, b := range boundaries {
		seen[b.Kind] = true
		for _, p := range b.Points {
			kP, tauV := p.P[0], p.P[1]
			constant, linear := alpha*(1-kP)-1, 1-kP+alpha*tauV
			residual, omega := constant, 0.0
			if b.Kind == continuation.HopfPoint {
				residual, omega = linear, math.Sqrt(max(0, constant/tauV))
			}
			if math.Abs(residual) > 1e-10 || math.Abs(p.Omega-omega) > 1e-5 {
				t.Errorf("%v at %v: residual %g, omega %g, want %g", b.Kind, p.P, residual, p.Omega, omega)
			}
		}
	}
	if !seen[continuation.Fold] {
		t.Errorf("boundaries %v", seen)
	}
}

// A boundary with feedback delay: at its points the delayed characteristic, summed anew from
// the taps, is singular.
func TestBoundaryOfADelayedLoop(t *testing.T) {
	f := newFixture(t, architecture{[]int{3, 5, 4, 1}, "tanh", "linear", true}, 4, 1)
	f.rowSpaceFeedback()
	taps := Loop{Net: f.net, W: f.w}.Taps(f.voltages())
	design := func(p [2]float64) (LinearLoop, error) {
		c, err := controllers.I(1, 0)
		return LinearLoop{Taps: taps, Controller: c, TauV: p[0], Delay: p[1]}, err
	}
	gain := taps.Gain().At(0, 0)
	axes := [2]DesignAxis{{0.0005 / gain, 0.3 / gain, true}, {0.01 / gain, 4 / gain, false}}
	boundaries, err := Boundaries(design, axes, 4, continuation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(boundaries) != 1 || boundaries[0].Kind != continuation.HopfPoint {
		t.Fatalf("boundaries %v", boundaries)
	}
	for _, p := range boundaries[0].Points {
		s, sum := complex(0, p.Omega), complex128(0)
		for i, a := range taps {
			sum += complex(a.At(0, 0), 0) / cmplx.Pow(complex(p.P[0], 0)*s+1, complex(float64(len(taps)-i), 0))
		}
		if d := cmplx.Abs(1 + sum*cmplx.Exp(-s*complex(p.P[1], 0))/s); d > 1e-9 {
			t.Errorf("at %v: |1 + loop transfer| = %.2g", p.P, d)
		}
		if p.Unstable != 0 {
			t.Errorf("at %v: %d other modes grow", p.P, p.Unstable)
		}
	}
	// Of fast neurons i omega = -gain exp(-i omega delay), so delay = pi/(2 gain).
	fastest := boundaries[0].Points[0]
	if last := boundaries[0].Points[len(boundaries[0].Points)-1]; last.P[0] < fastest.P[0] {
		fastest = last
	}
	if want := math.Pi / 2; math.Abs(fastest.P[1]*gain-want) > 0.01 {
		t.Errorf("gain x delay = %g at tau_v = %g / gain, want about pi/2", fastest.P[1]*gain, fastest.P[0]*gain)
	}
}

// The number of eigenvalues on the right by the argument principle is that by the spectrum; and of
// s + g exp(-s delay) with fast neurons it grows by two at g delay = pi/2, 5 pi/2, ..
func TestWindingCountsEigenvaluesOnTheRight(t *testing.T) {
	rightward := 0
	for seed := range uint64(40) {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
		f.randomFeedback(2)
		for name, c := range testControllers(t) {
			l := f.linearize().Linear(0, c, 0.2)
			eigenvalues, err := Eigenvalues(l.Matrix())
			if err != nil {
				t.Fatal(err)
			}
			for _, sigma := range []float64{0, 0.3} {
				want := 0
				for _, e := range eigenvalues {
					if real(e) > sigma {
						want++
					}
				}
				rightward += want
				if got := l.zerosRightOf(sigma).right; got != want {
					t.Errorf("seed %d, %s: %d right of %g, want %d", seed, name, got, sigma, want)
				}
			}
		}
	}
	if rightward < 50 {
		t.Errorf("%d eigenvalues on the right in all", rightward)
	}
	f := newFixture(t, architecture{[]int{1, 1}, "tanh", "linear", false}, 1, 1)
	f.w.Q[0].Data[0] = 1
	c, err := controllers.I(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	for turns, want := range map[float64]int{1.5: 0, 1.7: 2, 7.7: 2, 8: 4, 14: 4, 14.3: 6} {
		l := f.linearize().Linear(0, c, 1e-4)
		l.Delay = turns
		if got := l.zerosRightOf(0).right; got != want {
			t.Errorf("gain x delay = %g: %d on the right, want %d", turns, got, want)
		}
	}
}

// At the controlled rest state, where there is one, the taps move with k_p, and the boundary with them.
func TestBoundaryAtTheControlledRestState(t *testing.T) {
	found := 0
	for seed := range uint64(20) {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, seed, 1)
		f.randomFeedback(1)
		design := restDesign(f)
		b, err := Boundaries(design.Linear(), [2]DesignAxis{{0.05, 10, true}, {0.02, 5, true}}, 4, continuation.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, curve := range b {
			found++
			for _, p := range curve.Points {
				sample, y, err := design(p.P)
				if err != nil {
					t.Fatal(err)
				}
				if d := derivativeSize(sample, y); d > 1e-10 {
					t.Errorf("at %v: the state moves at %.2g", p.P, d)
				}
				full, err := Eigenvalues(sample.Matrix(y[:len(f.voltages())]))
				if err != nil {
					t.Fatal(err)
				}
				checkCritical(t, full, p)
			}
		}
	}
	if found < 2 {
		t.Errorf("%d boundaries", found)
	}
}

func derivativeSize(l SampleLoop, y []float64) float64 {
	dy := make([]float64, len(y))
	l.Deriv(dy, y)
	return floats.Norm(dy, math.Inf(1))
}

// sampleAt is the nonlinear loop over (k_p, tau_v), with alpha = 0.3.
func sampleAt(f *fixture, p []float64) (SampleLoop, error) {
	c, err := controllers.PI(p[0], 0.3, 1, controllers.LeakIntegral)
	input, label := row(f.tiles[0].Input, 0), row(f.tiles[0].Target, 0)
	return SampleLoop{Loop{f.net, f.w, c, p[1]}, input, TargetOf(f.net, f.w, input, label, 0.1)}, err
}

// restDesign is it with its controlled rest state.
func restDesign(f *fixture) SampleDesign {
	return func(p [2]float64) (SampleLoop, []float64, error) {
		sample, err := sampleAt(f, p[:])
		if err != nil {
			return sample, nil, err
		}
		y, err := sample.Rest(make([]float64, f.net.Outputs()))
		return sample, y, err
	}
}
