package models

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// perturbationFixture is a network with a layerwise path whose links are zero,
// four samples of it, and constants with which everything moves slowly enough.
func perturbationFixture(t testing.TB, hidden string, sizes ...int) (*fixture, PerturbationSettings) {
	t.Helper()
	var activations []string
	for range len(sizes) - 2 {
		activations = append(activations, hidden)
	}
	net, err := NewNetwork(sizes, activations, "linear", "half-squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	net.Feedback = FeedbackPath{Layerwise: true}
	f := &fixture{net: net, w: NewWeights(net), batch: NewBatch(net)}
	if err := f.w.Init(3, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	f.fill(rand.New(rand.NewPCG(5, 6)), 4, "linear")
	return f, PerturbationSettings{
		Reference: "clean-error", Noise: 0.3, TauNoise: 0.5, TauV: 0.2, TauBaseline: 4,
		TauFeedback: math.Inf(1), TauW: math.Inf(1), Kappa: "matched", Presentation: 20, Step: 0.1, Seed: 1,
	}
}

// begun returns the system with learners at the feedforward state of sample 0.
func (f *fixture) begun(t testing.TB, set PerturbationSettings, learners int, observer func(float64, []float64) error) *PerturbedFeedback {
	t.Helper()
	p, err := NewPerturbedFeedback(f.net, set, learners, observer)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Begin(f.w, 0, learners, f.batch, 0); err != nil {
		t.Fatal(err)
	}
	return p
}

// exactErrors returns backpropagation's errors m_i of sample b, by layer.
func (f *fixture) exactErrors(t testing.TB, b int) (m [][]float64) {
	t.Helper()
	p := NewPathways(f.net, Backprop{})
	if _, err := p.Present(NewWeights(f.net), f.w, f.batch); err != nil {
		t.Fatal(err)
	}
	for _, layer := range p.errors.M {
		m = append(m, slices.Clone(row(layer, b)))
	}
	return m
}

// linearNoise is the system at rest with its weights held still, to first order
// in the noise: dx = A x dt + noise, l - b = slope . x.
type linearNoise struct {
	sleepSystem
	slope []float64
	p     *PerturbedFeedback
}

// linearize takes A and slope from the drift by central differences of width
// 2 eps, which are exact where the drift is quadratic.
func (f *fixture) linearize(t testing.TB, set PerturbationSettings, eps float64) *linearNoise {
	t.Helper()
	p := f.begun(t, set, 1, nil)
	n, rest := p.Dim(), slices.Clone(p.State(0))
	clear(rest[:p.noiseDim])
	l := &linearNoise{p: p, slope: make([]float64, n)}
	l.total, l.m, l.noise = n, mat.NewDense(n, n, nil), mat.NewDense(n, n, nil)
	up, down := make([]float64, n), make([]float64, n)
	for k := range n {
		x := slices.Clone(rest)
		x[k] = rest[k] + eps
		p.DerivRows(up, 0, x)
		high := p.look(x)
		x[k] = rest[k] - eps
		p.DerivRows(down, 0, x)
		l.slope[k] = (high - p.look(x)) / (2 * eps)
		for j := range n {
			l.m.Set(j, k, (up[j]-down[j])/(2*eps))
		}
	}
	for k := range p.noiseDim {
		dw, g := make([]float64, p.noiseDim), make([]float64, n)
		dw[k] = 1
		p.AddNoiseRows(g, 0, rest, dw)
		for i := range n {
			for j := range n {
				l.noise.Set(i, j, l.noise.At(i, j)+g[i]*g[j])
			}
		}
	}
	return l
}

// estimates returns E[-(l - b) z_i] of all hidden layers, one after another.
func (l *linearNoise) estimates(t testing.TB) []float64 {
	var product mat.VecDense
	product.MulVec(l.covariance(t), mat.NewVecDense(l.total, l.slope))
	mean := slices.Clone(product.RawVector().Data[:l.p.noiseDim])
	floats.Scale(-1, mean)
	return mean
}

// The gains G_i against Lyapunov's equation of noise, neurons and baseline.
func TestPerturbationGainIsLyapunovs(t *testing.T) {
	for _, c := range []struct {
		hidden, reference string
		eps, tolerance    float64
	}{
		{"linear", "clean-error", 0.5, 1e-11},
		{"linear", "two-pass", 0.5, 1e-11},
		{"linear", "one-network", 0.5, 1e-11},
		{"tanh", "clean-error", 1e-4, 1e-7}, // differences of a curved drift
	} {
		t.Run(c.hidden+"/"+c.reference, func(t *testing.T) {
			f, set := perturbationFixture(t, c.hidden, 3, 4, 3, 2)
			set.Reference = c.reference
			l := f.linearize(t, set, c.eps)
			var want []float64
			for i, m := range f.exactErrors(t, 0)[:2] {
				floats.Scale(set.Noise*set.Noise*set.Gain(f.net, i), m)
				want = append(want, m...)
			}
			if off := distance(l.estimates(t), want); off > c.tolerance {
				t.Errorf("E[-(l - b) z] is off by %.2g", off)
			}
			s := l.covariance(t)
			for k := range l.p.noiseDim {
				if v := s.At(k, k); math.Abs(v/0.09-1) > 1e-12 {
					t.Errorf("noise %d has variance %g, want c^2 = 0.09", k, v)
				}
			}
		})
	}
}

// As neurons become fast, the mean estimate tends to that of the discrete rule
// with two passes, and its distance is of order 1 in tau_v.
func TestFastNeuronsEstimateAsTheDiscreteRuleDoes(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	set.Reference = "two-pass"
	discrete := f.discreteTwoPass(set.Noise)
	off := func(tauV float64) float64 {
		set.TauV = tauV
		mean := f.linearize(t, set, 0.5).estimates(t)
		floats.Scale(1/(set.Noise*set.Noise), mean)
		return distance(mean, discrete)
	}
	coarse, fine := off(2e-3), off(1e-3)
	if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.01 || fine > 0.01 {
		t.Errorf("off by %.3g and %.3g, order %.3f, want order 1", coarse, fine, order)
	}
}

// discreteTwoPass returns the mean of -(l~ - l) xi_i/c^2 for sample 0, by running
// the network with the noise +-sqrt(N) c in one of its N hidden neurons: those
// points have the noise's first three moments, and the estimate of a linear
// network is a polynomial of degree three.
func (f *fixture) discreteTwoPass(c float64) []float64 {
	neurons := f.net.Sizes[1] + f.net.Sizes[2]
	mean, clean := make([]float64, neurons), f.noisyLoss(make([]float64, neurons))
	for k := range neurons {
		for _, sign := range []float64{-1, 1} {
			xi := make([]float64, neurons)
			xi[k] = sign * math.Sqrt(float64(neurons)) * c
			mean[k] -= (f.noisyLoss(xi) - clean) * xi[k] / (c * c) / float64(2*neurons)
		}
	}
	return mean
}

// noisyLoss is the loss of sample 0 with xi added to the hidden rates.
func (f *fixture) noisyLoss(xi []float64) float64 {
	r := slices.Clone(row(f.batch.Input, 0))
	for i, w := range f.w.W {
		var v mat.VecDense
		v.MulVec(mat.NewDense(w.Rows, w.Cols, w.Data), mat.NewVecDense(len(r), r))
		r = v.RawVector().Data
		floats.Add(r, f.w.B[i])
		f.net.Phi[i].Apply(r, r)
		if i < f.net.Depth()-1 {
			floats.Add(r, xi[:len(r)])
			xi = xi[len(r):]
		}
	}
	return f.net.Loss.Value(r, row(f.batch.Target, 0))
}

// averageOf returns the mean over a presentation of what of makes of a learner's
// state, a row a learner.
func (f *fixture) averageOf(t testing.TB, set PerturbationSettings, learners int, of func(p *PerturbedFeedback, x []float64) []float64) [][]float64 {
	t.Helper()
	sums, share := make([][]float64, learners), set.Step/set.Presentation
	var p *PerturbedFeedback
	burnIn := 5 * set.TauBaseline
	p = f.begun(t, set, learners, func(at float64, y []float64) error {
		if at < burnIn+set.Step/2 {
			return nil
		}
		for k := range sums {
			x := of(p, y[k*p.Dim():(k+1)*p.Dim()])
			if sums[k] == nil {
				sums[k] = make([]float64, len(x))
			}
			floats.AddScaled(sums[k], share/(1-burnIn/set.Presentation), x)
		}
		return nil
	})
	if err := p.Present(f.batch, 0); err != nil {
		t.Fatal(err)
	}
	return sums
}

// agree compares means over learners with what is wanted: within four standard
// errors and in all, which are to be small against what is wanted.
func agree(t *testing.T, sums [][]float64, want []float64, within float64) {
	t.Helper()
	off, size := 0.0, 0.0
	for k, w := range want {
		var column []float64
		for _, s := range sums {
			column = append(column, s[k])
		}
		mean, std := stat.MeanStdDev(column, nil)
		if z := (mean - w) / (std / math.Sqrt(float64(len(column)))); math.Abs(z) > 4 {
			t.Errorf("component %d: mean %.4g, want %.4g: %.1f standard errors", k, mean, w, z)
		}
		off, size = off+(mean-w)*(mean-w), size+w*w
	}
	if off := math.Sqrt(off / size); off > within {
		t.Errorf("off by %.3g of what is wanted", off)
	}
}

// The estimates of a simulation, whose step is a fifth of tau_n.
func TestSimulatedEstimatesAverageToTheClosedForm(t *testing.T) {
	for _, reference := range []string{"clean-error", "two-pass"} {
		for _, tauQ := range []float64{0, 1} {
			t.Run(fmt.Sprint(reference, "/trace ", tauQ), func(t *testing.T) {
				f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
				set.Reference, set.TauTrace, set.Presentation, set.Kappa = reference, tauQ, 320, "variance"
				sums := f.averageOf(t, set, 32, func(p *PerturbedFeedback, x []float64) []float64 {
					q := make([]float64, 7)
					p.Derive(q[:4], "q1", x)
					p.Derive(q[4:], "q2", x)
					return q
				})
				var want []float64
				for i, m := range f.exactErrors(t, 0)[:2] {
					floats.Scale(set.Gain(f.net, i), m)
					want = append(want, m...)
				}
				agree(t, sums, want, 0.06)
			})
		}
	}
}

// One noisy network: q and d share noise, which the moments of the whole linear
// system give in closed form. With S = E[x x^T], l = l_0 + h.x + x^T H x/2,
//
//	E[l x x^T] = E[l] S + S H S
//	0 = A M + M A^T + E[b] N + (E[l x x^T] - M)/tau_b          M = E[b x x^T]
//	0 = A m + (S h - m)/tau_b                                  m = E[b x]
//
// so that the drift of B_{L-1} has -B E[d d^T], with the output's covariance in
// it, and a bias of order c^2.
func TestOneNoisyNetworkDriftsAsItsMomentsSay(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	set.Reference, set.Noise, set.Presentation, set.Kappa = "one-network", 0.5, 320, "variance"
	if err := f.w.InitFeedback(f.net, "random", 4, nil); err != nil {
		t.Fatal(err)
	}
	const inputs = 3 // of hidden layer 2, the one whose B reads the output's error
	sums := f.averageOf(t, set, 48, func(p *PerturbedFeedback, x []float64) []float64 {
		p.look(x)
		var drift mat.Dense
		residual := mat.NewVecDense(inputs, floats.SubTo(make([]float64, inputs), p.q[1].Data, p.m[1].Data))
		drift.Outer(1, residual, mat.NewVecDense(2, p.d[2].Data))
		return drift.RawMatrix().Data
	})
	agree(t, sums, f.oneNetworkDrift(t, set), 0.1)
}

// oneNetworkDrift returns E[(q - B d) d^T] of the last hidden layer.
func (f *fixture) oneNetworkDrift(t *testing.T, set PerturbationSettings) []float64 {
	l := f.linearize(t, set, 0.5)
	base, from := l.p.at.baseline, l.p.at.volt[2]
	l.m, l.noise = mat.DenseCopyOf(l.m.Slice(0, base, 0, base)), mat.DenseCopyOf(l.noise.Slice(0, base, 0, base))
	l.total = base // x is noise and voltages; the output's are its last two
	s := l.covariance(t)
	e := f.exactErrors(t, 0)[2]
	h, hessian := mat.NewVecDense(base, nil), mat.NewDense(base, base, nil)
	for k := range 2 {
		h.SetVec(from+k, -e[k])
		hessian.Set(from+k, from+k, 1)
	}
	excess := (s.At(from, from) + s.At(from+1, from+1)) / 2 // E[l] - l_0; l_0 goes with the baseline
	var shs, third mat.Dense
	shs.Product(s, hessian, s)
	third.Scale(excess, s)
	third.Add(&third, &shs)

	var inner, outer mat.Dense
	inner.Scale(1/set.TauBaseline, &third)
	outer.Scale(excess, l.noise)
	outer.Add(&outer, &inner)
	shifted := sleepSystem{total: base, m: mat.DenseCopyOf(l.m), noise: &outer}
	resolvent := mat.DenseCopyOf(l.m)
	for k := range base {
		shifted.m.Set(k, k, l.m.At(k, k)-0.5/set.TauBaseline)
		resolvent.Set(k, k, l.m.At(k, k)-1/set.TauBaseline)
	}
	eaten := shifted.covariance(t)
	var sh, m mat.VecDense
	sh.MulVec(s, h)
	m.ScaleVec(-1/set.TauBaseline, &sh)
	if err := m.SolveVec(resolvent, &m); err != nil {
		t.Fatal(err)
	}
	var drift []float64
	for j := range 3 {
		z, c2 := 4+j, set.Noise*set.Noise
		for k := range 2 {
			// d = e - x_L; q = -(l - b) z/c^2
			qd := -((sh.AtVec(z)-m.AtVec(z))*e[k] - (third.At(z, from+k) - eaten.At(z, from+k))) / c2
			for o := range 2 {
				qd -= row(f.w.Link[1], j)[o] * (e[o]*e[k] + s.At(from+o, from+k))
			}
			drift = append(drift, qd)
		}
	}
	return drift
}

// movingFixture is a tanh network at work: all weights move, B is random and
// decays, the trace is low-passed.
func movingFixture(t *testing.T) (*fixture, PerturbationSettings) {
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	set.TauFeedback, set.TauW, set.TauTrace, set.Beta = 50, 80, 0.7, 0.3
	if err := f.w.InitFeedback(f.net, "random", 4, nil); err != nil {
		t.Fatal(err)
	}
	return f, set
}

// A learner whose traces are their means, G_i c^2/kappa_i times the exact errors,
// moves its weights as the averaged flow does.
func TestALearnerWithMeanTracesMovesAsTheAveragedFlow(t *testing.T) {
	for _, kappa := range []string{"matched", "variance"} {
		f, set := movingFixture(t)
		set.Kappa = kappa
		p := f.begun(t, set, 1, nil)
		x, dx := p.State(0), make([]float64, p.Dim())
		for i, m := range f.exactErrors(t, 0)[:2] {
			floats.Scale(set.Noise*set.Noise*set.Gain(f.net, i)*p.perKappa[i], m)
			copy(x[p.at.trace[i]:], m)
		}
		p.DerivRows(dx, 0, x)
		a, err := NewPerturbedFeedbackAverage(f.net, set)
		if err != nil {
			t.Fatal(err)
		}
		a.Bind(f.w, f.only(0))
		y, dy := make([]float64, a.Dim()), make([]float64, a.Dim())
		a.State(y, f.w)
		a.Deriv(dy, 0, y)
		if off := distance(dx[len(dx)-len(dy):], dy); off > 1e-13 {
			t.Errorf("%s: off by %.2g", kappa, off)
		}
	}
}

// The rates that the method is told are those of the drift.
func TestRatesAreThoseOfTheDrift(t *testing.T) {
	f, set := movingFixture(t)
	p := f.begun(t, set, 1, nil)
	n, slow := p.Dim(), p.at.feedback[0]
	rates, before, after := make([]float64, n), make([]float64, n), make([]float64, n)
	p.Rates(rates)
	p.DerivRows(before, 0, p.State(0))
	for k := range n {
		want := 0.0
		switch {
		case k < slow:
			x := slices.Clone(p.State(0))
			x[k] += 1e-3
			p.DerivRows(after, 0, x)
			want = -(after[k] - before[k]) / 1e-3
		case k < p.at.forward:
			want = set.Beta / set.TauFeedback
		}
		if math.Abs(rates[k]-want) > 1e-9 {
			t.Errorf("component %d has rate %g, want %g", k, rates[k], want)
		}
	}
}

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

// A learner's path is its own: the same bits in any company.
func TestALearnerDoesNotDependOnItsCompany(t *testing.T) {
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	set.TauFeedback, set.TauW = 50, 80
	together := f.begun(t, set, 5, nil)
	alone, err := NewPerturbedFeedback(f.net, set, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.Begin(f.w, 3, 1, f.batch, 0); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*PerturbedFeedback{together, alone} {
		for b := range 3 {
			if err := p.Present(f.batch, b); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.Equal(together.State(3), alone.State(0)) {
		t.Error("learner 3 is another one alone")
	}
	if slices.Equal(together.State(3), together.State(2)) {
		t.Error("two learners have the same noise")
	}
	end := NewWeights(f.net)
	end.Copy(f.w)
	alone.ReadWeights(end, 0)
	if slices.Equal(end.Plastic(), f.w.Plastic()) || floats.Norm(end.Link[0].Data, 2) == 0 {
		t.Error("the weights did not move")
	}
}

func TestPerturbedFeedbackAllocatesNothing(t *testing.T) {
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	set.TauFeedback, set.TauW, set.TauTrace = 50, 80, 0.1
	p := f.begun(t, set, 2, nil)
	dy := make([]float64, 2*p.Dim())
	if n := testing.AllocsPerRun(10, func() { p.DerivRows(dy, 0, p.y) }); n != 0 {
		t.Errorf("DerivRows allocates %v times", n)
	}
}

func TestPerturbationSettingsAreChecked(t *testing.T) {
	for want, change := range map[string]func(*PerturbationSettings){
		"Reference is \"clean\"":  func(s *PerturbationSettings) { s.Reference = "clean" },
		"Kappa is \"\"":           func(s *PerturbationSettings) { s.Kappa = "" },
		"TauNoise is 0":           func(s *PerturbationSettings) { s.TauNoise = 0 },
		"TauTrace is -1":          func(s *PerturbationSettings) { s.TauTrace = -1 },
		"TauV is +Inf":            func(s *PerturbationSettings) { s.TauV = math.Inf(1) },
		"want a divisor":          func(s *PerturbationSettings) { s.Presentation = 0.15 },
		"TauFeedback is NaN":      func(s *PerturbationSettings) { s.TauFeedback = math.NaN() },
		"h is 0":                  func(s *PerturbationSettings) { s.Step = 0 },
		"TauBaseline is 0: want ": func(s *PerturbationSettings) { s.TauBaseline = 0 },
	} {
		f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
		change(&set)
		if _, err := NewPerturbedFeedback(f.net, set, 1, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one that says %q", err, want)
		}
	}
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	f.net.Feedback = FeedbackPath{}
	if _, err := NewPerturbedFeedbackAverage(f.net, set); err == nil {
		t.Error("a direct path was accepted")
	}
}
