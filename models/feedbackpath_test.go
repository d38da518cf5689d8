package models

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
)

// along gives the fixture another feedback path, with weights by init.
func (f *fixture) along(t testing.TB, path FeedbackPath, init string) {
	t.Helper()
	f.net.Feedback = path
	w := NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	f.w = w
	if err := w.InitFeedback(f.net, init, 7, nil); err != nil {
		t.Fatal(err)
	}
}

// alongNeurons gives it a separate path of random weights, three times as strong
// as they are drawn, so that psi bends.
func (f *fixture) alongNeurons(t testing.TB, psi string, sizes ...int) {
	t.Helper()
	path, err := SeparatePath(f.net, 0, psi, sizes...)
	if err != nil {
		t.Fatal(err)
	}
	f.along(t, path, "random")
	for k := range f.w.R[0].Data {
		f.w.R[0].Data[k] *= 3
	}
	for _, q := range f.w.Link {
		for k := range q.Data {
			q.Data[k] /= 3
		}
	}
	f.w.Compose()
}

// tauPaths are feedback neurons that act at once, and slower ones.
var tauPaths = []float64{0, 0.1}

// feedbackByHand returns vfb of every layer at rest, from the definition.
func feedbackByHand(f *fixture, u []float64) [][]float64 {
	times := func(m blas64.General, x []float64) []float64 {
		y := make([]float64, m.Rows)
		for j := range y {
			for k, xk := range x {
				y[j] += m.Data[j*m.Stride+k] * xk
			}
		}
		return y
	}
	depth, path := f.net.Depth(), f.net.Feedback
	vfb, above := make([][]float64, depth), u
	for i := depth - 1; i >= 0; i-- {
		if stage := depth - 1 - i; stage < len(path.Sizes) {
			above = times(f.w.R[stage], above)
			path.Psi.Apply(above, above)
		}
		vfb[i] = times(f.w.Link[i], above)
		if path.Layerwise {
			above = vfb[i]
		}
	}
	return vfb
}

// At rest v_i - v_i^ff is what the path, written out, makes of u.
func TestEveryPathFeedsBackWhatItsDefinitionSays(t *testing.T) {
	paths := map[string]func(f *fixture){
		"direct":      func(*fixture) {},
		"layerwise":   func(f *fixture) { f.along(t, FeedbackPath{Layerwise: true}, "random") },
		"one layer":   func(f *fixture) { f.alongNeurons(t, "tanh", 7) },
		"two layers":  func(f *fixture) { f.alongNeurons(t, "tanh", 5, 3) },
		"as many":     func(f *fixture) { f.alongNeurons(t, "linear", 5, 6, 7) },
		"mirror":      func(f *fixture) { f.along(t, separate(t, f, "tanh", 4, 8, 9), "weight-product") },
		"half mirror": func(f *fixture) { f.along(t, separate(t, f, "tanh", 4, 8), "weight-product") },
	}
	for name, along := range paths {
		for _, level := range []string{"steady", "linear"} {
			t.Run(name+" "+level, func(t *testing.T) {
				f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 12)
				along(f)
				set := f.at(level)
				set.TargetStepsize, set.Unstable, set.Presentation = 0.4, "fail", math.Inf(1)
				_, p, _ := f.present(t, set)
				u, _ := p.Reveal("u")
				for b := range f.batch.N {
					before := row(f.batch.Input, b)
					for i, vfb := range feedbackByHand(f, row(u, b)) {
						v, _ := p.Reveal(fmt.Sprintf("v%d", i+1))
						for j := range vfb {
							ff := f.w.B[i][j]
							for k, r := range before {
								ff += f.w.W[i].Data[j*f.w.W[i].Stride+k] * r
							}
							if got := row(v, b)[j] - ff; math.Abs(got-vfb[j]) > 1e-13 {
								t.Fatalf("sample %d: vfb%d[%d] = %g, want %g", b, i+1, j, got, vfb[j])
							}
						}
						r, _ := p.Reveal(fmt.Sprintf("r%d", i+1))
						before = row(r, b)
					}
				}
			})
		}
	}
}

func separate(t testing.TB, f *fixture, psi string, sizes ...int) FeedbackPath {
	t.Helper()
	path, err := SeparatePath(f.net, 0, psi, sizes...)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The weight product of any path is that of the direct one, and so is all that
// follows from it, at every level.
func TestWeightProductIsOneFeedbackOnEveryPath(t *testing.T) {
	paths := map[string]func(f *fixture) FeedbackPath{
		"layerwise":   func(*fixture) FeedbackPath { return FeedbackPath{Layerwise: true} },
		"one layer":   func(f *fixture) FeedbackPath { return separate(t, f, "linear", 4) },
		"two layers":  func(f *fixture) FeedbackPath { return separate(t, f, "linear", 4, 8) },
		"every layer": func(f *fixture) FeedbackPath { return separate(t, f, "linear", 4, 8, 9) },
	}
	for name, path := range paths {
		for _, level := range []string{"steady", "linear", "response", "buffered"} {
			t.Run(name+" "+level, func(t *testing.T) {
				f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
				want, direct, _ := f.present(t, f.at(level))
				f.along(t, path(f), "weight-product")
				got, p, _ := f.present(t, f.at(level))
				if d := distance(f.states(t, p, "u"), f.states(t, direct, "u")); d > 1e-12 {
					t.Errorf("u is %g off", d)
				}
				if d := distance(got.Plastic(), want.Plastic()); d > 1e-12 {
					t.Errorf("the update is %g off", d)
				}
			})
		}
	}
}

func TestCoupledLayerwiseIsCoupledDirect(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 10)
	end := func() []float64 {
		_, w := f.presentCoupled(t, 50)
		return w.Plastic()
	}
	direct := end()
	f.along(t, FeedbackPath{Layerwise: true}, "weight-product")
	if d := distance(end(), direct); d > 1e-12 {
		t.Errorf("the weights end %g apart", d)
	}
}

