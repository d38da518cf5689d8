package models

import (
	"math"
	"testing"
	"time"

	"credo/ode"
)

// mnistNetwork is the published network, with random images in place of MNIST's.
func mnistNetwork(b *testing.B) *fixture {
	f := newFixture(b, []int{784, 256, 256, 256, 10}, "tanh", "softmax", "cross-entropy", TileRows)
	f.batch.LossWeight = 1.0 / 128
	f.set.Controller = pi(b, 2, 2.465863883e-4)
	f.set.Presentation, f.set.TauW = 10, math.Inf(1)
	f.set.Solver = ode.Options{RelTol: 1e-4, AbsTol: 1e-6}
	return f
}

// BenchmarkLevels prints, for every rule and level on one tile of the MNIST
// network, samples per second, the ratio to backpropagation's in the same run,
// and the share of the time that is spent in matrix products:
//
//	go test -run - -bench Levels ./models
func BenchmarkLevels(b *testing.B) {
	f := mnistNetwork(b)
	bp := mustPresenter(b, f, Settings{Rule: "bp", Level: "steady"})
	dfa, steady, linear, buffered := f.set, f.at("steady"), f.at("linear"), f.at("buffered")
	dfa.Rule = "dfa"
	for _, c := range []struct {
		name string
		set  Settings
	}{{"dfa", dfa}, {"dfc-linear", linear}, {"dfc-steady", steady}, {"dfc-response", f.at("response")}, {"dfc-buffered", buffered}} {
		b.Run(c.name, func(b *testing.B) {
			p, dw := mustPresenter(b, f, c.set), NewWeights(f.net)
			var own, reference time.Duration
			present := func(p Presenter) time.Duration {
				start := time.Now()
				if _, err := p.Present(dw, f.w, f.batch); err != nil {
					b.Fatal(err)
				}
				return time.Since(start)
			}
			for b.Loop() { // both sides alternate, so that noise meets both alike
				own += present(p)
				reference += present(bp)
			}
			b.ReportMetric(float64(b.N*TileRows)/own.Seconds(), "samples/s")
			b.ReportMetric(reference.Seconds()/own.Seconds(), "of-bp")
			b.ReportMetric(productShare(func() { present(p) }), "in-products")
		})
	}
}

// productShare returns the part of do's time that products take.
func productShare(do func()) float64 {
	var products time.Duration
	meter = func(d time.Duration) { products += d }
	start := time.Now()
	do()
	total := time.Since(start)
	meter = nil
	return products.Seconds() / total.Seconds()
}

func mustPresenter(b testing.TB, f *fixture, set Settings) Presenter {
	p, err := NewPresenter(f.net, set)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkFeedbackLearning prints how long an update of the feedback weights
// takes with 8 samples, and what share of the time of eight minibatches of 128
// and one such update it is, against level steady:
//
//	go test -run - -bench FeedbackLearning ./models
func BenchmarkFeedbackLearning(b *testing.B) {
	f := mnistNetwork(b)
	learning, drift := mustFeedback(b, f.net, sleeping(pi(b, 0.16, 0.6))), NewFeedbackDrift(f.net)
	stepper := mustStepper(b, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 0.3, Sigma: 0.1})
	steady, dw, few := mustPresenter(b, f, f.at("steady")), NewWeights(f.net), f.only(firstN(8)...)
	var sleep, wake time.Duration
	for b.Loop() { // both sides alternate, so that noise meets both alike
		start := time.Now()
		drift.Clear()
		learning.Add(drift, f.w, few)
		stepper.Step(f.w, drift)
		sleep += time.Since(start)
		for range 2 * 8 {
			start = time.Now()
			if _, err := steady.Present(dw, f.w, f.batch); err != nil {
				b.Fatal(err)
			}
			wake += time.Since(start)
		}
	}
	b.ReportMetric(sleep.Seconds()*1e3/float64(b.N), "ms/update")
	b.ReportMetric(sleep.Seconds()/(sleep+wake).Seconds(), "of-training")
}

// BenchmarkFeedbackWide prints how long the autoencoder's sleep phase takes for a
// sample, how much longer than presenting one at level steady, and how long a
// step of the feedback weights takes:
//
//	go test -run - -bench FeedbackWide ./models
func BenchmarkFeedbackWide(b *testing.B) {
	f := newFixture(b, []int{784, 256, 32, 256, 784}, "tanh", "linear", "mean-squared-error", TileRows)
	f.batch.LossWeight, f.set.Controller = 1.0/128, pi(b, 2, 0.037)
	if err := f.w.InitFeedback(f.net, "random", 1, nil); err != nil {
		b.Fatal(err)
	}
	sleep := FeedbackSettings{Controller: pi(b, 0.006, 0.73), TauV: 0.0065, TauA: 0.27, TauU: 1, Sigma: 0.0018, Beta: 1e-5}
	phase, drift := mustWide(b, f.net, sleep), NewFeedbackDrift(f.net)
	stepper := mustStepper(b, f.net, FeedbackStep{Optimizer: "implicit", LearningRate: 1e-9, Sigma: sleep.Sigma, FreezeOutput: true})
	steady, dw, two := mustPresenter(b, f, f.at("steady")), NewWeights(f.net), f.only(0, 1)
	var asleep, stepping, awake time.Duration
	timed := func(sum *time.Duration, do func()) {
		start := time.Now()
		do()
		*sum += time.Since(start)
	}
	for b.Loop() { // both sides alternate, so that noise meets both alike
		drift.Clear()
		timed(&asleep, func() { phase.Add(drift, f.w, two) })
		timed(&stepping, func() { stepper.Step(f.w, drift) })
		timed(&awake, func() {
			if _, err := steady.Present(dw, f.w, f.batch); err != nil {
				b.Fatal(err)
			}
		})
	}
	samples := float64(2 * b.N)
	b.ReportMetric(asleep.Seconds()*1e3/samples, "ms/sample")
	b.ReportMetric(asleep.Seconds()/samples/(awake.Seconds()/float64(b.N*TileRows)), "samples-awake")
	b.ReportMetric(stepping.Seconds()*1e3/float64(b.N), "ms/step")
}
