package models

import (
	"math"
	"slices"
	"testing"

	"credo/ode"
)

func (f *fixture) inTime(presentation float64) Settings {
	set := f.at("buffered")
	set.TauV, set.TauB, set.Presentation = 0.2, 0.3, presentation
	return set
}

func TestGBPIsTheRootOfItsDynamics(t *testing.T) {
	for _, activation := range []string{"tanh", "relu"} {
		f := newSpikeSlab(t, []int{6, 9, 8, 4}, activation, "softmax", "cross-entropy", 10)
		_, p, _ := f.present(t, f.at("steady"))
		system := NewGBPSystem(f.net, f.inTime(1))
		system.Bind(f.w, f.batch)
		width := system.Layout().Width()
		x, dx := make([]float64, 10*width), make([]float64, 10*width)
		for b := range 10 {
			for _, block := range system.Layout().Blocks() {
				g, _ := p.Reveal(block.Name)
				copy(x[b*width+block.Offset:], row(g, b))
			}
		}
		system.Fast(dx, make([]float64, 10), x, firstN(10))
		for k, v := range dx {
			if math.Abs(v) > 1e-12 {
				t.Fatalf("%s: %s moves at %g", activation, system.Layout().Locate(k/width, k%width), v)
			}
		}
	}
}

// Voltages begin at rest; so the errors of the last hidden layer, which those of the
// output drive, come with time as 1 - exp(-t/tau_b).
func TestErrorsOfGBPArriveWithTheirTimeConstant(t *testing.T) {
	f := newSpikeSlab(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	_, rest, _ := f.present(t, f.at("steady"))
	_, p, _ := f.present(t, f.inTime(0.45))
	want := f.states(t, rest, "d2")
	for k := range want {
		want[k] *= 1 - math.Exp(-0.45/0.3)
	}
	if d := distance(f.states(t, p, "d2"), want); d > 1e-8 {
		t.Errorf("%g from the exponential", d)
	}
	if d := distance(f.states(t, p, "v3"), f.states(t, rest, "v3")); d > 1e-12 {
		t.Errorf("voltages move by %g", d)
	}
}

// The average over a presentation of length T misses the discrete update by the
// transient, which is of order tau/T.
func TestBufferedGBPIsTheDiscreteRuleToOrderOne(t *testing.T) {
	f := newSpikeSlab(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	steady, _, _ := f.present(t, f.at("steady"))
	var far []float64
	for _, length := range []float64{20, 40, 80} {
		dw, _, _ := f.present(t, f.inTime(length))
		far = append(far, distance(dw.Plastic(), steady.Plastic()))
	}
	for k, d := range far[1:] {
		if order := math.Log2(far[k] / d); math.Abs(order-1) > 0.02 {
			t.Errorf("order %.3f, want 1 (distances %v)", order, far)
		}
	}
}

// At tau_w = T/eta the weights of level coupled end where one projected step of
// level buffered puts them, to order eta.
func TestCoupledGBPIsABufferedStepToOrderOne(t *testing.T) {
	f := newSpikeSlab(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	for k := range f.w.Pi[0].Data { // some begin at bounds
		f.w.Pi[0].Data[k] *= float64(k % 2)
	}
	f.w.Compose()
	set := f.inTime(10)
	set.Solver = ode.Options{RelTol: 1e-8, AbsTol: 1e-10}
	dw, _, _ := f.present(t, set)
	var far []float64
	for _, eta := range []float64{2e-2, 1e-2, 5e-3} {
		set.Level, set.TauW = "coupled", set.Presentation/eta
		c, err := NewCoupled(f.net, 1, set)
		if err != nil {
			t.Fatal(err)
		}
		moved, stepped := NewWeights(f.net), NewWeights(f.net)
		moved.Copy(f.w)
		stepped.Copy(f.w)
		if _, err := c.Present(moved, []*Batch{f.batch}); err != nil {
			t.Fatal(err)
		}
		for k, d := range dw.Plastic() {
			stepped.Plastic()[k] += eta / 10 * d
		}
		stepped.Project()
		if err := moved.CheckSpikeSlab(); err != nil {
			t.Error(err)
		}
		worst := 0.0
		for k, x := range moved.Plastic() {
			worst = max(worst, math.Abs(x-stepped.Plastic()[k]))
		}
		far = append(far, worst)
	}
	// What both leave out of a step is of order eta^2.
	for k, d := range far[1:] {
		if order := math.Log2(far[k] / d); math.Abs(order-2) > 0.15 {
			t.Errorf("order %.3f of the difference, want 2 (%v)", order, far)
		}
	}
}

func flowOf(f *fixture, tolerance float64) *GBPFlow {
	return NewGBPFlow(f.net, []*Batch{f.batch}, GBPFlowSettings{
		Seed: 11, Tau: [3]float64{1, 2, 0.5}, Solver: ode.Options{RelTol: tolerance, AbsTol: tolerance},
	})
}

// Projected Euler steps converge to the flow at order 1, events and all.
func TestProjectedEulerConvergesToTheFlow(t *testing.T) {
	f := newSpikeSlab(t, []int{4, 5, 3}, "tanh", "softmax", "cross-entropy", 6)
	for k := range f.w.Pi[0].Data {
		f.w.Pi[0].Data[k] *= 0.1
	}
	const end = 4.0
	flow, w := flowOf(f, 1e-9), NewWeights(f.net)
	w.Copy(f.w)
	events, err := flow.Solve(w, 0, end)
	if err != nil {
		t.Fatal(err)
	}
	hits := slices.IndexFunc(events, func(e FlowEvent) bool { return !e.Leaves })
	if hits < 0 || events[hits].T <= 0 || events[hits].T >= end {
		t.Fatalf("no parameter hits a bound: %v", events)
	}
	var far []float64
	dy := make([]float64, flow.Dim())
	for _, steps := range []int{400, 800, 1600} {
		y := slices.Clone(f.w.Plastic())
		for range steps {
			flow.push(dy, y)
			for k, d := range dy {
				y[k] = min(max(y[k]+end/float64(steps)*d, flow.lower[k]), flow.upper[k])
			}
		}
		far = append(far, distance(y, w.Plastic()))
	}
	for k, d := range far[1:] {
		if order := math.Log2(far[k] / d); math.Abs(order-1) > 0.1 {
			t.Errorf("order %.3f, want 1 (distances %v)", order, far)
		}
	}
}

// In the interior, without decay, the flow does not move along gauge orbits:
// (1-pi) tau_pi pi' + m tau_m m' + (Xi - m^2) tau_Xi Xi' = 0. And it descends.
func TestTheFlowDescendsAcrossTheGauge(t *testing.T) {
	f := newSpikeSlab(t, []int{4, 5, 3}, "tanh", "softmax", "cross-entropy", 6)
	flow := flowOf(f, 1e-7)
	dy := make([]float64, flow.Dim())
	flow.push(dy, f.w.Plastic())
	for i := range f.w.W {
		for k := range f.w.W[i].Data {
			p, d := f.w.Weight(i, k), flow.dw.Weight(i, k)
			along := (1-p.Pi)*2*d.Pi + p.M*1*d.M + (p.Xi-p.M*p.M)*0.5*d.Xi
			if math.Abs(along) > 1e-15 {
				t.Fatalf("layer %d, weight %d: %g along the orbit", i+1, k, along)
			}
		}
	}
	w, loss := NewWeights(f.net), math.Inf(1)
	w.Copy(f.w)
	for step := range 8 {
		if now := flow.Loss(w.Plastic()); now >= loss {
			t.Fatalf("the loss rises from %g to %g before t = %d", loss, now, step)
		} else {
			loss = now
		}
		if _, err := flow.Solve(w, float64(step), float64(step+1)); err != nil {
			t.Fatal(err)
		}
	}
}

// At a bound level coupled does not move a parameter out: its field is the
// projected one.
func TestCoupledGBPIsConfinedAtItsBounds(t *testing.T) {
	f := newSpikeSlab(t, []int{6, 9, 4}, "tanh", "softmax", "cross-entropy", 10)
	for k := range f.w.Pi[0].Data {
		f.w.Pi[0].Data[k] *= float64(k % 2)
	}
	f.w.Compose()
	set := f.inTime(10)
	set.Level, set.TauW = "coupled", 1
	c, err := NewCoupled(f.net, 1, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.begin(f.w, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	y := c.y[:c.Dim()]
	copy(y[c.rows*c.width:], f.w.Plastic())
	errors, _ := c.learners[0].Layout().Block("d1")
	for b := range c.rows {
		for j := range errors.Len {
			y[b*c.width+errors.Offset+j] = math.Sin(float64(b + j)) // some that teach
		}
	}
	dy := make([]float64, c.Dim())
	c.Deriv(dy, 0, y)
	held, free := 0, 0
	moved := NewWeights(f.net)
	copy(moved.Plastic(), dy[c.rows*c.width:])
	for k, pi := range f.w.Pi[0].Data {
		switch d := moved.Pi[0].Data[k]; {
		case pi == 0 && d < 0:
			t.Fatalf("pi1, weight %d, moves out at %g", k, d)
		case pi == 0 && d == 0:
			held++
		default:
			free++
		}
	}
	if held == 0 || free == 0 {
		t.Errorf("%d parameters held, %d free: no case", held, free)
	}
}

// As D comes to 0 the flow of level coupled is singular, and goes on all the same:
// where projected Euler steps of the discrete rule lead, to order 1 in tau_v = tau_b,
// in few steps and with no parameter left beyond its bounds. It begins where D is of
// the order of the tolerance; Euler itself is 1e-3 off, with kinks of relu 5e-3.
func TestCoupledGBPPassesWhereTheVarianceVanishes(t *testing.T) {
	far := map[string][2]float64{"tanh": {4e-3, 2.2e-3}, "relu": {2e-2, 2e-2}}
	for activation, tolerances := range far {
		f := newSpikeSlab(t, []int{3, 4, 2}, activation, "softmax", "cross-entropy", 5)
		for i := range f.w.Pi {
			clear(f.w.Pi[i].Data)
			for k := range f.w.Xi[i].Data {
				f.w.Xi[i].Data[k] = 1e-7
			}
		}
		f.w.Compose()
		want := f.projectedEuler(t, 20000)
		var got [2]float64
		for n, tau := range []float64{0.02, 0.01} {
			set := f.inTime(1)
			set.Level, set.TauW, set.TauV, set.TauB = "coupled", 1, tau, tau
			set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-5, MaxSteps: 300}
			c, err := NewCoupled(f.net, 1, set)
			if err != nil {
				t.Fatal(err)
			}
			w := NewWeights(f.net)
			w.Copy(f.w)
			if _, err := c.Present(w, []*Batch{f.batch}); err != nil {
				t.Fatal(err)
			}
			got[n] = distance(w.Plastic(), want)
			if got[n] > tolerances[n] {
				t.Errorf("%s, tau = %g: %.4f from projected Euler", activation, tau, got[n])
			}
			copy(w.Plastic(), c.y[c.rows*c.width:])
			for i := range w.Pi {
				if beyond := min(slices.Min(w.Pi[i].Data), slices.Min(w.Xi[i].Data)); beyond < -1e-3 {
					t.Errorf("%s: a parameter of layer %d is %g beyond its bound", activation, i+1, -beyond)
				}
			}
		}
		if order := math.Log2(got[0] / got[1]); activation == "tanh" && math.Abs(order-1) > 0.15 {
			t.Errorf("order %.3f, want 1 (%v)", order, got)
		}
	}
}

// projectedEuler returns where n steps of the discrete rule take the parameters in a
// time of 1.
func (f *fixture) projectedEuler(t testing.TB, n int) []float64 {
	w, dw, p := NewWeights(f.net), NewWeights(f.net), NewGBP(f.net, f.set)
	w.Copy(f.w)
	for range n {
		w.Compose()
		dw.Zero()
		if _, err := p.Present(dw, w, f.batch); err != nil {
			t.Fatal(err)
		}
		p.Finish(dw, w)
		for k, d := range dw.Plastic() {
			w.Plastic()[k] += d / float64(n*f.batch.N)
		}
		w.Project()
	}
	return w.Plastic()
}
