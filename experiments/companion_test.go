package experiments

import (
	"path/filepath"
	"strings"
	"testing"
)

// awake is a run for every way in which feedback weights learn awake; batches of
// 100 make two tiles.
var awake = [][]string{
	{"method.rule=node-perturbation"},
	{"method.rule=node-perturbation", "method.noise_site=voltage", "method.noise_baseline=running", "method.noise=0.1"},
	{"method.rule=learned-feedback"},
	{"method.rule=learned-feedback", "feedback.path=direct", "feedback.forget=0.99"},
	{"method.rule=learned-feedback", "feedback.optimizer=sgd", "feedback.lr=0.01", "method.noise_baseline=running", "method.noise=0.1"},
	{"method.rule=matching"},
	{"method.rule=kolen-pollack", "training.weight_decay=0.01"},
	{"method.rule=weight-mirror", "feedback.sigma=0.5", "feedback.lr=0.05"},

	{"method.rule=matching", "method.level=buffered"},
	{"method.rule=kolen-pollack", "method.level=buffered", "training.weight_decay=0.01"},
	{"method.rule=weight-mirror", "method.level=buffered", "feedback.sigma=0.5", "feedback.lr=0.05"},
	{"method.rule=matching", "method.level=coupled", "timescales.tau_w=30", "training.optimizer=sgd"},
	{"method.rule=kolen-pollack", "method.level=coupled", "timescales.tau_w=30", "training.weight_decay=0.01", "training.optimizer=sgd"},
	{"method.rule=weight-mirror", "method.level=coupled", "timescales.tau_w=30", "timescales.tau_q=15", "feedback.sigma=0.5", "training.optimizer=sgd"},

	{"method.rule=node-perturbation", "method.level=buffered", "integrator.h=0.1"},
	{"method.rule=node-perturbation", "method.level=buffered", "integrator.h=0.1", "method.noise_site=voltage", "method.noise_baseline=running", "method.noise=0.1"},
	{"method.rule=learned-feedback", "method.level=buffered", "integrator.h=0.1"},
	{"method.rule=learned-feedback", "method.level=buffered", "integrator.h=0.1", "feedback.path=direct", "feedback.optimizer=sgd", "timescales.tau_noise=inf"},
	{"method.rule=node-perturbation", "method.level=coupled", "integrator.h=0.1", "timescales.tau_w=30", "training.optimizer=sgd", "method.noise=0.1"},
	{"method.rule=learned-feedback", "method.level=coupled", "integrator.h=0.1", "timescales.tau_w=30", "timescales.tau_q=30", "training.optimizer=sgd"},
	{"method.rule=learned-feedback", "method.level=coupled", "integrator.h=0.1", "timescales.tau_w=30", "timescales.tau_q=30", "training.optimizer=sgd", "feedback.path=direct", "method.noise_baseline=running", "method.noise=0.1"},
}

// An interruption before the first epoch and one in it, and other workers, change
// no bit; and the loss falls.
func TestFeedbackThatLearnsAwakeHasTheSameBitsWithAnyWorkersAndResumed(t *testing.T) {
	for _, set := range awake {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			set := append([]string{"feedback.pretrain=5", "method.loss=half-squared-error"}, set...)
			_, whole := runIn(t, small, Options{Workers: 1}, set...)
			columns, err := ReadColumns(filepath.Join(whole, "metrics.csv"))
			if err != nil {
				t.Fatal(err)
			}
			if loss := columns["train_loss"]; !(loss[2] < 0.9*loss[0]) {
				t.Errorf("training loss goes from %g to %g", loss[0], loss[2])
			}
			sameResult(t, whole, inPieces(t, small, set, afterPresentations(2), afterPresentations(5)))
		})
	}
}

// Feedback learns before the first epoch, and forward weights do not.
func TestWarmUpMovesFeedbackAlone(t *testing.T) {
	set := []string{"method.rule=learned-feedback", "training.lr=0", "training.epochs=1", `record.theory=["delta-angle", "relative-error", "sign-congruence", "local-angle"]`}
	cold := theoryAfter(t, append(set, "feedback.pretrain=0")...)
	warm := theoryAfter(t, append(set, "feedback.pretrain=400")...)
	if !(cold["relative-error-2"][0] == 1 && warm["relative-error-2"][0] < 0.3) {
		t.Errorf("|B2 - W3^T|/|W3| is %g, and %g after warm-up", cold["relative-error-2"][0], warm["relative-error-2"][0])
	}
	if cold["sign-congruence-1"][0] != 0.5 || !(warm["sign-congruence-1"][0] > 0.5) {
		t.Errorf("signs agree to %g, and to %g after warm-up", cold["sign-congruence-1"][0], warm["sign-congruence-1"][0])
	}
	if a, b := warm["delta-angle-1"][0], warm["local-angle-2"][0]; !(a < 30 && b < 15) {
		t.Errorf("angles are %g and %g after warm-up", a, b)
	}
}

func theoryAfter(t *testing.T, set ...string) Columns {
	t.Helper()
	_, dir := runIn(t, small, Options{}, set...)
	columns, err := ReadColumns(filepath.Join(dir, "theory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	return columns
}
