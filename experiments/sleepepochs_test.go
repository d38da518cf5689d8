package experiments

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/internal/npz"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// simulated are the settings of a run of small that learns feedback from random
// in a simulated sleep phase.
var simulated = []string{
	"feedback.learn=true", "feedback.phase=simulated", "feedback.init=random", "feedback.pretrain=3", "feedback.samples=40",
	"feedback.optimizer=adam", "feedback.lr=0.01", "feedback.clip=3", "feedback.presentation=0.04", "feedback.burn_in=2h",
}

// prepared returns a run of small that has yet to begin.
func prepared(t *testing.T, set ...string) *run {
	t.Helper()
	r, err := prepare(context.Background(), parse(t, small, set...), Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSimulatedUpdateIsThatOfTheModel(t *testing.T) {
	a, b := prepared(t, simulated...), prepared(t, simulated...)
	samples := a.trainer.order(7)[:models.RowsTogether()]
	const first = 1000
	if _, err := a.trainer.sleep(a.trainer.sleeper.stepper, samples, first); err != nil {
		t.Fatal(err)
	}
	set, err := feedbackSettings(b.scenario)
	if err != nil {
		t.Fatal(err)
	}
	simulation, err := models.NewFeedbackSimulation(b.trainer.net, set, models.FeedbackRun{Seed: 3, Step: 0.002, BurnIn: 0.004, Length: 0.04})
	if err != nil {
		t.Fatal(err)
	}
	stepper, err := models.NewFeedbackStepper(b.trainer.net, models.FeedbackStep{
		Optimizer: "adam", LearningRate: 0.01, Sigma: 0.01, Beta: set.Beta, Clip: 3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8,
	})
	if err != nil {
		t.Fatal(err)
	}
	drift, batch, before := models.NewFeedbackDrift(b.trainer.net), models.NewBatch(b.trainer.net), flatQ(b)
	load(batch, b.trainer.data.Train, samples)
	var numbers []uint64
	for k := range samples {
		numbers = append(numbers, first+uint64(k))
	}
	if err := simulation.Add(drift, b.trainer.w, batch, numbers); err != nil {
		t.Fatal(err)
	}
	stepper.Step(b.trainer.w, drift)
	if !slices.Equal(flatQ(a), flatQ(b)) {
		t.Error("the feedback weights differ")
	}
	if slices.Equal(flatQ(a), before) {
		t.Error("the feedback weights have not moved")
	}
}

// flatQ returns a run's feedback weights, one layer after another.
func flatQ(r *run) []float64 {
	var all []float64
	for _, a := range r.trainer.w.Feedback() {
		all = append(all, a.Data...)
	}
	return all
}

func TestWorkersChangeNoBitOfSleepEpochs(t *testing.T) {
	set := append(simulated, "feedback.epochs=2", "feedback.samples=70", "training.epochs=1")
	_, one := runIn(t, small, Options{Workers: 1}, set...)
	_, three := runIn(t, small, Options{Workers: 3}, set...)
	for _, name := range []string{"arrays.npz", "metrics.csv"} {
		sameFile(t, name, one, three)
	}
}

// Wherever a run with sleep epochs is interrupted, within an update too, it goes on
// to the same bits.
func TestInterruptedSleepEpochsGoOnWithTheSameBits(t *testing.T) {
	averaged := slices.DeleteFunc(slices.Clone(simulated), func(s string) bool { return strings.Contains(s, "phase") })
	for name, phase := range map[string][]string{"averaged": averaged, "simulated": simulated} {
		set := append(phase, "feedback.epochs=3", "training.epochs=1")
		_, whole := runIn(t, small, Options{}, set...)
		places := map[string]bool{}
		for _, share := range []float64{0.03, 0.1, 0.3, 0.5, 0.7, 0.98} {
			dir := interrupted(t, small, set, afterLooks(int64(share*float64(looksOf(t, set)))))
			places[progressOf(t, dir).place()] = true
			if _, err := Resume(context.Background(), dir, Options{}); err != nil {
				t.Fatal(err)
			}
			sameResult(t, whole, dir)
		}
		if !places["asleep before training"] || !places["asleep after it"] {
			t.Errorf("%s: interrupted only %v", name, places)
		}
	}
}

// looksOf counts how often a run looks at its context.
func looksOf(t *testing.T, set []string) int64 {
	t.Helper()
	ctx := &counting{Context: context.Background(), most: math.MaxInt64}
	if _, err := Run(ctx, parse(t, small, set...), Options{Dir: filepath.Join(t.TempDir(), "run"), Workers: 1}); err != nil {
		t.Fatal(err)
	}
	return ctx.looks.Load()
}

// place says in which part of its only epoch a run was interrupted.
func (p progress) place() string {
	switch {
	case p.Pretrained < 3:
		return "pretraining"
	case p.SleepEpochs == 0:
		return "asleep before training"
	case p.Presentation == 0 || p.SleepEpochs == 1 && p.SleepUpdates == 0:
		return "training"
	}
	return "asleep after it"
}

func progressOf(t *testing.T, dir string) (p progress) {
	t.Helper()
	arrays, err := npz.Read(checkpointPath(dir))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(arrays["progress"].Bytes, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// watching counts what a run says it has presented.
type watching struct {
	silence
	promised, presented []int
}

func (w *watching) Epoch(_, _, samples int) {
	w.promised, w.presented = append(w.promised, samples), append(w.presented, 0)
}

func (w *watching) Presented(samples int) { w.presented[len(w.presented)-1] = samples }

// Every sleep epoch presents every training sample once, and no presentation
// has the number of another.
func TestSleepEpochsPresentAllSamples(t *testing.T) {
	for _, epochs := range []int{1, 3} {
		w := &watching{}
		_, dir := runIn(t, small, Options{Progress: w}, append(simulated, fmt.Sprint("feedback.epochs=", epochs), "training.epochs=2")...)
		if p := progressOf(t, dir); p.SleepPresented != uint64(3*40+2*epochs*300) {
			t.Errorf("%d sleep epochs: %d presentations", epochs, p.SleepPresented)
		}
		want := []int{3 * 40, (1 + epochs) * 300, (1 + epochs) * 300}
		if !slices.Equal(w.promised, want) || !slices.Equal(w.presented, want) {
			t.Errorf("%d sleep epochs: %d of %d samples, want %d", epochs, w.presented, w.promised, want)
		}
	}
}

// With presentations that are long against the loop, simulation and closed form
// learn the same feedback from the same samples, up to an angle that the noise
// leaves.
func TestSimulatedSleepLearnsWhatTheAveragedDoes(t *testing.T) {
	learn := func(set ...string) []float64 {
		r := prepared(t, append([]string{
			"feedback.learn=true", "feedback.init=random", "feedback.samples=16", "feedback.pretrain=25", "feedback.tau_v=0.05", "feedback.h=0.02",
		}, set...)...)
		r.dir = t.TempDir()
		if err := r.pretrain(context.Background()); err != nil {
			t.Fatal(err)
		}
		return flatQ(r)
	}
	cosine := func(a, b []float64) float64 { return floats.Dot(a, b) / floats.Norm(a, 2) / floats.Norm(b, 2) }
	averaged := learn()
	long := cosine(learn("feedback.phase=simulated", "feedback.presentation=20", "feedback.burn_in=4"), averaged)
	begin := cosine(learn("feedback.pretrain=0"), averaged)
	t.Logf("cosine at the beginning %.3f, at the end %.4f", begin, long)
	if !(long > 0.99 && begin < 0.6) {
		t.Errorf("the cosine went from %.3f to %.4f", begin, long)
	}
}
