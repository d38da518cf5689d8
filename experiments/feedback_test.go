package experiments

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/internal/npz"
)

// learned are the settings of a run of small that learns feedback from random.
var learned = []string{"feedback.learn=true", "feedback.init=random", "feedback.pretrain=20", "feedback.samples=40", "feedback.every=2"}

func TestWorkersChangeNoBitOfLearnedFeedback(t *testing.T) {
	_, one := runIn(t, small, Options{Workers: 1}, learned...)
	_, three := runIn(t, small, Options{Workers: 3}, learned...)
	for _, name := range []string{"arrays.npz", "metrics.csv"} {
		sameFile(t, name, one, three)
	}
}

func TestInterruptedFeedbackLearningGoesOnWithTheSameBits(t *testing.T) {
	for _, optimizer := range []string{"implicit", "adam"} {
		set := append(learned, "feedback.optimizer="+optimizer, "feedback.lr=0.02")
		_, whole := runIn(t, small, Options{}, set...)
		for _, after := range []int64{7, 21, 23} { // in pretraining; before and after an update in training
			t.Run(fmt.Sprint(optimizer, " after ", after), func(t *testing.T) {
				sameResult(t, whole, inPieces(t, small, set, afterLooks(after)))
			})
		}
	}
}

func TestFeedbackLearnsAtEveryLevel(t *testing.T) {
	for _, set := range [][]string{
		{"method.level=steady"},
		{"method.level=linear"},
		{"method.level=buffered"},
		{"method.level=coupled", "timescales.tau_w=60", "training.optimizer=sgd"},
	} {
		t.Run(set[0], func(t *testing.T) {
			fixed := append([]string{"feedback.init=random"}, set...)
			_, before := runIn(t, small, Options{}, fixed...)
			_, after := runIn(t, small, Options{}, append(set, learned...)...)
			q0, q1 := feedbackOf(t, before), feedbackOf(t, after)
			if q0 == q1 {
				t.Error("the feedback weights have not moved")
			}
			lines := metricsOf(t, after)
			if !strings.HasSuffix(lines[0], ",unstable_samples,condition2,feedback_skipped") || len(lines) != 4 {
				t.Fatal(lines)
			}
			cells := strings.Split(lines[3], ",")
			var ratio float64
			fmt.Sscan(cells[9], &ratio)
			if !(ratio > 0.8 && ratio <= 1) || cells[10] != "0" {
				t.Errorf("Condition 2 holds to %s, %s samples skipped", cells[9], cells[10])
			}
			if lines := metricsOf(t, before); strings.Contains(lines[0], "condition2") {
				t.Error("a run that learns no feedback has its columns")
			}
		})
	}
}

func feedbackOf(t *testing.T, dir string) string {
	t.Helper()
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(arrays["Q1"].Data, arrays["Q2"].Data)
}

func metricsOf(t *testing.T, dir string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

func TestSkippedFeedbackIsSaid(t *testing.T) {
	// Feedback of the wrong sign and a leak too small for it: every loop is unstable.
	dir := t.TempDir()
	q := make([]float64, 9)
	q[0], q[4], q[8] = -50, -50, -50
	if err := npz.Write(filepath.Join(dir, "net.npz"), []npz.Array{{Name: "Q3", Shape: []int{3, 3}, Data: q}}); err != nil {
		t.Fatal(err)
	}
	result, out := runIn(t, small, Options{}, append(learned, "network.weights="+dir+"/net.npz", "training.epochs=1")...)
	if line := metricsOf(t, out)[1]; !strings.HasSuffix(line, ",80") { // 40 samples before minibatches 1 and 3
		t.Errorf("metrics are %s", line)
	}
	if !strings.Contains(strings.Join(result.Warnings, "\n"), "80 samples were left out of the sleep phase") {
		t.Error(result.Warnings)
	}
}

// What the comments of the scenario say of its three runs, at a smaller size.
func TestScenarioLeadsFromUnstableToStableFeedback(t *testing.T) {
	train := func(set ...string) (*Result, string) {
		s, err := Load("scenarios/unstable-feedback.toml", append([]string{"data.train=200", "training.epochs=2", "feedback.every=2"}, set...)...)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(t.TempDir(), "run")
		result, err := Run(context.Background(), s, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		return result, dir
	}
	first, dir := train()
	second, _ := train("feedback.alpha=0.05", "feedback.pretrain=5", "network.weights="+dir+"/arrays.npz")
	if first.UnstableSamples != 0 || second.UnstableSamples != 0 {
		t.Errorf("%d samples are unstable with a large leak, then %d with a small one", first.UnstableSamples, second.UnstableSamples)
	}
	never, dir := train("feedback.alpha=0.05", "feedback.pretrain=5")
	if never.UnstableSamples != 400 || *never.TestLoss < *first.TestLoss {
		t.Errorf("with a small leak at once %d of 400 samples are unstable, the test loss is %g, after %g", never.UnstableSamples, *never.TestLoss, *first.TestLoss)
	}
	for _, line := range metricsOf(t, dir)[1:] {
		if !strings.HasSuffix(line, ",8") { // all of the one update in an epoch
			t.Errorf("metrics are %s", line)
		}
	}
}
