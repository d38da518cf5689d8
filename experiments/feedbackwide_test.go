package experiments

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"credo/internal/npz"
)

// autoencoder is a small run whose output is wide: it learns feedback from random.
const autoencoder = `
seed = 3
[data]
source = "teacher"
target = "input"
train = 120
validation = 30
test = 30
batch = 40
[data.teacher]
layers = [70, 5, 3]
[network]
layers = [70, 12, 5, 12, 70]
[method]
rule = "dfc"
level = "steady"
loss = "mean-squared-error"
target_stepsize = 0.1
[controller]
k_p = 1.0
alpha = 0.05
[feedback]
init = "random"
learn = true
freeze_output = true
sigma_output = 0.0
pretrain = 20
samples = 20
every = 2
[training]
epochs = 2
optimizer = "adam"
lr = 0.003
`

func TestWideOutputsLearnFeedback(t *testing.T) {
	_, one := runIn(t, autoencoder, Options{Workers: 1})
	_, three := runIn(t, autoencoder, Options{Workers: 3})
	sameResult(t, one, three)
	sameFile(t, "arrays.npz", one, inPieces(t, autoencoder, nil, afterLooks(22)))

	_, fresh := runIn(t, autoencoder, Options{}, "feedback.pretrain=0", "feedback.lr=1e-9")
	if before, after := lastCondition2(t, fresh), lastCondition2(t, one); !(after > before+0.1) || after > 1 {
		t.Errorf("Condition 2 holds to %g, without learning to %g", after, before)
	}
}

// The simulated and the merged phase take wide outputs with noise and a Q_L that
// learns: neither knows of the layer before them, which measures Condition 2.
func TestWideOutputsLearnFeedbackInNoise(t *testing.T) {
	noisy := []string{"feedback.freeze_output=false", "feedback.sigma_output=0.01", "training.epochs=1"}
	for phase, set := range map[string][]string{
		"simulated": append(noisy, "feedback.phase=simulated", "feedback.presentation=0.04"),
		"merged": append(noisy, "feedback.phase=merged", "feedback.pretrain=0", "feedback.tau_a=0.2", "feedback.tau_f=1",
			"method.level=buffered", "controller.alpha=0.5", "integrator.h=0.1", "timescales.presentation=6"),
	} {
		_, one := runIn(t, autoencoder, Options{Workers: 1}, set...)
		_, three := runIn(t, autoencoder, Options{Workers: 3}, set...)
		for _, name := range []string{"arrays.npz", "metrics.csv"} {
			sameFile(t, name, one, three)
		}
		if ratio := lastCondition2(t, one); !(ratio > 0.01 && ratio < 1) {
			t.Errorf("%s: Condition 2 holds to %g", phase, ratio)
		}
	}
}

// lastCondition2 returns the ratio in the last line of metrics.csv, where no
// sample was left out.
func lastCondition2(t *testing.T, dir string) (ratio float64) {
	t.Helper()
	lines := metricsOf(t, dir)
	cells := strings.Split(lines[len(lines)-1], ",")
	names := strings.Split(lines[0], ",")
	for k, name := range names {
		switch name {
		case "condition2":
			fmt.Sscan(cells[k], &ratio)
		case "feedback_skipped":
			if cells[k] != "0" {
				t.Errorf("%s samples were left out", cells[k])
			}
		}
	}
	return ratio
}

func TestWideOutputsNeedTheirOwnFeedback(t *testing.T) {
	dir, q := t.TempDir(), make([]float64, 70*70)
	if err := npz.Write(filepath.Join(dir, "net.npz"), []npz.Array{{Name: "Q4", Shape: []int{70, 70}, Data: q}}); err != nil {
		t.Fatal(err)
	}
	_, err := Run(context.Background(), parse(t, autoencoder, "network.weights="+dir+"/net.npz"), Options{Dir: filepath.Join(dir, "run")})
	if err == nil || !strings.Contains(err.Error(), "feedback.init: models: the sleep phase of a wide output needs Q_L = I") {
		t.Error(err)
	}
}
