package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

var everyTheory = []string{
	"condition1", "condition2", "condition3", "abscissa", "bp", "gauss-newton",
	"minibatch-gauss-newton", "minimum-norm", "released-minimum-norm", "steady-approximation",
}

func theoryOf(t *testing.T, dir string) []map[string]float64 {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "theory.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	names := strings.Split(lines[0], ",")
	var rows []map[string]float64
	for _, line := range lines[1:] {
		row := map[string]float64{}
		for k, cell := range strings.Split(line, ",") {
			if row[names[k]], err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func measuring(names []string) string {
	return `record.theory=["` + strings.Join(names, `", "`) + `"]`
}

func TestTheoryIsMeasuredEveryEpoch(t *testing.T) {
	_, dir := runIn(t, small, Options{}, measuring(everyTheory))
	rows := theoryOf(t, dir)
	if len(rows) != 3 {
		t.Fatalf("%d rows, want 3 epochs", len(rows))
	}
	for _, row := range rows {
		for name, ok := range map[string]bool{
			"condition1":            row["condition1"] > 0,
			"condition2":            row["condition2"] > 0 && row["condition2"] <= 1,
			"condition3":            row["condition3"] > 0, // weight-product feedback
			"abscissa":              row["abscissa"] < 0,
			"bp":                    row["bp"] > 0 && row["bp"] < 90,
			"steady-approximation":  row["steady-approximation"] < 10,
			"minimum-norm":          row["minimum-norm"] < 90,
			"released-minimum-norm": row["released-minimum-norm"] < 90,
		} {
			if !ok {
				t.Errorf("epoch %g: %s is %g", row["epoch"], name, row[name])
			}
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "figures", "theory.png")); err != nil {
		t.Error(err)
	}
}

// Backpropagation is at no angle to itself.
func TestTheoryKnowsBackpropagation(t *testing.T) {
	_, dir := runIn(t, small, Options{}, "method.rule=bp", measuring([]string{"bp"}))
	for _, row := range theoryOf(t, dir) {
		if row["bp"] > 1e-6 {
			t.Errorf("epoch %g: %g degrees", row["epoch"], row["bp"])
		}
	}
}

func TestTheoryChangesNoBitAndSurvivesInterruption(t *testing.T) {
	_, plain := runIn(t, small, Options{})
	_, whole := runIn(t, small, Options{}, measuring(everyTheory))
	sameFile(t, "metrics.csv", plain, whole)
	sameFile(t, "arrays.npz", plain, whole)
	dir := filepath.Join(t.TempDir(), "run")
	ctx, stop := context.WithCancel(context.Background())
	_, err := Run(ctx, parse(t, small, measuring(everyTheory)), Options{Dir: dir, Progress: &stopper{after: 5, stop: stop}})
	if !errors.Is(err, ErrInterrupted) {
		t.Fatal(err)
	}
	if _, err := Resume(context.Background(), dir, Options{}); err != nil {
		t.Fatal(err)
	}
	sameFile(t, "theory.csv", whole, dir)
}