// Feedback neurons settle, slow or not, where the rest state has them.
func TestSettledPathEndsAtSteady(t *testing.T) {
	for _, tau := range tauPaths {
		t.Run(fmt.Sprint(tau), func(t *testing.T) {
			f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
			f.alongNeurons(t, "tanh", 5, 6)
			f.set.Controller = pi(t, 1.5, 0.3) // its slowest mode decays as exp(-0.3 t) or faster
			steady, buffered := f.at("steady"), f.at("buffered")
			steady.TargetStepsize, buffered.TargetStepsize = 1, 1
			f.net.Feedback.Tau, buffered.Presentation, buffered.Unstable = tau, 80, "fail"
			_, rest, _ := f.present(t, steady)
			_, end, _ := f.present(t, buffered)
			for _, name := range []string{"v1", "v2", "v3", "u", "e", "x", "f1", "f2"} {
				if d := distance(f.states(t, end, name), f.states(t, rest, name)); d > 1e-8 {
					t.Errorf("%s ends %g from the rest state", name, d)
				}
			}
			if bent := largest(f.states(t, rest, "f1")); bent < 0.3 {
				t.Errorf("feedback neurons reach %g only: nothing is bent", bent)
			}
		})
	}
}

// A linear path of neurons comes to rest where direct feedback with the product
// of its matrices does, on whatever way.
func TestLinearNeuronsSettleAsTheirProduct(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	f.alongNeurons(t, "linear", 5, 6, 7)
	f.set.Controller = pi(t, 1.5, 0.3)
	set := f.at("buffered")
	f.net.Feedback.Tau, set.Presentation, set.Unstable = 0.1, 80, "fail"
	_, end, _ := f.present(t, set)
	product := f.w.Q
	f.along(t, FeedbackPath{}, "random")
	for i, q := range product {
		copy(f.w.Q[i].Data, q.Data)
	}
	_, direct, _ := f.present(t, f.at("steady"))
	for _, name := range []string{"v1", "v2", "v3", "u"} {
		if d := distance(f.states(t, end, name), f.states(t, direct, name)); d > 1e-8 {
			t.Errorf("%s ends %g from the rest state", name, d)
		}
	}
}

// M = d(r_L + u/g)/du, at feedback neurons that are far from linear.
func TestLoopGainOfAPathIsTheSlopeOfItsRestEquation(t *testing.T) {
	const h = 1e-5
	for _, sizes := range [][]int{{7}, {5, 3}, {5, 6, 7}} {
		f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "sigmoid", "squared-error", 1)
		f.alongNeurons(t, "tanh", sizes...)
		p := NewSteady(NewDFC(f.net, f.set), f.set)
		p.Bind(f.w, f.batch)
		p.active = append(p.active, 0)
		at := []float64{0.7, -0.4, 0.9, 0.2}
		residual := func(k int, step float64) []float64 {
			copy(row(p.u, 0), at)
			row(p.u, 0)[k] += step
			p.sweep()
			dst := make([]float64, 4)
			p.residual(dst, 0, 0)
			return dst
		}
		residual(0, 0)
		p.gain.linearizeAlong(p.feedbackTangents(), p.w, p.s, p.r, 1)
		for k := range 4 {
			up, down := residual(k, h), residual(k, -h)
			for c := range 4 {
				got, want := row(p.gain.block(p.gain.m, 0), c)[k], (up[c]-down[c])/(2*h)
				if math.Abs(got-want) > 1e-9 {
					t.Errorf("%v: M[%d, %d] = %g, want %g", sizes, c, k, got, want)
				}
			}
		}
	}
}

// Newton's own iteration for one sample comes to the rest state that the chords do.
func TestNewtonFindsThePathsRestState(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 6)
	f.alongNeurons(t, "tanh", 5, 6)
	f.set.TargetStepsize, f.set.Presentation = 1, math.Inf(1)
	_, rest, _ := f.present(t, f.at("steady"))
	p := NewSteady(NewDFC(f.net, f.set), f.set)
	p.Bind(f.w, f.batch)
	for b := range f.batch.N {
		if !p.newton(b) {
			t.Fatalf("sample %d does not come to rest", b)
		}
	}
	if d := distance(rowsOf(p.uRest, 6), f.states(t, rest, "u")); d > 1e-9 {
		t.Errorf("u is %g off", d)
	}
}

