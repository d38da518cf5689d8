package stability

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/analysis"
	"credo/experiments"
	"credo/experiments/schema"
	"credo/internal/npz"
)

// small is a network with random feedback, stable for some samples and not for others.
const small = `
title = "test"
seed = 5
[data]
source = "teacher"
train = 100
test = 40
batch = 50
[data.teacher]
layers = [5, 20, 3]
input_range = [-3, 3]
[network]
layers = [5, 8, 7, 3]
init_scale = 2
[method]
rule = "dfc"
target_stepsize = 0.1
[controller]
k_p = 1.0
alpha = 0.3
[feedback]
init = "random"
[stability]
samples = 40
`

func subject(t testing.TB, text string, set ...string) *Subject {
	t.Helper()
	file := filepath.Join(t.TempDir(), "small.toml")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	s, err := Open(file, set...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// looked is a study without its files.
func looked(t testing.TB, s *Subject) *Study {
	t.Helper()
	found, err := begin(context.Background(), s, Options{})
	if err == nil {
		err = found.look(context.Background())
	}
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func study(t testing.TB, s *Subject, opt Options) *Study {
	t.Helper()
	opt.Dir = filepath.Join(t.TempDir(), "study")
	found, err := Run(context.Background(), s, opt)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What is counted as stable is what the dense matrix of the whole loop says, at
// states that are at rest, in a network where samples differ.
func TestStableFractionIsThatOfDenseSpectra(t *testing.T) {
	s := looked(t, subject(t, small))
	var stable [2]int
	for k, at := range s.states {
		for state, v := range [][]float64{at.feedforward, at.rest} {
			if v == nil {
				continue
			}
			dense, err := analysis.Eigenvalues(newLoop(s.start).Matrix(v))
			if err != nil {
				t.Fatal(err)
			}
			want := analysis.SpectralAbscissa(dense)
			if want < 0 {
				stable[state]++
			}
			got := []*Point{s.Samples[k].Feedforward, s.Samples[k].Rest}[state]
			if math.Abs(got.Abscissa-want) > 1e-9 {
				t.Errorf("sample %d, state %d: abscissa %g, dense %g", k, state, got.Abscissa, want)
			}
		}
	}
	n := float64(len(s.Samples))
	if want := (StableFraction{float64(stable[0]) / n, float64(stable[1]) / n}); s.StableFraction != want {
		t.Errorf("stable are %+v, dense %+v", s.StableFraction, want)
	}
	if f := s.StableFraction.Rest; f == 0 || f == 1 {
		t.Errorf("%g of the samples are stable: the test sees no difference", f)
	}
}

// A rest state is one: the voltages that u drives, with u = g e.
func TestRestStatesAreAtRest(t *testing.T) {
	s := looked(t, subject(t, small))
	tile := s.start.Tiles(s.start.Data.Test, []int{0})[0]
	loop, rested := newLoop(s.start), 0
	for k, at := range s.states {
		if at.rest == nil {
			continue
		}
		rested++
		copy(tile.Input.Data, s.start.Tiles(s.start.Data.Test, []int{k})[0].Input.Data[:5])
		v1, v2, v3 := at.rest[:8], at.rest[8:15], at.rest[15:]
		// The output layer is linear: what u must be to hold it follows from Q_3.
		drive := func(w, q, r, u []float64, i, n int) float64 {
			x := s.start.Weights.B[n][i]
			for j := range r {
				x += w[i*len(r)+j] * r[j]
			}
			for j := range u {
				x += q[i*len(u)+j] * u[j]
			}
			return x
		}
		target, y := s.start.Tiles(s.start.Data.Test, []int{k})[0].Target.Data[:3], at.feedforward[15:]
		u := make([]float64, 3)
		for j := range u {
			e := y[j] - 2*0.1*(y[j]-target[j]) - v3[j]
			u[j] = e * loop.Controller.DCGain()
		}
		r1, r2 := tanh(v1), tanh(v2)
		for n, layer := range []struct{ v, before []float64 }{{v1, tile.Input.Data[:5]}, {v2, r1}, {v3, r2}} {
			for i, v := range layer.v {
				if got := drive(loop.W.W[n].Data, loop.W.Q[n].Data, layer.before, u, i, n); math.Abs(got-v) > 1e-8 {
					t.Fatalf("sample %d, layer %d: v[%d] is %g, but what drives it %g", k, n+1, i, v, got)
				}
			}
		}
	}
	if rested < 20 {
		t.Errorf("only %d samples have a rest state", rested)
	}
}

func tanh(v []float64) []float64 {
	r := make([]float64, len(v))
	for i, x := range v {
		r[i] = math.Tanh(x)
	}
	return r
}

func TestJSONKeepsTheContract(t *testing.T) {
	s := study(t, subject(t, small), Options{})
	var written struct {
		Samples []struct {
			Index             *int
			Feedforward, Rest *struct {
				Abscissa    *float64
				Condition3  *float64
				Eigenvalues [][2]float64
			}
			Margins *struct{ Gain, Phase, Delay *float64 }
		}
		StableFraction *struct{ Feedforward, Rest *float64 } `json:"stable_fraction"`
		Out            string
	}
	text, err := os.ReadFile(filepath.Join(s.Out, "stability.json"))
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	if err := d.Decode(&written); err != nil {
		t.Fatal(err)
	}
	if len(written.Samples) != 40 || written.StableFraction == nil || written.StableFraction.Rest == nil || written.Out != s.Out {
		t.Fatalf("%s", text)
	}
	bounded := false
	for k, sample := range written.Samples {
		f := sample.Feedforward
		if *sample.Index != k || f == nil || f.Abscissa == nil || f.Condition3 == nil || len(f.Eigenvalues) != 3*(3+1) || sample.Margins == nil {
			t.Fatalf("sample %d: %+v", k, sample)
		}
		bounded = bounded || sample.Margins.Delay != nil
		if (sample.Margins.Delay == nil) != (!s.Samples[k].nearest().Stable || math.IsInf(float64(s.Samples[k].Margins.Delay), 1)) {
			t.Errorf("sample %d: a margin is null where it does not exist, or is infinite, alone", k)
		}
	}
	if !bounded {
		t.Error("no sample has a margin")
	}
}

func TestWorkersChangeNoBit(t *testing.T) {
	one, three := study(t, subject(t, small), Options{Workers: 1}), study(t, subject(t, small), Options{Workers: 3})
	for _, name := range []string{"stability.json", "stability.csv", "stability.txt", "figures/nyquist.svg", "figures/abscissa.svg"} {
		a, err := os.ReadFile(filepath.Join(one.Out, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(three.Out, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(bytes.ReplaceAll(a, []byte(one.Out), nil), bytes.ReplaceAll(b, []byte(three.Out), nil)) {
			t.Errorf("%s depends on the number of workers", name)
		}
	}
}

// Someone's own network is a file of arrays; what is studied are these.
func TestANetworkOfOnesOwn(t *testing.T) {
	given := subject(t, small)
	start, err := experiments.NewStart(context.Background(), subject(t, small, "seed=9").Scenario, nil)
	if err != nil {
		t.Fatal(err)
	}
	var arrays []npz.Array
	for _, a := range start.Weights.Arrays() {
		arrays = append(arrays, npz.Array{Name: a.Name, Shape: a.Shape, Data: a.Data})
	}
	for _, a := range start.Weights.Feedback() {
		arrays = append(arrays, npz.Array{Name: a.Name, Shape: a.Shape, Data: a.Data})
	}
	if err := npz.Write(filepath.Join(filepath.Dir(given.Scenario.File), "net.npz"), arrays); err != nil {
		t.Fatal(err)
	}
	own, err := Open(given.Scenario.File, "network.weights="+filepath.Join(filepath.Dir(given.Scenario.File), "net.npz"))
	if err != nil {
		t.Fatal(err)
	}
	s := looked(t, own)
	if !slices.Equal(s.start.Weights.Q[1].Data, start.Weights.Q[1].Data) {
		t.Error("Q2 is not that of the file")
	}
	if before := looked(t, given); before.Samples[0].Feedforward.Abscissa == s.Samples[0].Feedforward.Abscissa {
		t.Error("the file makes no difference")
	}
}

// Of a run, the last of the weights over training are those of the study itself.
func TestMarginsOverTrainingEndWhereTheRunDoes(t *testing.T) {
	scenario := subject(t, small, "training.epochs=2", "record.weights=[0, 1, 2]", "training.lr=0.05").Scenario
	dir := filepath.Join(t.TempDir(), "run")
	if _, err := experiments.Run(context.Background(), scenario, experiments.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	of, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := study(t, of, Options{})
	if len(s.Epochs) != 3 || s.Epochs[1].Epoch != 1 {
		t.Fatalf("epochs %+v", s.Epochs)
	}
	last := s.Epochs[2]
	if worst := s.worst()[0]; worst.Rest != nil && last.Abscissa.Largest != Number(worst.Rest.Abscissa) || last.StableFraction != s.StableFraction {
		t.Errorf("after the last epoch %+v, but the run ends with %+v", last, s.StableFraction)
	}
	if s.Epochs[0].Abscissa == last.Abscissa {
		t.Error("training changes nothing")
	}
	if _, err := os.Stat(filepath.Join(s.Out, "figures", "training.svg")); err != nil {
		t.Error(err)
	}
}

func TestBadInputHasItsPlace(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`rule = "dfc"`, `rule = "bp"`, "method.rule: must be \"dfc\""},
		{"samples = 40", "samples = 41", "stability.samples: must be at most 40"},
		{"samples = 40", "split = \"validation\"\nsamples = 1", "stability.samples: must be at most 0"},
	} {
		file := filepath.Join(t.TempDir(), "bad.toml")
		text := strings.Replace(small, c.from, c.to, 1)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		s, err := Open(file)
		if err == nil {
			_, err = Run(context.Background(), s, Options{Dir: filepath.Join(t.TempDir(), "study")})
		}
		var problems schema.Problems
		if !errors.As(err, &problems) || problems[0].Line == 0 || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q with a place", c.to, err, c.want)
		}
	}
}

func TestAnInterruptedStudySaysSoAndKeepsWhatIsDone(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	s := subject(t, small)
	dir := filepath.Join(t.TempDir(), "study")
	found, err := begin(ctx, s, Options{Dir: dir, Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	found.opt.Say = func(string) { stop() } // when the samples are done, and training is followed
	found.subject.Kept = []experiments.EpochWeights{{Epoch: 1, Path: keptWeights(t, found)}}
	err = found.finish(ctx)
	if !errors.Is(err, context.Canceled) || found.Status != "interrupted" {
		t.Fatalf("%s: %v", found.Status, err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "stability.json"))
	if err != nil || strings.Count(string(text), `"index"`) != 40 || !strings.Contains(string(text), "interrupted") {
		t.Errorf("%v: the samples that were done are not kept", err)
	}
}

func keptWeights(t *testing.T, s *Study) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "epoch-0001.npz")
	w := s.start.Weights.W[0]
	if err := npz.Write(path, []npz.Array{{Name: "W1", Shape: []int{w.Rows, w.Cols}, Data: w.Data}}); err != nil {
		t.Fatal(err)
	}
	return path
}
