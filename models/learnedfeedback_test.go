package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// regressionFixture is a fixture whose feedback learns on a path, from zero.
func regressionFixture(t *testing.T, sizes []int, hidden string, layerwise bool) *fixture {
	t.Helper()
	f := newFixture(t, sizes, hidden, "linear", "half-squared-error", TileRows)
	f.net.Feedback.Layerwise = layerwise
	w := NewWeights(f.net)
	copy(w.plastic, f.w.plastic)
	f.w = w
	if err := f.w.InitFeedback(f.net, "zero", 0, nil); err != nil {
		t.Fatal(err)
	}
	return f
}

// regress lets the feedback of f learn from n fresh samples, a tile at a time,
// with the forward weights held, and the feedback weights of the layers of hold.
func (f *fixture) regress(t *testing.T, s Settings, n int, hold ...int) {
	t.Helper()
	p, c := NewLearnedFeedback(f.net, s), NewRegression(f.net, s)
	c.Join(p)
	rng, dw := rand.New(rand.NewPCG(s.Seed, 4)), NewWeights(f.net)
	for ; n > 0; n -= TileRows {
		f.fill(rng, TileRows, "linear")
		if _, err := p.Present(dw, f.w, f.batch); err != nil {
			t.Fatal(err)
		}
		f.batch.First += TileRows
		c.Gather(f.w, 1)
		c.Step(f.w, TileRows, 0)
		for _, i := range hold {
			transpose(f.w.Link[i], f.w.W[i+1])
		}
	}
}

func ridge(seed uint64, c float64) Settings {
	return Settings{Seed: seed, Noise: NodeNoise{Amplitude: c}, Companion: CompanionSettings{Optimizer: "ridge", Gamma: 1e-6, Forget: 1}}
}

// offBy returns |B_i - W_{i+1}^T P|_F / |W_{i+1}|_F, i counted from 0; without P
// the identity.
func (f *fixture) offBy(i int, projector mat.Matrix) float64 {
	b, w := f.w.Link[i], f.w.W[i+1]
	target := mat.DenseCopyOf(mat.NewDense(w.Rows, w.Cols, w.Data).T())
	norm := mat.Norm(target, 2)
	if projector != nil {
		target.Mul(target, projector)
	}
	target.Sub(mat.NewDense(b.Rows, b.Cols, b.Data), target)
	return mat.Norm(target, 2) / norm
}

// T1 of Lansdell, Prakash and Kording (2019): the last feedback matrix comes to
// W_L^T, and T E|B - W_L^T|^2 to the mean of tr(Cov lambda) e^T C^-2 e with C the
// mean of e e^T; without noise's c^2, tr(Cov lambda) = n |a|^2 + |a_last|^2.
func TestTopFeedbackComesToTheTransposedWeightsAtItsRate(t *testing.T) {
	const seeds, few, many = 20, 8 * TileRows, 128 * TileRows
	short, long := 0.0, 0.0
	for seed := range uint64(seeds) {
		for _, n := range []int{few, many} {
			f := regressionFixture(t, []int{3, 5, 4, 2}, "tanh", true)
			f.regress(t, ridge(seed, 1e-4), n)
			if off := f.offBy(1, nil); n == few {
				short += off * off / seeds
			} else {
				long += off * off / seeds
			}
		}
	}
	if slope := math.Log(long/short) / (2 * math.Log(float64(many)/few)); math.Abs(slope+0.5) > 0.08 { // 20 seeds know it to 0.03
		t.Errorf("the error falls with the power %.3f of the samples, want -1/2", slope)
	}
	f := regressionFixture(t, []int{3, 5, 4, 2}, "tanh", true)
	if ratio := long * many / f.topRate(t); math.Abs(ratio-1) > 0.2 {
		t.Errorf("the error is %.3f times what its rate predicts", ratio)
	}
}

