package models

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// wideFixture is a network as deep as asked, wide or not, that Wide applies to.
func wideFixture(t testing.TB, sizes []int, feedback string) *fixture {
	f := newFixture(t, sizes, "tanh", "linear", "squared-error", 40)
	if err := f.w.InitFeedback(f.net, feedback, 7, []*Batch{f.batch}); err != nil {
		t.Fatal(err)
	}
	return f
}

// presentWide shows the fixture's samples to Wide, however narrow the output.
func (f *fixture) presentWide(t testing.TB, set Settings) (*Weights, *Wide, Outcome) {
	t.Helper()
	p, dw := NewWide(f.net, set), NewWeights(f.net)
	outcome, err := p.Present(dw, f.w, f.batch)
	if err != nil {
		t.Fatal(err)
	}
	return dw, p, outcome
}

func TestWideIsChosenByTheOutput(t *testing.T) {
	for _, c := range []struct {
		outputs int
		output  string
		want    bool
	}{{100, "linear", true}, {10, "linear", false}, {100, "tanh", false}} {
		f := newFixture(t, []int{6, 9, c.outputs}, "tanh", c.output, "squared-error", 2)
		if _, got := mustPresenter(t, f, f.at("steady")).(*Wide); got != c.want {
			t.Errorf("%d %s outputs: Wide is %v", c.outputs, c.output, got)
		}
	}
}

func TestWideIsSteadyAndLinear(t *testing.T) {
	for _, level := range []string{"steady", "linear"} {
		for _, feedback := range []string{"weight-product", "transpose-jacobian", "pseudoinverse"} {
			for _, sizes := range [][]int{{6, 9, 4}, {6, 9, 8, 4}, {12, 8, 3, 8, 12}} {
				f := wideFixture(t, sizes, feedback)
				if feedback == "pseudoinverse" && slices.Min(sizes) < f.net.Outputs() {
					continue // no full rank
				}
				want, narrow, n := f.present(t, f.at(level))
				got, wide, m := f.presentWide(t, f.at(level))
				n.Evaluations, m.Evaluations = 0, 0 // each goes its way
				if n != m {
					t.Errorf("%s, %s, %v: outcome %v, want %v", level, feedback, sizes, m, n)
				}
				if d := distance(got.Plastic(), want.Plastic()); d > 1e-9 {
					t.Errorf("%s, %s, %v: the update is %g off", level, feedback, sizes, d)
				}
				for _, name := range []string{"v1", "v2", "r1", "u", "e", "x"} {
					if d := distance(f.states(t, wide, name), f.states(t, narrow, name)); d > 1e-9 {
						t.Errorf("%s, %s, %v: %s is %g off", level, feedback, sizes, name, d)
					}
				}
			}
		}
	}
}

func TestWideIsARootOfTheDynamics(t *testing.T) {
	f := wideFixture(t, []int{100, 40, 8, 40, 100}, "transpose-jacobian")
	p := mustPresenter(t, f, f.at("steady")).(*Wide)
	outcome, err := p.Present(NewWeights(f.net), f.w, f.batch)
	if err != nil || outcome.Unstable > 0 {
		t.Fatalf("%d unstable, %v", outcome.Unstable, err)
	}
	d := newDFC(f.net, f.set)
	d.Bind(f.w, f.batch)
	x := make([]float64, f.batch.N*d.Layout().Width())
	dx := make([]float64, len(x))
	for b := range f.batch.N {
		for _, block := range d.Layout().Blocks() {
			g, _ := p.Reveal(block.Name)
			copy(d.state(x, b)[block.Offset:], row(g, b))
		}
	}
	d.Fast(dx, nil, x, firstN(f.batch.N))
	if v := largest(dx); !(v < 1e-9) {
		t.Errorf("something moves at %g", v)
	}
}

func TestWideSampleIsTheSameBitsInAnyBatch(t *testing.T) {
	f := wideFixture(t, []int{100, 40, 8, 40, 100}, "weight-product")
	pick := []int{33, 5, 17, 0}
	_, all, _ := f.presentWide(t, f.at("steady"))
	few := NewWide(f.net, f.at("steady"))
	for _, batch := range []*Batch{f.only(8, 9), f.only(pick...)} { // nor on those before it
		if _, err := few.Present(NewWeights(f.net), f.w, batch); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"v1", "v3", "v4", "u", "e"} {
		whole, _ := all.Reveal(name)
		part, _ := few.Reveal(name)
		for k, b := range pick {
			if !slices.Equal(row(whole, b), row(part, k)) {
				t.Errorf("%s of sample %d depends on its companions", name, b)
			}
		}
	}
}

