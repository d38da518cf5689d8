package sde_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"credo/ode"
	"credo/sde"
	"credo/sde/sdetest"

	"gonum.org/v1/gonum/stat"
)

// The slope lies within 4 standard errors, and 0.1 for the next order's term, which bends it. Problems may be kinder than
// the order, linear ones to SRA methods by 1/2; the least kind of every noise is not.
func TestMethodsConvergeAtTheirStrongOrder(t *testing.T) {
	for _, m := range sde.Methods() {
		type sort struct {
			sde.Calculus
			sde.Kind
		}
		excess := map[sort]float64{}
		for _, p := range sdetest.Problems() {
			sort := sort{sdetest.Calculus(p.System), p.System.Noise()}
			want := m.Orders(sort.Calculus, sort.Kind).Strong
			if want == 0 {
				continue
			}
			got, deviation, err := sdetest.StrongOrder(p, m, 4, 7, 100)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s, %s: strong order %.3f +- %.3f, want %g", m.Name(), p.Name, got, deviation, want)
			band := 4*deviation + 0.1
			if got < want-band {
				t.Errorf("%s, %s: strong order %.3f +- %.3f, want %g", m.Name(), p.Name, got, deviation, want)
			}
			if e, ok := excess[sort]; !ok || got-want-band < e {
				excess[sort] = got - want - band
			}
		}
		for sort, e := range excess {
			if e > 0 {
				t.Errorf("%s promises less strong order than it has for all %v equations with %v noise", m.Name(), sort.Calculus, sort.Kind)
			}
		}
	}
}

// What a method knows of an iterated integral shows in its distance from itself with the steps of the path: nothing, the
// increments, or the increments and a coin. The mean square over 1000 paths scatters by about 8%.
func TestNoiseThatDoesNotCommuteLeavesTheStrongOrderOneHalf(t *testing.T) {
	const paths, cell = 1000, 1. / 128
	ito := sdetest.Area()
	for _, c := range []struct {
		method sde.Method
		sys    sde.System
		want   func(h float64) float64
	}{
		{sde.EulerMaruyama(), ito, func(h float64) float64 { return (h - cell) / 2 }},
		{sde.ImplicitEulerMaruyama(), ito, func(h float64) float64 { return (h - cell) / 2 }},
		{sde.StratonovichHeun(), sde.Stratonovich{System: ito}, func(h float64) float64 { return (h - cell) / 4 }},
		{sde.DRI1(), ito, func(h float64) float64 { return h / 2 }},
	} {
		in, err := sde.NewIntegrator(c.sys, sde.Options{Method: c.method})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range []float64{1. / 8, 1. / 32} {
			sum := 0.0
			for index := range uint64(paths) {
				path, coarse, fine := newGrid(t, index, 2, 0, cell), make([]float64, 2), make([]float64, 2)
				solve(t, in, coarse, 1, h, path)
				solve(t, in, fine, 1, cell, path)
				sum += (coarse[1] - fine[1]) * (coarse[1] - fine[1])
			}
			if got, want := sum/paths, c.want(h); math.Abs(got/want-1) > 0.25 {
				t.Errorf("%s, h = %g: mean square error %.5f, want %.5f", c.method.Name(), h, got, want)
			}
		}
	}
}

func solve(t *testing.T, in *sde.Integrator, y []float64, t1, h float64, path sde.Path) {
	t.Helper()
	if _, err := in.Solve(y, 0, t1, h, path); err != nil {
		t.Fatal(err)
	}
}

