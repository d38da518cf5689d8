package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// apart is a study of a small student that takes a moment.
const apart = `
[data]
source = "teacher"
train = 12
test = 0
batch = 6
[data.teacher]
layers = [5, 9, 3]
[network]
layers = [5, 4, 3]
[method]
rule = "dfc"
[controller]
k_p = 0.5
alpha = 0.01
[training]
lr = 0.3
[separation]
range = [0.01, 0.1]
points = 3
updates = 2
`

func TestTimescalesPrintsTheContractsValue(t *testing.T) {
	dir := folder(t, "apart.toml", apart)
	got := credo(t, dir, "timescales", "apart.toml", "--json", "--quiet", "--out", "there").expect(t, exitDone)
	var value struct {
		Ratio    string
		Values   []float64
		Distance struct{ Weights, Loss, Alignment []float64 }
		Order    *float64
		Largest  map[string]any `json:"largest_within"`
		Out      string
	}
	got.value(t, &value)
	if value.Ratio != "tau_u/tau_w" || len(value.Values) != 3 || value.Values[0] != 0.01 || value.Out != "there" || got.stderr != "" {
		t.Errorf("%+v, stderr %q", value, got.stderr)
	}
	for name, d := range map[string][]float64{"weights": value.Distance.Weights, "loss": value.Distance.Loss, "alignment": value.Distance.Alignment} {
		if len(d) != 3 || !(d[0] < d[1] && d[1] < d[2]) {
			t.Errorf("%s: %v do not rise", name, d)
		}
	}
	if value.Order == nil || *value.Order < 0.9 || *value.Order > 1.1 || value.Largest["percent"] != 5.0 {
		t.Errorf("order %v, largest within %v", value.Order, value.Largest)
	}
	for _, name := range []string{"scenario.toml", "timescales.json", "timescales.csv", "timescales.txt", "figures/tau_u-tau_w.svg", "figures/tau_u-tau_w.png", "points/tau_u-tau_w-01.json"} {
		if _, err := os.Stat(filepath.Join(dir, "there", name)); err != nil {
			t.Error(err)
		}
	}
	// Done, it is there at once, for people too.
	text := credo(t, dir, "resume", "there").expect(t, exitDone)
	for _, want := range []string{"tau_u/tau_w of rule dfc", "coupled to flow: order 1.0", "within 5 %", "written to there"} {
		if !strings.Contains(text.stdout, want) {
			t.Errorf("the text does not say %q:\n%s", want, text.stdout)
		}
	}
}

func TestTimescalesOfSeveralRatiosIsAList(t *testing.T) {
	dir := folder(t, "apart.toml", apart)
	var values []struct{ Ratio string }
	credo(t, dir, "timescales", "apart.toml", "--json", "--set", `separation.ratio=["tau_v/tau_u", "tau_u/presentation"]`).expect(t, exitDone).value(t, &values)
	if len(values) != 2 || values[0].Ratio != "tau_v/tau_u" || values[1].Ratio != "tau_u/presentation" {
		t.Errorf("%+v", values)
	}
}

func TestTimescalesRefusesWhatItCannotStudy(t *testing.T) {
	dir := folder(t, "apart.toml", apart)
	for set, want := range map[string]string{
		"separation.ratio=tau_v/tau_w":  `separation.ratio: "tau_v/tau_w" is of rules whose errors have a pathway in time`,
		"separation.ratio=tau_w/tau_q":  "feedback that learns while awake",
		"separation.ratio=tau_w":        "must be \"tau_v/tau_u\"",
		"separation.range=[0, 1]":       "must begin above 0",
		"separation.values=[0.1, 0.1]":  "each above the one before",
		"separation.ratoi=tau_u/tau_w":  `unknown key (did you mean "ratio"?)`,
		"network.recurrent=true":        "network.recurrent",
		"method.rule=node-perturbation": "must name a ratio",
		"timescales.presentation=-1":    "timescales.presentation",
	} {
		got := credo(t, dir, "timescales", "apart.toml", "--set", set).expect(t, exitInput)
		if !strings.Contains(got.stderr, want) {
			t.Errorf("%s: %s, want %s", set, got.stderr, want)
		}
	}
	write(t, filepath.Join(dir, "adam.toml"), strings.Replace(apart, "lr = 0.3", "optimizer = \"adam\"", 1))
	got := credo(t, dir, "timescales", "adam.toml").expect(t, exitInput)
	if want := `adam.toml:17:1: training.optimizer: must be "sgd"`; !strings.Contains(got.stderr, want) {
		t.Errorf("%s, want %s", got.stderr, want)
	}
	credo(t, dir, "timescales", "none.toml").expect(t, exitInput)
}

func TestInterruptedTimescalesGoOn(t *testing.T) {
	dir := folder(t, "apart.toml", apart)
	long := []string{"--set", "separation.values=[1e-6, 0.05, 0.1]", "--set", "integrator.max_steps=1e9", "--out", "there"}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	got := wait(t, command(ctx, dir, append([]string{"timescales", "apart.toml", "--workers", "2"}, long...)...), func(p *os.Process) {
		for range 600 {
			if done, _ := filepath.Glob(filepath.Join(dir, "there", "points", "*.json")); len(done) > 0 {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if err := p.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}).expect(t, exitInterrupted)
	if !strings.Contains(got.stderr, "goes on from there with --out there") {
		t.Errorf("stderr %q", got.stderr)
	}
}
