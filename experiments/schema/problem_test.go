package schema

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// valid is a scenario to spoil.
const valid = `[data]
source = "mnist"
[network]
layers = [784, 20, 10]
output = "softmax"
[method]
rule = "dfc"
`

// problems parses text and returns what is wrong with it, one a line.
func problems(t *testing.T, text string, overrides ...string) string {
	t.Helper()
	s, err := Parse("s.toml", []byte(text), overrides...)
	if (s == nil) == (err == nil) {
		t.Fatalf("both or neither: %v, %v", s, err)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestAllProblemsAreReportedAtOnceSortedByPlace(t *testing.T) {
	const text = `title = "every mistake"

[data]
source = "mnist"

[netwrok]
layers = [784, 10, 5]

[method]
rule = "dfc"

[controller]
k_P = "1"
alpha = -1
`
	const want = `s.toml:6:2: netwrok: unknown table (did you mean "network"?)
s.toml:7:1: network.layers: the last layer has 5 neurons but mnist has 10 classes
s.toml:13:1: controller.k_P: unknown key (did you mean "k_p"?)
s.toml:13:1: controller.k_p: must be a number >= 0, not the string "1"
s.toml:14:1: controller.alpha: must be a number >= 0, not -1
--set: training.lr: must be a number >= 0, not NaN`
	if got := problems(t, text, "training.lr=nan"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestWrongValuesSayWhatIsRight(t *testing.T) {
	for set, want := range map[string]string{
		"schema=2":                         `schema: must be 1, the version this credo reads, not 2`,
		"seed=-1":                          `seed: must be an integer >= 0, not -1`,
		"seed=1.5":                         `seed: must be an integer >= 0, not 1.5`,
		"title=3":                          `title: must be a string, not 3`,
		"data.batch=0":                     `data.batch: must be an integer >= 1, not 0`,
		"data.train=many":                  `data.train: must be an integer >= 1, or "all", not the string "many"`,
		"data.validation=all":              `data.validation: must be an integer >= 0, not the string "all"`,
		"data.source=cifar":                `data.source: must be ` + oneOf(sourceNames) + `, not the string "cifar" (did you mean "cifar10"?)`,
		"data.teacher.input_range=[1,1]":   `data.teacher.input_range: must be a list of two numbers, the lower first, not [1, 1]`,
		"network.layers=[784, 0, 10]":      `network.layers: must be a list of two or more integers >= 1, not [784, 0, 10]`,
		"network.layers=[784]":             `network.layers: must be a list of two or more integers >= 1, not [784]`,
		"network.layers=784":               `network.layers: must be a list of two or more integers >= 1, not 784`,
		"network.bias=yes":                 `network.bias: must be true or false, not the string "yes"`,
		"network.output=softmx":            `network.output: must be "linear", "softmax", "sigmoid", "tanh" or "relu", not the string "softmx" (did you mean "softmax"?)`,
		`network.activation=["tanh", "a"]`: `network.activation: must be a list, one a hidden layer, or one for all, of tanh, sigmoid, relu, softplus, linear, not ["tanh", "a"]`,
		"network.activation=rely":          `network.activation: must be a list, one a hidden layer, or one for all, of tanh, sigmoid, relu, softplus, linear, not the string "rely" (did you mean "relu"?)`,
		"method.target_stepsize=0":         `method.target_stepsize: must be a number > 0, not 0`,
		"timescales.tau_v=0":               `timescales.tau_v: must be a number > 0, not 0`,
		"timescales.tau_u=inf":             `timescales.tau_u: must be a number > 0, not +Inf`,
		"timescales.tau_w=-inf":            `timescales.tau_w: must be a number > 0, or inf, not -Inf`,
		"timescales.presentation=nan":      `timescales.presentation: must be a number > 0, not NaN`,
		"controller.alpha=1979-05-27":      `controller.alpha: must be a number >= 0, not a date or time`,
		"training.beta1=1":                 `training.beta1: must be a number >= 0 and < 1, not 1`,
		"training.epochs={a=1}":            `training.epochs: must be an integer >= 0, not a table`,
		"training=1":                       `training: must be a table, [training], not 1`,
		"record.times=[2, 1]":              `record.times: must be a list of numbers >= 0 in rising order, or "all", not [2, 1]`,
		"record.weights=[2, 1]":            `record.weights: must be a list of integers >= 0 in rising order, not [2, 1]`,
		"stability.samples=0":              `stability.samples: must be an integer >= 1, not 0`,
		"stability.epsilon=[0]":            `stability.epsilon: must be a list of numbers > 0 in rising order, not [0]`,
		"stability.map.x=controller.kp":    `stability.map.x: must be ` + oneOf(mapAxes) + `, not the string "controller.kp" (did you mean "controller.k_p"?)`,
		"record.arrays=u":                  `record.arrays: must be a list of names, not the string "u"`,
		"controller.tau_v=1":               `controller.tau_v: unknown key (did you mean "timescales.tau_v"?)`,
		"timescales.tau_x=1":               `timescales.tau_x: unknown key (did you mean "tau_v"?)`,
		"data.batch_size=4":                `data.batch_size: unknown key (did you mean "batch"?)`,
		"swep.seed=4":                      `swep: unknown table (did you mean "sweep"?)`,
		"sweep.seed=[4]":                   `sweep: asks for several runs, where one is wanted`,
		"network":                          `network: must be KEY=VALUE`,
		"=1":                               `=1: must be KEY=VALUE`,
		"title.x=1":                        `title: must be a string, not a table`,
	} {
		if got := problems(t, valid, set); got != "--set: "+want {
			t.Errorf("%s: %s\nwant --set: %s", set, got, want)
		}
	}
}

func TestKeysMustFitTogether(t *testing.T) {
	for sets, want := range map[string]string{
		"data.source=npz":                    `data.path: is required by source "npz"`,
		"data.path=x":                        `data.path: belongs to sources "idx", "npz", "csv", "cifar10" and "fashion-mnist", not "mnist"`,
		"data.train=60001":                   `data.train: asks for too many: 60001 and 0 for validation, but mnist has 60000`,
		"data.train=60000 data.validation=1": `data.train: asks for too many: 60000 and 1 for validation, but mnist has 60000`,
		"data.train=9223372036854775807":     `data.train: asks for too many: 9223372036854775807 and 0 for validation, but mnist has 60000`,
		"network.layers=[784,1000000000,10]": `network.layers: has 8e+11 weights; credo holds at most 1e+09`,
		"data.validation=60000":              `data.train: has no sample left: validation takes 60000 of the 60000 of mnist`,
		"data.test=10001":                    `data.test: asks for too many: 10001, but mnist has 10000`,

		"network.layers=[783,10]":                      `network.layers: the first layer has 783 neurons but mnist has 784 pixels`,
		"network.layers=[784,5,9]":                     `network.layers: the last layer has 9 neurons but mnist has 10 classes`,
		`network.activation=["tanh","tanh"]`:           `network.activation: needs one entry a hidden layer: 1, not 2`,
		"data.target=input network.output=linear":      `network.layers: the last layer has 10 neurons but the input, which is the target, has 784`,
		"data.target=input network.layers=[784,9,784]": `network.output: softmax needs classes, but the target is the input`,

		"network.output=sigmoid method.loss=cross-entropy": `method.loss: "cross-entropy" needs output "softmax", not "sigmoid"`,
		"method.loss=squared-error":                        `method.loss: output "softmax" needs loss "cross-entropy": "squared-error" would compare logits with labels`,
		"method.rule=bp method.level=response":             `method.level: rule "bp" has no level "response", only "coupled", "buffered" or "steady": "response" is of rule "dfc", whose control loop it linearises; errors that come down the network close no loop`,
		"method.rule=dfa method.level=linear":              `method.level: rule "dfa" has no level "linear", only "coupled", "buffered" or "steady": "linear" is of rule "dfc", whose control loop it linearises; errors that come down the network close no loop`,

		"controller.kind=i controller.k_p=1":                    `controller.k_p: must be 0 for kind "i"; kind "pi" has a proportional part`,
		"controller.kind=p":                                     `controller.k_p: must be > 0 for kind "p", or the controller does nothing`,
		"controller.k_d=1":                                      `controller.k_d: must be 0 for kind "pi"; kind "pid" has a derivative part`,
		"controller.kind=pid controller.k_d=1":                  `controller.tau_d: must be > 0 for kind "pid": its derivative is filtered`,
		"controller.kind=p controller.k_p=1 controller.alpha=1": `controller.alpha: must be 0 for kind "p", which has no integral`,

		"method.level=coupled": `timescales.tau_w: must be finite at level "coupled"; presentation/lr = 2000 moves the weights as level "buffered" does`,
		"method.level=coupled timescales.tau_w=9 training.optimizer=adam":   `training.optimizer: must be "sgd" at level "coupled", not "adam": the weights follow tau_w dW/dt = G as time passes`,
		"method.level=coupled timescales.tau_w=9 training.clip=1":           `training.clip: must be 0 at level "coupled": there is no update to clip, the weights move as time passes`,
		"method.rule=weight-mirror method.level=coupled timescales.tau_w=9": `timescales.tau_q: must be finite at level "coupled" of rule "weight-mirror", whose feedback weights learn; presentation feedback.sigma^2/feedback.lr = 0.006666666666666667 moves them as level "buffered" does`,
		"method.level=coupled timescales.tau_w=9 training.schedule=cosine":  `training.schedule: must be "constant" at level "coupled": tau_w, not lr, sets the pace there`,

		"integrator.method=rk4": `integrator.h: is required by method "rk4", which cannot choose its step`,
		"integrator.h=21":       `integrator.h: must be at most the presentation, 20, not 21`,

		"stability.map.x=controller.k_p":                      `stability.map.y: is required beside stability.map.x: a map has two axes`,
		"stability.map.y=gain":                                `stability.map.x: is required beside stability.map.y: a map has two axes`,
		"stability.map.x=gain stability.map.y=gain":           `stability.map.y: must differ from stability.map.x`,
		"stability.map.x=controller.k_d stability.map.y=gain": `stability.map.x: cannot be controller.k_d: must be 0 for kind "pi"; kind "pid" has a derivative part`,
		"stability.map.x=gain stability.map.y=timescales.tau_v stability.map.y_range=[0,1] stability.map.y_scale=linear": `stability.map.y_range: timescales.tau_v cannot be 0: it must be a number > 0`,
		"stability.map.x=gain stability.map.y=controller.alpha stability.map.y_range=[0,1]":                              `stability.map.y_range: begins at 0, but must be positive on a "log" scale`,
		"record.weights=[0,3] training.epochs=2":                                                                         `record.weights: 3 is after the last epoch, training.epochs = 2`,
		"record.presentations=2":                                                                                         `record.arrays: is empty: name what to record of the 2 presentations`,
		`record.arrays=["v3","r0","zz","u","u"]`:                                                                         `record.arrays: "v3" is of a layer the network does not have: they are 1 to 2; "r0" is no array: it must be u, x, e, or v, r, m, d, f, W, b, pi, xi, Q, R, dW, db, dpi or dxi and the number of a layer; "zz" is no array: it must be u, x, e, or v, r, m, d, f, W, b, pi, xi, Q, R, dW, db, dpi or dxi and the number of a layer; "u" stands there twice`,
		`record.arrays=["W99999999999999999999"]`:                                                                        `record.arrays: "W99999999999999999999" is of a layer the network does not have: they are 1 to 2`,
		`record.arrays=["m1","d2"]`:                                                                                      `record.arrays: "m1" belongs to rules whose errors have a pathway, not "dfc"; "d2" belongs to rules whose errors have a pathway, not "dfc"`,
		`record.arrays=["u","Q1"] method.rule=bp`:                                                                        `record.arrays: "u" belongs to rule "dfc", not "bp"; "Q1" belongs to rules with feedback weights, not "bp"`,
		`record.arrays=["x"] controller.kind=p controller.k_p=1`:                                                         `record.arrays: "x" belongs to controllers with a state, not kind "p"`,
		`record.arrays=["db1"] network.bias=false`:                                                                       `record.arrays: "db1" belongs to networks with bias`,
		"record.times=[1]":                          `record.times: must be [] at level "steady": only levels "coupled" and "buffered" have states in time`,
		"record.times=all":                          `record.times: must be [] at level "steady": only levels "coupled" and "buffered" have states in time`,
		"record.times=[1,21] method.level=buffered": `record.times: 21 is after the end of the presentation, 20`,
	} {
		got := problems(t, valid, strings.Fields(sets)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
}

func TestATeacherMustFitItsStudent(t *testing.T) {
	const text = `[data]
source = "teacher"
scaling = "unit"
[network]
layers = [4, 3, 2]
output = "softmax"
[method]
rule = "bp"
`
	const want = `s.toml:1:2: data.train: is required by source "teacher": it makes as many samples as it is asked for
s.toml:1:2: data.test: is required by source "teacher": it makes as many samples as it is asked for
s.toml:3:1: data.scaling: must be "none": the inputs of source "teacher" are not pixels
s.toml:5:1: network.layers: the first layer has 4 neurons but the teacher's has 5
s.toml:5:1: network.layers: the last layer has 2 neurons but the teacher's has 3
s.toml:6:1: network.output: softmax needs classes, but source "teacher" answers with numbers`
	if got := problems(t, text, "data.teacher.layers=[5, 9, 3]"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := problems(t, text); !strings.Contains(got, `s.toml:1:2: data.teacher.layers: is required by source "teacher"`) {
		t.Error(got)
	}
}

func TestSettingsThatARuleDoesNotUseAreNoProblem(t *testing.T) {
	for _, sets := range [][]string{
		{"method.rule=bp", "controller.alpha=1", "timescales.tau_w=5", "feedback.init=random"},
		{"method.rule=dfa", "integrator.h=0.1", "method.forward_rule=linear"},
		{"method.level=buffered", "timescales.tau_w=2000"},
		{"method.level=coupled", "timescales.tau_w=2000"},
		{"integrator.method=tsit5", "integrator.h=0.1", "training.beta1=0"},
		{"record.arrays=[\"u\", \"v2\", \"dW1\", \"db2\", \"Q1\"]"},
	} {
		if got := problems(t, valid, sets...); got != "" {
			t.Errorf("%v: %s", sets, got)
		}
	}
}

func TestMissingKeysAreReportedAtTheirTable(t *testing.T) {
	want := `s.toml:1:1: data.source: is required: ` + oneOf(sourceNames) + `
s.toml:1:1: method.rule: is required: ` + oneOf(ruleNames()) + `
s.toml:3:2: network.layers: is required: a list of two or more integers >= 1`
	if got := problems(t, "title = \"\"\n\n[network]\nbias = false"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestProblemsFoundLaterStandAtTheirKey(t *testing.T) {
	s, err := Parse("s.toml", []byte(valid), "data.batch=5")
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{
		"network.layers":      "s.toml:4:1: network.layers: no (did you mean \"yes\"?)",
		"network.weights":     "s.toml:3:2: network.weights: no (did you mean \"yes\"?)",
		"data.teacher.layers": "s.toml:1:2: data.teacher.layers: no (did you mean \"yes\"?)",
		"data.batch":          "--set: data.batch: no (did you mean \"yes\"?)",
		"record.arrays":       "s.toml:1:1: record.arrays: no (did you mean \"yes\"?)",
	} {
		if got := s.Problem(key, "no", "yes").String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestProblemsAreJSON(t *testing.T) {
	got, err := json.Marshal(Problem{"s.toml", 3, 2, "data", "no", "yes"})
	want := `{"file":"s.toml","line":3,"column":2,"key":"data","message":"no","suggestion":"yes"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
}

func TestAFileThatCannotBeReadIsAProblem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.toml")
	_, err := Load(path)
	if want := path + ": cannot be read: no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestThePublishedScenariosAreValid(t *testing.T) {
	files, err := fs.Glob(os.DirFS("../scenarios"), "*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		members, err := LoadMembers(filepath.Join("../scenarios", name))
		if err != nil {
			t.Error(err)
		} else if members[0].Title == "" {
			t.Errorf("%s has no title", name)
		}
	}
}
