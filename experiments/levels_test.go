package experiments

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// runsAt are the levels at which every rule runs.
var runsAt = map[string]string{
	"bp": "coupled buffered steady", "fa": "coupled buffered steady", "fa-chain": "coupled buffered steady",
	"dfa": "coupled buffered steady", "sign-symmetric": "coupled buffered steady", "shallow": "coupled buffered steady",
	"matching": "coupled buffered steady", "kolen-pollack": "coupled buffered steady", "weight-mirror": "coupled buffered steady",
	"node-perturbation": "coupled buffered steady", "learned-feedback": "coupled buffered steady", "gbp": "coupled buffered steady",
	"dfc": "coupled buffered response steady linear", "spiking-fa": "coupled buffered steady spiking",
}

// needs are what a rule wants of a scenario at any level.
var needs = map[string][]string{
	"gbp":              {"network.normalize=true", "network.bias=false"},
	"kolen-pollack":    {"training.weight_decay=1e-3"},
	"weight-mirror":    {"feedback.sigma=0.5"},
	"learned-feedback": {"feedback.lr=0.01"},
	"spiking-fa":       {"network.activation=sigmoid", "network.output=sigmoid", "data.teacher.input_range=[0,1]"},
}

// tiny is every scenario's beginning here: two presentations of a small task.
var tiny = []string{
	"data.train=20", "data.validation=0", "data.test=10", "data.batch=10", "training.epochs=1", "training.lr=0.01", "feedback.pretrain=1",
	"timescales.presentation=2", "timescales.tau_w=100", "timescales.tau_q=100", "method.loss=half-squared-error",
}

// Every rule at every level with every optimizer moves its weights and measures a
// finite loss, or the scenario is refused in words that name what was asked for and
// what there is.
func TestEveryRuleRunsAtEveryLevelOrSaysWhyNot(t *testing.T) {
	if len(runsAt) != len(models.Rules()) {
		t.Errorf("the table has %d rules of %d", len(runsAt), len(models.Rules()))
	}
	for _, r := range models.Rules() {
		for _, level := range []string{"coupled", "buffered", "response", "steady", "linear", "spiking"} {
			for _, optimizer := range []string{"sgd", "momentum", "adam"} {
				set := slices.Concat(tiny, needs[r.Name], []string{"method.rule=" + r.Name, "method.level=" + level, "training.optimizer=" + optimizer})
				if r.LearnsFromNoise() && (level == "coupled" || level == "buffered") {
					set = append(set, "integrator.h=0.1")
				}
				t.Run(fmt.Sprint(r.Name, " ", level, " ", optimizer), func(t *testing.T) {
					runs := slices.Contains(strings.Fields(runsAt[r.Name]), level)
					flows := level == "coupled" || level == "spiking"
					switch {
					case !runs:
						mustRefuse(t, set, "method.level", fmt.Sprintf("rule %q has no level %q, only ", r.Name, level))
					case flows && optimizer != "sgd":
						mustRefuse(t, set, "training.optimizer", fmt.Sprintf("must be \"sgd\" at level %q, not %q: ", level, optimizer))
					default:
						mustLearn(t, set)
					}
				})
			}
		}
	}
}

// mustRefuse wants a fault of key that begins with message.
func mustRefuse(t *testing.T, set []string, key, message string) {
	t.Helper()
	_, err := schema.Parse("test.toml", []byte(small), set...)
	if want := key + ": " + message; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// mustLearn presents an epoch and wants a finite loss and weights that move.
func mustLearn(t *testing.T, set []string) {
	t.Helper()
	s := parse(t, small, set...)
	r, err := prepare(context.Background(), s, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	tr, order := r.trainer, r.trainer.order(1)
	before := slices.Clone(tr.w.Plastic())
	tr.begin(1)
	for k := range tr.presentations() {
		outcome, err := tr.present(tr.minibatch(order, k), true, s.Training.LR)
		if err != nil || !finite(outcome.Loss) {
			t.Fatalf("the loss is %g: %v", outcome.Loss, err)
		}
	}
	tr.settle() // weights of a network that spikes
	if after := tr.w.Plastic(); slices.Equal(after, before) || !finite(floats.Sum(after)) {
		t.Error("no weight moves, or one has left the range of numbers")
	}
}
