package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// result is the contract's value of run and resume.
type result struct {
	Status           string   `json:"status"`
	Epochs           int      `json:"epochs"`
	TrainLoss        *float64 `json:"train_loss"`
	TestLoss         *float64 `json:"test_loss"`
	TestError        *float64 `json:"test_error"`
	ValidationLoss   *float64 `json:"validation_loss"`
	ValidationError  *float64 `json:"validation_error"`
	Best             *struct{ Epoch int }
	SamplesPerSecond float64  `json:"samples_per_second"`
	UnstableSamples  int      `json:"unstable_samples"`
	Out              string   `json:"out"`
	Warnings         []string `json:"warnings"`
}

// manifest returns what a run directory says of itself.
func manifest(t testing.TB, dir string) (m struct {
	Status, Error string
	Final         *result
}) {
	t.Helper()
	if err := json.Unmarshal([]byte(read(t, dir, "manifest.json")), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// sameBits fails unless two runs came to the same.
func sameBits(t testing.TB, a, b string) {
	t.Helper()
	for _, name := range []string{"arrays.npz", "metrics.csv"} {
		if read(t, a, name) != read(t, b, name) {
			t.Errorf("%s of %s and %s differ", name, filepath.Base(a), filepath.Base(b))
		}
	}
}

func TestRunLeavesTheContractsFilesAndNoOthers(t *testing.T) {
	dir := folder(t, "good.toml", small)
	got := credo(t, dir, "run", "good.toml", "--out", "deep/er/run").expect(t, exitDone)
	if !strings.Contains(got.stdout, "deep/er/run") || !strings.Contains(got.stderr, "epoch 2 of 2") || strings.Contains(got.stdout, "epoch 1 of") {
		t.Errorf("the result belongs on stdout, the talk on stderr:\n%s\n%s", got.stdout, got.stderr)
	}
	run := filepath.Join(dir, "deep/er/run")
	var names []string
	for path := range contents(t, run) {
		name, _ := filepath.Rel(run, path)
		names = append(names, filepath.ToSlash(name))
	}
	slices.Sort(names)
	want := []string{"arrays.npz", "checkpoint/checkpoint.npz", "figures/learning.png", "figures/learning.svg", "log.jsonl", "manifest.json", "metrics.csv", "scenario.toml"}
	if !slices.Equal(names, want) {
		t.Errorf("files %v, want %v", names, want)
	}
	if m := manifest(t, run); m.Status != "done" || m.Final == nil || m.Final.Epochs != 2 {
		t.Errorf("manifest %+v", m)
	}
	// The resolved scenario is a scenario, and the same one.
	credo(t, dir, "run", "deep/er/run/scenario.toml", "--out", "again").expect(t, exitDone)
	sameBits(t, run, filepath.Join(dir, "again"))
}

func TestRunWithoutOutTakesAFreshFolder(t *testing.T) {
	dir := folder(t, "my scenario.toml", small)
	var value result
	credo(t, dir, "run", "my scenario.toml", "--json", "--set", "training.epochs=0").expect(t, exitDone).value(t, &value)
	if !strings.HasPrefix(filepath.ToSlash(value.Out), "runs/my scenario-") {
		t.Errorf("out %q, want runs/NAME-YYYYMMDD-HHMMSS", value.Out)
	}
	if manifest(t, filepath.Join(dir, value.Out)).Status != "done" {
		t.Error("the run is not there")
	}
}

func TestRunWithJSONPrintsTheContractsValue(t *testing.T) {
	dir := folder(t, "good.toml", small)
	for _, c := range []struct {
		name             string
		set              []string
		epochs           int
		validation, test bool
	}{
		{"all splits", nil, 2, true, true},
		{"no validation", []string{"--set", "data.validation=0"}, 2, false, true},
		{"no test", []string{"--set", "data.test=0"}, 2, true, false},
		{"nothing but one sample", []string{"--set", "data.validation=0", "--set", "data.test=0", "--set", "data.train=1"}, 2, false, false},
		{"no epoch", []string{"--set", "training.epochs=0"}, 0, true, true},
		{"no hidden layer", []string{"--set", "network.layers=[5, 3]"}, 2, true, true},
		{"batch of one", []string{"--set", "data.batch=1"}, 2, true, true},
		{"batch larger than the data", []string{"--set", "data.batch=1000"}, 2, true, true},
		{"weights of a true integrator", []string{"--set", "controller.alpha=0"}, 2, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := filepath.Join("runs", c.name)
			got := credo(t, dir, append([]string{"run", "good.toml", "--json", "--quiet", "--out", out}, c.set...)...).expect(t, exitDone)
			var value result
			got.value(t, &value)
			if got.stderr != "" {
				t.Errorf("stderr is not quiet: %q", got.stderr)
			}
			if value.Status != "done" || value.Epochs != c.epochs || value.Out != out || value.TrainLoss == nil || value.Warnings == nil || value.SamplesPerSecond <= 0 {
				t.Errorf("%+v", value)
			}
			if (value.ValidationLoss != nil) != c.validation || (value.TestLoss != nil) != c.test || (value.Best != nil) != (c.validation && c.epochs > 0) {
				t.Errorf("validation and test do not fit the data: %s", got.stdout)
			}
			if value.TestError != nil || value.ValidationError != nil {
				t.Error("regression has an error rate")
			}
		})
	}
}

func TestWorkersChangeNoBit(t *testing.T) {
	dir := folder(t, "good.toml", strings.NewReplacer("train = 100", "train = 300", "batch = 50", "batch = 150").Replace(small))
	for _, n := range []string{"0", "1", "3"} {
		credo(t, dir, "run", "good.toml", "--out", n, "--workers", n, "--quiet").expect(t, exitDone)
		sameBits(t, filepath.Join(dir, "0"), filepath.Join(dir, n))
	}
}

func TestSetIsAsGoodAsTheFile(t *testing.T) {
	dir := folder(t, "good.toml", small, "other.toml", strings.Replace(small, "seed = 3", "seed = 4", 1))
	credo(t, dir, "run", "good.toml", "--out", "a", "--set", "seed=4").expect(t, exitDone)
	credo(t, dir, "run", "other.toml", "--out", "b").expect(t, exitDone)
	sameBits(t, filepath.Join(dir, "a"), filepath.Join(dir, "b"))
}

func TestEmptyFolderIsAsGoodAsNone(t *testing.T) {
	dir := folder(t, "good.toml", small)
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o777); err != nil {
		t.Fatal(err)
	}
	credo(t, dir, "run", "good.toml", "--out", "empty").expect(t, exitDone)
}

