package main

import (
	"maps"
	"strings"
	"testing"
)

// Wrong input ends with 2, says on stderr what is wrong and what would be
// right, keeps stdout empty and leaves no file behind.
func TestWrongInputEndsWithTwoAndLeavesNothing(t *testing.T) {
	// Made of parts so that the folder holds what the cases need.
	dir := folder(t,
		"good.toml", small,
		"bad.toml", strings.Replace(small, "alpha =", "alhpa =", 1),
		"empty.toml", "",
		"binary.toml", "\x00\xff\xfe\x01",
		"broken.toml", "[data\nsource=",
		"thesis/chapter.tex", "years of work",
		"bad.csv", "1,2,3,4,5,0.1,0.2,0.3\n1,2,3,oops,5,0.1,0.2,0.3\n",
		"train.idx/train-images-idx3-ubyte", "\x00\x00\x08\x03\x00\x00",
	)
	table := func(set ...string) []string {
		args := []string{"run", "good.toml", "--out", "never"}
		for _, s := range set {
			args = append(args, "--set", s)
		}
		return args
	}
	for _, c := range []struct {
		name string
		args []string
		want string // on stderr
	}{
		{"unknown command, near", []string{"rnu", "good.toml"}, `unknown command "rnu" (did you mean "run"?)`},
		{"unknown command, far", []string{"xyzzy"}, `unknown command "xyzzy"`},
		{"unknown flag, near", []string{"run", "good.toml", "--worker", "1"}, "unknown flag: --worker (did you mean --workers?)"},
		{"unknown flag, far", []string{"run", "good.toml", "--frobnicate"}, "see credo run --help"},
		{"unknown short flag", []string{"run", "-j", "good.toml"}, "unknown shorthand flag"},
		{"workers no number", []string{"run", "good.toml", "--workers", "many"}, `"many"`},
		{"workers negative", []string{"run", "good.toml", "--out", "never", "--workers", "-3"}, "--workers must be at least 1"},

		{"run nothing", []string{"run"}, "usage: credo run SCENARIO.toml"},
		{"run two", []string{"run", "good.toml", "good.toml"}, "usage: credo run SCENARIO.toml"},
		{"run what is not there", []string{"run", "none.toml"}, "none.toml: cannot be read: no such file"},
		{"run a folder", []string{"run", "thesis"}, "thesis: cannot be read: is a directory"},
		{"run an empty file", []string{"run", "empty.toml"}, "empty.toml:1:1: data.source: is required"},
		{"run a binary file", []string{"run", "binary.toml"}, "binary.toml:1:1"},
		{"run broken TOML", []string{"run", "broken.toml"}, "broken.toml:1:"},
		{"run a misspelt key", []string{"run", "bad.toml"}, `bad.toml:17:1: controller.alhpa: unknown key (did you mean "alpha"?)`},
		{"run into a full folder", []string{"run", "good.toml", "--out", "thesis"}, "not empty"},

		{"set no value", []string{"run", "good.toml", "--set"}, "flag needs an argument"},
		{"set no assignment", table("seed"), "must be KEY=VALUE"},
		{"set a misspelt key", table("controller.alpah=1"), `did you mean "alpha"?`},
		{"set a wrong type", table("controller.alpha=abc"), `must be a number >= 0, not the string "abc"`},
		{"set below the range", table("data.batch=0"), "must be an integer >= 1, not 0"},
		{"set a table", table("controller=1"), "must be a table"},
		{"set NaN", table("training.lr=nan"), "not NaN"},
		{"set two faults", table("seed=-1", "data.batch=-1"), "--set: seed: must be an integer >= 0, not -1\n--set: data.batch:"},

		{"layers do not match", table("network.layers=[4, 2]"), "the first layer has 4 neurons but the teacher's has 5"},
		{"softmax without classes", table("network.output=softmax"), "softmax needs classes"},
		{"times at rest", table("record.presentations=1", `record.arrays=["u"]`, `record.times="all"`), `must be [] at level "steady"`},
		{"data that are not there", table("data.source=csv", "data.path=none.csv", "data.test=1"), "data.path:"},
		{"data with a word in them", table("data.source=csv", "data.path=bad.csv", "data.test=1"), `bad.csv: line 2, column 7: "oops" is not a finite number`},
		{"truncated data", table("data.source=idx", "data.path=train.idx"), "train-images-idx3-ubyte: truncated"},
		{"data that are no npz", table("data.source=npz", "data.path=bad.csv"), "not a .npz file"},
		{"weights that are not there", table("network.weights=none.npz"), "none.npz"},

		{"resume nothing", []string{"resume"}, "usage: credo resume DIR"},
		{"resume what is not there", []string{"resume", "none"}, "none is not a run that can be resumed"},
		{"resume a folder that is no run", []string{"resume", "thesis"}, "thesis is not a run that can be resumed"},
		{"resume a file", []string{"resume", "good.toml"}, "good.toml is not a run that can be resumed"},
		{"resume elsewhere", []string{"resume", "thesis", "--out", "x"}, "--set and --out are for credo run"},
		{"resume otherwise", []string{"resume", "thesis", "--set", "seed=1"}, "--set and --out are for credo run"},

		{"reproduce what is not known", []string{"reproduce", "dfc-fig5"}, `no published result "dfc-fig5" (did you mean "dfc-fig`},
		{"reproduce for another budget", []string{"reproduce", "dfc-fig2", "--budget", "long"}, `--budget must be short or full, not "long"`},
		{"reproduce otherwise", []string{"reproduce", "dfc-fig2", "--set", "seed=1"}, "--set is for credo run"},
		{"reproduce no cell", []string{"reproduce", "dfc-fig3", "--only", "mnist/*", "--out", "never"}, `no cell matches "mnist/*"; cells are called, for instance, dfc`},
		{"reproduce a bad pattern", []string{"reproduce", "dfc-fig3", "--only", "[", "--out", "never"}, `"[" is no pattern of cells`},

		{"check nothing", []string{"check"}, "name at least one scenario"},
		{"check what is not there", []string{"check", "good.toml", "none.toml", "bad.toml"}, "none.toml: cannot be read: no such file or directory\nbad.toml:17:1:"},
		{"explain a misspelt key", []string{"check", "--explain", "contoller.alpha"}, `did you mean "controller.alpha"?`},
		{"explain nothing", []string{"check", "--explain", ""}, "unknown key"},

		{"data nothing", []string{"data"}, "usage: credo data NAME"},
		{"data unknown", []string{"data", "imagenet"}, `no data set "imagenet" (known: mnist, fashion-mnist)`},
		{"doctor with a patient", []string{"doctor", "me"}, "usage: credo doctor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := contents(t, dir)
			got := credo(t, dir, c.args...).expect(t, exitInput)
			if !strings.Contains(got.stderr, c.want) {
				t.Errorf("stderr does not say %q:\n%s", c.want, got.stderr)
			}
			if got.stdout != "" {
				t.Errorf("stdout is not empty:\n%s", got.stdout)
			}
			if !maps.Equal(before, contents(t, dir)) {
				t.Error("files were written, changed or removed")
			}
		})
	}
}

