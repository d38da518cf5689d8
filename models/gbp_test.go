package models

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// newSpikeSlab is newFixture with random weights: m of order 1, pi between 0.1
// and 0.9 and Xi between 0 and 0.5.
func newSpikeSlab(t testing.TB, sizes []int, hidden, output, loss string, samples int) *fixture {
	t.Helper()
	f := newFixture(t, sizes, hidden, output, loss, samples)
	f.net.Bias, f.net.Normalize, f.net.SpikeSlab = false, true, true
	f.w = NewWeights(f.net)
	if err := f.w.Init(7, "normal", 1); err != nil {
		t.Fatal(err)
	}
	f.w.InitSpikeSlab(7, 0, 0.5)
	rng := rand.New(rand.NewPCG(3, 4))
	for _, pi := range f.w.Pi {
		for k := range pi.Data {
			pi.Data[k] = 0.1 + 0.8*rng.Float64()
		}
	}
	f.w.Compose()
	f.batch.First = 1000
	f.set.Rule, f.set.Seed = "gbp", 11
	return f
}

// The noise is the same at every call, so that the loss is a function of the
// parameters: central differences with a step of 1e-5 are good to 1e-9.
func TestGBPIsMinusTheGradientForOneNoise(t *testing.T) {
	for _, c := range []struct{ hidden, output, loss string }{
		{"tanh", "softmax", "cross-entropy"},
		{"relu", "softmax", "cross-entropy"},
		{"softplus", "sigmoid", "squared-error"},
	} {
		t.Run(c.hidden+" "+c.output, func(t *testing.T) {
			f := newSpikeSlab(t, []int{5, 7, 6, 3}, c.hidden, c.output, c.loss, 9)
			dw, _, _ := f.present(t, f.at("steady"))
			p := NewGBP(f.net, f.set)
			for k := range f.w.Plastic() {
				at := f.w.Plastic()[k]
				want := -slope(func(x float64) float64 {
					f.w.Plastic()[k] = x
					f.w.Compose()
					return p.Run(f.w, f.batch).Loss
				}, at)
				f.w.Plastic()[k] = at
				if got := dw.Plastic()[k]; math.Abs(got-want) > 1e-8*(1+math.Abs(want)) {
					t.Errorf("d%s = %g, finite difference %g", dw.Locate(k), got, want)
				}
			}
		})
	}
}

// Along a gauge orbit mean and variance of a weight stay, and so does the loss.
func TestGBPDoesNotMoveAlongTheGauge(t *testing.T) {
	f := newSpikeSlab(t, []int{5, 7, 6, 3}, "tanh", "softmax", "cross-entropy", 9)
	dw, p, before := f.present(t, f.at("steady"))
	for i := range f.w.W {
		for k := range f.w.W[i].Data {
			at, d := f.w.Weight(i, k), dw.Weight(i, k)
			along := (1-at.Pi)*d.Pi + at.M*d.M + (at.Xi-at.M*at.M)*d.Xi
			if size := math.Abs(d.Pi) + math.Abs(at.M*d.M) + (at.Xi+at.M*at.M)*math.Abs(d.Xi); math.Abs(along) > 1e-14*size {
				t.Fatalf("W%d, weight %d: %g along the orbit, of %g", i+1, k, along, size)
			}
			if q, ok := at.Regauge(at.Pi / 2); ok {
				f.w.W[i].Data[k], f.w.Pi[i].Data[k], f.w.Xi[i].Data[k] = q.M, q.Pi, q.Xi
			}
		}
	}
	f.w.Compose()
	if after := p.(*GBP).Run(f.w, f.batch).Loss; math.Abs(after-before.Loss) > 1e-13*before.Loss {
		t.Errorf("loss %.17g, on other points of the orbits %.17g", before.Loss, after)
	}
}

