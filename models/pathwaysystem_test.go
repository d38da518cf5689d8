package models

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/mathext"
)

// Where neurons and errors rest, the system teaches what the discrete rule does,
// bit for bit.
func TestRestOfThePathwaysIsTheDiscreteRule(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{6, 9, 8, 4}, "tanh", 20)
		want, steady, _ := f.present(t, f.at("steady"))
		p, x := f.pathwaysAt(t, steady)
		dx := make([]float64, len(x))
		p.Fast(dx, make([]float64, 20), x, firstN(20))
		if fastest := largest(dx); fastest > 1e-13 {
			t.Errorf("at rest something moves at %g", fastest)
		}
		ones, dw := make([]float64, 20), NewWeights(f.net)
		floats.AddConst(1, ones)
		p.Slow(dw, x, dx, firstN(20), ones)
		p.Flush(dw)
		if !slices.Equal(dw.Plastic(), want.Plastic()) {
			t.Errorf("G is %g off", distance(dw.Plastic(), want.Plastic()))
		}
	})
}

// pathwaysAt returns the system bound to the fixture's samples, and their states
// as p reveals them.
func (f *fixture) pathwaysAt(t testing.TB, p Presenter) (*PathwaySystem, []float64) {
	learner, err := NewLearner(f.net, f.set)
	if err != nil {
		t.Fatal(err)
	}
	system := learner.(*PathwaySystem)
	system.Bind(f.w, f.batch)
	width := system.Layout().Width()
	x := make([]float64, f.batch.N*width)
	for _, block := range system.Layout().Blocks() {
		g, ok := p.Reveal(block.Name)
		if !ok {
			t.Fatalf("%s is not revealed", block.Name)
		}
		for b := range f.batch.N {
			copy(x[b*width+block.Offset:], row(g, b))
		}
	}
	return system, x
}

// A long presentation ends where the discrete rule is, by every name.
func TestSettledPathwaysEndAtTheDiscreteRule(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{6, 9, 8, 4}, "tanh", 5)
		f.set.Presentation = 15 // 50 tau_b
		_, steady, _ := f.present(t, f.at("steady"))
		_, settled, _ := f.present(t, f.at("buffered"))
		for _, name := range []string{"v1", "r2", "m1", "m2", "m3", "d1", "d3", "e"} {
			if !within(1e-8, f.states(t, settled, name), f.states(t, steady, name)) {
				t.Errorf("%s is not at rest", name)
			}
		}
	})
}

// With frozen weights voltages stay where they are and errors come down a chain
// of k equal lags, k = 1 in the last layer and at most one more in each below it:
// after a time t the share P(k, t/tau_b) of them has arrived, P the regularised
// gamma function. So the mean update over [0, T] is the discrete one times
//
//	1 - (tau_b/T) sum_{j=1}^k P(j, T/tau_b) = 1 - k tau_b/T + O(exp(-T/tau_b))
//
// exactly.
func TestBufferedUpdateIsLateByTauForEveryStage(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		if saturates(r) {
			t.Skip("errors that saturate on their way make no linear cascade")
		}
		f := newPathFixture(t, r, []int{6, 9, 8, 7, 4}, "tanh", 10)
		steady, _, _ := f.present(t, f.at("steady"))
		buffered := map[float64]*Weights{}
		for _, presentation := range []float64{1, 5, 50} {
			f.set.Presentation = presentation
			buffered[presentation], _, _ = f.present(t, f.at("buffered"))
		}
		for i, dw := range steady.W {
			late := func(stages int) bool {
				for presentation, mean := range buffered {
					want := slices.Clone(dw.Data)
					floats.Scale(arrived(stages, presentation/f.set.TauB), want)
					if !within(1e-8, mean.W[i].Data, want) {
						return false
					}
				}
				return true
			}
			if !slices.ContainsFunc(firstN(f.net.Depth()-i), func(k int) bool { return late(k + 1) }) {
				t.Errorf("dW%d is not late by 1 to %d stages", i+1, f.net.Depth()-i)
			}
		}
	})
}

// arrived is the mean over [0, T] of what has passed a chain of unit lags.
func arrived(stages int, length float64) float64 {
	share := 1.0
	for j := 1; j <= stages; j++ {
		share -= mathext.GammaIncReg(float64(j), length) / length
	}
	return share
}