// What cannot be done, though nothing is wrong with the input, ends with 1.
func TestWhatCannotBeDoneEndsWithOne(t *testing.T) {
	dir := folder(t, "good.toml", small, "mnist.toml", "[data]\nsource=\"mnist\"\n[network]\nlayers=[784,10]\n[method]\nrule=\"bp\"\n")
	for _, c := range []struct {
		name string
		args []string
		want string
	}{
		{"out below a file", []string{"run", "good.toml", "--out", "good.toml/run"}, "not a directory"},
		{"out is a file", []string{"run", "good.toml", "--out", "good.toml"}, "not a directory"},
		{"no network to fetch data", []string{"data", "mnist"}, "set CREDO_CACHE"},
		{"no network to fetch a run's data", []string{"run", "mnist.toml", "--out", "never"}, "set CREDO_CACHE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := contents(t, dir)
			got := credo(t, dir, c.args...).expect(t, exitFailed)
			if !strings.Contains(got.stderr, c.want) || got.stdout != "" {
				t.Errorf("stderr does not say %q, or stdout is not empty:\n%s\n%s", c.want, got.stderr, got.stdout)
			}
			if !maps.Equal(before, contents(t, dir)) {
				t.Error("files were written, changed or removed")
			}
		})
	}
}

func TestCheckFindsEveryProblemInEveryFile(t *testing.T) {
	dir := folder(t, "good.toml", small, "bad.toml", "sede = 1\n"+strings.Replace(small, "batch = 50", "batch = 0", 1), "crlf.toml", strings.ReplaceAll(small, "\n", "\r\n"))
	if got := credo(t, dir, "check", "good.toml", "crlf.toml").expect(t, exitDone); got.stdout != "good.toml: no problems\ncrlf.toml: no problems\n" || got.stderr != "" {
		t.Errorf("stdout %q, stderr %q", got.stdout, got.stderr)
	}
	got := credo(t, dir, "check", "--json", "good.toml", "bad.toml", "none.toml").expect(t, exitInput)
	var value struct {
		OK       bool `json:"ok"`
		Problems []struct {
			File, Key, Message, Suggestion string
			Line, Column                   int
		} `json:"problems"`
	}
	got.value(t, &value)
	if value.OK || len(value.Problems) != 3 {
		t.Fatalf("%+v", value)
	}
	if p := value.Problems[0]; p.File != "bad.toml" || p.Line != 1 || p.Column != 1 || p.Key != "sede" || p.Suggestion != "seed" {
		t.Errorf("%+v", p)
	}
	if p := value.Problems[1]; p.Line != 9 || p.Key != "data.batch" || p.Message != "must be an integer >= 1, not 0" {
		t.Errorf("%+v", p)
	}
	if strings.Contains(got.stdout, `\u003e`) {
		t.Error(">= is escaped as if this were HTML")
	}
	if n := strings.Count(got.stderr, "\n"); n != 3 {
		t.Errorf("stderr has %d lines, want one a problem:\n%s", n, got.stderr)
	}

	credo(t, dir, "check", "--json", "good.toml").expect(t, exitDone).value(t, &value)
	if !value.OK || value.Problems == nil {
		t.Errorf("%+v, want ok and an empty list", value)
	}
	credo(t, dir, "check", "bad.toml", "--set", "data.batch=5").expect(t, exitInput)
}

