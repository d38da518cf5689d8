package models

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
)

// slope returns the central difference of f at x.
func slope(f func(x float64) float64, x float64) float64 {
	const h = 1e-5
	return (f(x+h) - f(x-h)) / (2 * h)
}

func TestSlopesAreDerivativesOfActivations(t *testing.T) {
	for _, a := range activations {
		t.Run(a.Name(), func(t *testing.T) {
			for _, x := range []float64{-30, -2.3, -0.4, 0.1, 1.7, 30} {
				v, r, d := []float64{x}, []float64{0}, []float64{0}
				a.Apply(r, v)
				a.Slope(d, v, r)
				want := slope(func(x float64) float64 {
					y := []float64{x}
					a.Apply(y, y)
					return y[0]
				}, x)
				if math.Abs(d[0]-want) > 1e-9 {
					t.Errorf("slope at %g is %g, finite difference %g", x, d[0], want)
				}
			}
		})
	}
}

func TestGradientsAreDerivativesOfLosses(t *testing.T) {
	for _, name := range []string{"squared-error", "half-squared-error", "mean-squared-error", "cross-entropy"} {
		t.Run(name, func(t *testing.T) {
			loss, err := LossByName(name)
			if err != nil {
				t.Fatal(err)
			}
			r, y, g := []float64{0.3, -1.2, 2}, []float64{0, 1, 0}, make([]float64, 3)
			loss.Gradient(g, r, y)
			for j := range r {
				want := slope(func(x float64) float64 {
					moved := slices.Clone(r)
					moved[j] = x
					return loss.Value(moved, y)
				}, r[j])
				if math.Abs(g[j]-want) > 1e-9 {
					t.Errorf("dL/dr[%d] = %g, finite difference %g", j, g[j], want)
				}
			}
		})
	}
}

func TestCrossEntropyOfLargeLogitsIsFinite(t *testing.T) {
	r, y := []float64{1000, -1000}, []float64{0, 1}
	if l := (crossEntropy{}).Value(r, y); l != 2000 {
		t.Errorf("loss %g, want 2000", l)
	}
}

func TestBackpropIsMinusTheGradient(t *testing.T) {
	cases := []struct{ hidden, output, loss string }{
		{"tanh", "linear", "squared-error"},
		{"sigmoid", "sigmoid", "mean-squared-error"},
		{"softplus", "tanh", "half-squared-error"},
		{"tanh", "softmax", "cross-entropy"},
		{"linear", "linear", "squared-error"},
		{"relu", "softmax", "cross-entropy"},
	}
	for _, c := range cases {
		t.Run(c.hidden+" "+c.output+" "+c.loss, func(t *testing.T) {
			f := newFixture(t, []int{5, 7, 6, 3}, c.hidden, c.output, c.loss, 9)
			dw, _, _ := f.present(t, Settings{Rule: "bp", Level: "steady"})
			ff := NewFeedforward(f.net)
			for k := 0; k < len(f.w.Plastic()); k += 3 {
				at := f.w.Plastic()[k]
				want := -slope(func(x float64) float64 {
					f.w.Plastic()[k] = x
					return ff.Run(f.w, f.batch).Loss
				}, at)
				f.w.Plastic()[k] = at
				if got := dw.Plastic()[k]; math.Abs(got-want) > 1e-7*(1+math.Abs(want)) {
					t.Errorf("d%s = %g, finite difference %g", dw.Locate(k), got, want)
				}
			}
		})
	}
}

// Where the feedback is the transposed forward path, direct feedback alignment
// is backpropagation: here in a network with one hidden layer and Q_1 = W_2^T.
func TestDirectFeedbackThroughTheForwardPathIsBackprop(t *testing.T) {
	f := newFixture(t, []int{5, 7, 3}, "tanh", "softmax", "cross-entropy", 9)
	dfa, _, _ := f.present(t, Settings{Rule: "dfa", Level: "steady"})
	bp, _, _ := f.present(t, Settings{Rule: "bp", Level: "steady"})
	if d := distance(dfa.Plastic(), bp.Plastic()); d > 1e-14 {
		t.Errorf("%g apart", d)
	}
}

