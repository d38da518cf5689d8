package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func TestLossChangesAreDifferencesAndLoseNothing(t *testing.T) {
	r, y, d := []float64{0.3, -1.2, 2}, []float64{0, 1, 0}, []float64{0.4, 1.7, -0.3}
	for _, name := range []string{"squared-error", "half-squared-error", "mean-squared-error", "cross-entropy"} {
		loss, err := LossByName(name)
		if err != nil {
			t.Fatal(err)
		}
		moved, g := make([]float64, 3), make([]float64, 3)
		for _, size := range []float64{1, 0.3, 1e-2} {
			floats.AddScaledTo(moved, r, size, d)
			want := loss.Value(moved, y) - loss.Value(r, y)
			if got := loss.Change(moved, r, y); math.Abs(got-want) > 1e-14 {
				t.Errorf("%s, %g: change %g, want %g", name, size, got, want)
			}
		}
		// A plain difference would be wrong in the seventh digit here.
		floats.AddScaledTo(moved, r, 1e-9, d)
		loss.Gradient(g, r, y)
		if got, want := loss.Change(moved, r, y), floats.Dot(g, floats.SubTo(moved, moved, r)); math.Abs(got/want-1) > 1e-8 {
			t.Errorf("%s: change %g, to first order %g", name, got, want)
		}
	}
}

// perturbation is a network that sees one sample, with the gradients to its
// hidden rates, stacked.
type perturbation struct {
	*fixture
	twin  *noisyTwin
	clean *Feedforward
	a     []float64
}

