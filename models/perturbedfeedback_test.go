package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
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