func TestJacobianIsTheDerivativeOfTheOutput(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 2)
	ff, jacobian := NewFeedforward(f.net), NewJacobian(f.net)
	ff.Run(f.w, f.batch)
	jacobian.Run(f.w, ff.V, ff.R, f.batch.N)
	for i := range f.net.Depth() {
		j := jacobian.Of(1, i)
		for neuron := range j.Cols {
			for output := range j.Rows {
				// Adding x to b_i moves v_i by x.
				want := slope(func(x float64) float64 {
					old := f.w.B[i][neuron]
					f.w.B[i][neuron] += x
					ff.Run(f.w, f.batch)
					f.w.B[i][neuron] = old
					return ff.Output(1)[output]
				}, 0)
				if got := row(j, output)[neuron]; math.Abs(got-want) > 1e-9 {
					t.Errorf("dr_L[%d]/dv%d[%d] = %g, finite difference %g", output, i+1, neuron, got, want)
				}
			}
		}
	}
}

// M is what the rest state's equation r_L(u) + u/g - r_L^* = 0 has as Jacobian.
func TestLoopGainIsTheJacobianOfTheRestEquation(t *testing.T) {
	f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 4)
	p := NewSteady(NewDFC(f.net, f.set), f.set)
	p.Bind(f.w, f.batch)
	p.gain.linearize(f.w, p.ff.V, p.ff.R, f.batch.N)
	p.active = firstN(f.batch.N)
	residual := func(b, j int) func(float64) float64 {
		return func(x float64) float64 {
			clear(p.u.Data)
			row(p.u, b)[j] = x
			p.sweep()
			r := make([]float64, 3)
			p.residual(r, b, b)
			return r[0]*1 + r[1]*10 + r[2]*100 // all three at once
		}
	}
	for b := range f.batch.N {
		m := p.gain.block(p.gain.m, b)
		for j := range 3 {
			got := m.Data[j] + 10*m.Data[3+j] + 100*m.Data[6+j]
			if want := slope(residual(b, j), 0); math.Abs(got-want) > 1e-7 {
				t.Errorf("sample %d: column %d of M sums to %g, finite difference %g", b, j, got, want)
			}
		}
	}
}

func TestStabilityIsThatOfTheEigenvalues(t *testing.T) {
	net, err := NewNetwork([]int{1, 2}, nil, "linear", "squared-error", false)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		m      []float64
		stable bool
	}{
		{"positive definite", []float64{2, 0.5, 0.5, 1}, true},
		{"positive spectrum, indefinite symmetric part", []float64{1, 10, 0, 1}, true},
		{"rotation with growth", []float64{-0.1, 5, -5, -0.1}, false},
		{"saddle", []float64{1, 0, 0, -1e-3}, false},
		{"not a number", []float64{math.NaN(), 0, 0, 1}, false},
	} {
		gain := newLoopGain(net, 0, TileRows)
		copy(gain.m.Data, c.m)
		if got := gain.stable(0); got != c.stable {
			t.Errorf("%s: stable is %v", c.name, got)
		}
	}
}

