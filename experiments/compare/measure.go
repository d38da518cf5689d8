package compare

import (
	"slices"

	"credo/experiments/schema"
	"gonum.org/v1/gonum/stat"
)

// Spread is a number over the runs of a member that have it: the mean, and the
// standard deviation if there are several.
type Spread struct {
	Mean float64  `json:"mean"`
	Std  *float64 `json:"std,omitempty"`
	Runs int      `json:"runs"`
}

func newSpread(values []float64) Spread {
	s := Spread{Mean: stat.Mean(values, nil), Runs: len(values)}
	if len(values) > 1 {
		std := stat.StdDev(values, nil)
		s.Std = &std
	}
	return s
}

// measure is a number that runs are compared by.
type measure struct {
	name, label string
	scale       float64 // of the label's unit
	short       bool    // in the table for people, which has not room for all
	cost        bool    // without a spread there
	of          func(Run) (float64, bool)
}

// measures are those of every run, in the order of the table: of the last
// epoch, unless they say otherwise.
var measures = []measure{
	{"train_loss", "train loss", 1, true, false, lastOf("train_loss")},
	{"train_error", "train error %", 100, false, false, lastOf("train_error")},
	{"validation_loss", "validation loss", 1, false, false, lastOf("validation_loss")},
	{"validation_error", "validation error %", 100, false, false, lastOf("validation_error")},
	{"test_loss", "test loss", 1, true, false, lastOf("test_loss")},
	{"test_error", "test error %", 100, true, false, lastOf("test_error")},
	{"best_test_loss", "test loss at best epoch", 1, false, false, bestTestLoss},
	{"best_test_error", "test error % at best epoch", 100, false, false, bestTestError},
}

// costs are what training took.
var costs = []measure{
	{"samples_per_second", "samples/s", 1, true, true, costOf(func(r Run) float64 { return r.Manifest.Final.SamplesPerSecond })},
	{"seconds", "seconds", 1, true, true, costOf(func(r Run) float64 { return r.Manifest.Final.Seconds })},
	{"presentations", "presentations", 1, true, true, costOf(func(r Run) float64 { return float64(r.Manifest.Final.Presentations) })},
	{"unstable_samples", "unstable samples", 1, true, true, costOf(func(r Run) float64 { return float64(r.Manifest.Final.UnstableSamples) })},
}

// theory returns the measures of theory.csv that some run has.
func theory(runs []Run) []measure {
	var found []measure
	for _, r := range runs {
		for _, name := range r.Scenario.Record.Theory {
			if !slices.ContainsFunc(found, func(m measure) bool { return m.name == name }) {
				found = append(found, measure{name, schema.TheoryLabel(name), 1, true, false, func(r Run) (float64, bool) { return last(r.Theory[name]) }})
			}
		}
	}
	return found
}

// spread returns m over runs; false if none has it.
func (m measure) spread(runs []Run) (Spread, bool) {
	var values []float64
	for _, r := range runs {
		if x, ok := m.of(r); ok {
			values = append(values, x)
		}
	}
	if len(values) == 0 {
		return Spread{}, false
	}
	return newSpread(values), true
}

func lastOf(column string) func(Run) (float64, bool) {
	return func(r Run) (float64, bool) { return last(r.Metrics[column]) }
}

func last(column []float64) (float64, bool) {
	if len(column) == 0 {
		return 0, false
	}
	x := column[len(column)-1]
	return x, finite(x)
}

func bestTestLoss(r Run) (float64, bool) {
	if f := r.Manifest.Final; f != nil && f.Best != nil && f.Best.TestLoss != nil {
		return *f.Best.TestLoss, true
	}
	return 0, false
}

func bestTestError(r Run) (float64, bool) {
	if f := r.Manifest.Final; f != nil && f.Best != nil && f.Best.TestError != nil {
		return *f.Best.TestError, true
	}
	return 0, false
}

// costOf is of runs that have come to an end, or to an interruption; one of zero
// was not measured.
func costOf(cost func(Run) float64) func(Run) (float64, bool) {
	return func(r Run) (float64, bool) {
		if r.Manifest.Final == nil {
			return 0, false
		}
		x := cost(r)
		return x, x > 0
	}
}

func finite(x float64) bool { return x-x == 0 }