// topRate returns the limit of T E|B - W_L^T|^2/|W_L|^2, over many samples.
func (f *fixture) topRate(t *testing.T) float64 {
	const tiles = 64
	rng, bp, dw := rand.New(rand.NewPCG(99, 4)), NewPathways(f.net, Backprop{}), NewWeights(f.net)
	last, perturbed := f.net.Depth()-1, 0.0
	for _, n := range f.net.Sizes[1 : last+1] {
		perturbed += float64(n)
	}
	var errors, factors [][]float64
	moment := mat.NewSymDense(f.net.Outputs(), nil)
	for range tiles {
		f.fill(rng, TileRows, "linear")
		if _, err := bp.Present(dw, f.w, f.batch); err != nil {
			t.Fatal(err)
		}
		for b := range TileRows {
			all := 0.0
			for i := range last {
				all += floats.Dot(row(bp.errors.M[i], b), row(bp.errors.M[i], b))
			}
			top, e := row(bp.errors.M[last-1], b), append([]float64{}, row(bp.errors.M[last], b)...)
			factors = append(factors, []float64{float64(len(top))*all + floats.Dot(top, top)})
			errors = append(errors, e)
			moment.SymRankOne(moment, 1.0/(tiles*TileRows), mat.NewVecDense(len(e), e))
		}
	}
	var cholesky mat.Cholesky
	if !cholesky.Factorize(moment) {
		t.Fatal("errors do not span the outputs")
	}
	sum := 0.0
	for k, e := range errors {
		var x mat.VecDense
		if err := cholesky.SolveVecTo(&x, mat.NewVecDense(len(e), e)); err != nil {
			t.Fatal(err)
		}
		sum += factors[k][0] * mat.Dot(&x, &x) / float64(len(errors))
	}
	w := floats.Norm(f.w.W[last].Data, 2)
	return sum / (w * w)
}

// T2: in a deep linear network every B_i comes to W_{i+1}^T where the errors of the
// layer above span it.
func TestDeepLinearFeedbackComesToTheTransposedWeights(t *testing.T) {
	f := regressionFixture(t, []int{5, 4, 3, 6}, "linear", true)
	f.regress(t, ridge(1, 1e-3), 1024*TileRows)
	for i := range 2 {
		// A quarter of the samples leaves twice as much.
		if off := f.offBy(i, nil); off > 0.1 {
			t.Errorf("B%d is %.3f from W%d^T", i+1, off, i+2)
		}
	}
}

// Where the errors d_2 = W_3^T e do not span layer 2, B_1 comes to W_2^T Pi, with Pi
// the projector on what they span, here three neurons of six: far from W_2^T, and
// yet the same on every error there is.
func TestFeedbackLearnsOnlyWhatErrorsSpan(t *testing.T) {
	f := regressionFixture(t, []int{6, 8, 6, 3}, "linear", true)
	clear(f.w.W[2].Data)
	for k := range 3 {
		row(f.w.W[2], k)[k] = 1
	}
	transpose(f.w.Link[1], f.w.W[2])
	f.regress(t, ridge(1, 1e-3), 1024*TileRows, 1)
	if off := f.offBy(0, nil); off < 0.4 {
		t.Errorf("B1 is no further than %.3f from W2^T", off)
	}
	if off := f.offBy(0, mat.NewDiagDense(6, []float64{1, 1, 1, 0, 0, 0})); off > 0.1 {
		t.Errorf("B1 is %.3f from W2^T Pi", off)
	}
}

// Ridge regression is recursive least squares, and however samples are cut into
// minibatches.
func TestRidgeIsRecursiveLeastSquaresForAnySplit(t *testing.T) {
	f := regressionFixture(t, []int{4, 6, 5, 3}, "tanh", false)
	s := ridge(3, 0.1)
	s.Companion.Gamma = 0.3
	first := ramp(6, 3, 0.2) // where the weights of layer 1 begin
	split := func(size int) []float64 {
		copy(f.w.Link[0].Data, first.Data)
		p, c := NewLearnedFeedback(f.net, s), NewRegression(f.net, s)
		c.Join(p)
		for from := 0; from < 60; from += size {
			var which []int
			for k := range size {
				which = append(which, from+k)
			}
			batch := f.only(which...)
			batch.First = uint64(from)
			if _, err := p.Present(NewWeights(f.net), f.w, batch); err != nil {
				t.Fatal(err)
			}
			c.Gather(f.w, 1)
			c.Step(f.w, size, 0)
		}
		return append([]float64{}, f.w.Link[0].Data...)
	}
	want := recursive(t, f, s, first)
	for _, size := range []int{60, 15, 1} {
		if d := distance(split(size), want); d > 1e-11 {
			t.Errorf("minibatches of %d: %g from the recursion", size, d)
		}
	}
}