func newPerturbation(t *testing.T, f *fixture, p NodeNoise) *perturbation {
	t.Helper()
	for b := 1; b < TileRows; b++ {
		copy(row(f.batch.Input, b), row(f.batch.Input, 0))
		copy(row(f.batch.Target, b), row(f.batch.Target, 0))
	}
	f.batch.N, f.batch.First = TileRows, 0
	x := &perturbation{fixture: f, twin: newNoisyTwin(f.net, p, 3), clean: NewFeedforward(f.net)}
	x.clean.Run(f.w, f.batch)
	bp := NewPathways(f.net, Backprop{})
	if _, err := bp.Present(NewWeights(f.net), f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	for i := range f.net.Depth() - 1 {
		x.a = append(x.a, row(bp.errors.M[i], 0)...)
	}
	floats.Scale(-1, x.a)
	return x
}

// each calls see with the stacked noise and the loss change of n draws.
func (x *perturbation) each(n int, see func(xi []float64, change float64)) {
	xi := make([]float64, len(x.a))
	for ; n > 0; n -= TileRows {
		x.twin.run(x.w, x.clean, x.batch)
		x.batch.First += TileRows
		for b := range TileRows {
			at := xi
			for _, layer := range x.twin.xi {
				at = at[copy(at, row(layer, b)):]
			}
			see(xi, x.twin.change[b])
		}
	}
}

// moments returns mean and covariance of lambda over n draws.
func (x *perturbation) moments(n int) ([]float64, *mat.SymDense) {
	mean, second := make([]float64, len(x.a)), mat.NewSymDense(len(x.a), nil)
	lambda := mat.NewVecDense(len(x.a), nil)
	c2 := x.twin.Amplitude * x.twin.Amplitude
	x.each(n, func(xi []float64, change float64) {
		copy(lambda.RawVector().Data, xi)
		lambda.ScaleVec(change/c2, lambda)
		floats.Add(mean, lambda.RawVector().Data)
		second.SymRankOne(second, 1/float64(n), lambda)
	})
	floats.Scale(1/float64(n), mean)
	second.SymRankOne(second, -1, mat.NewVecDense(len(mean), mean))
	return mean, second
}

// jacobian returns P = [P_1 .. P_{L-1}], dr_L/dr_i of a linear network.
func (x *perturbation) jacobian() *mat.Dense {
	p := mat.NewDense(x.net.Outputs(), len(x.a), nil)
	at := len(x.a)
	var product mat.Matrix = mat.NewDiagDense(x.net.Outputs(), []float64{1, 1, 1}[:x.net.Outputs()])
	for i := x.net.Depth() - 1; i > 0; i-- {
		w := x.w.W[i]
		next := new(mat.Dense)
		next.Mul(product, mat.NewDense(w.Rows, w.Cols, w.Data))
		at -= w.Cols
		p.Slice(0, x.net.Outputs(), at, at+w.Cols).(*mat.Dense).Copy(next)
		product = next
	}
	return p
}

// In a linear network the estimate is right on average at any c, and its
// covariance is known; d is what the running mean is off.
func TestEstimateOfALinearNetworkHasItsStatedMoments(t *testing.T) {
	const draws = 1 << 16
	for _, c := range []struct{ noise, off float64 }{{0.7, 0}, {0.05, 0}, {0.7, 0.8}, {0.2, -0.3}} {
		f := newFixture(t, []int{4, 5, 4, 3}, "linear", "linear", "half-squared-error", 1)
		x := newPerturbation(t, f, NodeNoise{Amplitude: c.noise, Running: c.off != 0})
		loss := f.net.Loss.Value(x.clean.Output(0), row(f.batch.Target, 0))
		x.twin.baseline = &runningMean{[]float64{loss - c.off, 1}}
		mean, covariance := x.moments(draws)
		want := x.covariance(c.noise, c.off)
		if z := floats.Distance(mean, x.a, 2) / math.Sqrt(mat.Trace(want)/draws); z > 1.6 {
			t.Errorf("c %g, d %g: the mean is %.2f standard errors off", c.noise, c.off, z)
		}
		var difference mat.SymDense
		difference.AddSym(covariance, scaled(-1, want))
		// Sampling leaves 0.043, and 0.028 and 0.013 with 4 and 16 times the draws.
		if d := mat.Norm(&difference, 2) / mat.Norm(want, 2); d > 0.06 {
			t.Errorf("c %g, d %g: the covariance is %.3f off", c.noise, c.off, d)
		}
	}
}

// covariance is |a|^2 I + a a^T + (c^2/4) [(tr(M)^2 + 2 tr(M^2)) I + 4 tr(M) M + 8 M^2]
// + (d^2/c^2) I + d (tr(M) I + 2 M) with M = P^T P.
func (x *perturbation) covariance(c, d float64) *mat.SymDense {
	n := len(x.a)
	var m, m2 mat.SymDense
	m.SymOuterK(1, x.jacobian().T())
	m2.SymOuterK(1, &m)
	tr, tr2, norm := mat.Trace(&m), mat.Trace(&m2), floats.Dot(x.a, x.a)
	out := mat.NewSymDense(n, nil)
	for j := range n {
		for k := j; k < n; k++ {
			v := x.a[j]*x.a[k] + c*c/4*(4*tr*m.At(j, k)+8*m2.At(j, k)) + 2*d*m.At(j, k)
			if j == k {
				v += norm + c*c/4*(tr*tr+2*tr2) + d*d/(c*c) + d*tr
			}
			out.SetSym(j, k, v)
		}
	}
	return out
}

// The part of the estimate that is linear in the noise has the gradient as its
// exact mean, and the part that is even in it none: pairs of opposite noise leave
// the bias, quiet enough to be seen.
func TestBiasOfTheEstimateGrowsWithTheSquareOfTheNoise(t *testing.T) {
	bias := func(c float64) []float64 {
		f := newFixture(t, []int{4, 3, 3, 2}, "tanh", "tanh", "half-squared-error", 1)
		const draws = 1 << 13
		x := newPerturbation(t, f, NodeNoise{Amplitude: c})
		sum := make([]float64, len(x.a))
		for _, amplitude := range []float64{c, -c} { // the same draws
			x.twin.Amplitude, x.batch.First = amplitude, 0
			x.each(draws, func(xi []float64, change float64) {
				floats.AddScaled(sum, (change-floats.Dot(x.a, xi))/(2*c*c*draws), xi)
			})
		}
		return sum
	}
	small, large := bias(0.01), bias(0.02)
	if slope := math.Log2(floats.Norm(large, 2) / floats.Norm(small, 2)); math.Abs(slope-2) > 0.05 {
		t.Errorf("slope %.3f in c, want 2", slope)
	}
}

func TestOnlyTheRunningMeanMakesVarianceExplode(t *testing.T) {
	total := func(c float64, running bool) float64 {
		f := newFixture(t, []int{4, 3, 3, 2}, "tanh", "tanh", "half-squared-error", 1)
		x := newPerturbation(t, f, NodeNoise{Amplitude: c, Running: running})
		x.twin.baseline = &runningMean{[]float64{f.net.Loss.Value(x.clean.Output(0), row(f.batch.Target, 0)) - 0.5, 1}}
		_, covariance := x.moments(1 << 14)
		return mat.Trace(covariance)
	}
	if ratio := total(1e-4, false) / total(1e-2, false); math.Abs(ratio-1) > 0.05 {
		t.Errorf("with the clean loss a hundredth of the noise has %.3f times the variance", ratio)
	}
	if ratio := total(1e-4, true) / total(1e-2, true); math.Abs(ratio/1e4-1) > 0.05 {
		t.Errorf("with a running mean a hundredth of the noise has %.4g times the variance, want 1e4", ratio)
	}
}

// Noise on voltages estimates the gradient to voltages: in the limit of small
// noise its mean over many draws is what backpropagation finds.
func TestNodePerturbationFollowsTheGradient(t *testing.T) {
	for _, voltage := range []bool{false, true} {
		f := newFixture(t, []int{4, 3, 3, 2}, "tanh", "softmax", "cross-entropy", 1)
		x := newPerturbation(t, f, NodeNoise{})
		p := NewNodePerturbation(f.net, Settings{Noise: NodeNoise{Amplitude: 1e-3, Voltage: voltage}, Seed: 5})
		mean, exact := NewWeights(f.net), NewWeights(f.net)
		if _, err := NewPathways(f.net, Backprop{}).Present(exact, f.w, f.batch); err != nil {
			t.Fatal(err)
		}
		const tiles = 1 << 10
		for range tiles {
			x.batch.First += TileRows
			if _, err := p.Present(mean, f.w, f.batch); err != nil {
				t.Fatal(err)
			}
		}
		floats.Scale(1.0/tiles, mean.Plastic())
		// The standard error of the whole is sqrt(7/65536), a hundredth.
		if d := floats.Distance(mean.Plastic(), exact.Plastic(), 2) / floats.Norm(exact.Plastic(), 2); d > 0.02 {
			t.Errorf("voltage %v: the mean update is %.4f from the gradient", voltage, d)
		}
	}
}

// The noise of a presentation is its own: it depends on neither its place in a
// tile nor its companions.
func TestNoiseIsNamedByThePresentation(t *testing.T) {
	f := newFixture(t, []int{4, 6, 5, 3}, "tanh", "linear", "half-squared-error", 20)
	s := Settings{Noise: NodeNoise{Amplitude: 0.1}, Seed: rand.New(rand.NewPCG(1, 1)).Uint64()}
	f.batch.First = 100
	p := NewNodePerturbation(f.net, s)
	if _, err := p.Present(NewWeights(f.net), f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	whole := rowsOf(p.twin.xi[1], 20)
	alone := f.only(17)
	alone.First = 117
	if _, err := p.Present(NewWeights(f.net), f.w, alone); err != nil {
		t.Fatal(err)
	}
	if got := row(p.twin.xi[1], 0); !floats.Equal(got, whole[17*5:18*5]) {
		t.Errorf("noise %v, in company %v", got, whole[17*5:18*5])
	}
}

func scaled(factor float64, m *mat.SymDense) *mat.SymDense {
	var out mat.SymDense
	out.ScaleSym(factor, m)
	return &out
}
