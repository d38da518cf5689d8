package reproduce

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/experiments"
)

// tiny is a result of two cells that train within a tenth of a second.
func tiny(more ...Cell) Entry {
	set := []string{
		"training.epochs=2", "data.train=64", "data.validation=16", "data.test=16", "data.batch=16",
		"data.teacher.layers=[15, 20, 5]", "method.level=steady",
	}
	return Entry{
		ID: "tiny", Title: "a tiny result", Source: "nowhere",
		Cells: func(Budget) []Cell {
			return append([]Cell{
				{"a/seed-1", fixedToy, append([]string{"seed=1"}, set...)},
				{"a/seed-2", fixedToy, append([]string{"seed=2"}, set...)},
			}, more...)
		},
		Quantities: func(Budget) []Quantity {
			return []Quantity{{Name: "test loss", Published: published(1, 1), Expected: above(0), Measure: func(r Runs) ([]float64, error) {
				return r.each("a/*", bestTestLoss)
			}}}
		},
		Draw: func(figures string, _ Budget, _ Runs, _ []Outcome) error {
			return os.WriteFile(filepath.Join(figures, "drawn"), nil, 0o666)
		},
	}
}

func mustRun(t *testing.T, e Entry, opt Options) Report {
	t.Helper()
	opt.Budget = Short
	reports, err := Run(t.Context(), []Entry{e}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return reports[0]
}

func TestRunMeasuresReportsAndDraws(t *testing.T) {
	dir := t.TempDir()
	r := mustRun(t, tiny(), Options{Dir: dir})
	if r.Verdict != AsExpected || r.Measured[0].Runs != 2 || *r.Measured[0].Mean <= 0 {
		t.Errorf("%s, measured %+v", r.Verdict, r.Measured)
	}
	for _, file := range []string{"report.json", "report.txt", "cells.csv", "figures/drawn", "cells/a/seed-1/metrics.csv"} {
		if _, err := os.Stat(filepath.Join(r.Out, file)); err != nil {
			t.Error(err)
		}
	}
	cells, err := os.ReadFile(filepath.Join(r.Out, "cells.csv"))
	if want := "credo run experiments/scenarios/student-teacher-dfc.toml --set 'seed=2'"; err != nil || !strings.Contains(string(cells), want) {
		t.Errorf("cells.csv does not have the command %q: %s, %v", want, cells, err)
	}
}

func TestNumbersDoNotDependOnTheNumberOfWorkers(t *testing.T) {
	one := mustRun(t, tiny(), Options{Dir: t.TempDir(), Workers: 1})
	three := mustRun(t, tiny(), Options{Dir: t.TempDir(), Workers: 3})
	if !slices.Equal(one.outcomes[0].Values, three.outcomes[0].Values) {
		t.Errorf("%v with one worker, %v with three", one.outcomes[0].Values, three.outcomes[0].Values)
	}
}

func TestRunGoesOnWhereItStopped(t *testing.T) {
	whole := mustRun(t, tiny(), Options{Dir: t.TempDir()})

	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	said := 0
	_, err := Run(ctx, []Entry{tiny()}, Options{Budget: Short, Dir: dir, Workers: 1, Say: func(string) {
		if said++; said == 1 { // the first cell is done
			stop()
		}
	}})
	if !errors.Is(err, experiments.ErrInterrupted) {
		t.Fatalf("error %v, want an interruption", err)
	}
	first := filepath.Join(dir, "tiny-short", "cells", "a", "seed-1", "manifest.json")
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	rest := mustRun(t, tiny(), Options{Dir: dir})
	if after, _ := os.ReadFile(first); !slices.Equal(before, after) {
		t.Error("a cell that was done ran again")
	}
	if !slices.Equal(whole.outcomes[0].Values, rest.outcomes[0].Values) {
		t.Errorf("%v at a stretch, %v in two calls", whole.outcomes[0].Values, rest.outcomes[0].Values)
	}
}

func TestOnlyChoosesCells(t *testing.T) {
	r := mustRun(t, tiny(), Options{Dir: t.TempDir(), Only: []string{"*/seed-2"}})
	if len(r.runs) != 1 || r.runs[0].Name != "a/seed-2" || r.cells != 2 {
		t.Errorf("ran %v of %d", r.runs, r.cells)
	}
	_, err := Run(t.Context(), []Entry{tiny()}, Options{Budget: Short, Dir: t.TempDir(), Only: []string{"b/*"}})
	var wrong *experiments.InputError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "a/seed-1") {
		t.Errorf("error %v, want one that names a cell", err)
	}
}

func TestAFailedCellKeepsNoOtherFromRunning(t *testing.T) {
	broken := Cell{"broken", fixedToy, []string{"training.epochs=1", "data.train=32", "training.lr=1e300", "data.teacher.layers=[15, 20, 5]"}}
	reports, err := Run(t.Context(), []Entry{tiny(broken)}, Options{Budget: Short, Dir: t.TempDir(), Workers: 1})
	if err == nil || !strings.Contains(err.Error(), "tiny broken") {
		t.Errorf("error %v, want one that names the cell", err)
	}
	if len(reports) != 1 || len(reports[0].runs) != 2 {
		t.Errorf("reports %+v, want the two other cells", reports)
	}
}

func TestARunOfAnotherScenarioIsRefused(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, tiny(), Options{Dir: dir})
	other := tiny()
	cells := other.Cells
	other.Cells = func(b Budget) []Cell {
		changed := cells(b)
		changed[1].Set = append(changed[1].Set, "controller.alpha=0.5")
		return changed
	}
	_, err := Run(t.Context(), []Entry{other}, Options{Budget: Short, Dir: dir})
	var wrong *experiments.InputError
	if !errors.As(err, &wrong) || !strings.Contains(err.Error(), "a/seed-2") {
		t.Errorf("error %v, want one that names the cell", err)
	}
}
