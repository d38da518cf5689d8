package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// rules is a sweep of two members over small.
const rules = small + "[sweep]\nmethod.rule = [\"bp\", \"dfa\"]\n"

// sweepResult is the contract's value of run and resume for a sweep.
type sweepResult struct {
	Status  string `json:"status"`
	Members []struct {
		Name   string  `json:"name"`
		Status string  `json:"status"`
		Result *result `json:"result"`
	} `json:"members"`
	Comparison *struct {
		Differ  []string `json:"differ"`
		Members []struct {
			Name     string `json:"name"`
			Measures map[string]struct {
				Mean float64 `json:"mean"`
			} `json:"measures"`
		} `json:"members"`
	} `json:"comparison"`
	Out string `json:"out"`
}

func TestRunOfASweepRunsAndComparesItsMembers(t *testing.T) {
	dir := folder(t, "rules.toml", rules)
	var value sweepResult
	credo(t, dir, "run", "rules.toml", "--json", "--quiet", "--out", "all").expect(t, exitDone).value(t, &value)
	if value.Status != "done" || value.Out != "all" || len(value.Members) != 2 || value.Members[1].Name != "dfa" {
		t.Fatalf("%+v", value)
	}
	if m := value.Members[1].Result; m.Out != filepath.Join("all", "dfa") || value.Comparison.Members[1].Measures["test_loss"].Mean != *m.TestLoss {
		t.Errorf("%+v beside %+v", m, value.Comparison)
	}
	credo(t, dir, "run", "rules.toml", "--out", "alone", "--set", "sweep.method.rule=['dfa']").expect(t, exitDone)
	sameBits(t, filepath.Join(dir, "all", "dfa"), filepath.Join(dir, "alone", "dfa"))
}

func TestCheckChecksEveryMember(t *testing.T) {
	dir := folder(t, "rules.toml", rules, "bad.toml", rules+"method.level = [\"steady\", \"linear\"]\n")
	if got := credo(t, dir, "check", "rules.toml").expect(t, exitDone); got.stdout != "rules.toml: no problems in 2 members\n" {
		t.Errorf("%q", got.stdout)
	}
	const want = `bad.toml:24:27: method.level: rule "bp" has no level "linear", only "coupled", "buffered" or "steady": "linear" is of rule "dfc", whose control loop it linearises; errors that come down the network close no loop (in bp/linear)`
	for _, args := range [][]string{{"check", "bad.toml"}, {"run", "bad.toml", "--out", "all"}} {
		if got := credo(t, dir, args...).expect(t, exitInput); !strings.HasPrefix(got.stderr, want) {
			t.Errorf("%v: %q, want %q", args, got.stderr, want)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "all")); err == nil {
		t.Error("a sweep with a problem has begun")
	}
}

func TestStoppedSweepIsResumedToTheSameBits(t *testing.T) {
	dir := folder(t, "long.toml", long+"[sweep]\nseed = [1, 2]\n")
	credo(t, dir, "run", "long.toml", "--out", "whole").expect(t, exitDone)
	var value sweepResult
	got := wait(t, command(context.Background(), dir, "run", "long.toml", "--out", "stopped", "--json", "--workers", "1"), func(p *os.Process) {
		begun(t, filepath.Join(dir, "stopped", "seed-1"))
		if err := p.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
	}).expect(t, exitInterrupted)
	if got.value(t, &value); value.Status != "interrupted" || value.Members[0].Status != "interrupted" || value.Members[1].Status != "waiting" {
		t.Errorf("%+v", value)
	}
	if !strings.Contains(got.stderr, "credo resume stopped") {
		t.Errorf("stderr does not say how to go on: %s", got.stderr)
	}
	credo(t, dir, "resume", "stopped").expect(t, exitDone)
	for _, member := range []string{"seed-1", "seed-2"} {
		sameBits(t, filepath.Join(dir, "whole", member), filepath.Join(dir, "stopped", member))
	}
}

func TestCompareComparesRunsAndRefusesOtherTasks(t *testing.T) {
	dir := folder(t, "good.toml", small)
	for out, set := range map[string]string{"bp": "method.rule=bp", "dfa": "method.rule=dfa", "other": "data.test=10"} {
		credo(t, dir, "run", "good.toml", "--out", filepath.Join("runs", out), "--set", set).expect(t, exitDone)
	}
	got := credo(t, dir, "compare", "runs/bp", "runs/dfa", "--out", "page").expect(t, exitDone)
	for _, want := range []string{"differing in method.rule", "test loss", "\nbp ", "\ndfa ", "written to page"} {
		if !strings.Contains(got.stdout, want) {
			t.Errorf("stdout does not say %q:\n%s", want, got.stdout)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "page", "figures", "comparison.png")); err != nil {
		t.Error(err)
	}
	refused := credo(t, dir, "compare", "runs").expect(t, exitInput)
	if want := "data.test is"; refused.stdout != "" || !strings.Contains(refused.stderr, want) {
		t.Errorf("%+v, want %q", refused, want)
	}
}
