package models

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// eachPathwayRule runs a law for every rule that is written as two pathways.
func eachPathwayRule(t *testing.T, law func(t *testing.T, r Rule)) {
	for _, r := range Rules() {
		f := newPathFixture(t, r, []int{2, 2, 1}, "linear", 1)
		learner, err := NewLearner(f.net, f.set)
		if _, ok := learner.(*PathwaySystem); err == nil && ok {
			t.Run(r.Name, func(t *testing.T) { law(t, r) })
		}
	}
}

// newPathFixture is a fixture of r and half the squared error.
func newPathFixture(t testing.TB, r Rule, sizes []int, output string, samples int) *fixture {
	t.Helper()
	f := newFixture(t, sizes, "tanh", output, "half-squared-error", samples)
	f.takePath(t, r)
	f.set.TauB = 0.3
	return f
}

// takePath makes the fixture one of r, with random feedback of the path that it
// usually has.
func (f *fixture) takePath(t testing.TB, r Rule) {
	t.Helper()
	f.set.Rule = r.Name
	if len(r.Paths) == 0 {
		return
	}
	f.net.Feedback.Layerwise = r.Paths[0] == "layerwise"
	w := NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	if err := w.InitFeedback(f.net, "random", 7, nil); err != nil {
		t.Fatal(err)
	}
	f.w = w
}

// The published rules neuron by neuron, for one sample: sum_j M_ij x_j of what
// comes from above.
func TestDiscreteRulesAreThePublishedOnes(t *testing.T) {
	above := map[string]func(w *Weights, i int, m, d []*mat.VecDense) *mat.VecDense{
		"bp": func(w *Weights, i int, _, d []*mat.VecDense) *mat.VecDense {
			return times(asDense(w.W[i+1]).T(), d[i+1])
		},
		"fa-chain": func(w *Weights, i int, _, d []*mat.VecDense) *mat.VecDense {
			return times(asDense(w.Link[i]), d[i+1])
		},
		"fa": func(w *Weights, i int, m, _ []*mat.VecDense) *mat.VecDense {
			return times(asDense(w.Link[i]), m[i+1])
		},
		"dfa": func(w *Weights, i int, m, _ []*mat.VecDense) *mat.VecDense {
			return times(asDense(w.Q[i]), m[len(m)-1])
		},
		"shallow": func(w *Weights, i int, _, _ []*mat.VecDense) *mat.VecDense {
			return mat.NewVecDense(w.W[i].Rows, nil)
		},
	}
	for name, carry := range above {
		t.Run(name, func(t *testing.T) {
			r, err := RuleByName(name)
			if err != nil {
				t.Fatal(err)
			}
			f := newPathFixture(t, r, []int{5, 7, 6, 4, 3}, "tanh", 1)
			dw, p, _ := f.present(t, f.at("steady"))
			m, d := make([]*mat.VecDense, 4), make([]*mat.VecDense, 4)
			for i := 3; i >= 0; i-- {
				rates := mat.NewVecDense(f.net.Sizes[i+1], f.states(t, p, fmt.Sprint("r", i+1)))
				if i == 3 {
					m[i] = mat.NewVecDense(3, nil)
					m[i].SubVec(mat.NewVecDense(3, row(f.batch.Target, 0)), rates)
				} else {
					m[i] = carry(f.w, i, m, d)
				}
				d[i] = mat.NewVecDense(rates.Len(), nil)
				for j := range rates.Len() {
					d[i].SetVec(j, (1-rates.AtVec(j)*rates.AtVec(j))*m[i].AtVec(j))
				}
				if !within(1e-14, dw.B[i], d[i].RawVector().Data) {
					t.Errorf("db%d = %v, want %v", i+1, dw.B[i], d[i].RawVector().Data)
				}
				before := mat.NewVecDense(5, row(f.batch.Input, 0))
				if i > 0 {
					before = mat.NewVecDense(f.net.Sizes[i], f.states(t, p, fmt.Sprint("r", i)))
				}
				var outer mat.Dense
				outer.Outer(1, d[i], before)
				if !within(1e-14, dw.W[i].Data, outer.RawMatrix().Data) {
					t.Errorf("dW%d is not d r^T", i+1)
				}
			}
		})
	}
}