// Weights of a coupled system follow the reduced flow to first order in
// eps = tau_v/tau_w = tau_b/tau_w: the orders between 2 eps and eps go to 1 as eps
// to 0 (1.087 1.027 1.008 1.003 1.001 1.001 1.000 from eps = 1/32 on in the
// reference's network of these sizes).
func TestCoupledPathwaysApproachTheReducedFlowAtOrder1(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{4, 6, 5, 3}, "tanh", 8)
		floats.Scale(0.3, f.w.Plastic())
		reduced := f.reducedEnd(t)
		gap := func(eps float64, onManifold bool) float64 {
			end := f.coupledEnd(t, eps, onManifold)
			return floats.Distance(end, reduced, 2) / floats.Distance(reduced, f.w.Plastic(), 2)
		}
		last, smallest := gap(1.0/16, false), 9
		if r.Name == "bp" {
			smallest = 11
		}
		for k := 5; k <= smallest; k++ {
			eps := math.Ldexp(1, -k)
			next := gap(eps, false)
			if order := math.Log2(last / next); math.Abs(order-1) > 4*eps {
				t.Errorf("eps = 2^-%d: order %.4f, want 1", k, order)
			}
			last = next
		}
		// A start on the slow manifold does not help: fast states lag moving weights.
		if order := math.Log2(gap(1.0/256, true) / gap(1.0/512, true)); math.Abs(order-1) > 0.02 {
			t.Errorf("from the slow manifold: order %.3f, want 1", order)
		}
	})
}

// reducedEnd returns where the reduced flow takes the weights in a time of 1.
func (f *fixture) reducedEnd(t testing.TB) []float64 {
	y := slices.Clone(f.w.Plastic())
	if _, err := ode.Solve(newReducedFlow(t, f), y, 0, 1, ode.Options{RelTol: 1e-11, AbsTol: 1e-13}); err != nil {
		t.Fatal(err)
	}
	return y
}

// coupledEnd returns where the coupled system with tau_w = 1 takes them, from the
// feedforward state without errors or from the rest state.
func (f *fixture) coupledEnd(t testing.TB, eps float64, onManifold bool) []float64 {
	set := f.at("coupled")
	set.TauV, set.TauB, set.TauW = eps, eps, 1
	set.Solver = ode.Options{RelTol: 1e-7, AbsTol: 1e-10}
	c, y := f.coupledState(t, set)
	if onManifold {
		_, steady, _ := f.present(t, f.at("steady"))
		_, x := f.pathwaysAt(t, steady)
		copy(y, x)
	}
	set.Solver.Norm = c
	if _, err := ode.Solve(c, y, 0, 1, set.Solver); err != nil {
		t.Fatal(err)
	}
	return y[len(y)-len(f.w.Plastic()):]
}

// coupledState returns the coupled system and its state at the start.
func (f *fixture) coupledState(t testing.TB, set Settings) (*Coupled, []float64) {
	c, err := NewCoupled(f.net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	c.w.Copy(f.w)
	if _, err := c.begin(c.w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	y := c.y[:c.Dim()]
	copy(y[c.rows*c.width:], f.w.Plastic())
	return c, y
}

// With frozen weights all eigenvalues are -1/tau_v and -1/tau_b, as many of each
// as there are neurons: the Jacobian is a root of ((tau_v J + 1)(tau_b J + 1))^L,
// and its trace counts them. They are defective, so that eigenvalues computed
// would be off by the L-th root of what the Jacobian is.
func TestFrozenPathwaysHaveTwoTimeConstants(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{4, 6, 5, 3}, "tanh", 1)
		f.set.TauV = 0.2
		_, somewhere, _ := f.present(t, f.at("steady"))
		p, x := f.pathwaysAt(t, somewhere)
		for k := range x {
			x[k] += 0.3 * math.Sin(float64(k)) // not at rest
		}
		j := jacobianOf(len(x), x, func(dx, x []float64) { p.Fast(dx, []float64{0}, x, []int{0}) })
		root := shifted(p.tauV, j)
		root.Mul(root, shifted(p.tauB, j))
		root.Pow(root, f.net.Depth())
		if size := mat.Norm(root, 2); size > 1e-7 {
			t.Errorf("another eigenvalue: |((tau_v J + 1)(tau_b J + 1))^L| = %g", size)
		}
		want := -float64(len(x)/2) * (1/p.tauV + 1/p.tauB)
		if got := mat.Trace(j); math.Abs(got-want) > 1e-6 {
			t.Errorf("the trace is %g, want %g", got, want)
		}
	})
}

