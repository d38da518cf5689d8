package experiments

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/internal/npz"
)

// smallStreams is a small recurrent network on 70 streams, which are two tiles.
const smallStreams = `
seed = 3
[data]
source = "delayed-xor"
train = 21
batch = 70
[network]
layers = [2, 6, 1]
recurrent = true
[method]
rule = "learned-feedback"
loss = "half-squared-error"
noise = 0.1
[feedback]
init = "random"
optimizer = "sgd"
lr = 1e-3
[training]
epochs = 2
lr = 1e-3
reduce = "sum"
`

func TestWorkersChangeNoBitOfStreams(t *testing.T) {
	_, one := runIn(t, smallStreams, Options{Workers: 1})
	_, three := runIn(t, smallStreams, Options{Workers: 3})
	sameFile(t, "arrays.npz", one, three)
	sameFile(t, "metrics.csv", one, three)
}

func TestAnInterruptedRunOfStreamsEndsWithTheSameBits(t *testing.T) {
	for _, set := range []string{"training.optimizer=sgd", "training.optimizer=adam"} {
		_, whole := runIn(t, smallStreams, Options{}, set)
		for _, after := range []int{1, 3, 4} { // within an epoch of 3 windows, at its end, and in the second
			t.Run(fmt.Sprint(set, " after ", after), func(t *testing.T) {
				sameResult(t, whole, inPieces(t, smallStreams, []string{set}, afterPresentations(after)))
			})
		}
	}
}

func TestARunOfStreamsReportsAlignmentWhereThereIsFeedback(t *testing.T) {
	for rule, want := range map[string]int{"bp": 9, "fa-chain": 11, "learned-feedback": 11} {
		_, dir := runIn(t, smallStreams, Options{}, "method.rule="+rule)
		text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
			if n := strings.Count(line, ",") + 1; n != want {
				t.Errorf("%s: %d columns, want %d: %s", rule, n, want, line)
			}
		}
		f, err := npz.Open(filepath.Join(dir, "arrays.npz"))
		if err != nil {
			t.Fatal(err)
		}
		if has := f.Has("B"); has != (rule != "bp") || !f.Has("W") {
			t.Errorf("%s: its arrays are %v", rule, f.Names())
		}
		f.Close()
	}
}

// With B = W^T and no rate to move either, the angle is 0 and so is the distance.
func TestAlignedFeedbackIsAtNoAngle(t *testing.T) {
	_, dir := runIn(t, smallStreams, Options{}, "method.rule=fa-chain", "feedback.init=weight-product", "training.lr=0")
	columns, err := ReadColumns(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for k, angle := range columns["feedback_angle"] {
		if angle > 1e-5 || columns["feedback_error"][k] != 0 {
			t.Errorf("epoch %d: %g degrees, error %g", k+1, angle, columns["feedback_error"][k])
		}
	}
}

// A run goes on from its own arrays: with no rate, they stay as they are.
func TestARecurrentNetworkBeginsWithTheWeightsItIsGiven(t *testing.T) {
	_, first := runIn(t, smallStreams, Options{})
	given := "network.weights=" + filepath.Join(first, "arrays.npz")
	_, second := runIn(t, smallStreams, Options{}, given, "training.lr=0", "method.rule=fa-chain")
	sameFile(t, "arrays.npz", first, second)
}

func TestADivergingRunOfStreamsSaysSo(t *testing.T) {
	_, err := Run(context.Background(), parse(t, smallStreams, "feedback.lr=1e30"), Options{Dir: filepath.Join(t.TempDir(), "run")})
	if err == nil || !strings.Contains(err.Error(), "epoch 1, window") || !strings.Contains(err.Error(), "feedback weights is not finite") {
		t.Errorf("error %v", err)
	}
}

// Loss is a mean over steps: a network whose output stays 0 has half the share
// of steps with a target.
func TestLossOfStreamsIsPerStep(t *testing.T) {
	result, _ := runIn(t, smallStreams, Options{}, "network.init_scale=0", "training.lr=0", "method.rule=bp", "data.train=7000", "data.batch=1", "training.epochs=1")
	// 350 of 7000 steps, give or take four standard deviations of 18.
	if got := *result.TrainLoss; math.Abs(got-0.025) > 0.0052 {
		t.Errorf("loss %g a step, want 0.025", got)
	}
}