// reducedFlow is the flow of the weights on the rest states of the neurons,
// dw/dt = mean over samples of G.
type reducedFlow struct {
	rule  Presenter
	w, dw *Weights
	batch *Batch
}

func newReducedFlow(t testing.TB, f *fixture) *reducedFlow {
	w := NewWeights(f.net)
	w.Copy(f.w)
	return &reducedFlow{mustPresenter(t, f, f.at("steady")), w, NewWeights(f.net), f.batch}
}

func (s *reducedFlow) Dim() int { return len(s.w.Plastic()) }

func (s *reducedFlow) Deriv(dy []float64, _ float64, y []float64) {
	copy(s.w.Plastic(), y)
	s.dw.Zero()
	if _, err := s.rule.Present(s.dw, s.w, s.batch); err != nil {
		panic(err)
	}
	floats.ScaleTo(dy, 1/float64(s.batch.N), s.dw.Plastic())
}

// A step of forward Euler on the reduced flow is the discrete rule, with
// dt/tau_w for learning rate.
func TestEulerStepOfTheReducedFlowIsTheDiscreteRule(t *testing.T) {
	const eta = 0.125
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{5, 7, 6, 3}, "tanh", 8)
		y := slices.Clone(f.w.Plastic())
		if _, err := ode.Solve(newReducedFlow(t, f), y, 0, eta, ode.Options{Method: ode.Euler(), Step: eta}); err != nil {
			t.Fatal(err)
		}
		dw, _, _ := f.present(t, f.at("steady"))
		floats.Scale(1/float64(f.batch.N), dw.Plastic())
		sgd{}.Step(f.w.Plastic(), dw.Plastic(), eta)
		if !slices.Equal(y, f.w.Plastic()) {
			t.Errorf("%g apart", distance(y, f.w.Plastic()))
		}
	})
}

// A sample's errors are the same bits in any company.
func TestErrorsOfASampleAreTheSameBitsInAnyBatch(t *testing.T) {
	pick := []int{63, 5, 17, 0, 31}
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{6, 9, 8, 4}, "sigmoid", 64)
		f.set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
		for _, level := range []string{"steady", "buffered"} {
			_, all, _ := f.present(t, f.at(level))
			few := mustPresenter(t, f, f.at(level))
			if _, err := few.Present(NewWeights(f.net), f.w, f.only(pick...)); err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"v1", "m1", "m3", "d2", "e"} {
				whole, _ := all.Reveal(name)
				part, _ := few.Reveal(name)
				for k, b := range pick {
					if !slices.Equal(row(whole, b), row(part, k)) {
						t.Errorf("level %s: %s of sample %d depends on its companions", level, name, b)
					}
				}
			}
		}
	})
}

func TestPathwaysAllocateNothing(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{20, 30, 30, 5}, "linear", 64)
		steady, dw := mustPresenter(t, f, f.at("steady")), NewWeights(f.net)
		p, _ := NewLearner(f.net, f.set)
		p.Bind(f.w, f.batch)
		x := make([]float64, 64*p.Layout().Width())
		dx, at, weight, id := make([]float64, len(x)), make([]float64, 64), make([]float64, 64), firstN(64)
		p.Rest(x)
		for name, call := range map[string]func(){
			"Present": func() { steady.Present(dw, f.w, f.batch) },
			"Bind":    func() { p.Bind(f.w, f.batch) },
			"Refresh": func() { p.Refresh(f.w) },
			"Fast":    func() { p.Fast(dx, at, x, id) },
			"Slow":    func() { p.Slow(dw, x, dx, id, weight) },
			"Flush":   func() { p.Flush(dw) },
			"Norm":    func() { p.Norm(3, x[:p.Layout().Width()], x, x) },
		} {
			if n := testing.AllocsPerRun(5, call); n != 0 {
				t.Errorf("%s allocates %g times", name, n)
			}
		}
	})
}

// within reports whether a is b to a share of b's largest component.
func within(share float64, a, b []float64) bool {
	return floats.Distance(a, b, math.Inf(1)) <= share*floats.Norm(b, math.Inf(1))
}

func asDense(g blas64.General) *mat.Dense { return mat.NewDense(g.Rows, g.Cols, g.Data) }

func times(a mat.Matrix, x *mat.VecDense) *mat.VecDense {
	var y mat.VecDense
	y.MulVec(a, x)
	return &y
}
