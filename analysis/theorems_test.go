package analysis

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// Theorem 2 of Meulemans et al. (2021): under Conditions 1 and 2 the simulated
// updates (9) align with eq. (7), both sides computed independently (the right
// one with the dense J_theta). The angle vanishes in proportion to lambda = alpha,
// once that is small against JQ's least singular value: the theorem's limit is not
// uniform in it. Left out, and counted, are draws that the theorem does not
// speak of: no weights of equal norms, or a J of full rank only beyond rounding.
func TestTheorem2SteadyUpdatesAlignWithGaussNewton(t *testing.T) {
	const draws, least = 12, 1e-4
	for _, a := range architectures {
		t.Run(a.String(), func(t *testing.T) {
			tested := 0
			for seed := uint64(30); seed < 30+draws; seed++ {
				f := newFixture(t, a, seed, 1)
				f.equalNorms()
				f.rowSpaceFeedback()
				singular := leastSingularValue(t, f.linearize().Taps(0).Gain())
				if f.linearize().NormSpread().Mean > 1e-12 || singular < least {
					continue
				}
				tested++
				checkConditions(t, f, true, true)
				newton := dampedPseudoinverse(t, f.weightJacobian(), 0, f.outputErrors())
				checkFallsInProportion(t, "the angle with Gauss-Newton", 0.01*singular, 2, func(eps float64) float64 {
					return Angle(f.steadyUpdate(t, eps, eps).Plastic(), newton)
				})
			}
			if tested < draws*3/4 {
				t.Errorf("only %d of %d draws fulfil the premises", tested, draws)
			}
			t.Logf("%d of %d draws fulfil the premises", tested, draws)
		})
	}
}

func leastSingularValue(t *testing.T, m *mat.Dense) float64 {
	t.Helper()
	var svd mat.SVD
	if !svd.Factorize(m, mat.SVDNone) {
		t.Fatal("no singular values")
	}
	return slices.Min(svd.Values(nil))
}

// Neither condition of Theorem 2 can be dropped.
func TestTheorem2NeedsBothConditions(t *testing.T) {
	for _, c := range []struct {
		name                string
		condition1, aligned bool
	}{{"without Condition 1", false, true}, {"without Condition 2", true, false}} {
		t.Run(c.name, func(t *testing.T) {
			f := newFixture(t, architectures[2], 32, 1)
			if c.condition1 {
				f.equalNorms()
			}
			f.rowSpaceFeedback()
			if !c.aligned {
				for k := range f.w.Q[0].Data {
					f.w.Q[0].Data[k] += 0.3 * f.rng.NormFloat64()
				}
			}
			checkConditions(t, f, c.condition1, c.aligned)
			newton, err := f.linearize().GaussNewton(0)
			if err != nil {
				t.Fatal(err)
			}
			angle := Alignment(f.steadyUpdate(t, 1e-6, 1e-6), newton).Whole
			if angle < 1 {
				t.Errorf("%g degrees: aligned all the same", angle)
			}
			t.Logf("%.1f degrees from Gauss-Newton", angle)
		})
	}
}

// checkConditions checks that Conditions 1 and 2 hold, or do not.
func checkConditions(t *testing.T, f *fixture, one, two bool) {
	t.Helper()
	l := f.linearize()
	if spread := l.NormSpread().Mean; (spread < 1e-12) != one {
		t.Fatalf("Condition 1: spread %g", spread)
	}
	share, err := l.RowSpaceShare()
	if err != nil {
		t.Fatal(err)
	}
	if (math.Abs(share.Mean-1) < 1e-9) != two {
		t.Fatalf("Condition 2: share %g", share.Mean)
	}
}

// Proposition 4 of Meulemans et al. (2021): with any feedback of a stable loop the
// updates (9) at layer rates 1/|r_{i-1}|^2 lie within 90 degrees of -dL/dW. More
// is true: for lambda, alpha -> 0
//
//	<dW, -dL/dW> = e^T JQ u = lambda |e|^2 > 0
//
// whatever Q is. The tolerance is eight times the largest deviation of 6000
// draws: it is of the order of alpha over JQ's least singular value, times JQ's
// condition number.
func TestProposition4UpdatesDescend(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := architecture{
			sizes:  rapid.SliceOfN(rapid.IntRange(2, 6), 2, 5).Draw(rt, "sizes"),
			hidden: rapid.SampledFrom([]string{"tanh", "linear", "softplus", "sigmoid"}).Draw(rt, "hidden"),
			output: rapid.SampledFrom([]string{"tanh", "linear", "sigmoid"}).Draw(rt, "output"),
			bias:   rapid.Bool().Draw(rt, "bias"),
		}
		f := newFixture(t, a, rapid.Uint64().Draw(rt, "seed"), 1)
		if !drawStableFeedback(f) {
			rt.Skip("no stable feedback in 200 draws")
		}
		eps := 1e-5 * leastSingularValue(t, f.linearize().Taps(0).Gain())
		e := f.outputErrors()
		if eps*floats.Norm(e, math.Inf(1)) < 1e-10 {
			rt.Skip("the target lies within the rounding of the output")
		}
		dw, err := f.trySteadyUpdate(t, eps, eps)
		if err != nil {
			rt.Fatal(err)
		}
		atLayerRates(f, dw)
		bp := f.linearize().Backprop()
		descent := floats.Dot(dw.Plastic(), bp.Plastic()) / (eps * floats.Dot(e, e))
		if angle := Angle(dw.Plastic(), bp.Plastic()); !(angle < 90) || math.Abs(descent-1) > 0.05 {
			rt.Errorf("%v: %g degrees from the gradient, descent of %g lambda |e|^2", a, angle, descent)
		}
	})
}