func TestFeedbackInitialisations(t *testing.T) {
	t.Run("weight-product of a linear network is the transposed Jacobian", func(t *testing.T) {
		f := newFixture(t, []int{5, 7, 6, 3}, "linear", "linear", "squared-error", 4)
		product := NewWeights(f.net)
		product.Copy(f.w)
		if err := f.w.InitFeedback(f.net, "transpose-jacobian", 1, []*Batch{f.batch}); err != nil {
			t.Fatal(err)
		}
		for i, q := range f.w.Q {
			if d := distance(product.Q[i].Data, q.Data); d > 1e-13 {
				t.Errorf("Q%d is %g off", i+1, d)
			}
		}
	})
	t.Run("pseudoinverse inverts the Jacobian from the right", func(t *testing.T) {
		f := newFixture(t, []int{5, 7, 6, 3}, "tanh", "sigmoid", "squared-error", 1)
		if err := f.w.InitFeedback(f.net, "pseudoinverse", 1, []*Batch{f.batch}); err != nil {
			t.Fatal(err)
		}
		d := NewDFC(f.net, f.set)
		d.Bind(f.w, f.batch)
		gain := newLoopGain(f.net, 0, TileRows)
		gain.linearize(f.w, d.ff.V, d.ff.R, 1)
		if d := distance(gain.block(gain.m, 0).Data, []float64{1, 0, 0, 0, 1, 0, 0, 0, 1}); d > 1e-12 {
			t.Errorf("JQ is %g from the identity", d)
		}
	})
	t.Run("random has the variance of Xavier and an identity at the output", func(t *testing.T) {
		f := newFixture(t, []int{5, 400, 10}, "tanh", "linear", "squared-error", 1)
		if err := f.w.InitFeedback(f.net, "random", 1, nil); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, x := range f.w.Q[0].Data {
			sum += x * x
		}
		if got, want := sum/4000, 2.0/410; math.Abs(got/want-1) > 0.15 {
			t.Errorf("variance %g, want %g", got, want)
		}
		if f.w.Q[1].Data[0] != 1 || f.w.Q[1].Data[1] != 0 {
			t.Error("Q_L is not the identity")
		}
	})
}

func TestInitialWeightsHaveTheirDistribution(t *testing.T) {
	net, err := NewNetwork([]int{300, 200}, nil, "linear", "squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind     string
		variance float64
		bound    float64
	}{
		{"xavier-normal", 2.0 / 500, math.Inf(1)},
		{"xavier-uniform", 2.0 / 500, math.Sqrt(6.0 / 500)},
		{"he-normal", 2.0 / 300, math.Inf(1)},
		{"normal", 1, math.Inf(1)},
		{"truncated-normal", 0.7737, 2},
		{"uniform", 1.0 / 3, 1},
	} {
		t.Run(c.kind, func(t *testing.T) {
			w := NewWeights(net)
			if err := w.Init(3, c.kind, 2); err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for _, x := range w.W[0].Data {
				sum += x * x
				if math.Abs(x) > 2*c.bound {
					t.Fatalf("weight %g beyond %g", x, 2*c.bound)
				}
			}
			// 60,000 draws: the standard error of the variance is below 0.6 %.
			if got, want := sum/60000, 4*c.variance; math.Abs(got/want-1) > 0.03 {
				t.Errorf("variance %g, want %g", got, want)
			}
		})
	}
}

func TestProductsAreTheirDefinitions(t *testing.T) {
	const rows, m, n = 70, 5, 3 // more than a tile, not a multiple of it
	a, b := ramp(128, m, 0.3), ramp(128, n, 0.7)
	w := ramp(m, n, 1.1)
	forward, backward, outer := ramp(128, m, 2), ramp(128, n, 3), ramp(m, n, 4)
	wantForward, wantBackward, wantOuter := ramp(128, m, 2), ramp(128, n, 3), ramp(m, n, 4)
	for k := range rows {
		for i := range m {
			for j := range n {
				wantForward.Data[k*m+i] += w.Data[i*n+j] * b.Data[k*n+j]
				wantBackward.Data[k*n+j] += w.Data[i*n+j] * a.Data[k*m+i]
				wantOuter.Data[i*n+j] += a.Data[k*m+i] * b.Data[k*n+j]
			}
		}
	}
	mulRowsAdd(forward, b, w, rows)
	mulRowsTransAdd(backward, a, w, rows)
	addOuter(outer, a, b, rows)
	for name, pair := range map[string][2][]float64{
		"mulRowsAdd":      {forward.Data[:rows*m], wantForward.Data[:rows*m]},
		"mulRowsTransAdd": {backward.Data[:rows*n], wantBackward.Data[:rows*n]},
		"addOuter":        {outer.Data, wantOuter.Data},
	} {
		if d := distance(pair[0], pair[1]); d > 1e-14 {
			t.Errorf("%s is %g off", name, d)
		}
	}
}

