package analysis

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// drawnTaps draws n_L x n_L taps of depth layers, of any size; most loops of theirs
// have JQ with a positive part, as those of networks that learn.
func drawnTaps(rng *rand.Rand, nL, depth int) Taps {
	var t Taps
	for range depth {
		a := mat.NewDense(nL, nL, nil)
		size := math.Exp(rng.NormFloat64())
		for k := range a.RawMatrix().Data {
			a.RawMatrix().Data[k] = size * rng.NormFloat64() / math.Sqrt(float64(nL))
		}
		addDiagonal(a, 0, 0, nL, size*rng.Float64())
		t = append(t, a)
	}
	return t
}

// randomController draws one of any kind with parameters over decades.
func randomController(t *testing.T, rng *rand.Rand) controllers.Controller {
	t.Helper()
	decades := func(low, high float64) float64 { return math.Pow(10, low+(high-low)*rng.Float64()) }
	alpha, leak := decades(-4, 1), controllers.Leak(rng.IntN(2))
	if rng.IntN(4) == 0 {
		alpha = 0
	}
	var c controllers.Controller
	var err error
	switch rng.IntN(5) {
	case 0:
		c, err = controllers.P(decades(-2, 2))
	case 1:
		c, err = controllers.I(decades(-1, 1), alpha)
	case 2:
		c, err = controllers.PI(decades(-2, 2), alpha, decades(-1, 1), leak)
	case 3:
		c, err = controllers.PID(decades(-2, 2), decades(-2, 1), decades(-3, 0), alpha, decades(-1, 1), leak)
	case 4: // one that is unstable by itself, and rings
		a := mat.NewDense(2, 2, []float64{0.3 * rng.NormFloat64(), 2, -2, 0.3 * rng.NormFloat64()})
		c = controllers.Controller{A: a, B: []float64{rng.NormFloat64(), 1}, C: []float64{1, rng.NormFloat64()}, D: decades(-2, 1)}
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The winding number of the loci counts the eigenvalues of the closed loop in the
// right half plane: any controller, depth and number of outputs, with and without
// feedback that lags.
func TestLociCountTheUnstablePolesOfTheClosedLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	near, stable := 0, 0
	const loops = 800
	for k := range loops {
		nL, depth := 1+rng.IntN(6), 1+rng.IntN(6)
		taps, c, tauV := drawnTaps(rng, nL, depth), randomController(t, rng), math.Pow(10, -2+3*rng.Float64())
		l := lag{stages: make([]int, depth)}
		if rng.IntN(4) == 0 {
			l.tau = tauV * math.Pow(10, -1+2*rng.Float64())
			for i := range l.stages {
				l.stages[i] = depth - i
			}
		}
		loci, err := newTapLoci(taps, l, tauV)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // one table serves every controller
			want, gap := unstableEigenvalues(t, taps.closedLoop(c, tauV, l))
			closing, err := NewClosing(c, tauV, 1, 0)
			if err != nil {
				t.Fatal(err)
			}
			switch got, err := loci.UnstablePoles(closing); {
			case gap < 1e-9:
				near++
			case err != nil || got != want:
				t.Errorf("loop %d, n_L %d, depth %d, %+v: %d unstable poles (%v), want %d; nearest to the axis %g", k, nL, depth, c, got, err, want, gap)
			case got == 0:
				stable++
			}
			c = randomController(t, rng)
		}
	}
	if near > loops/100 || stable < loops/2 {
		t.Errorf("%d of %d loops too near to the boundary to compare, %d stable", near, 3*loops, stable)
	}
}

// unstableEigenvalues counts the eigenvalues right of 0, and returns how near any
// is to the imaginary axis, relative to the largest.
func unstableEigenvalues(t *testing.T, m *mat.Dense) (count int, gap float64) {
	t.Helper()
	eigenvalues, err := Eigenvalues(m)
	if err != nil {
		t.Fatal(err)
	}
	gap = math.Inf(1)
	for _, l := range eigenvalues {
		if real(l) > 0 {
			count++
		}
		gap = min(gap, math.Abs(real(l))/mat.Norm(m, 2))
	}
	return count, gap
}

// A gain of the feedback weights, in the loci a factor, is that of the taps.
func TestAGainOfFeedbackWeightsScalesTheLoci(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		taps, c, gain := drawnTaps(rng, 3, 3), randomController(t, rng), math.Exp(2*rng.NormFloat64())
		scaled := make(Taps, len(taps))
		for i, a := range taps {
			scaled[i] = new(mat.Dense)
			scaled[i].Scale(gain, a)
		}
		poles := func(t2 Taps, gain float64) string {
			loci, err := NewTapLoci(t2)
			if err != nil {
				t.Fatal(err)
			}
			closing, err := NewClosing(c, 0.2, gain, 0)
			if err != nil {
				t.Fatal(err)
			}
			n, err := loci.UnstablePoles(closing)
			return fmt.Sprint(n, err)
		}
		if a, b := poles(taps, gain), poles(scaled, 1); a != b {
			t.Errorf("%s unstable poles with a gain of %g, %s with taps of that gain", a, gain, b)
		}
	}
}

// One channel of one layer under integral control with a delay d: with a fast neuron
// tau_u x' = -a x(t-d) is stable for a d/tau_u < pi/2, and then loses a pair of poles
// at every a d/tau_u = pi/2 + 2 pi n.
func TestADelayedIntegratorLosesPairsOfPolesAtOddQuarterTurns(t *testing.T) {
	c, err := controllers.I(1, 0)
	if err != nil {
		t.Fatal(err)
	}
	loci, err := NewTapLoci(Taps{mat.NewDense(1, 1, []float64{2})})
	if err != nil {
		t.Fatal(err)
	}
	for n := range 4 {
		for _, side := range []float64{0.999, 1.001} {
			delay := (math.Pi/2 + 2*math.Pi*float64(n)) / 2 * side
			closing, err := NewClosing(c, 1e-7, 1, delay)
			if err != nil {
				t.Fatal(err)
			}
			want := 2 * n
			if side > 1 {
				want += 2
			}
			if got, err := loci.UnstablePoles(closing); err != nil || got != want {
				t.Errorf("a d = %g: %d unstable poles (%v), want %d", 2*delay, got, err, want)
			}
		}
	}
}

// Meulemans et al. (2021), Proposition 5: under integral control, and with neurons
// fast beside it, the loop is stable exactly if Condition 3 holds.
func TestLociOfFastNeuronsUnderIntegralControlObeyConditionThree(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	stable := 0
	const loops = 300
	for range loops {
		taps, alpha := drawnTaps(rng, 1+rng.IntN(5), 1+rng.IntN(4)), math.Pow(10, -3+3*rng.Float64())
		c, err := controllers.I(1, alpha)
		if err != nil {
			t.Fatal(err)
		}
		margin, err := taps.ControlMargin(c)
		if err != nil {
			t.Fatal(err)
		}
		loci, err := NewTapLoci(taps)
		if err != nil {
			t.Fatal(err)
		}
		closing, err := NewClosing(c, 1e-7, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		is := loci.Stable(closing)
		if math.Abs(margin) > 1e-4 && is != (margin > 0) {
			t.Errorf("margin %g, stable: %v", margin, is)
		}
		if is {
			stable++
		}
	}
	if stable < loops/5 || stable > loops*4/5 {
		t.Errorf("%d of %d loops are stable", stable, loops)
	}
}
