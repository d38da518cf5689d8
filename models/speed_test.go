package models

import (
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"slices"
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

// BenchmarkLevels presents one tile of the MNIST network at every level of DFC:
//
//	go test -run - -bench Levels ./models
func BenchmarkLevels(b *testing.B) {
	f := mnistNetwork(b)
	for _, level := range []string{"linear", "steady", "response", "buffered"} {
		b.Run("dfc-"+level, func(b *testing.B) { againstBackprop(b, f, f.at(level)) })
	}
}

// BenchmarkRules presents one tile of the MNIST network by every rule that has a
// level steady, but DFC, which has [BenchmarkLevels]:
//
//	go test -run - -bench Rules ./models
func BenchmarkRules(b *testing.B) {
	for _, r := range Rules() {
		if r.Name == "dfc" || !slices.Contains(r.Levels(), "steady") {
			continue
		}
		b.Run(r.Name, func(b *testing.B) {
			f := mnistNetwork(b)
			f.takePath(b, r)
			againstBackprop(b, f, f.at("steady"))
		})
	}
}

// againstBackprop prints samples per second at the level of set, the ratio to
// backpropagation's in the same run, and the share of the time that is spent in
// matrix products.
func againstBackprop(b *testing.B, f *fixture, set Settings) {
	p, bp, dw := mustPresenter(b, f, set), mustPresenter(b, f, Settings{Rule: "bp", Level: "steady"}), NewWeights(f.net)
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

// BenchmarkResponseAgainstReference prints how many samples a second level
// response learns from, and the ratio to what computes the same update as the
// paper's authors do, 1000 steps of forward Euler: the loop of published_test.go,
// level buffered with this integrator and, where CREDO_DFC_REFERENCE names a
// script that prints JSON with samples_per_second, that script. All train on
// minibatches of 128 with Adam, on one core:
//
//	go test -run - -bench ResponseAgainstReference -benchtime 1x -cpu 1 ./models
func BenchmarkResponseAgainstReference(b *testing.B) {
	const h, alpha = 0.02, 1.389044506e-3
	f := mnistNetwork(b)
	f.set.TargetStepsize, f.set.Controller, f.set.Presentation = 0.07794471151, pi(b, 2, alpha), 20
	response, loop := mustPresenter(b, f, f.at("response")), newPublished(f.net, f.set, 2, alpha, h)
	euler := f.at("buffered")
	euler.Solver = ode.Options{Method: ode.Euler(), Step: h}
	buffered := mustPresenter(b, f, euler)
	through := func(p Presenter) func(dw, w *Weights, batch *Batch) {
		return func(dw, w *Weights, batch *Batch) {
			if _, err := p.Present(dw, w, batch); err != nil {
				b.Fatal(err)
			}
		}
	}
	own := func() float64 { return trainingRate(b, f, 8, through(response)) }
	references := map[string]func() float64{
		"loop":  func() float64 { return trainingRate(b, f, 1, loop.present) },
		"euler": func() float64 { return trainingRate(b, f, 1, through(buffered)) },
	}
	if script := os.Getenv("CREDO_DFC_REFERENCE"); script != "" {
		references["script"] = func() float64 { return scriptRate(b, script) }
	}
	rate, rates := 0.0, 0
	for name, reference := range references {
		ratio := 0.0
		for range b.N { // response before and after, so that noise meets both alike
			before, other, after := own(), reference(), own()
			ratio += (before + after) / (2 * other * float64(b.N))
			rate, rates = rate+before+after, rates+2
		}
		b.ReportMetric(ratio, "of-"+name)
	}
	b.ReportMetric(rate/float64(rates), "samples/s")
}

// trainingRate returns the samples per second of training with Adam on
// minibatches of two tiles.
func trainingRate(b *testing.B, f *fixture, minibatches int, present func(dw, w *Weights, batch *Batch)) float64 {
	w, dw := NewWeights(f.net), NewWeights(f.net)
	w.Copy(f.w)
	adam, err := NewOptimizer(len(w.Plastic()), OptimizerSettings{Kind: "adam", Beta1: 0.99, Beta2: 0.99, Epsilon: 1e-8})
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	for range minibatches {
		dw.Zero()
		present(dw, w, f.batch)
		present(dw, w, f.batch)
		adam.Step(w.Plastic(), dw.Plastic(), 1e-4)
	}
	return float64(minibatches*2*f.batch.N) / time.Since(start).Seconds()
}

// scriptRate runs a reference outside of this repository on one core.
func scriptRate(b *testing.B, script string) float64 {
	command := exec.Command("python3", script, "--level", "buffered", "--threads", "1", "--batches", "2")
	command.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1")
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		b.Fatal(err)
	}
	var printed struct {
		Rate float64 `json:"samples_per_second"`
	}
	if err := json.Unmarshal(out, &printed); err != nil || printed.Rate <= 0 {
		b.Fatalf("%s printed %q: %v", script, out, err)
	}
	return printed.Rate
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