// ramp fills a matrix with numbers without pattern.
func ramp(rows, cols int, phase float64) blas64.General {
	g := newMatrix(rows, cols)
	for k := range g.Data {
		g.Data[k] = math.Sin(phase + 1.7*float64(k))
	}
	return g
}

func TestOptimizersFollowTheirDefinitions(t *testing.T) {
	const eta = 0.1
	gradients := [][]float64{{1, -2}, {0.5, 0.25}, {-3, 1}}
	for _, c := range []struct {
		settings OptimizerSettings
		want     func() []float64
	}{
		{OptimizerSettings{Kind: "sgd"}, func() []float64 { return []float64{eta * -1.5, eta * -0.75} }},
		{OptimizerSettings{Kind: "momentum", Momentum: 0.5}, func() []float64 {
			theta, m := make([]float64, 2), make([]float64, 2)
			for _, g := range gradients {
				for k := range theta {
					m[k] = 0.5*m[k] + g[k]
					theta[k] += eta * m[k]
				}
			}
			return theta
		}},
		{OptimizerSettings{Kind: "adam", Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-3}, func() []float64 {
			theta, m, v := make([]float64, 2), make([]float64, 2), make([]float64, 2)
			for t, g := range gradients {
				for k := range theta {
					m[k] = 0.9*m[k] + 0.1*g[k]
					v[k] = 0.99*v[k] + 0.01*g[k]*g[k]
					mHat := m[k] / (1 - math.Pow(0.9, float64(t+1)))
					vHat := v[k] / (1 - math.Pow(0.99, float64(t+1)))
					theta[k] += eta * mHat / (math.Sqrt(vHat) + 1e-3)
				}
			}
			return theta
		}},
	} {
		t.Run(c.settings.Kind, func(t *testing.T) {
			o, err := NewOptimizer(2, c.settings)
			if err != nil {
				t.Fatal(err)
			}
			theta := make([]float64, 2)
			for _, g := range gradients {
				o.Step(theta, g, eta)
			}
			if d := distance(theta, c.want()); d > 1e-14 {
				t.Errorf("weights %v, want %v", theta, c.want())
			}
		})
	}
}

func TestHotCodeAllocatesNothing(t *testing.T) {
	f := newFixture(t, []int{20, 30, 30, 5}, "tanh", "softmax", "cross-entropy", 64)
	d := NewDFC(f.net, f.set)
	d.Bind(f.w, f.batch)
	x := make([]float64, 64*d.Layout().Width())
	dx, at, weight, id, dw := make([]float64, len(x)), make([]float64, 64), make([]float64, 64), firstN(64), NewWeights(f.net)
	d.Rest(x)
	for _, c := range []struct {
		name string
		call func()
	}{
		{"Fast", func() { d.Fast(dx, at, x, id) }},
		{"Slow", func() { d.Slow(dw, x, dx, id, weight) }},
		{"Screen", func() { d.Screen(make([]bool, 0, 64)[:64]) }},
	} {
		if n := testing.AllocsPerRun(10, c.call); n != 0 {
			t.Errorf("%s allocates %g times", c.name, n)
		}
	}
	for _, level := range []string{"steady", "linear", "buffered"} {
		p, err := NewPresenter(f.net, f.at(level))
		if err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(3, func() { p.Present(dw, f.w, f.batch) }); n != 0 {
			t.Errorf("a presentation at level %s allocates %g times", level, n)
		}
	}
}
