package experiments

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"credo/internal/npz"
)

// merged are the settings of a run of small that learns forward and feedback
// weights in one phase.
var merged = []string{
	"feedback.learn=true", "feedback.phase=merged", "feedback.init=random", "feedback.tau_f=1", "feedback.tau_a=0.2", "feedback.sigma=0.2",
	"method.level=buffered", "controller.alpha=0.5", "integrator.h=0.1", "timescales.presentation=6",
}

// inTime is the same with weights that move in the course of a presentation.
var inTime = append(merged[:len(merged):len(merged)], "method.level=coupled", "timescales.tau_w=40", "timescales.tau_q=0.8", "training.optimizer=sgd")

func TestWorkersChangeNoBitOfTheMergedPhase(t *testing.T) {
	for _, set := range [][]string{merged, inTime} {
		_, one := runIn(t, small, Options{Workers: 1}, set...)
		_, three := runIn(t, small, Options{Workers: 3}, set...)
		for _, name := range []string{"arrays.npz", "metrics.csv"} {
			sameFile(t, name, one, three)
		}
	}
}

// An interrupted run goes on with the noise that it would have had, stopped
// between presentations or within one.
func TestInterruptedMergedPhaseGoesOnWithTheSameBits(t *testing.T) {
	for name, set := range map[string][]string{"implicit": merged, "adam": append(merged[:len(merged):len(merged)], "feedback.optimizer=adam", "feedback.lr=0.02"), "coupled": inTime} {
		_, whole := runIn(t, small, Options{}, set...)
		for _, looks := range []int64{150, 400} {
			t.Run(fmt.Sprint(name, " after ", looks), func(t *testing.T) {
				sameResult(t, whole, inPieces(t, small, set, afterLooks(looks)))
			})
		}
	}
}

// Forward and feedback weights learn in one phase: the loss falls, and Condition
// 2 comes to hold better than with the random feedback of the beginning.
func TestTheMergedPhaseLearnsForwardAndFeedbackWeights(t *testing.T) {
	for _, set := range [][]string{merged, inTime} {
		_, dir := runIn(t, small, Options{}, append(set[:len(set):len(set)], "training.epochs=5", `record.theory=["condition2"]`)...)
		theory, lines := theoryOf(t, dir), metricsOf(t, dir)
		var loss [6]float64
		for epoch := 1; epoch <= 5; epoch++ {
			fmt.Sscan(strings.Split(lines[epoch], ",")[2], &loss[epoch])
		}
		before, after := theory[0]["condition2"], theory[4]["condition2"]
		t.Logf("loss %.4g to %.4g, Condition 2 %.3f to %.3f", loss[1], loss[5], before, after)
		if !(loss[5] < 0.9*loss[1]) || !(after > before+0.1) {
			t.Errorf("the loss goes from %g to %g, Condition 2 from %g to %g", loss[1], loss[5], before, after)
		}
		if !strings.HasSuffix(lines[0], ",condition2,feedback_skipped") || !strings.HasSuffix(lines[5], ",0") {
			t.Error(lines)
		}
	}
}

// The coupled run is the buffered one for weights that move little: with tau_w =
// T/lr and tau_q = T sigma^2/lr one presentation moves them alike.
func TestCoupledMergedPhaseMovesWeightsAsTheBufferedOneDoes(t *testing.T) {
	const lr, lrQ, length, sigma = 1e-4, 1e-3, 6, 0.2
	once := []string{"training.epochs=1", "data.train=100", "training.optimizer=sgd", fmt.Sprint("training.lr=", lr), fmt.Sprint("feedback.lr=", lrQ), "feedback.optimizer=sgd"}
	_, buffered := runIn(t, small, Options{}, append(merged[:len(merged):len(merged)], once...)...)
	_, coupled := runIn(t, small, Options{}, append(append(inTime[:len(inTime):len(inTime)], once...),
		fmt.Sprint("timescales.tau_w=", length/lr), fmt.Sprint("timescales.tau_q=", length*sigma*sigma/lrQ))...)
	_, still := runIn(t, small, Options{}, append(append(merged[:len(merged):len(merged)], once...), "training.epochs=0")...)
	a, b, start := arraysOf(t, buffered), arraysOf(t, coupled), arraysOf(t, still)
	for _, name := range []string{"W1", "b2", "W3", "Q1", "Q3"} {
		apart, moved := 0.0, 0.0
		for k, x := range a[name].Data {
			apart, moved = max(apart, math.Abs(x-b[name].Data[k])), max(moved, math.Abs(x-start[name].Data[k]))
		}
		if !(apart < 0.01*moved) {
			t.Errorf("%s moves by %g, and ends %g apart", name, moved, apart)
		}
	}
}

func arraysOf(t *testing.T, dir string) map[string]npz.Array {
	t.Helper()
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	return arrays
}

// The merged phase is recorded over time as other levels are.
func TestTheMergedPhaseIsRecorded(t *testing.T) {
	for _, set := range [][]string{merged, inTime} {
		_, dir := runIn(t, small, Options{}, append(set[:len(set):len(set)], "training.epochs=0", "data.batch=2", "record.presentations=1",
			`record.arrays=["u", "v1", "dW1", "Q1"]`, "record.times=[0,0.5,6]")...)
		arrays := arraysOf(t, dir)
		if got := fmt.Sprint(arrays["u"].Shape, arrays["v1"].Shape, arrays["dW1"].Shape, arrays["t"].Data); got != "[2 3 3] [2 3 8] [1 8 5] [0 0.5 6]" {
			t.Error(got)
		}
		if u := arrays["u"].Data; u[3] == 0 || u[6] == u[3] {
			t.Errorf("u is %v", u)
		}
	}
}
