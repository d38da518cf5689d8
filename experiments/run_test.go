package experiments

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/internal/npz"
)

// small is a student of a small teacher, with room for settings.
const small = `
title = "test"
seed = 3
[data]
source = "teacher"
train = 300
validation = 70
test = 50
batch = 100
[data.teacher]
layers = [5, 20, 3]
[network]
layers = [5, 8, 7, 3]
[method]
rule = "dfc"
level = "steady"
target_stepsize = 0.1
[controller]
kind = "pi"
k_p = 1.0
alpha = 0.01
[timescales]
presentation = 3
[training]
epochs = 3
optimizer = "adam"
lr = 0.01
`

func parse(t testing.TB, text string, set ...string) *Scenario {
	t.Helper()
	s, err := schema.Parse("test.toml", []byte(text), set...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// runIn runs text in a fresh folder and returns it.
func runIn(t testing.TB, text string, opt Options, set ...string) (*Result, string) {
	t.Helper()
	opt.Dir = filepath.Join(t.TempDir(), "run")
	result, err := Run(context.Background(), parse(t, text, set...), opt)
	if err != nil {
		t.Fatal(err)
	}
	return result, opt.Dir
}

// sameFile fails if a file differs between two run directories.
func sameFile(t testing.TB, name, a, b string) {
	t.Helper()
	x, err := os.ReadFile(filepath.Join(a, name))
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.ReadFile(filepath.Join(b, name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(x, y) {
		t.Errorf("%s differs", name)
	}
}

func TestWorkersChangeNoBit(t *testing.T) {
	for _, level := range []string{"steady", "linear", "response", "buffered"} {
		t.Run(level, func(t *testing.T) {
			_, one := runIn(t, small, Options{Workers: 1}, "method.level="+level)
			_, three := runIn(t, small, Options{Workers: 3}, "method.level="+level)
			for _, name := range []string{"arrays.npz", "metrics.csv", "scenario.toml"} {
				sameFile(t, name, one, three)
			}
		})
	}
}

func TestInterruptedAndResumedRunEndsWithTheSameBits(t *testing.T) {
	recording := []string{"record.presentations=2", `record.arrays=["u", "dW1"]`}
	for _, optimizer := range []string{"sgd", "momentum", "adam"} {
		for _, after := range []int{1, 3, 4, 8} { // within, at the end of, and at the start of an epoch of 3
			t.Run(fmt.Sprint(optimizer, " after ", after), func(t *testing.T) {
				set := append(recording, "training.optimizer="+optimizer)
				_, whole := runIn(t, small, Options{}, set...)
				sameResult(t, whole, inPieces(t, small, set, afterPresentations(after)))
			})
		}
	}
}

// A run that an older credo began, which knew fewer keys, goes on; one whose
// scenario somebody has changed does not.
func TestResumingComparesTheScenarioAsItWasWritten(t *testing.T) {
	for _, c := range []struct {
		name   string
		rehash bool
	}{{"older", true}, {"changed", false}} {
		t.Run(c.name, func(t *testing.T) {
			dir := interrupted(t, small, nil, afterPresentations(3))
			path := filepath.Join(dir, "scenario.toml")
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			fewer := bytes.Replace(text, []byte("clip = 0.0\n"), nil, 1)
			if len(fewer) == len(text) {
				t.Fatal("the scenario has no clip to take away")
			}
			if err := os.WriteFile(path, fewer, 0o666); err != nil {
				t.Fatal(err)
			}
			if c.rehash {
				manifest, err := ReadManifest(dir)
				if err != nil {
					t.Fatal(err)
				}
				manifest.Scenario = fileHash(fewer)
				if err := writeJSON(filepath.Join(dir, "manifest.json"), manifest); err != nil {
					t.Fatal(err)
				}
			}
			_, err = Resume(context.Background(), dir, Options{})
			var wrong *InputError
			if refused := errors.As(err, &wrong); refused == c.rehash || err != nil && !refused {
				t.Errorf("error %v", err)
			}
		})
	}
}

// A presentation that takes long is stopped on the way, and resuming makes the
// same bits: nothing of it has been learned, and feedback does not learn twice.
func TestRunStoppedWithinAPresentationResumesToTheSameBits(t *testing.T) {
	for _, set := range [][]string{
		{"method.level=buffered"},
		{"method.level=buffered", "feedback.learn=true", "feedback.every=1", "feedback.pretrain=2"},
		{"method.level=coupled", "timescales.tau_w=60", "training.optimizer=sgd"},
	} {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			_, whole := runIn(t, small, Options{}, set...)
			for _, looks := range []int64{20, 57, 140} {
				sameResult(t, whole, inPieces(t, small, set, afterLooks(looks)))
			}
		})
	}
}

func TestEveryRuleAndLevelLearns(t *testing.T) {
	for _, set := range [][]string{
		{"method.rule=bp"},
		{"method.rule=dfa"},
		{"method.level=steady"},
		{"method.level=linear"},
		{"method.level=response"},
		{"method.level=buffered"},
		{"method.level=coupled", "timescales.tau_w=60", "training.optimizer=sgd"},
		{"method.level=response", "feedback.path=layerwise"},
		{"method.level=steady", "feedback.path=separate", "feedback.layers=[3, 7]"},
		{"method.level=coupled", "timescales.tau_w=60", "training.optimizer=sgd", "feedback.path=separate", "feedback.layers=[3]", "feedback.tau_path=0.1"},
	} {
		t.Run(strings.Join(set, " "), func(t *testing.T) {
			result, dir := runIn(t, small, Options{}, set...)
			var manifest Manifest
			if err := readJSON(filepath.Join(dir, "manifest.json"), &manifest); err != nil || manifest.Status != "done" {
				t.Errorf("manifest: %v, %v", manifest.Status, err)
			}
			text, err := os.ReadFile(filepath.Join(dir, "metrics.csv"))
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(strings.TrimSpace(string(text)), "\n")
			if len(lines) != 4 {
				t.Fatalf("metrics.csv has %d lines, want a header and 3 epochs", len(lines))
			}
			var first, last float64
			fmt.Sscan(strings.Split(lines[1], ",")[2], &first)
			fmt.Sscan(strings.Split(lines[3], ",")[2], &last)
			if !(last < first) || last != *result.TrainLoss {
				t.Errorf("training loss went from %g to %g, reported %g", first, last, *result.TrainLoss)
			}
			if result.TestError != nil {
				t.Error("regression has an error rate")
			}
		})
	}
}

// Someone's own network, three lines: its first presentations are simulated,
// nothing is learned, and out come states and the update that would be applied.
func TestBringYourOwnNetwork(t *testing.T) {
	dir := t.TempDir()
	arrays := []npz.Array{
		{Name: "W1", Shape: []int{2, 3}, Data: []float64{0.1, 0.2, 0.3, -0.4, 0.5, 0.6}},
		{Name: "W2", Shape: []int{2, 2}, Data: []float64{1, -1, 0.5, 2}},
		{Name: "b2", Shape: []int{2}, Data: []float64{0.25, -0.5}},
	}
	if err := npz.Write(filepath.Join(dir, "net.npz"), arrays); err != nil {
		t.Fatal(err)
	}
	x, y := []float64{1, 2, 3, -1, 0, 1}, []float64{0.5, 1, -1, 0}
	if err := npz.Write(filepath.Join(dir, "data.npz"), []npz.Array{
		{Name: "X", Shape: []int{2, 3}, Data: x}, {Name: "Y", Shape: []int{2, 2}, Data: y},
	}); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`
[data]
source = "npz"
path = "%[1]s/data.npz"
test = 0
batch = 2
order = "sequential"
[network]
layers = [3, 2, 2]
activation = "linear"
weights = "%[1]s/net.npz"
[method]
rule = "bp"
[record]
presentations = 1
arrays = ["v1", "r2", "dW2", "db2"]
`, dir)
	_, out := runIn(t, text, Options{})
	got, err := npz.Read(filepath.Join(out, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range arrays {
		if fmt.Sprint(got[a.Name].Data) != fmt.Sprint(a.Data) {
			t.Errorf("%s changed", a.Name)
		}
	}
	// The split permutes samples, so compare with what the recorded v1 says.
	dW2, db2 := make([]float64, 4), make([]float64, 2)
	for b := range 2 {
		v1, r2 := got["v1"].Data[2*b:2*b+2], got["r2"].Data[2*b:2*b+2]
		target := y[:2]
		if math.Abs(v1[0]-1.4) > 1e-12 { // W1 (1, 2, 3) = (1.4, 2.4)
			target = y[2:]
		}
		for i := range 2 {
			want := arrays[1].Data[2*i]*v1[0] + arrays[1].Data[2*i+1]*v1[1] + arrays[2].Data[i]
			if math.Abs(r2[i]-want) > 1e-12 {
				t.Errorf("r2[%d] = %g, want %g", i, r2[i], want)
			}
			d := -2 * (r2[i] - target[i]) / 2 // the mean of two samples
			db2[i] += d
			for j := range 2 {
				dW2[2*i+j] += d * v1[j]
			}
		}
	}
	for name, want := range map[string][]float64{"dW2": dW2, "db2": db2} {
		for k, x := range want {
			if math.Abs(got[name].Data[k]-x) > 1e-12 {
				t.Errorf("%s[%d] = %g, want %g", name, k, got[name].Data[k], x)
			}
		}
	}
	if s := fmt.Sprint(got["dW2"].Shape); s != "[1 2 2]" {
		t.Errorf("dW2 has the shape %s, want [presentation, n_2, n_1]", s)
	}
}

func TestStatesAreRecordedOverTime(t *testing.T) {
	for _, c := range []struct{ times, shape, tShape string }{
		{"[0.0, 1.5, 3.0]", "[200 3 3]", "[3]"},
		{`"all"`, "", ""},
	} {
		for _, level := range []string{"buffered", "coupled"} {
			t.Run(level+" "+c.times, func(t *testing.T) {
				_, dir := runIn(t, small, Options{}, "method.level="+level, "training.epochs=0", "training.optimizer=sgd", "timescales.tau_w=1e6",
					"record.presentations=2", `record.arrays=["u", "v1"]`, "record.times="+c.times)
				got, err := npz.Read(filepath.Join(dir, "arrays.npz"))
				if err != nil {
					t.Fatal(err)
				}
				u, times := got["u"], got["t"]
				if c.shape != "" && (fmt.Sprint(u.Shape) != c.shape || fmt.Sprint(times.Shape) != c.tShape) {
					t.Errorf("u has the shape %v and t %v, want %s and %s", u.Shape, times.Shape, c.shape, c.tShape)
				}
				if c.shape == "" && (len(times.Shape) != 2 || times.Shape[0] != 200 || times.Shape[1] != u.Shape[1]) {
					t.Errorf("u has the shape %v and t %v", u.Shape, times.Shape)
				}
				if times.Data[0] != 0 {
					t.Errorf("the first time is %g", times.Data[0])
				}
				// At the start the controller is idle: u = k_p e, and then it moves.
				if steps := u.Shape[1]; u.Data[0] == u.Data[3*(steps-1)] {
					t.Error("u stands still")
				}
			})
		}
	}
}

func TestDivergingRunStopsAndKeepsWhatItHad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	s := parse(t, small, "method.rule=bp", "training.optimizer=sgd", "training.lr=1e9", "network.activation=linear")
	result, err := Run(context.Background(), s, Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "epoch 1, presentation") {
		t.Fatalf("error %v does not say when", err)
	}
	if result.Status != "failed" {
		t.Errorf("status %q", result.Status)
	}
	arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range arrays {
		for _, x := range a.Data {
			if !finite(x) {
				t.Fatalf("%s holds %g", name, x)
			}
		}
	}
	var manifest Manifest
	if err := readJSON(filepath.Join(dir, "manifest.json"), &manifest); err != nil || manifest.Status != "failed" || manifest.Error == "" {
		t.Errorf("manifest says %q, %q, %v", manifest.Status, manifest.Error, err)
	}
}

func TestFaultsOfDataPointAtTheScenario(t *testing.T) {
	dir := t.TempDir()
	if err := npz.Write(filepath.Join(dir, "data.npz"), []npz.Array{
		{Name: "X", Shape: []int{2, 3}, Data: make([]float64, 6)}, {Name: "Y", Shape: []int{2, 2}, Data: make([]float64, 4)},
	}); err != nil {
		t.Fatal(err)
	}
	if err := npz.Write(filepath.Join(dir, "net.npz"), []npz.Array{{Name: "W1", Shape: []int{3, 2}, Data: make([]float64, 6)}}); err != nil {
		t.Fatal(err)
	}
	text := func(layers, extra string) string {
		return fmt.Sprintf("[data]\nsource = \"npz\"\npath = %q\ntest = 0\n%s\n[method]\nrule = \"bp\"\n[network]\nlayers = %s\n", dir+"/data.npz", extra, layers)
	}
	for _, c := range []struct{ name, text, want string }{
		{"last layer", text("[3, 5]", ""), "test.toml:9:1: network.layers: the last layer has 5 neurons, but a target has 2 numbers"},
		{"first layer", text("[4, 2]", ""), "test.toml:9:1: network.layers: the first layer has 4 neurons, but a sample has 3 inputs"},
		{"too many samples", text("[3, 2]", "train = 9"), "test.toml:5:1: data.train: asks for 9 samples"},
		{"weights transposed", text("[3, 2]", "") + "weights = \"" + dir + "/net.npz\"", "W1 is [3 2], but these layers need [2 3]"},
		{"no weights", text("[3, 2]", "") + "weights = \"" + dir + "/none.npz\"", "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Run(context.Background(), parse(t, c.text), Options{Dir: filepath.Join(t.TempDir(), "run")})
			var problems schema.Problems
			if !errors.As(err, &problems) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestFullFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.tex"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), parse(t, small), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("error %v", err)
	}
}

func TestResultIsTheContractsJSON(t *testing.T) {
	result, _ := runIn(t, small, Options{})
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"status", "epochs", "train_loss", "test_loss", "validation_loss", "best", "samples_per_second", "unstable_samples", "out", "warnings"} {
		if _, ok := fields[key]; !ok {
			t.Errorf("%s is missing", key)
		}
	}
}