// recursive returns B_1 after the first 60 samples of f,
//
//	K = P d/(1 + d^T P d),   B <- B + (lambda - B d) K^T,   P <- P - K (P d)^T,   P = I/gamma at first
func recursive(t *testing.T, f *fixture, s Settings, first blas64.General) []float64 {
	t.Helper()
	p := NewLearnedFeedback(f.net, s)
	if _, err := p.Present(NewWeights(f.net), f.w, f.only(firstN(60)...)); err != nil {
		t.Fatal(err)
	}
	n := first.Cols
	b := mat.DenseCopyOf(mat.NewDense(first.Rows, n, first.Data))
	inverse := mat.NewDense(n, n, nil)
	for k := range n {
		inverse.Set(k, k, 1/s.Companion.Gamma)
	}
	for k := range 60 {
		d, lambda := mat.NewVecDense(n, row(p.errors.D[2], k)), mat.NewVecDense(first.Rows, row(p.lambda[0], k))
		var pd, gain, residual mat.VecDense
		pd.MulVec(inverse, d)
		gain.ScaleVec(1/(1+mat.Dot(d, &pd)), &pd)
		residual.MulVec(b, d)
		residual.SubVec(lambda, &residual)
		b.RankOne(b, 1, &residual, &gain)
		inverse.RankOne(inverse, -1, &gain, &pd)
	}
	return b.RawMatrix().Data
}

// With a factor below 1 older samples count less: f weighs a minibatch by f to the
// power of its age.
func TestRidgeForgetsGeometrically(t *testing.T) {
	f := regressionFixture(t, []int{4, 6, 3}, "tanh", false)
	s := ridge(3, 0.1)
	s.Companion.Gamma, s.Companion.Forget = 0.3, 0.5
	p, c := NewLearnedFeedback(f.net, s), NewRegression(f.net, s)
	c.Join(p)
	square, cross := newMatrix(3, 3), newMatrix(6, 3)
	setIdentity(square)
	floats.Scale(0.3*0.25, square.Data)
	for k := range 3 {
		batch := f.only(10*k, 10*k+1, 10*k+2, 10*k+3)
		batch.First = uint64(10 * k)
		if _, err := p.Present(NewWeights(f.net), f.w, batch); err != nil {
			t.Fatal(err)
		}
		age := math.Pow(0.5, float64(2-k))
		floats.AddScaled(square.Data, age, p.square[0].Data)
		floats.AddScaled(cross.Data, age, p.cross[0].Data)
		c.Gather(f.w, 1)
		c.Step(f.w, 4, 0)
	}
	want := newMatrix(6, 3)
	solveRidge(want, cross, square)
	if d := distance(f.w.Link[0].Data, want.Data); d > 1e-12 {
		t.Errorf("%g off", d)
	}
}

// One step of the gradient rule, on both paths, against the definition.
func TestGradientRuleDescendsTheSquaredResidual(t *testing.T) {
	for _, layerwise := range []bool{true, false} {
		for _, sum := range []bool{true, false} {
			t.Run(fmt.Sprint("layerwise ", layerwise, ", sum ", sum), func(t *testing.T) {
				f := regressionFixture(t, []int{4, 6, 5, 3}, "tanh", layerwise)
				for i := range 2 {
					copy(f.w.Link[i].Data, ramp(6, 5, float64(i)).Data)
				}
				f.w.Compose()
				s := Settings{Sum: sum, Seed: 2, Noise: NodeNoise{Amplitude: 0.2}, Companion: CompanionSettings{Optimizer: "sgd", LearningRate: 0.01}}
				p, c := NewLearnedFeedback(f.net, s), NewRegression(f.net, s)
				c.Join(p)
				if _, err := p.Present(NewWeights(f.net), f.w, f.batch); err != nil {
					t.Fatal(err)
				}
				want := f.descended(p, layerwise, s)
				c.Gather(f.w, 1)
				c.Step(f.w, f.batch.N, 0)
				if d := distance(f.w.Link[0].Data, want); d > 1e-12 {
					t.Errorf("B1 is %g off", d)
				}
			})
		}
	}
}

// descended returns B_1 - eta sum (B_1 d - lambda_1) d^T, or with the mean.
func (f *fixture) descended(p *LearnedFeedback, layerwise bool, s Settings) []float64 {
	b, above, eta := f.w.Link[0], p.errors.D[f.net.Depth()-1], s.Companion.LearningRate
	if layerwise {
		above = p.errors.D[1]
	}
	if !s.Sum {
		eta /= float64(f.batch.N)
	}
	want, c := append([]float64{}, b.Data...), p.twin.Amplitude
	for k := range f.batch.N {
		d := row(above, k)
		for j, xi := range row(p.twin.xi[0], k) {
			// d points downhill, and so does -lambda.
			residual := floats.Dot(row(b, j), d) + p.twin.change[k]*xi/(c*c)
			floats.AddScaled(want[j*b.Cols:(j+1)*b.Cols], -eta*residual, d)
		}
	}
	return want
}