func TestExplainSaysWhatAKeyMeans(t *testing.T) {
	dir := t.TempDir()
	got := credo(t, dir, "check", "--explain", "controller.alpha").expect(t, exitDone)
	if !strings.HasPrefix(got.stdout, "controller.alpha\n") || !strings.Contains(got.stdout, "default: 0") || strings.HasSuffix(got.stdout, "\n\n") {
		t.Errorf("%q", got.stdout)
	}
	if table := credo(t, dir, "check", "--explain", "controller").expect(t, exitDone).stdout; !strings.Contains(table, "controller.kind\n") || !strings.Contains(table, got.stdout) {
		t.Errorf("a table explains its keys, but here is\n%s", table)
	}
	var value map[string]string
	credo(t, dir, "check", "--explain", "controller.alpha", "--json").expect(t, exitDone).value(t, &value)
	if value["key"] != "controller.alpha" || value["text"] != got.stdout {
		t.Errorf("%v", value)
	}
}

func TestDoctorSaysWhatThereIs(t *testing.T) {
	dir := t.TempDir()
	got := credo(t, dir, "doctor").expect(t, exitDone)
	for _, what := range []string{"credo", "go", "processor", "blas", "products", "mnist: not fetched yet"} {
		if !strings.Contains(got.stdout, what) {
			t.Errorf("nothing about %s:\n%s", what, got.stdout)
		}
	}
	var findings []finding
	credo(t, dir, "doctor", "--json").expect(t, exitDone).value(t, &findings)
	if len(findings) != strings.Count(got.stdout, "\n") {
		t.Errorf("%d findings with --json, but\n%s", len(findings), got.stdout)
	}
}

func TestHelpAndVersionEndWithZero(t *testing.T) {
	for _, args := range [][]string{{}, {"--help"}, {"help", "run"}, {"run", "--help"}, {"--version"}} {
		if got := credo(t, t.TempDir(), args...).expect(t, exitDone); !strings.Contains(got.stdout, "credo") || got.stderr != "" {
			t.Errorf("%v: stdout %q, stderr %q", args, got.stdout, got.stderr)
		}
	}
}
