package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// averaged integrates the averaged flow of f's links for a time T, a sample after
// the other for a presentation each, or all at once where that is 0.
func (f *fixture) averaged(t testing.TB, set PerturbationSettings, presentation, length float64) (*PerturbedFeedbackAverage, []float64) {
	t.Helper()
	a, err := NewPerturbedFeedbackAverage(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	y := make([]float64, a.Dim())
	a.State(y, f.w)
	a.Bind(f.w, f.batch)
	if presentation == 0 {
		presentation = length
	}
	for n := 0; float64(n)*presentation < length; n++ {
		if presentation < length {
			a.Bind(f.w, f.only(n%f.batch.N))
		}
		if _, err := ode.Solve(a, y, 0, presentation, ode.Options{RelTol: 1e-9, AbsTol: 1e-11}); err != nil {
			t.Fatal(err)
		}
	}
	return a, y
}

// deviation returns the root mean square distance of the learners from the
// averaged flow after one tau_B of samples shown in turn.
func (f *fixture) deviation(t testing.TB, set PerturbationSettings, learners int) float64 {
	t.Helper()
	p := f.begun(t, set, learners, nil)
	for n := 0; float64(n)*set.Presentation < set.TauFeedback; n++ {
		if err := p.Present(f.batch, n%f.batch.N); err != nil {
			t.Fatal(err)
		}
	}
	_, y := f.averaged(t, set, set.Presentation, set.TauFeedback)
	sum := 0.0
	for k := range learners {
		x := p.State(k)
		d := floats.Distance(x[len(x)-len(y):], y, 2)
		sum += d * d
	}
	return math.Sqrt(sum / float64(learners))
}

// Averaging: B leaves the averaged flow by as much as tau_B^-1/2. The slope over a
// factor of 16, from 32 learners, scatters by 0.04. One sample is shown all the
// time, so that every tau_B sees the same.
func TestDeviationFromTheAveragedFlowFallsAsTheRootOfTauB(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	f.batch, set.Presentation = f.only(0), 25
	var logTau, logOff []float64
	for _, tauB := range []float64{25, 100, 400} {
		set.TauFeedback = tauB
		off := f.deviation(t, set, 32)
		logTau, logOff = append(logTau, math.Log(tauB)), append(logOff, math.Log(off))
		t.Logf("tau_B = %g: %.3f", tauB, off)
	}
	_, slope := stat.LinearRegression(logTau, logOff, nil, false)
	if math.Abs(slope+0.5) > 0.1 {
		t.Errorf("slope %.3f, want -1/2", slope)
	}
}

// W, biases and B of tanh networks, all moving at once, follow the averaged flow.
func TestForwardAndFeedbackWeightsFollowTheAveragedFlowTogether(t *testing.T) {
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	set.TauFeedback, set.TauW, set.Noise, set.Presentation, set.TauTrace = 400, 400, 0.05, 20, 0.5
	off := f.deviation(t, set, 8)
	start, end := f.averagedSpan(t, set)
	if moved := floats.Distance(start, end, 2); off > 0.25*moved {
		t.Errorf("learners are %.3g from the flow, which moved by %.3g", off, moved)
	}
}

func (f *fixture) averagedSpan(t *testing.T, set PerturbationSettings) (start, end []float64) {
	a, end := f.averaged(t, set, set.Presentation, set.TauFeedback)
	start = make([]float64, len(end))
	a.State(start, f.w)
	return start, end
}

// The averaged flow ends at its fixed point; kappa_i = c^2 scales that of layer
// L-1 by G_{L-1} and those below by G_i/G_{i+1}, and turns none: with as many
// outputs as neurons in every layer, so that errors span all directions.
func TestFiniteCorrelationTimeScalesButDoesNotRotate(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 4, 3, 3, 3)
	f.fill(rand.New(rand.NewPCG(7, 8)), 32, "linear")
	set.TauFeedback, set.Kappa = 1, "variance"
	want := NewWeights(f.net)
	for i := range 2 {
		gain := set.Gain(f.net, i)
		if i == 0 {
			gain /= set.Gain(f.net, 1)
		}
		transpose(want.Link[i], f.w.W[i+1])
		floats.Scale(gain, want.Link[i].Data)
	}
	fixed := NewWeights(f.net)
	fixed.Copy(f.w)
	a, y := f.averaged(t, set, 0, 4000)
	end := NewWeights(f.net)
	end.Copy(f.w)
	a.ReadWeights(end, y)
	a.Bind(f.w, f.batch)
	if err := a.FixedPoint(fixed); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if off := distance(fixed.Link[i].Data, want.Link[i].Data); off > 1e-9 {
			t.Errorf("layer %d: fixed point off by %.2g", i+1, off)
		}
		if off := distance(end.Link[i].Data, want.Link[i].Data); off > 1e-4 {
			t.Errorf("layer %d: the flow ends %.2g off", i+1, off)
		}
	}
}

// W_{i+1}^T C_d (C_d + beta I)^-1, at the top, where errors are exact; the drift
// vanishes there in all layers.
func TestDecayShrinksTheFixedPoint(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	set.TauFeedback, set.Beta = 1, 0.05
	a, err := NewPerturbedFeedbackAverage(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	a.Bind(f.w, f.batch)
	fixed := NewWeights(f.net)
	fixed.Copy(f.w)
	if err := a.FixedPoint(fixed); err != nil {
		t.Fatal(err)
	}
	y, dy := make([]float64, a.Dim()), make([]float64, a.Dim())
	a.State(y, fixed)
	a.Deriv(dy, 0, y)
	if left := floats.Norm(dy, math.Inf(1)); left > 1e-12 {
		t.Errorf("the drift at the fixed point is %.2g", left)
	}
	c, target := mat.NewDense(2, 2, nil), mat.NewDense(3, 2, nil)
	for b := range f.batch.N {
		e := mat.NewVecDense(2, f.exactErrors(t, b)[2])
		var outer mat.Dense
		outer.Outer(0.25, e, e)
		c.Add(c, &outer)
	}
	shifted := mat.DenseCopyOf(c)
	shifted.Set(0, 0, c.At(0, 0)+0.05)
	shifted.Set(1, 1, c.At(1, 1)+0.05)
	if err := shifted.Inverse(shifted); err != nil {
		t.Fatal(err)
	}
	target.Product(mat.NewDense(2, 3, f.w.W[2].Data).T(), c, shifted)
	if off := distance(fixed.Link[1].Data, target.RawMatrix().Data); off > 1e-12 {
		t.Errorf("off by %.2g", off)
	}
}

// White noise teaches nothing: as tau_n -> 0, G_i vanishes as (tau_n/tau_v)^(L-i).
func TestWhiteNoiseTeachesNothing(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	set.TauNoise = 1e-6
	for i := range 2 {
		if got, want := set.Gain(f.net, i), math.Pow(1e-6/set.TauV, float64(2-i)); math.Abs(got/want-1) > 1e-4 {
			t.Errorf("layer %d: G = %.4g, want about %.4g", i+1, got, want)
		}
	}
}
