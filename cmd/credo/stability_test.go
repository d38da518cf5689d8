package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// stabilityValue is the contract's value of stability.
type stabilityValue struct {
	Status  string
	Samples []struct {
		Index             *int
		Feedforward, Rest *struct {
			Abscissa          *float64
			NumericalAbscissa *float64 `json:"numerical_abscissa"`
			Condition3        *float64
			Eigenvalues       [][]float64
		}
		Margins *struct{ Gain, Phase, Delay *float64 }
	}
	StableFraction *struct{ Feedforward, Rest *float64 } `json:"stable_fraction"`
	Out            string
}

func TestStabilityPrintsTheContractsValue(t *testing.T) {
	dir := folder(t, "good.toml", small)
	got := credo(t, dir, "stability", "good.toml", "--json", "--quiet", "--out", "edge", "--set", "stability.samples=3").expect(t, exitDone)
	var value stabilityValue
	got.value(t, &value)
	if got.stderr != "" || value.Status != "done" || value.Out != "edge" || len(value.Samples) != 3 || value.StableFraction == nil || value.StableFraction.Rest == nil {
		t.Fatalf("%q: %s", got.stderr, got.stdout)
	}
	for k, s := range value.Samples {
		f := s.Feedforward
		if *s.Index != k || f == nil || f.Abscissa == nil || f.NumericalAbscissa == nil || f.Condition3 == nil || len(f.Eigenvalues) != 3*(2+1) || s.Margins == nil {
			t.Errorf("sample %d: %+v", k, s)
		}
	}
	for _, name := range []string{"scenario.toml", "stability.json", "stability.csv", "stability.txt", "figures/spectrum.svg", "figures/nyquist.png", "figures/growth.svg"} {
		if _, err := os.Stat(filepath.Join(dir, "edge", name)); err != nil {
			t.Error(err)
		}
	}
	// The resolved scenario says the same again.
	credo(t, dir, "stability", "edge/scenario.toml", "--out", "again").expect(t, exitDone)
	if read(t, dir, "edge", "stability.csv") != read(t, dir, "again", "stability.csv") {
		t.Error("the resolved scenario is another one")
	}
}

func TestStabilityOfARunFollowsItsTraining(t *testing.T) {
	dir := folder(t, "good.toml", small)
	credo(t, dir, "run", "good.toml", "--out", "run", "--set", "record.weights=[0, 2]").expect(t, exitDone)
	got := credo(t, dir, "stability", "run", "--out", "edge").expect(t, exitDone)
	if !strings.Contains(got.stdout, "after epoch") || !strings.Contains(got.stdout, "written to edge") {
		t.Error(got.stdout)
	}
}

func TestStabilityRefusesBadInputAtItsPlace(t *testing.T) {
	dir := folder(t, "good.toml", small, "bp.toml", strings.Replace(small, `"dfc"`, `"bp"`, 1),
		"axis.toml", small+"[stability.map]\nx = \"controller.kp\"\ny = \"gain\"\n",
		"weights.toml", strings.Replace(small, "[method]", "weights = \"none.npz\"\n[method]", 1), "norun/file", "")
	for _, c := range []struct{ args, want string }{
		{"bp.toml", `bp.toml:14:1: method.rule: must be "dfc"`},
		{"axis.toml", `axis.toml:23:1: stability.map.x: must be`},
		{"axis.toml", `(did you mean "controller.k_p"?)`},
		{"weights.toml", `weights.toml:13:1: network.weights: `},
		{"good.toml --set stability.samples=21", `stability.samples: must be at most 20, as many as the test split has, not 21`},
		{"norun", "is not the directory of a run that has ended: it has no scenario.toml"},
		{"none.toml", "none.toml: cannot be read: no such file"},
		{"good.toml --out norun", "norun is not empty"},
		{"", "accepts 1 arg(s)"},
	} {
		got := credo(t, dir, append([]string{"stability", "--quiet"}, strings.Fields(c.args)...)...).expect(t, exitInput)
		if !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: %s\nwant %s", c.args, got.stderr, c.want)
		}
	}
}

// An interruption keeps the samples that were done, and says that it was one.
func TestInterruptedStabilityEndsWith130(t *testing.T) {
	dir := folder(t, "long.toml", small+"[stability.map]\nx = \"controller.k_p\"\ny = \"timescales.tau_v\"\npoints = 3000\n")
	got := wait(t, command(context.Background(), dir, "stability", "long.toml", "--json", "--out", "edge"), func(p *os.Process) {
		for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(dir, "edge", "scenario.toml")); err == nil {
				break
			}
		}
		time.Sleep(100 * time.Millisecond)
		if err := p.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}).expect(t, exitInterrupted)
	var value stabilityValue
	if got.value(t, &value); value.Status != "interrupted" || !strings.Contains(read(t, dir, "edge", "stability.json"), `"interrupted"`) {
		t.Errorf("%s\n%s", got.stdout, got.stderr)
	}
}
