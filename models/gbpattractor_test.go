package models

import (
	"math"
	"testing"
)

// learnPoints moves w by eta dW of the rule, summed, over steps presentations with
// fresh noise; where point is set, pi and Xi stay 0 and that is backpropagation.
func (f *fixture) learnPoints(t *testing.T, steps int, eta float64, point bool) float64 {
	t.Helper()
	p, dw, loss := NewGBP(f.net, f.set), NewWeights(f.net), 0.0
	for range steps {
		f.batch.First += uint64(f.batch.N)
		dw.Zero()
		outcome, err := p.Present(dw, f.w, f.batch)
		if err != nil {
			t.Fatal(err)
		}
		p.Finish(dw, f.w)
		loss = outcome.Loss / float64(f.batch.N)
		for k, d := range dw.Plastic() {
			f.w.Plastic()[k] += eta / float64(f.batch.N) * d
		}
		f.w.Project()
		for i := range f.w.Pi {
			if point {
				clear(f.w.Pi[i].Data)
				clear(f.w.Xi[i].Data)
			}
		}
		f.w.Compose()
	}
	return loss
}

// A minimum of backpropagation, pi = Xi = 0, is left, since the field of a single
// noise does not vanish there, and not escaped, since that averaged over noise
// holds it: most pi leave 0, and their mean stays within a hundredth.
func TestABackpropMinimumIsLeftAndNotEscaped(t *testing.T) {
	f := newSpikeSlab(t, []int{10, 20, 20, 3}, "tanh", "linear", "half-squared-error", 12)
	for i := range f.w.Pi {
		for k := range f.w.W[i].Data {
			f.w.Pi[i].Data[k], f.w.Xi[i].Data[k] = 0, 0
		}
	}
	f.w.Compose()
	loss := f.learnPoints(t, 6000, 0.2, true)
	if loss > 1e-6 {
		t.Fatalf("loss %g: no minimum to begin with", loss)
	}
	f.learnPoints(t, 800, 0.05, false)
	off, mean, n := 0.0, 0.0, 0.0
	for _, pi := range f.w.Pi {
		for _, x := range pi.Data {
			n++
			mean += x
			if x > 0 {
				off++
			}
		}
	}
	if off/n < 0.5 {
		t.Errorf("only %.1f %% of the pi leave 0", 100*off/n)
	}
	if mean/n > 0.01 {
		t.Errorf("mean pi is %g: the minimum is escaped", mean/n)
	}
}

// At D -> 0 the gradient averaged over the noise is smooth: d<C>/dXi = H_kk h^2/(2 N),
// here of softmax regression, where H_kk = p_k (1 - p_k). Noise and its opposite go
// together, so that what is odd in it, of order 1/D, drops out; of 40,000 pairs
// about 1 % is left.
func TestTheAveragedFieldHoldsPointWeights(t *testing.T) {
	f := newSpikeSlab(t, []int{4, 3}, "tanh", "softmax", "cross-entropy", 1)
	for k := range f.w.Pi[0].Data {
		f.w.Pi[0].Data[k], f.w.Xi[0].Data[k] = 0, 1e-8
	}
	f.w.Compose()
	p, dw := NewGBP(f.net, f.set), NewWeights(f.net)
	const pairs = 40000
	for n := range pairs {
		f.batch.First = uint64(n)
		p.Run(f.w, f.batch)
		p.back(dw, f.batch)
		for j := range p.noise[0].Data {
			p.noise[0].Data[j] *= -1
		}
		p.sweep(f.batch)
		p.back(dw, f.batch)
	}
	p.Finish(dw, f.w)
	output, sum := row(p.h[0], 0), 0.0
	for _, r := range output {
		sum += math.Exp(r)
	}
	for j, r := range output {
		q := math.Exp(r) / sum
		for k, h := range row(f.batch.Input, 0) {
			want := -q * (1 - q) * h * h / (2 * 4)
			if got := row(dw.Xi[0], j)[k] / (2 * pairs); math.Abs(got-want) > 0.04*math.Abs(want) {
				t.Errorf("dXi[%d, %d] = %g, want %g", j, k, got, want)
			}
		}
	}
}