func TestWideFollowsFeedbackThatMoves(t *testing.T) {
	f := wideFixture(t, []int{6, 9, 8, 4}, "weight-product")
	p := NewWide(f.net, f.at("steady"))
	for _, feedback := range []string{"weight-product", "pseudoinverse", "random", "weight-product"} {
		if err := f.w.InitFeedback(f.net, feedback, 3, []*Batch{f.batch}); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Present(NewWeights(f.net), f.w, f.batch); err != nil {
			t.Fatal(err)
		}
		_, fresh, _ := f.presentWide(t, f.at("steady"))
		if !slices.Equal(f.states(t, p, "u"), f.states(t, fresh, "u")) {
			t.Errorf("%s: u depends on the feedback weights before", feedback)
		}
	}
}

func TestWideAllocatesNothing(t *testing.T) {
	for _, level := range []string{"steady", "linear"} {
		f := wideFixture(t, []int{100, 40, 8, 40, 100}, "weight-product")
		p, dw := NewWide(f.net, f.at(level)), NewWeights(f.net)
		present := func() {
			if _, err := p.Present(dw, f.w, f.batch); err != nil {
				t.Fatal(err)
			}
		}
		if n := testing.AllocsPerRun(3, present); n != 0 && !wholeTiles {
			t.Errorf("level %s: %v allocations a presentation", level, n)
		}
	}
}

// The preconditioner knows the slopes of the biases alone; neurons deep in
// saturation do not keep a sample from its rest state.
func TestWideComesToRestWhereNeuronsSaturate(t *testing.T) {
	f := wideFixture(t, []int{100, 40, 8, 40, 50}, "weight-product")
	for i := range 3 {
		addScaled(f.w.W[i].Data, 2, f.w.W[i].Data)
	}
	f.w.weightProduct()
	want, _, _ := f.present(t, f.at("steady"))
	got, p, outcome := f.presentWide(t, f.at("steady"))
	if outcome.Unstable > 0 || len(p.late) == 0 {
		t.Errorf("%d samples do not come to rest, %d were late", outcome.Unstable, len(p.late))
	}
	if d := distance(got.Plastic(), want.Plastic()); d > 1e-9 {
		t.Errorf("the update is %g off", d)
	}
}

// A sample without a rest state is counted, teaches nothing, and leaves the others alone.
func TestWideCountsSamplesThatDoNotComeToRest(t *testing.T) {
	f := wideFixture(t, []int{100, 40, 8, 40, 100}, "weight-product")
	row(f.batch.Target, 3)[0] = math.Inf(1)
	dw, _, outcome := f.presentWide(t, f.at("steady"))
	if outcome.Unstable != 1 {
		t.Fatalf("%d samples counted as unstable, want 1", outcome.Unstable)
	}
	fail := f.at("steady")
	fail.Unstable = "fail"
	if _, err := NewWide(f.net, fail).Present(NewWeights(f.net), f.w, f.batch); !errors.Is(err, ErrUnstable) {
		t.Errorf("policy fail: error %v", err)
	}
	f.batch = f.only(slices.DeleteFunc(firstN(f.batch.N), func(b int) bool { return b == 3 })...)
	want, _, _ := f.presentWide(t, f.at("steady"))
	if d := distance(dw.Plastic(), want.Plastic()); d > 1e-13 {
		t.Errorf("the others' update is %g off", d)
	}
}

// autoencoder is the published one, shown images of a few blobs each and
// trained by backpropagation with Adam.
func autoencoder(b testing.TB, steps int) *fixture {
	f := newFixture(b, []int{784, 256, 32, 256, 784}, "tanh", "linear", "squared-error", TileRows)
	net, err := NewNetwork(f.net.Sizes, []string{"tanh", "linear", "tanh"}, "linear", "squared-error", true)
	if err != nil {
		b.Fatal(err)
	}
	f.net, f.set.TargetStepsize = net, 0.1
	n := len(f.w.Plastic())
	optimizer := &adam{beta1: 0.9, beta2: 0.999, epsilon: 1e-8, m: make([]float64, n), v: make([]float64, n), t: make([]float64, 1)}
	rng, bp, dw := rand.New(rand.NewPCG(3, 4)), NewPathways(net, Backprop{}), NewWeights(net)
	drawBlobs(rng, f.batch)
	for range steps {
		dw.Zero()
		if _, err := bp.Present(dw, f.w, f.batch); err != nil {
			b.Fatal(err)
		}
		optimizer.Step(f.w.Plastic(), dw.Plastic(), 1e-3)
		drawBlobs(rng, f.batch)
	}
	return f
}