// Means and variances of N samples lie within 4 standard errors (sigma/sqrt(N), sigma^2 sqrt(2/N));
// Euler-Maruyama itself is off by less than the relative theta h.
func TestOrnsteinUhlenbeckMeanAndVariance(t *testing.T) {
	const samples, h, y0 = 10_000, 0.01, 2.0
	p := sdetest.OrnsteinUhlenbeck{Theta: 1.5, Sigma: 0.8}
	in, err := sde.NewIntegrator(p, sde.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, t1 := range []float64{0.2, 1} {
		end := make([]float64, samples)
		for index := range end {
			y := []float64{y0}
			solve(t, in, y, t1, h, newGrid(t, uint64(index), 1, 0, h))
			end[index] = y[0]
		}
		mean, variance := stat.MeanVariance(end, nil)
		wantMean, wantVariance := p.Mean(t1, y0), p.Variance(t1)
		if bound := 4*math.Sqrt(wantVariance/samples) + p.Theta*h*wantMean; math.Abs(mean-wantMean) > bound {
			t.Errorf("t = %g: mean %.4f, want %.4f within %.4f", t1, mean, wantMean, bound)
		}
		if bound := (4*math.Sqrt(2./samples) + p.Theta*h) * wantVariance; math.Abs(variance-wantVariance) > bound {
			t.Errorf("t = %g: variance %.4f, want %.4f within %.4f", t1, variance, wantVariance, bound)
		}
	}
}

func TestGridAndTreeMakeSolutionsOfTheSamePathAtAnyStep(t *testing.T) {
	p, exact, w := sdetest.GeometricScalar(), make([]float64, 1), make([]float64, 1)
	tree := newTree(t, 4, 1, 0, p.T, 1e-7)
	tree.Increment(w, 0, p.T)
	p.Exact(exact, p.T, w)
	for _, h := range []float64{0.0007, 0.0003} { // neither dyadic nor divisors of T
		y := []float64{p.Y0[0]}
		if _, err := sde.Solve(p.System, y, 0, p.T, h, tree, sde.Options{}); err != nil {
			t.Fatal(err)
		}
		if bound := 3 * math.Sqrt(h) * exact[0]; math.Abs(y[0]-exact[0]) > bound {
			t.Errorf("h = %g: %v, exactly %v, want within %v", h, y[0], exact[0], bound)
		}
	}
}

// explosive is y' = y^2 from y = 1, whose Euler steps overflow; its noise is 0.
type explosive struct{ sdetest.OrnsteinUhlenbeck }

func (explosive) Deriv(dy []float64, _ float64, y []float64) { dy[0] = y[0] * y[0] }

func TestNonFiniteStatesAreNamedAndTheLastGoodStateIsKept(t *testing.T) {
	y, last := []float64{1}, []float64{0, 0}
	stats, err := sde.Solve(explosive{}, y, 0, 10, 0.5, newGrid(t, 0, 1, 0, 0.5), sde.Options{
		Observer: func(t float64, y []float64) error { last[0], last[1] = t, y[0]; return nil },
	})
	var e *sde.StepError
	if !errors.As(err, &e) || !errors.Is(err, ode.ErrNonFinite) {
		t.Fatalf("error is %v", err)
	}
	if e.T != stats.T || e.H != 0.5 || e.Component != 0 || !math.IsInf(e.Value, 1) || e.Step != stats.Steps+1 {
		t.Errorf("error is %+v, stats %+v", e, stats)
	}
	if last[0] != stats.T || last[1] != y[0] || math.IsInf(y[0], 0) {
		t.Errorf("y(%g) = %g, last seen y(%g) = %g", stats.T, y[0], last[0], last[1])
	}

	_, err = sde.Solve(explosive{}, []float64{math.NaN()}, 0, 1, 0.5, newGrid(t, 0, 1, 0, 0.5), sde.Options{})
	if !errors.As(err, &e) || e.Step != 0 {
		t.Errorf("initial NaN: error is %v", err)
	}
}

func TestObserverSeesTheStartAndEveryStepAndCanStop(t *testing.T) {
	stop, seen := errors.New("stop"), []float64{}
	y := []float64{1}
	stats, err := sde.Solve(sdetest.OrnsteinUhlenbeck{Theta: 1}, y, 1, 3, 0.5, newTree(t, 0, 1, 0, 4, 0.1), sde.Options{
		Observer: func(t float64, y []float64) error {
			if seen = append(seen, t); t == 2 {
				return stop
			}
			return nil
		},
	})
	if !errors.Is(err, stop) || stats.Steps != 2 || stats.T != 2 || y[0] != 0.25 || fmt.Sprint(seen) != "[1 1.5 2]" {
		t.Errorf("error %v, stats %+v, y %v, seen %v", err, stats, y, seen)
	}
}

// picky converges for additive noise only.
type picky struct{ sde.Method }

func (picky) Name() string { return "picky" }

func (picky) Orders(_ sde.Calculus, noise sde.Kind) sde.Orders {
	if noise == sde.Additive {
		return sde.Orders{Strong: 1, Weak: 1}
	}
	return sde.Orders{}
}

func TestWrongSettingsAreRefusedByName(t *testing.T) {
	scalar, grid := sdetest.GeometricScalar().System, newGrid(t, 0, 1, 0, 0.1)
	for _, c := range []struct {
		field     string
		t0, t1, h float64
		method    sde.Method
	}{
		{"Method", 0, 1, 0.1, picky{sde.EulerMaruyama()}},
		{"t0", math.NaN(), 1, 0.1, nil},
		{"t1", 1, 0, 0.1, nil},
		{"h", 0, 1, 0, nil},
		{"h", 0, 1, 1e-20, nil},
		{"h", 0, 1, 0.3, nil},
	} {
		var e *sde.OptionError
		_, err := sde.Solve(scalar, []float64{1}, c.t0, c.t1, c.h, grid, sde.Options{Method: c.method})
		if !errors.As(err, &e) || e.Field != c.field {
			t.Errorf("want an error about %s, got %v", c.field, err)
		}
	}
	if _, err := sde.NewIntegrator(sdetest.OrnsteinUhlenbeck{}, sde.Options{Method: picky{sde.EulerMaruyama()}}); err != nil {
		t.Errorf("additive noise refused: %v", err)
	}
}

func ExampleSolve() {
	// The Ornstein-Uhlenbeck process dy = -y dt + 0.1 dW.
	sys := sdetest.OrnsteinUhlenbeck{Theta: 1, Sigma: 0.1}
	path, err := sde.NewGrid(42, "example", 0, sys.NoiseDim(), 0, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	y := []float64{1}
	stats, err := sde.Solve(sys, y, 0, 1, 0.01, path, sde.Options{})
	fmt.Printf("%d steps, y(%g) = %.4f, %v\n", stats.Steps, stats.T, y[0], err)
	// Output: 100 steps, y(1) = 0.3627, <nil>
}
