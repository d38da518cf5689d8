package compare

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/experiments"
	"credo/experiments/schema"
)

const base = `
[data]
source = "teacher"
train = 60
test = 20
[data.teacher]
layers = [5, 9, 3]
[network]
layers = [5, 8, 3]
[method]
rule = "bp"
[training]
epochs = 2
[record]
theory = ["bp"]
`

// ran leaves a run directory with two epochs, whose losses follow from last, as
// if set had been run.
func ran(t *testing.T, dir string, last float64, set ...string) {
	t.Helper()
	s, err := schema.Parse("s.toml", []byte(base), set...)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	write("scenario.toml", string(s.Encode()))
	write("metrics.csv", "epoch,lr,train_loss,train_error,validation_loss,validation_error,test_loss,test_error,unstable_samples\n"+
		fmt.Sprintf("1,0.01,%g,,,,%g,,0\n2,0.01,%g,,,,%g,,0\n", 4*last, 6*last, last, 2*last))
	write("theory.csv", fmt.Sprintf("epoch,bp\n1,90\n2,%g\n", 10*last))
	m := experiments.Manifest{Status: "done", Final: &experiments.Result{Status: "done", Epochs: 2, SamplesPerSecond: 1000 * last, Seconds: 8, Presentations: 6}}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	write("manifest.json", string(text))
}