// shifted returns tau J + 1.
func shifted(tau float64, j *mat.Dense) *mat.Dense {
	var s mat.Dense
	s.Scale(tau, j)
	n, _ := j.Dims()
	for k := range n {
		s.Set(k, k, s.At(k, k)+1)
	}
	return &s
}

// jacobianOf returns the central differences of the n numbers dx that deriv sets.
func jacobianOf(n int, x []float64, deriv func(dx, x []float64)) *mat.Dense {
	const h = 1e-5
	j := mat.NewDense(n, n, nil)
	up, down := make([]float64, n), make([]float64, n)
	for k, at := range slices.Clone(x) {
		x[k] = at + h
		deriv(up, x)
		x[k] = at - h
		deriv(down, x)
		x[k] = at
		floats.Sub(up, down)
		floats.Scale(1/(2*h), up)
		j.SetCol(k, up)
	}
	return j
}

// One linear layer that is shown a constant x is stable exactly if
// tau_w (1/tau_v + 1/tau_b) > |x|^2, and |x|^2 + 1 with a bias: 2 % to either side.
func TestLinearLayerIsStableAsRouthSays(t *testing.T) {
	for _, bias := range []bool{false, true} {
		net, err := NewNetwork([]int{3, 2}, nil, "linear", "half-squared-error", bias)
		if err != nil {
			t.Fatal(err)
		}
		f := &fixture{net: net, w: NewWeights(net), batch: NewBatch(net), set: Settings{Rule: "bp", TauV: 0.3, TauB: 0.2}}
		f.batch.N = 1
		x := row(f.batch.Input, 0)
		copy(x, []float64{1.5, -2, 0.5}) // W = 0 answers the target 0: at rest
		gain := floats.Dot(x, x)
		if bias {
			gain++
		}
		boundary := gain / (1/f.set.TauV + 1/f.set.TauB)
		for tauW, stable := range map[float64]bool{1.02 * boundary: true, 0.98 * boundary: false} {
			set := f.at("coupled")
			set.TauW = tauW
			c, y := f.coupledState(t, set)
			j := jacobianOf(len(y), y, func(dy, y []float64) { c.Deriv(dy, 0, y) })
			var eigen mat.Eigen
			if !eigen.Factorize(j, mat.EigenNone) {
				t.Fatal("no eigenvalues")
			}
			abscissa := math.Inf(-1)
			for _, lambda := range eigen.Values(nil) {
				abscissa = max(abscissa, real(lambda))
			}
			// Weights across x do not move: their eigenvalues are 0.
			if got := abscissa < 1e-6; got != stable {
				t.Errorf("bias %v, tau_w = %g: the spectral abscissa is %g, stable should be %v", bias, tauW, abscissa, stable)
			}
		}
	}
}

// saturates says whether error neurons have a transfer function, tanh.
func saturates(r Rule) bool { return r.Name == "spiking-fa" }

// What is asked for by name is there at every level, and d is phi' * m, or
// phi' * tanh(m).
func TestPathwaysRevealTheirErrors(t *testing.T) {
	eachPathwayRule(t, func(t *testing.T, r Rule) {
		f := newPathFixture(t, r, []int{6, 9, 8, 4}, "tanh", 5)
		reveal := map[string]func(name string) []float64{}
		for _, level := range []string{"steady", "buffered"} {
			_, p, _ := f.present(t, f.at(level))
			reveal[level] = func(name string) []float64 { return f.states(t, p, name) }
		}
		c, _ := f.presentCoupled(t, 10)
		reveal["coupled"] = func(name string) []float64 {
			g, ok := c.Reveal(0, name)
			if !ok {
				t.Fatalf("no state %q", name)
			}
			return rowsOf(g, f.batch.N)
		}
		for level, named := range reveal {
			for i := range f.net.Depth() {
				rates, m, d := named(fmt.Sprint("r", i+1)), named(fmt.Sprint("m", i+1)), named(fmt.Sprint("d", i+1))
				for k, rate := range rates {
					if saturates(r) {
						m[k] = math.Tanh(m[k])
					}
					m[k] *= 1 - rate*rate
				}
				if !within(1e-14, d, m) {
					t.Errorf("level %s: d%d is not phi' * m%d", level, i+1, i+1)
				}
			}
			e, output := named("e"), named("r3")
			for b := range f.batch.N {
				floats.SubTo(output[b*4:b*4+4], row(f.batch.Target, b), output[b*4:b*4+4])
			}
			if !within(1e-14, e, output) {
				t.Errorf("level %s: e is not y - r_L", level)
			}
		}
	})
}