// drawBlobs sets input and target of every sample to an image of 28 x 28: three
// bright spots on black.
func drawBlobs(rng *rand.Rand, batch *Batch) {
	for b := range TileRows {
		image := row(batch.Input, b)
		clear(image)
		for range 3 {
			x, y, width := 6+16*rng.Float64(), 6+16*rng.Float64(), 1.5+1.5*rng.Float64()
			for k := range image {
				dx, dy := (float64(k%28)-x)/width, (float64(k/28)-y)/width
				image[k] = min(1, image[k]+math.Exp(-dx*dx-dy*dy))
			}
		}
		copy(row(batch.Target, b), image)
	}
}

// BenchmarkWide prints, for the MNIST autoencoder, samples per second, the
// ratio to backpropagation's in the same run, sweeps a sample, and the share of
// samples that do not come to rest:
//
//	go test -run - -bench Wide ./models
func BenchmarkWide(b *testing.B) {
	for _, c := range []struct {
		name, feedback string
		steps          int
	}{
		{"initial", "weight-product", 0}, {"trained", "weight-product", 500}, {"jacobian", "mean-jacobian", 500}, {"fixed", "weight-product at first", 500},
	} {
		f := autoencoder(b, c.steps)
		switch c.feedback {
		case "weight-product":
			f.w.weightProduct()
		case "mean-jacobian":
			meanJacobianFeedback(f)
		}
		for _, level := range []string{"steady", "linear"} {
			b.Run(c.name+"-"+level, func(b *testing.B) { benchmarkWide(b, f, level) })
		}
	}
}

func benchmarkWide(b *testing.B, f *fixture, level string) {
	bp := mustPresenter(b, f, Settings{Rule: "bp", Level: "steady"})
	wide, dw := mustPresenter(b, f, f.at(level)).(*Wide), NewWeights(f.net)
	var own, reference time.Duration
	var last Outcome
	for _, p := range []Presenter{wide, bp} { // K is computed
		p.Present(dw, f.w, f.batch)
	}
	for b.Loop() { // both sides alternate, so that noise meets both alike
		start := time.Now()
		last, _ = wide.Present(dw, f.w, f.batch)
		own += time.Since(start)
		start = time.Now()
		bp.Present(dw, f.w, f.batch)
		reference += time.Since(start)
	}
	b.ReportMetric(float64(b.N*TileRows)/own.Seconds(), "samples/s")
	b.ReportMetric(reference.Seconds()/own.Seconds(), "of-bp")
	b.ReportMetric(float64(wide.sweeps)/TileRows, "sweeps/sample")
	b.ReportMetric(float64(last.Unstable)/TileRows, "not-at-rest")
	b.ReportMetric(last.Loss/TileRows, "loss")
}

// meanJacobianFeedback sets Q_i to the transposed Jacobian at the samples' mean
// slopes, which needs no sample's own.
func meanJacobianFeedback(f *fixture) {
	ff := NewFeedforward(f.net)
	ff.Run(f.w, f.batch)
	slope, last := make([]float64, widest(f.net)), f.net.Depth()-1
	setIdentity(f.w.Q[last])
	for i := last - 1; i >= 0; i-- {
		q := f.w.Q[i]
		clear(q.Data)
		mean := make([]float64, q.Rows)
		for b := range f.batch.N {
			s := slope[:q.Rows]
			f.net.Phi[i].Slope(s, row(ff.V[i], b), row(ff.R[i], b))
			addScaled(mean, 1/float64(f.batch.N), s)
		}
		w := newMatrix(q.Rows, f.net.Sizes[i+2])
		transpose(w, f.w.W[i+1])
		padded, product := newPadded(q.Rows, w.Cols), newPadded(q.Rows, q.Cols)
		copy(padded.Data, w.Data)
		mulRowsTransAdd(product, padded, f.w.Q[i+1], q.Rows)
		for k, m := range mean {
			addScaled(row(q, k), m, row(product, k))
		}
	}
}
