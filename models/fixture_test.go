package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/controllers"
	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// fixture is a small network with random weights, feedback and samples.
type fixture struct {
	net   *Network
	w     *Weights
	batch *Batch
	set   Settings
}

// newFixture draws a network of the given sizes and samples samples; the
// feedback is the product of the forward weights, which is stable here.
func newFixture(t testing.TB, sizes []int, hidden, output, loss string, samples int) *fixture {
	t.Helper()
	var activations []string
	for range len(sizes) - 2 {
		activations = append(activations, hidden)
	}
	net, err := NewNetwork(sizes, activations, output, loss, true)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{net: net, w: NewWeights(net), batch: NewBatch(net)}
	if err := f.w.Init(7, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for _, b := range f.w.B {
		for k := range b {
			b[k] = 0.1 * rng.NormFloat64()
		}
	}
	if err := f.w.InitFeedback(net, "weight-product", 7, nil); err != nil {
		t.Fatal(err)
	}
	f.fill(rng, samples, output)
	f.set = Settings{
		Rule: "dfc", Level: "steady", TargetStepsize: 0.1, Unstable: "skip", TauV: 0.2, TauW: math.Inf(1), TauQ: math.Inf(1), Presentation: 5,
		Controller: pi(t, 1.5, 0.05), Solver: ode.Options{RelTol: 1e-10, AbsTol: 1e-12},
	}
	return f
}

func (f *fixture) fill(rng *rand.Rand, samples int, output string) {
	f.batch.N = samples
	for b := range samples {
		for k := range row(f.batch.Input, b) {
			row(f.batch.Input, b)[k] = rng.NormFloat64()
		}
		target := row(f.batch.Target, b)
		if output == "softmax" {
			target[rng.IntN(len(target))] = 1
			continue
		}
		for k := range target {
			target[k] = rng.Float64()
		}
	}
}

// present shows the fixture's samples at a level and returns the summed update.
func (f *fixture) present(t testing.TB, set Settings) (*Weights, Presenter, Outcome) {
	t.Helper()
	p, err := NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	dw := NewWeights(f.net)
	outcome, err := p.Present(dw, f.w, f.batch)
	if err != nil {
		t.Fatal(err)
	}
	if p, ok := p.(Finisher); ok {
		p.Finish(dw, f.w)
	}
	return dw, p, outcome
}

// only returns a copy of the fixture's batch that holds the given samples.
func (f *fixture) only(samples ...int) *Batch {
	batch := NewBatch(f.net)
	batch.N, batch.LossWeight = len(samples), f.batch.LossWeight
	for k, b := range samples {
		copy(row(batch.Input, k), row(f.batch.Input, b))
		copy(row(batch.Target, k), row(f.batch.Target, b))
	}
	return batch
}

func (f *fixture) at(level string) Settings {
	set := f.set
	set.Level = level
	return set
}

func pi(t testing.TB, kP, alpha float64) controllers.Controller {
	t.Helper()
	c, err := controllers.PI(kP, alpha, 1, controllers.LeakIntegral)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// distance returns |a - b| / |b|, largest component against largest.
func distance(a, b []float64) float64 {
	diff, size := 0.0, 0.0
	for k := range b {
		diff, size = max(diff, math.Abs(a[k]-b[k])), max(size, math.Abs(b[k]))
	}
	return diff / size
}

// states reveals by name the rows of the fixture's samples, one after another.
func (f *fixture) states(t testing.TB, p Presenter, name string) []float64 {
	t.Helper()
	g, ok := p.Reveal(name)
	if !ok {
		t.Fatalf("no state %q", name)
	}
	return rowsOf(g, f.batch.N)
}

func rowsOf(g blas64.General, n int) []float64 {
	var all []float64
	for b := range n {
		all = append(all, row(g, b)...)
	}
	return all
}

// lemma1 returns (JQ + inverse I)^-1 delta_L of sample b.
func lemma1(t *testing.T, f *fixture, b int, inverse float64) []float64 {
	t.Helper()
	ff, jacobian := NewFeedforward(f.net), NewJacobian(f.net)
	ff.Run(f.w, f.batch)
	jacobian.Run(f.w, ff.V, ff.R, f.batch.N)
	nL := f.net.Outputs()
	jq := mat.NewDense(nL, nL, nil)
	for i := range f.net.Depth() {
		j := jacobian.Of(b, i)
		var term mat.Dense
		term.Mul(mat.NewDense(j.Rows, j.Cols, j.Data), mat.NewDense(j.Cols, nL, f.w.Q[i].Data))
		jq.Add(jq, &term)
	}
	for k := range nL {
		jq.Set(k, k, jq.At(k, k)+inverse)
	}
	delta := make([]float64, nL)
	f.net.Loss.Gradient(delta, ff.Output(b), row(f.batch.Target, b))
	var u mat.VecDense
	if err := u.SolveVec(jq, mat.NewVecDense(nL, delta)); err != nil {
		t.Fatal(err)
	}
	u.ScaleVec(-f.set.TargetStepsize, &u)
	return u.RawVector().Data
}

// presentCoupled shows the fixture's samples at level coupled, and returns where
// the weights end; the fixture's stay.
func (f *fixture) presentCoupled(t *testing.T, tauW float64) (*Coupled, *Weights) {
	t.Helper()
	set := f.at("coupled")
	set.TauW = tauW
	c, err := NewCoupled(f.net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	w := NewWeights(f.net)
	w.Copy(f.w)
	if _, err := c.Present(w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	return c, w
}

// coupledOff returns how far what moves the weights at level coupled is from the
// buffered update.
func (f *fixture) coupledOff(t *testing.T, buffered *Weights, tauW float64) float64 {
	t.Helper()
	_, w := f.presentCoupled(t, tauW)
	moved := make([]float64, len(w.Plastic()))
	for k, end := range w.Plastic() {
		moved[k] = (end - f.w.Plastic()[k]) * tauW / f.set.Presentation * float64(f.batch.N)
	}
	return distance(moved, buffered.Plastic())
}
