package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// fixture is a small random network and samples for it.
type fixture struct {
	net   *models.Network
	w     *models.Weights
	tiles []*models.Batch
	rng   *rand.Rand
}

// architecture is what a fixture is made of.
type architecture struct {
	sizes          []int
	hidden, output string
	bias           bool
}

// newFixture draws weights, biases, and one tile of every given number of samples.
func newFixture(t testing.TB, a architecture, seed uint64, samples ...int) *fixture {
	t.Helper()
	var hidden []string
	for range len(a.sizes) - 2 {
		hidden = append(hidden, a.hidden)
	}
	net, err := models.NewNetwork(a.sizes, hidden, a.output, "squared-error", a.bias)
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{net: net, w: models.NewWeights(net), rng: rand.New(rand.NewPCG(seed, 1))}
	if err := f.w.Init(seed, "xavier-normal", 1.2); err != nil {
		t.Fatal(err)
	}
	for _, b := range f.w.B {
		f.fill(b, 0.3)
	}
	for _, n := range samples {
		batch := models.NewBatch(net)
		batch.N = n
		for b := range n {
			f.fill(row(batch.Input, b), 1)
			f.fill(row(batch.Target, b), 1)
		}
		f.tiles = append(f.tiles, batch)
	}
	return f
}

func (f *fixture) fill(x []float64, std float64) {
	for k := range x {
		x[k] = std * f.rng.NormFloat64()
	}
}

func (f *fixture) linearize() *Linearization { return Linearize(f.net, f.w, f.tiles...) }

// voltages returns the stacked feedforward voltages of the first sample.
func (f *fixture) voltages() []float64 {
	var v []float64
	for _, g := range f.linearize().tiles[0].forward.V {
		v = append(v, row(g, 0)...)
	}
	return v
}

// randomFeedback draws Q from a normal distribution.
func (f *fixture) randomFeedback(std float64) {
	for _, q := range f.w.Q {
		f.fill(q.Data, std)
	}
}

// rowSpaceFeedback sets Q = J^T A, J of the first sample: Condition 2, with a
// random A whose symmetric part is positive definite. Then J J^T A is similar to
// S A S, S = (J J^T)^(1/2), and Condition 3 holds as well.
func (f *fixture) rowSpaceFeedback() {
	nL := f.net.Outputs()
	random := mat.NewDense(nL, nL, nil)
	f.fill(random.RawMatrix().Data, 1)
	var a mat.Dense
	a.Mul(random, random.T())
	a.Add(&a, random) // neither symmetric
	a.Sub(&a, random.T())
	for k := range nL {
		a.Set(k, k, a.At(k, k)+0.5) // nor singular
	}
	j := f.linearize().samples[0].jacobians()
	for i, q := range f.w.Q {
		ji := mat.NewDense(j[i].Rows, j[i].Cols, j[i].Data)
		mat.NewDense(q.Rows, q.Cols, q.Data).Mul(ji.T(), &a)
	}
}

// equalNorms scales r_0 and, layer by layer, W_1..W_{L-1} until all rates of the
// first sample but the output's have one norm: Condition 1. Biases become 0.
func (f *fixture) equalNorms() {
	atZero := []float64{0}
	f.net.Phi[0].Apply(atZero, atZero)
	norm := 0.8 + 3*atZero[0] // above softplus's without drive, below tanh's bound
	input := row(f.tiles[0].Input, 0)
	floats.Scale(norm/floats.Norm(input, 2), input)
	for i := range f.net.Depth() - 1 {
		clear(f.w.B[i])
		low, high := 0.0, 1e3
		start := append([]float64(nil), f.w.W[i].Data...)
		for range 200 {
			scale := (low + high) / 2
			floats.ScaleTo(f.w.W[i].Data, scale, start)
			if floats.Norm(row(f.linearize().tiles[0].forward.R[i], 0), 2) < norm {
				low = scale
			} else {
				high = scale
			}
		}
	}
}

// steadyUpdate returns the updates (9) of the first tile: level steady with the
// linear forward rule, target stepsize lambda and a PI controller's leak alpha.
func (f *fixture) steadyUpdate(t testing.TB, lambda, alpha float64) *models.Weights {
	t.Helper()
	dw, err := f.trySteadyUpdate(t, lambda, alpha)
	if err != nil {
		t.Fatal(err)
	}
	return dw
}

