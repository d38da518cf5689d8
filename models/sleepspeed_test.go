package models

import (
	"testing"
	"time"
)

// BenchmarkSleep compares what the sleep phase costs an epoch of MNIST:
// averaged, 54 updates of 8 samples as experiments/scenarios/mnist-dfc-ss-learned.toml
// has them, and simulated as published, three passes over 55,000 samples in
// minibatches of 128, of which a tile is presented and the rest extrapolated:
//
//	go test -run - -bench Sleep -cpu 1 ./models
func BenchmarkSleep(b *testing.B) {
	f := mnistNetwork(b)
	set, run := released(b)
	learning, simulation := mustFeedback(b, f.net, set), mustSimulate(b, f.net, set, run)
	drift, few, numbers := NewFeedbackDrift(f.net), f.only(firstN(8)...), make([]uint64, TileRows)
	implicit := mustStepper(b, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 0.3, Sigma: set.Sigma})
	adam := mustStepper(b, f.net, FeedbackStep{Optimizer: "adam", LearningRate: 5e-4, Sigma: set.Sigma})
	var averaged, presented, stepped time.Duration
	for b.Loop() { // both sides alternate, so that noise meets both alike
		averaged += timeOf(func() {
			drift.Clear()
			learning.Add(drift, f.w, few)
			implicit.Step(f.w, drift)
		})
		for k := range numbers {
			numbers[k] += TileRows
		}
		drift.Clear()
		presented += timeOf(func() {
			if err := simulation.Add(drift, f.w, f.batch, numbers); err != nil {
				b.Fatal(err)
			}
		})
		stepped += timeOf(func() { adam.Step(f.w, drift) })
	}
	const updates, presentations, minibatches = 54, 3 * 55000, 3 * 430
	turns := float64(b.N)
	closed := updates * averaged.Seconds() / turns
	simulated := (presentations/TileRows*presented.Seconds() + minibatches*stepped.Seconds()) / turns
	b.ReportMetric(turns*TileRows/presented.Seconds(), "presentations/s")
	b.ReportMetric(closed, "s/epoch-averaged")
	b.ReportMetric(simulated, "s/epoch-simulated")
	b.ReportMetric(simulated/closed, "ratio")
}

func timeOf(do func()) time.Duration {
	start := time.Now()
	do()
	return time.Since(start)
}
