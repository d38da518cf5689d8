package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// awake is a fixture and the constants of a single phase in which its loops are
// stable.
func awake(t testing.TB, sizes []int, samples int) (*fixture, SinglePhaseSettings) {
	f := newFixture(t, sizes, "tanh", "linear", "squared-error", samples)
	set := SinglePhaseSettings{
		Settings: f.set, TauA: 0.3, TauU: 1, Sigma: 0.1, SigmaOutput: 0.07, Beta: 1e-3, Corner: 1.0 / 3,
	}
	set.TauQ, set.Seed, set.Step = 1, 1, 0.01
	set.Controller, set.TargetStepsize = pi(t, 0.3, 0.5), 0.5
	return f, set
}

func mustAverage(t testing.TB, net *Network, set SinglePhaseSettings) *SinglePhaseAverage {
	t.Helper()
	a, err := NewSinglePhaseAverage(net, set)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// average returns the closed form's drift of batch.
func (f *fixture) average(t testing.TB, set SinglePhaseSettings, batch *Batch) *FeedbackDrift {
	t.Helper()
	drift := NewFeedbackDrift(f.net)
	if err := mustAverage(t, f.net, set).Add(drift, f.w, batch); err != nil {
		t.Fatal(err)
	}
	if drift.Samples != batch.N {
		t.Fatalf("%d of %d samples are stable", drift.Samples, batch.N)
	}
	return drift
}

// controlled returns the full linear system at sample b's rest state under
// control, and u there.
func controlled(t testing.TB, f *fixture, set SinglePhaseSettings, b int) (*sleepSystem, []float64) {
	rest := NewSteady(NewDFC(f.net, set.Settings), set.Settings)
	if _, err := rest.Present(NewWeights(f.net), f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	return newNoisySystem(f, set.Noise(), rest.vRest, rest.rRest, b), row(rest.uRest, b)
}

// The closed form against the covariance of the full linear system around the
// rest state, for filters from near the apical time constant to far beyond. The
// nodes are as many as these loops, slow and little damped, take to 1e-10.
func TestSinglePhaseAverageIsLyapunovs(t *testing.T) {
	for _, tauF := range []float64{0.31, 1, 3, 100} {
		f, set := awake(t, []int{3, 4, 3, 2}, 3)
		set.Corner = 1 / tauF
		for b := range f.batch.N {
			system, _ := controlled(t, f, set, b)
			drift, average := NewFeedbackDrift(f.net), mustAverage(t, f.net, set)
			average.learning.withNodes(1024)
			if err := average.Add(drift, f.w, f.only(b)); err != nil {
				t.Fatal(err)
			}
			got := drift.right(f.w, set.Beta)
			if d := distance(got, system.right(t, f, set.Beta)); d > 1e-10 {
				t.Errorf("tau_f = %g, sample %d: %g off", tauF, b, d)
			}
			asleep := newSleepSystem(f, set.Noise(), b).right(t, f, set.Beta)
			if d := distance(got, asleep); d < 1e-3 {
				t.Errorf("tau_f = %g, sample %d: the rest state makes no difference (%g)", tauF, b, d)
			}
		}
	}
}

// The noise's part is the old one times H(1/tau_A) = tau_f/(tau_f + tau_A).
func TestFilterScalesTheNoisePart(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 2)
	with := f.average(t, set, f.batch)
	set.Corner = 0
	without := f.average(t, set, f.batch)
	for i := range with.Noise {
		want := append([]float64{}, without.Noise[i].Data...)
		floats.Scale(3/(3+set.TauA), want)
		if d := distance(with.Noise[i].Data, want); d > 1e-14 {
			t.Errorf("layer %d: %g off", i+1, d)
		}
	}
}

// Without a filter the constant part of u passes: E[vfb_i u^T] holds
// Q_i u^* u^*^T, which no filter, however slow, lets through.
func TestWithoutFilterTheTeachingSignalBiasesTheDrift(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 1)
	set.Corner = 0
	open := f.average(t, set, f.batch)
	_, u := controlled(t, f, set, 0)
	gap := func(tauF float64) float64 {
		set.Corner = 1 / tauF
		slow := f.average(t, set, f.batch)
		bias := append([]float64{}, open.Control.Data...)
		floats.Sub(bias, slow.Control.Data)
		want := mat.NewDense(3, 3, nil)
		want.Outer(1, mat.NewVecDense(3, u), mat.NewVecDense(3, u))
		return distance(bias, want.RawMatrix().Data)
	}
	coarse, fine := gap(100), gap(200)
	if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.05 || fine > 0.05 {
		t.Errorf("the bias is u u^T to %g and %g: order %.3f of 1/tau_f", coarse, fine, order)
	}
}

func TestSinglePhaseWithoutTargetAndFilterIsTheSleepPhase(t *testing.T) {
	f, set := awake(t, []int{4, 5, 4, 3}, 3)
	set.Corner, set.TargetStepsize = 0, 0
	want := NewFeedbackDrift(f.net)
	mustFeedback(t, f.net, set.Noise()).Add(want, f.w, f.batch)
	if d := distance(f.average(t, set, f.batch).right(f.w, 0), want.right(f.w, 0)); d > 1e-13 {
		t.Errorf("%g off", d)
	}
}

// What bounds Q, the symmetric part of E[ut u_hp^T], has the sign of tau_f - tau_A.
func TestTheFilterMustBeSlowerThanTheApicalCompartment(t *testing.T) {
	f, set := awake(t, []int{4, 5, 3}, 2)
	extremes := func(ratio float64) (least, most float64) {
		set.Corner = 1 / (ratio * set.TauA)
		c := f.average(t, set, f.batch).Control
		symmetric := mat.NewSymDense(3, nil)
		for j := range 3 {
			for k := range 3 {
				symmetric.SetSym(j, k, (row(c, j)[k]+row(c, k)[j])/2)
			}
		}
		var eigen mat.EigenSym
		eigen.Factorize(symmetric, false)
		values := eigen.Values(nil)
		return values[0], values[2]
	}
	if least, _ := extremes(1.1); least <= 0 {
		t.Errorf("tau_f = 1.1 tau_A: an eigenvalue %g", least)
	}
	if _, most := extremes(0.9); most >= 0 {
		t.Errorf("tau_f = 0.9 tau_A: an eigenvalue %g", most)
	}
	_, size := extremes(10)
	if least, most := extremes(1); math.Abs(least) > 1e-14*size || math.Abs(most) > 1e-14*size {
		t.Errorf("tau_f = tau_A: eigenvalues %g to %g", least, most)
	}
}
