package schema

import (
	"strings"
	"testing"
	"unicode"

	"credo/models"
)

// contract is what users rely on: these names and defaults stay.
const contract = `
schema 1
title ""
seed 0
data.source required
data.path ""
data.target "label"
data.outputs_per_class 1
data.scaling "standard" for mnist, "unit" for fashion-mnist, idx and cifar10, "none" for the others
data.train "all"
data.validation 0
data.test "all"
data.batch 128
data.order "shuffle"
data.fresh false
data.teacher.layers []
data.teacher.activation "relu"
data.teacher.init "xavier-normal"
data.teacher.gain 1
data.teacher.bias_scale 0
data.teacher.inputs "uniform"
data.teacher.input_range [-1, 1]
network.layers required
network.activation "tanh"
network.output "linear"
network.init "xavier-normal"
network.init_scale 1
network.bias true
network.bias_scale 0
network.density 1
network.normalize false
network.spike 0
network.slab 0.01
network.weights ""
network.recurrent false
method.rule required
method.level "steady"
method.loss "cross-entropy" with softmax output, else "squared-error"
method.target_stepsize 0.1
method.target_scale "sample"
method.forward_rule "nonlinear"
method.unstable "skip"
method.noise 1e-3
method.noise_site "rate"
method.noise_baseline "clean"
method.noise_probability 1
method.noise_index "previous"
method.evaluate "sample"
controller.kind "pi"
controller.k_p 0
controller.k_d 0
controller.tau_d 0
controller.alpha 0
controller.leak "integral"
timescales.tau_v 0.2
timescales.tau_b 0.2
timescales.tau_u 1
timescales.tau_w inf
timescales.tau_q timescales.tau_w for matching and kolen-pollack, else inf
timescales.tau_noise 0.5
timescales.tau_baseline 4
timescales.tau 0.9
timescales.steps 5
timescales.delay 0
timescales.presentation 20
feedback.path what the rule has: "layerwise" for fa and its kin, else "direct"
feedback.layers []
feedback.activation "tanh"
feedback.tau_path 0
feedback.init "zero" for learned-feedback, "random" for rules that mirror weights, else "weight-product"
feedback.distribution "xavier-normal"
feedback.init_scale 1
feedback.density 1
feedback.learn false
feedback.phase "averaged"
feedback.tau_v 0.005
feedback.tau_a 0.3
feedback.tau_f 3
feedback.alpha 0 for controller "p", else 0.5
feedback.k_p controller.k_p for controller "p", 0 for "i", else 0.1
feedback.sigma 0.01
feedback.sigma_output feedback.sigma
feedback.beta 0.03 feedback.sigma^2; feedback.sigma^2 for weight-mirror
feedback.h 0.4 feedback.tau_v
feedback.presentation "50 h"
feedback.burn_in 0
feedback.pretrain 60
feedback.every 8
feedback.epochs 0
feedback.samples data.batch, at most 8 without feedback.epochs
feedback.optimizer "ridge" for learned-feedback, "sgd" for that of a recurrent network, else "implicit"
feedback.gamma 0.1
feedback.forget 1
feedback.lr 0.3
feedback.pretrain_lr feedback.lr
feedback.beta1 0.9
feedback.beta2 0.999
feedback.epsilon 1e-8
feedback.clip 0
feedback.freeze_output false
integrator.method "auto"
integrator.rtol 1e-4
integrator.atol 1e-6
integrator.h 0
integrator.max_steps 1e5
training.epochs 0
training.truncation 7
training.optimizer "sgd"
training.lr 0.01
training.beta1 0.9
training.beta2 0.999
training.epsilon 1e-8
training.momentum 0.9
training.weight_decay 0
training.decoupled_decay false
training.decaying ["W", "b", "pi", "xi"]
training.reset_optimizer false
training.clip 0
training.schedule "constant"
training.step_factor 0.5
training.step_every 20
training.reduce "mean"
training.freeze []
record.presentations 0
record.arrays []
record.times []
record.theory []
record.damping 0.1
record.weights []
stability.split "test"
stability.samples 32, or as many as the split has
stability.epsilon [0.01, 0.03, 0.1, 0.3, 1]
stability.map.x ""
stability.map.x_range [0.01, 100]
stability.map.x_scale "log"
stability.map.y ""
stability.map.y_range [0.01, 100]
stability.map.y_scale "log"
stability.map.points 100
stability.map.at "rest"
separation.ratio []
separation.values []
separation.range [1e-3, 1e-1]
separation.points 7
separation.within 5
separation.updates 10
separation.levels ["coupled", "buffered"]
`

func TestTheTableKeepsTheContract(t *testing.T) {
	var b strings.Builder
	for _, k := range Keys() {
		b.WriteString("\n" + k.Name + " " + k.Default)
	}
	if got := b.String() + "\n"; got != contract {
		t.Errorf("the table is%s\nbut the contract is%s", got, contract)
	}
}

func TestEveryKeySaysWhatItMeansInASentence(t *testing.T) {
	for _, k := range Keys() {
		m := []rune(k.Meaning)
		if len(m) == 0 || !strings.HasSuffix(k.Meaning, ".") || unicode.IsSpace(m[0]) || k.Wants() == "" {
			t.Errorf("%s: %q, %q", k.Name, k.Meaning, k.Wants())
		}
		text, err := Explain(k.Name)
		if err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
		for _, part := range []string{k.Name, k.Meaning, k.Default, k.Wants()} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: the explanation lacks %q:\n%s", k.Name, part, text)
			}
		}
	}
}

func TestDefaultsAreValid(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid)) // some follow from other keys
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Keys() {
		if k.Default != required && !k.kind.read(s, k.fallback(s)) {
			t.Errorf("%s must be %s, but its default is %s", k.Name, k.Wants(), k.Default)
		}
	}
}

func TestExplainNamesTheNearestKey(t *testing.T) {
	for key, want := range map[string]string{
		"controller.kp": `unknown key "controller.kp" (did you mean "controller.k_p"?)`,
		"k_p":           `unknown key "k_p" (did you mean "controller.k_p"?)`,
		"layers":        `unknown key "layers" (did you mean "network.layers"?)`,
		"netwrok":       `unknown key "netwrok" (did you mean "network"?)`,
		"xyzzy":         `unknown key "xyzzy"`,
		"":              `unknown key ""`,
	} {
		if _, err := Explain(key); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", key, err, want)
		}
	}
}

func TestATableExplainsItsKeys(t *testing.T) {
	text, err := Explain("data.teacher")
	if err != nil || strings.Count(text, "data.teacher.") != 7 {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestTheRuleIsExplainedByAllRules(t *testing.T) {
	text, err := Explain("method.rule")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range models.Rules() {
		want := "\n    " + r.Name + ": " + r.Meaning + "\n        levels " + strings.Join(r.Levels(), ", ")
		if len(r.Paths) > 0 {
			want += "; feedback.path " + strings.Join(r.Paths, ", ")
		}
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the explanation lacks %q:\n%s", want, text)
		}
	}
}