// A run that diverges ends with 1, says when and why, and leaves a result that
// can be read, wherever the infinity shows itself first.
func TestDivergingRunEndsWithOneAndSaysSo(t *testing.T) {
	dir := folder(t, "good.toml", small)
	for _, c := range []struct{ name, batch string }{
		{"in a presentation", "50"},
		{"in the test after an epoch of one presentation", "100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := credo(t, dir, "run", "good.toml", "--out", c.batch, "--json", "--set", "method.rule=bp", "--set", "training.optimizer=sgd",
				"--set", "training.lr=1e300", "--set", "data.batch="+c.batch).expect(t, exitFailed)
			if strings.Contains(got.stderr, "json:") || !strings.Contains(got.stderr, "epoch 1") {
				t.Errorf("stderr does not say what happened when: %s", got.stderr)
			}
			if m := manifest(t, filepath.Join(dir, c.batch)); m.Status != "failed" || m.Error == "" {
				t.Errorf("manifest %+v", m)
			}
			var value result
			got.value(t, &value)
			if value.Status != "failed" {
				t.Errorf("status %q", value.Status)
			}
		})
	}
}

func TestFullFolderIsNotTouched(t *testing.T) {
	dir := folder(t, "good.toml", small, "thesis/chapter.tex", "years of work")
	before := contents(t, dir)
	got := credo(t, dir, "run", "good.toml", "--out", "thesis", "--json")
	if got.code == exitDone || got.stdout != "" || !maps.Equal(before, contents(t, dir)) {
		t.Errorf("%+v", got)
	}
}
