package models

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// BenchmarkGBP prints samples per second of backpropagation on distributions on
// one tile of Li and Huang's network, the ratio to backpropagation's on the same
// layers in the same run, and the share of the time that is spent in products.
// Times are the least of each side, which other work on the machine changes least.
// Of the input numbers 19 % are not zero, as in MNIST:
//
//	go test -run - -bench GBP ./models
func BenchmarkGBP(b *testing.B) {
	f := newSpikeSlab(b, []int{784, 100, 100, 10}, "relu", "softmax", "cross-entropy", TileRows)
	rng := rand.New(rand.NewPCG(5, 6))
	for k := range f.batch.Input.Data {
		f.batch.Input.Data[k] = 0
		if rng.Float64() < 0.19 {
			f.batch.Input.Data[k] = rng.Float64()
		}
	}
	plain := *f.net
	plain.SpikeSlab = false
	w, dw, dwBP := NewWeights(&plain), NewWeights(f.net), NewWeights(&plain)
	for i := range w.W {
		copy(w.W[i].Data, f.w.W[i].Data)
	}
	gbp := mustPresenter(b, f, f.at("steady"))
	bp, err := NewPresenter(&plain, Settings{Rule: "bp", Level: "steady"})
	if err != nil {
		b.Fatal(err)
	}
	present := func(p Presenter, dw, w *Weights) time.Duration {
		start := time.Now()
		if _, err := p.Present(dw, w, f.batch); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	var own, reference []float64
	for b.Loop() {
		own = append(own, present(gbp, dw, f.w).Seconds())
		reference = append(reference, present(bp, dwBP, w).Seconds())
	}
	b.ReportMetric(TileRows/slices.Min(own), "samples/s")
	b.ReportMetric(slices.Min(reference)/slices.Min(own), "of-bp")
	b.ReportMetric(productShare(func() { present(gbp, dw, f.w) }), "in-products")
}