// trySteadyUpdate is steadyUpdate for samples that may have no rest state.
func (f *fixture) trySteadyUpdate(t testing.TB, lambda, alpha float64) (*models.Weights, error) {
	t.Helper()
	c, err := controllers.PI(0.5, alpha, 1, controllers.LeakIntegral)
	if err != nil {
		t.Fatal(err)
	}
	return f.tryPresent(t, f.settings(c, "steady", lambda))
}

func (f *fixture) settings(c controllers.Controller, level string, lambda float64) models.Settings {
	return models.Settings{Rule: "dfc", Level: level, ForwardRule: "linear", Controller: c, TauV: 0.2, TargetStepsize: lambda, Unstable: "fail", Presentation: math.Inf(1)}
}

// present returns the update that the first tile makes.
func (f *fixture) present(t testing.TB, set models.Settings) *models.Weights {
	t.Helper()
	dw, err := f.tryPresent(t, set)
	if err != nil {
		t.Fatal(err)
	}
	return dw
}

func (f *fixture) tryPresent(t testing.TB, set models.Settings) (*models.Weights, error) {
	t.Helper()
	p, err := models.NewPresenter(f.net, set)
	if err != nil {
		t.Fatal(err)
	}
	dw := models.NewWeights(f.net)
	_, err = p.Present(dw, f.w, f.tiles[0])
	return dw, err
}

// outputs returns the feedforward outputs of all samples, one after another.
func (f *fixture) outputs() []float64 {
	var all []float64
	ff := models.NewFeedforward(f.net)
	for _, batch := range f.tiles {
		ff.Run(f.w, batch)
		for b := range batch.N {
			all = append(all, ff.Output(b)...)
		}
	}
	return all
}

// outputErrors returns -dL/dr_L of all samples, one after another.
func (f *fixture) outputErrors() []float64 {
	var all []float64
	for _, s := range f.linearize().samples {
		all = append(all, s.out...)
	}
	return all
}

// weightJacobian returns J_theta (B n_L x weights) by central differences, right
// to 1e-10 or so.
func (f *fixture) weightJacobian() *mat.Dense {
	const h = 1e-5
	theta := f.w.Plastic()
	dst := mat.NewDense(len(f.outputs()), len(theta), nil)
	for k, x := range theta {
		theta[k] = x + h
		up := f.outputs()
		theta[k] = x - h
		down := f.outputs()
		theta[k] = x
		for p := range up {
			dst.Set(p, k, (up[p]-down[p])/(2*h))
		}
	}
	return dst
}

// dampedPseudoinverse returns J^T (J J^T + gamma I)^-1 e by the singular value
// decomposition of J.
func dampedPseudoinverse(t testing.TB, j *mat.Dense, gamma float64, e []float64) []float64 {
	t.Helper()
	var svd mat.SVD
	if !svd.Factorize(j, mat.SVDThin) {
		t.Fatal("no singular value decomposition")
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	var x, dst mat.VecDense
	x.MulVec(u.T(), mat.NewVecDense(len(e), e))
	for k, s := range svd.Values(nil) {
		x.SetVec(k, x.AtVec(k)*s/(s*s+gamma))
	}
	dst.MulVec(&v, &x)
	return dst.RawVector().Data
}

// distance returns |a - b| / |b|.
func distance(a, b []float64) float64 {
	return floats.Distance(a, b, 2) / floats.Norm(b, 2)
}

// checkFallsInProportion checks that value(eps), for eps = from, from/10, ..,
// falls tenfold a step, which means that it is of first order in eps.
func checkFallsInProportion(t *testing.T, what string, from float64, steps int, value func(eps float64) float64) {
	t.Helper()
	before := value(from)
	for range steps {
		from /= 10
		now := value(from)
		if ratio := before / now; math.Abs(ratio-10) > 1 {
			t.Errorf("%s falls from %.3g to %.3g, %.2f-fold and not tenfold, at %g", what, before, now, ratio, from)
		}
		before = now
	}
}

// layerwise gives the fixture random feedback from layer to layer.
func (f *fixture) layerwise() {
	f.net.Feedback = models.FeedbackPath{Layerwise: true}
	w := models.NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	f.w = w
	for _, a := range w.Feedback() {
		f.fill(a.Data, 1/math.Sqrt(float64(a.Shape[1])))
	}
	w.Compose()
}
