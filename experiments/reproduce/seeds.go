package reproduce

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"credo/experiments"
	"credo/experiments/report"
	"gonum.org/v1/gonum/stat"
)

// seeded returns cells of one scenario, a seed each: name/seed-1, ...
func seeded(name, scenario string, seeds int, set ...string) []Cell {
	var cells []Cell
	for seed := 1; seed <= seeds; seed++ {
		cells = append(cells, Cell{fmt.Sprintf("%s/seed-%d", name, seed), scenario, append([]string{fmt.Sprintf("seed=%d", seed)}, set...)})
	}
	return cells
}

// columns returns a column of metrics.csv or theory.csv of every run that matches
// pattern.
func (r Runs) columns(pattern, file, name string) ([][]float64, error) {
	var all [][]float64
	for _, ran := range r.Named(pattern) {
		columns, err := experiments.ReadColumns(filepath.Join(ran.Dir, file))
		if err != nil {
			return nil, err
		}
		column, ok := columns[name]
		if !ok {
			return nil, fmt.Errorf("%s: %s has no column %q", ran.Name, file, name)
		}
		all = append(all, column)
	}
	return all, nil
}

// atEpoch measures a column of theory.csv as epoch, counted from 1, begins, in
// every run that matches pattern.
func atEpoch(pattern, column string, epoch int) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		return runs.each(pattern, func(r Ran) (float64, error) {
			values, err := r.theory(column)
			if err == nil && len(values) < epoch {
				err = fmt.Errorf("theory.csv has %d epochs, not %d", len(values), epoch)
			}
			if err != nil {
				return 0, err
			}
			return values[epoch-1], nil
		})
	}
}

// apart measures how far the mean of one thing is above that of another.
func apart(high, low func(Runs) ([]float64, error)) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		a, errA := high(runs)
		b, errB := low(runs)
		if errA != nil || errB != nil || len(a) == 0 || len(b) == 0 {
			return nil, errors.Join(errA, errB)
		}
		return []float64{stat.Mean(a, nil) - stat.Mean(b, nil)}, nil
	}
}

// middle is the median, the upper one of two.
func middle(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// overRuns draws equally long curves of several runs as one: sum makes one value of
// those of an epoch; x is of the epochs.
func overRuns(curves [][]float64, x func(epoch int) float64, sum func([]float64) float64) report.Line {
	var line report.Line
	if len(curves) == 0 {
		return line
	}
	for k := range curves[0] {
		var values []float64
		for _, c := range curves {
			if k < len(c) && !math.IsNaN(c[k]) {
				values = append(values, c[k])
			}
		}
		if len(values) > 0 {
			line.X, line.Y = append(line.X, x(k+1)), append(line.Y, sum(values))
		}
	}
	return line
}

func mean(values []float64) float64 { return stat.Mean(values, nil) }