func mustCompare(t *testing.T, paths ...string) *Page {
	t.Helper()
	runs, err := Find(paths...)
	if err != nil {
		t.Fatal(err)
	}
	page, err := Compare(runs)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// threeSeeds is a folder of bp with seeds 1 to 3 and of dfa with one.
func threeSeeds(t *testing.T) string {
	dir := t.TempDir()
	for seed := 1; seed <= 3; seed++ {
		ran(t, filepath.Join(dir, "bp", fmt.Sprint("seed-", seed)), float64(seed), fmt.Sprint("seed=", seed))
	}
	ran(t, filepath.Join(dir, "dfa", "seed-1"), 7, "method.rule=dfa", "seed=1")
	return dir
}

func TestSeedsOfOneMemberHaveMeanAndSpread(t *testing.T) {
	page := mustCompare(t, threeSeeds(t))
	if len(page.Members) != 2 || !slices.Equal(page.Differ, []string{"method.rule"}) {
		t.Fatalf("%+v", page)
	}
	bp, dfa := page.Members[0], page.Members[1]
	for name, want := range map[string][2]float64{ // of 1, 2, 3: mean 2, deviation 1
		"train_loss": {2, 1}, "test_loss": {4, 2}, "bp": {20, 10}, "samples_per_second": {2000, 1000}, "seconds": {8, 0}, "presentations": {6, 0},
	} {
		s, ok := bp.Measures[name]
		if !ok || s.Runs != 3 || math.Abs(s.Mean-want[0]) > 1e-12 || s.Std == nil || math.Abs(*s.Std-want[1]) > 1e-12 {
			t.Errorf("%s: %+v, want %v", name, s, want)
		}
	}
	if s := dfa.Measures["test_loss"]; s.Mean != 14 || s.Std != nil || dfa.Settings["method.rule"] != `"dfa"` {
		t.Errorf("%+v", dfa)
	}
	if _, ok := bp.Measures["test_error"]; ok {
		t.Error("regression has an error")
	}
}

func TestCurvesAreMeansOverTheRunsThatGotThere(t *testing.T) {
	dir := threeSeeds(t)
	short := filepath.Join(dir, "bp", "seed-3")
	text, err := os.ReadFile(filepath.Join(short, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if err := os.WriteFile(filepath.Join(short, "metrics.csv"), []byte(lines[0]+lines[1]), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(short, "manifest.json"), []byte(`{"status": "running"}`), 0o666); err != nil {
		t.Fatal(err)
	}
	page := mustCompare(t, dir)
	line := page.Members[0].curve(func(r Run) []float64 { return r.Metrics["test_loss"] })
	if !slices.Equal(line.X, []float64{1, 2}) || !slices.Equal(line.Y, []float64{12, 3}) {
		t.Errorf("%v over %v, want 12 (of 6, 12, 18) and 3 (of 2, 4)", line.Y, line.X)
	}
	if want := "seed-3 is running after 1 of 2 epochs"; !slices.ContainsFunc(page.Warnings, func(w string) bool { return strings.Contains(w, want) }) {
		t.Errorf("warnings %q do not say %q", page.Warnings, want)
	}
}

func TestMembersAreCalledAfterTheFoldersThatTellThemApart(t *testing.T) {
	dir := t.TempDir()
	at := func(path string) string { return filepath.Join(dir, filepath.FromSlash(path)) }
	for path, set := range map[string][]string{
		"rule-first/bp/seed-1": {"seed=1"}, "rule-first/bp/seed-2": {"seed=2"},
		"rule-first/dfa/seed-1": {"seed=1", "method.rule=dfa"}, "rule-first/dfa/seed-2": {"seed=2", "method.rule=dfa"},
		"seed-first/1/bp": {"seed=1"}, "seed-first/2/bp": {"seed=2"},
		"seed-first/1/dfa": {"seed=1", "method.rule=dfa"}, "seed-first/2/dfa": {"seed=2", "method.rule=dfa"},
		"one/a": {"seed=1"}, "one/b": {"seed=2"},
		"mixed/1": {"seed=1"}, "mixed/2": {"seed=2"}, "mixed/3": {"method.rule=dfa"},
		"alike/1": {"seed=1"}, "alike/2": {"seed=2"}, "alike/3": {"training.lr=1"}, "alike/4": {"training.lr=1", "seed=1"},
	} {
		ran(t, at(path), 1, set...)
	}
	for folder, want := range map[string][]string{
		"rule-first": {"bp", "dfa"}, "seed-first": {"bp", "dfa"}, "one": {"bp"}, "mixed": {"bp", "3"},
		"alike": {filepath.ToSlash(at("alike/1")), filepath.ToSlash(at("alike/3"))},
	} {
		var got []string
		for _, m := range mustCompare(t, at(folder)).Members {
			got = append(got, m.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", folder, got, want)
		}
	}
}

func TestRunsOfDifferentTasksAreRefused(t *testing.T) {
	for _, c := range []struct{ set, want string }{
		{"data.teacher.gain=2", "data.teacher.gain is 1.0 in"},
		{"data.test=10", "data.test is 20 in"},
		{"method.loss=half-squared-error", `method.loss is "squared-error" in`},
	} {
		dir := t.TempDir()
		a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
		ran(t, a, 1)
		ran(t, b, 1, c.set)
		_, err := Compare(must(Find(a, b)))
		var wrong *experiments.InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), b) {
			t.Errorf("%s: %v, want %s", c.set, err, c.want)
		}
	}
}

func TestRunsOfDifferentNetworksAndMethodsAreCompared(t *testing.T) {
	dir := t.TempDir()
	ran(t, filepath.Join(dir, "a"), 1)
	ran(t, filepath.Join(dir, "b"), 1, "network.layers=[5, 3]", "data.train=40", "method.rule=dfa", "training.optimizer=adam")
	want := []string{"data.train", "network.layers", "network.activation", "method.rule", "training.optimizer"}
	if page := mustCompare(t, dir); !slices.Equal(page.Differ, want) {
		t.Errorf("differ in %q, want %q", page.Differ, want)
	}
}

func TestRunsOfOtherContentsOfTheirDataAreRefused(t *testing.T) {
	dir := t.TempDir()
	ran(t, filepath.Join(dir, "a"), 1)
	ran(t, filepath.Join(dir, "b"), 1)
	runs := must(Find(dir))
	runs[1].Manifest.Data = map[string]string{"images": "another hash"}
	if _, err := Compare(runs); err == nil || !strings.Contains(err.Error(), "different contents") {
		t.Error(err)
	}
}

func TestASweepsFolderIsReadInTheOrderOfItsMembers(t *testing.T) {
	dir := threeSeeds(t)
	members, err := schema.ParseMembers("s.toml", []byte(base+"[sweep]\nmethod.rule = ['dfa', 'bp']\nseed = [2, 1]"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, SweepFile), schema.EncodeMembers(members), 0o666); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range must(Find(dir, filepath.Join(dir, "bp"))) {
		name, _ := filepath.Rel(dir, r.Dir)
		got = append(got, filepath.ToSlash(name))
	}
	if want := []string{"dfa/seed-1", "bp/seed-2", "bp/seed-1", "bp/seed-3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhatIsNoRunIsRefused(t *testing.T) {
	dir := t.TempDir()
	broken := filepath.Join(dir, "broken")
	ran(t, broken, 1)
	if err := os.Remove(filepath.Join(broken, "metrics.csv")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{t.TempDir(): "holds no run", filepath.Join(dir, "none"): "there is no", broken: "cannot be compared"} {
		_, err := Find(path)
		var wrong *experiments.InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestThePageIsWrittenAsTableAndFigure(t *testing.T) {
	dir := threeSeeds(t)
	if err := mustCompare(t, dir).Write(dir); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"comparison.json", "comparison.txt", "figures/comparison.svg", "figures/comparison.png"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "comparison.csv"))
	if err != nil {
		t.Fatal(err)
	}
	table, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(table) != 3 {
		t.Fatal(table, err)
	}
	column := slices.Index(table[0], "test_loss")
	if got := table[1][column : column+2]; !slices.Equal(got, []string{"4", "2"}) {
		t.Errorf("bp: test loss %v", got)
	}
	if got := table[2][column : column+2]; !slices.Equal(got, []string{"14", ""}) {
		t.Errorf("dfa: test loss %v", got)
	}
	svg, err := os.ReadFile(filepath.Join(dir, "figures", "comparison.svg"))
	for _, label := range []string{">bp<", ">dfa/seed-1<", "training loss", "test loss", "angle to BP (deg)", "seconds of training"} {
		if err != nil || !strings.Contains(string(svg), label) {
			t.Errorf("the figure does not show %q: %v", label, err)
		}
	}
}

func must(runs []Run, err error) []Run {
	if err != nil {
		panic(err)
	}
	return runs
}