func TestGBPWithoutSpreadIsBackprop(t *testing.T) {
	f := newSpikeSlab(t, []int{5, 7, 6, 3}, "relu", "softmax", "cross-entropy", 9)
	for i := range f.w.W {
		clear(f.w.Pi[i].Data)
		clear(f.w.Xi[i].Data)
	}
	f.w.Compose()
	dw, _, outcome := f.present(t, f.at("steady"))
	plain := *f.net
	plain.SpikeSlab = false
	w, bp := NewWeights(&plain), NewWeights(&plain)
	for i := range w.W {
		copy(w.W[i].Data, f.w.W[i].Data)
	}
	p, err := NewPresenter(&plain, Settings{Rule: "bp", Level: "steady"})
	if err != nil {
		t.Fatal(err)
	}
	same, err := p.Present(bp, w, f.batch)
	if err != nil {
		t.Fatal(err)
	}
	if outcome.Errors != same.Errors || math.Abs(outcome.Loss-same.Loss) > 1e-13*same.Loss {
		t.Errorf("gbp %+v, bp %+v", outcome, same)
	}
	for i := range w.W {
		if d := distance(dw.W[i].Data, bp.W[i].Data); d > 1e-13 {
			t.Errorf("dm of layer %d is %g from backpropagation", i+1, d)
		}
		for k, m := range w.W[i].Data {
			if got, want := dw.Pi[i].Data[k], -m*dw.W[i].Data[k]; got != want || dw.Xi[i].Data[k] != 0 {
				t.Fatalf("layer %d, weight %d: dpi = %g, want -m dm = %g; dXi = %g, want 0", i+1, k, got, want, dw.Xi[i].Data[k])
			}
		}
	}
}

// A weight that is surely zero has no gradient but that of pi, by which it can
// come back.
func TestSureSpikesMoveByTheirProbabilityAlone(t *testing.T) {
	f := newSpikeSlab(t, []int{5, 7, 3}, "tanh", "softmax", "cross-entropy", 9)
	for k := 0; k < len(f.w.Pi[0].Data); k += 2 {
		f.w.Pi[0].Data[k] = 1
	}
	f.w.Compose()
	dw, _, _ := f.present(t, f.at("steady"))
	for k := 0; k < len(f.w.Pi[0].Data); k += 2 {
		if d := dw.Weight(0, k); d.M != 0 || d.Xi != 0 || d.Pi == 0 {
			t.Errorf("weight %d: %+v", k, d)
		}
	}
}

// The first layer's G and D^2 are exact: 20,000 drawn networks have their mean
// and variance to within four standard errors, which are D/sqrt(n) and
// sqrt(2/n) D^2 (a little more, since w is not normal).
func TestFirstLayerHasMeanAndVarianceOfDrawnNetworks(t *testing.T) {
	f := newSpikeSlab(t, []int{12, 4, 3}, "tanh", "softmax", "cross-entropy", 1)
	p := NewGBP(f.net, f.set)
	p.Run(f.w, f.batch)
	clear(p.noise[0].Data)
	deviation := make([]float64, 4)
	drive := newTile(4)
	p.drive(drive, 0, []int{0})
	for j := range deviation {
		x := newTile(4)
		p.noise[0].Data[j] = 1
		p.drive(x, 0, []int{0})
		deviation[j] = row(x, 0)[j] - row(drive, 0)[j]
	}
	const n = 20000
	point := NewWeights(f.net.Point())
	forward := NewFeedforward(f.net.Point())
	seen := make([][]float64, 4)
	for draw := range n {
		point.Sample(f.w, 5, uint64(draw))
		forward.Run(point, f.batch)
		for j, v := range row(forward.V[0], 0) {
			seen[j] = append(seen[j], v)
		}
	}
	for j := range seen {
		mean, std := stat.MeanStdDev(seen[j], nil)
		if want := row(drive, 0)[j]; math.Abs(mean-want) > 4*deviation[j]/math.Sqrt(n) {
			t.Errorf("neuron %d: mean %g, G = %g", j, mean, want)
		}
		if want := deviation[j]; math.Abs(std/want-1) > 4*1.5/math.Sqrt(2*n) {
			t.Errorf("neuron %d: deviation %g, D = %g", j, std, want)
		}
	}
}