// drawStableFeedback draws random Q until Condition 3 holds and JQ is regular:
// the proposition's limit alpha -> 0 needs alpha below JQ's smallest singular value.
func drawStableFeedback(f *fixture) bool {
	for range 200 {
		f.randomFeedback(1)
		gain := f.linearize().Taps(0)
		margin, err := gain.ControlMargin(controllers.Controller{D: math.MaxFloat64}) // 1/g = 0
		if err == nil && margin > 0 && mat.Cond(gain.Gain(), 2) < 1e3 {
			return true
		}
	}
	return false
}

// Proposition 4's rates are needed: an update (9) of a stable loop can climb with
// one rate for all layers, and beside biases, whose presynaptic rate is 1, with
// the printed rates as well: there they have to be 1/(|r_{i-1}|^2 + 1).
func TestProposition4NeedsItsLayerRates(t *testing.T) {
	for _, c := range []struct {
		name  string
		bias  bool
		rates func(*fixture, *models.Weights)
	}{
		{"one rate for all layers", false, func(*fixture, *models.Weights) {}},
		{"printed rates beside biases", true, atPrintedRates},
	} {
		t.Run(c.name, func(t *testing.T) {
			worst := 0.0
			for seed := range uint64(300) {
				f := newFixture(t, architecture{[]int{3, 4, 3, 2}, "tanh", "linear", c.bias}, seed, 1)
				if !drawStableFeedback(f) {
					continue
				}
				dw := f.steadyUpdate(t, 1e-7, 1e-7)
				c.rates(f, dw)
				worst = max(worst, Alignment(dw, f.linearize().Backprop()).Whole)
			}
			if worst < 90 {
				t.Errorf("at most %g degrees: no counterexample", worst)
			}
			t.Logf("up to %.1f degrees from the gradient", worst)
		})
	}
}

// atPrintedRates divides layer i of the first sample's update by |r_{i-1}|^2,
// biases or not.
func atPrintedRates(f *fixture, dw *models.Weights) {
	l := f.linearize()
	for i, energy := range l.energies(l.samples[0]) {
		if f.net.Bias {
			energy--
		}
		floats.Scale(1/energy, dw.W[i].Data)
		floats.Scale(1/energy, dw.B[i])
	}
}

// Proposition 5 of Meulemans et al. (2021), both directions: for k_p = 0 and
// tau_v << tau_u the dense closed loop is stable exactly if Condition 3 holds;
// its abscissa tends to minus the margin over tau_u, in proportion to tau_v.
func TestProposition5StabilityIsCondition3(t *testing.T) {
	c, err := controllers.I(1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	held, failed := 0, 0
	for seed := range uint64(60) {
		margin := checkProposition5(t, c, seed)
		switch {
		case margin > nearZero:
			held++
		case margin < -nearZero:
			failed++
		}
	}
	if held < 10 || failed < 10 {
		t.Errorf("Condition 3 held %d times and failed %d times: one side is hardly tested", held, failed)
	}
}

// nearZero is a margin whose sign the abscissa shows only for far smaller tau_v.
const nearZero = 1e-3

// checkProposition5 checks one random loop and returns its margin.
func checkProposition5(t *testing.T, c controllers.Controller, seed uint64) (margin float64) {
	t.Helper()
	f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "sigmoid", true}, seed, 1)
	f.randomFeedback(1)
	loop, v := Loop{f.net, f.w, c, 0}, f.voltages()
	margin, err := loop.Taps(v).ControlMargin(c)
	if err != nil {
		t.Fatal(err)
	}
	abscissa := func(tauV float64) float64 {
		loop.TauV = tauV
		return abscissaOf(t, loop.Matrix(v))
	}
	if got := abscissa(1e-5); math.Abs(margin) > nearZero && (got < 0) != (margin > 0) {
		t.Errorf("seed %d: margin %g, abscissa %g", seed, margin, got)
	}
	checkFallsInProportion(t, "the abscissa's distance from the margin", 1e-4, 1, func(tauV float64) float64 {
		return math.Abs(abscissa(tauV) + margin)
	})
	return margin
}

// Proposition 5's separation of time constants is needed, for both directions:
// slow neurons destabilise loops that fulfil Condition 3, and, as layers lag
// differently, now and then stabilise one that does not.
func TestProposition5NeedsFastNeurons(t *testing.T) {
	c, err := controllers.I(1, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	stable, lost, failed, saved := 0, 0, 0, 0
	rng := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		f := newFixture(t, architecture{[]int{3, 5, 4, 2}, "tanh", "linear", true}, rng.Uint64(), 1)
		f.randomFeedback(1)
		taps := Loop{f.net, f.w, c, 0}.Taps(f.voltages())
		margin, err := taps.ControlMargin(c)
		if err != nil {
			t.Fatal(err)
		}
		decays := abscissaOf(t, taps.ClosedLoop(c, 0.2)) < 0
		if margin > 0 {
			stable++
		} else {
			failed++
		}
		switch {
		case margin > 0 && !decays:
			lost++
		case margin <= 0 && decays:
			saved++
			t.Logf("stable with a margin of %.3g", margin)
		}
	}
	if lost == 0 || saved == 0 {
		t.Errorf("tau_v = 0.2 tau_u destabilises %d loops and stabilises %d: no counterexample", lost, saved)
	}
	t.Logf("tau_v = 0.2 tau_u: %d of %d loops with Condition 3 unstable, %d of %d without it stable", lost, stable, saved, failed)
}

func abscissaOf(t testing.TB, m *mat.Dense) float64 {
	t.Helper()
	eigenvalues, err := Eigenvalues(m)
	if err != nil {
		t.Fatal(err)
	}
	return SpectralAbscissa(eigenvalues)
}