func TestSampleOnAPathIsTheSameBitsInAnyBatch(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 64)
	f.alongNeurons(t, "tanh", 5, 6)
	pick := []int{63, 5, 17, 0, 31}
	for _, level := range []string{"steady", "linear", "buffered"} {
		for _, tau := range tauPaths {
			set := f.at(level)
			f.net.Feedback.Tau, set.TargetStepsize = tau, 1
			set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
			_, all, _ := f.present(t, set)
			few := mustPresenter(t, f, set)
			if _, err := few.Present(NewWeights(f.net), f.w, f.only(pick...)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"v1", "v3", "u", "f2"} {
				whole, _ := all.Reveal(name)
				part, _ := few.Reveal(name)
				for k, b := range pick {
					if !slices.Equal(row(whole, b), row(part, k)) {
						t.Errorf("%s, tau_path = %g: %s of sample %d depends on its companions", level, tau, name, b)
					}
				}
			}
		}
	}
}

// Slower neurons make another trajectory, and so another update.
func TestTauPathDelaysFeedback(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 4)
	f.alongNeurons(t, "linear", 5, 6)
	update := func(tau float64) []float64 {
		set := f.at("buffered")
		f.net.Feedback.Tau = tau
		dw, _, _ := f.present(t, set)
		return dw.Plastic()
	}
	atOnce := update(0)
	far, near := distance(update(2e-3), atOnce), distance(update(1e-3), atOnce)
	if order := math.Log2(far / near); math.Abs(order-1) > 0.05 {
		t.Errorf("the update approaches that of tau_path = 0 with order %.2f in tau_path, want 1", order)
	}
}

func TestRandomPathGivesTheOutputItsOwnControl(t *testing.T) {
	for _, sizes := range [][]int{{4}, {9, 3}} {
		f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 1)
		f.along(t, separate(t, f, "tanh", sizes...), "random")
		identity := newMatrix(4, 4)
		setIdentity(identity)
		if d := distance(f.w.Q[2].Data, identity.Data); d > 1e-12 {
			t.Errorf("%v: Qeff_L is %g from the identity", sizes, d)
		}
	}
}

func TestWhatAPathCannotDoIsSaid(t *testing.T) {
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "linear", "squared-error", 1)
	fault := func(want string, err error) {
		t.Helper()
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	_, err := SeparatePath(f.net, 0, "relu", 3)
	fault("tanh or linear", err)
	_, err = SeparatePath(f.net, 0, "tanh", 3, 3, 3, 3)
	fault("a network of 3 layers", err)
	f.along(t, separate(t, f, "tanh", 4, 7), "random")
	fault("layer 2 has 7 neurons, not 8", f.w.InitFeedback(f.net, "weight-product", 1, nil))
	fault("random and weight-product", f.w.InitFeedback(f.net, "pseudoinverse", 1, []*Batch{f.batch}))
	_, err = NewPresenter(f.net, f.at("response"))
	fault("at once and linearly", err)

	wide := newFixture(t, []int{6, 9, wideOutputs + 1}, "tanh", "linear", "squared-error", 1)
	wide.along(t, separate(t, wide, "tanh", 4), "random")
	_, err = NewPresenter(wide.net, wide.at("steady"))
	fault("needs linear feedback neurons", err)
}

// The rest state of wide outputs, which knows paths by their product, has the
// teaching signals of the path.
func TestWideOutputsTakeLinearPaths(t *testing.T) {
	f := newFixture(t, []int{6, 9, wideOutputs + 1}, "tanh", "linear", "squared-error", 4)
	want, _, _ := f.present(t, f.at("steady"))
	for name, path := range map[string]FeedbackPath{
		"layerwise": {Layerwise: true}, "separate": separate(t, f, "linear", wideOutputs+1, 9),
	} {
		f.along(t, path, "weight-product")
		got, _, _ := f.present(t, f.at("steady"))
		if d := distance(got.Plastic(), want.Plastic()); d > 1e-10 {
			t.Errorf("%s: the update is %g off", name, d)
		}
	}
}

func TestFeedbackNeuronsAllocateNothing(t *testing.T) {
	for _, tau := range tauPaths {
		f := newFixture(t, []int{20, 30, 30, 5}, "tanh", "softmax", "cross-entropy", 64)
		f.alongNeurons(t, "tanh", 7, 30)
		f.net.Feedback.Tau = tau
		for _, level := range []string{"steady", "linear", "buffered"} {
			set := f.at(level)
			set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
			p, dw := mustPresenter(t, f, set), NewWeights(f.net)
			if n := testing.AllocsPerRun(3, func() { p.Present(dw, f.w, f.batch) }); n != 0 {
				t.Errorf("a presentation at level %s allocates %g times", level, n)
			}
		}
		p := NewSteady(NewDFC(f.net, f.set), f.set)
		p.Bind(f.w, f.batch)
		p.settleFeedback(p.u, 1)
		if n := testing.AllocsPerRun(3, func() { p.feedbackTangents() }); n != 0 {
			t.Errorf("tangents allocate %g times", n)
		}
	}
}
