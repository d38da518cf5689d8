package reproduce

import (
	"math"
	"testing"
)

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		name     string
		values   []float64
		expected Interval
		less     bool
		want     Verdict
	}{
		{"within", []float64{1, 3}, Interval{1.5, 2.5}, false, Reproduced},
		{"at the end", []float64{2.5}, Interval{1.5, 2.5}, false, Reproduced},
		{"above", []float64{3}, Interval{1.5, 2.5}, true, Missed},
		{"below", []float64{1}, Interval{1.5, 2.5}, false, Missed},
		{"below, where less is better", []float64{1}, Interval{1.5, 2.5}, true, Better},
		{"one-sided", []float64{1e9}, above(0), false, Reproduced},
		{"not a number", []float64{math.NaN()}, above(0), true, Missed},
		{"not run", nil, above(0), true, NotRun},
	} {
		q := Quantity{Published: claimed("so"), Expected: c.expected, Less: c.less, Measure: func(Runs) ([]float64, error) { return c.values, nil }}
		if o, err := q.judge(nil); err != nil || o.Verdict != c.want {
			t.Errorf("%s: %s, %v, want %s", c.name, o.Verdict, err, c.want)
		}
	}
}

// A short run that ends where short runs do has not reproduced a full one's number.
func TestShortRunsOfPublishedNumbersAreAsExpectedAtBest(t *testing.T) {
	q := Quantity{Published: published(2, 0.1), Measure: func(Runs) ([]float64, error) { return []float64{2.1}, nil }}
	for expected, want := range map[Interval]Verdict{around(q.Published): Reproduced, {1, 3}: AsExpected} {
		q.Expected = expected
		if o, err := q.judge(nil); err != nil || o.Verdict != want {
			t.Errorf("expected %v: %s, %v, want %s", expected, o.Verdict, err, want)
		}
	}
}

// Without a deviation an expectation is the published number's if it holds it.
func TestNumbersWithoutDeviationAreJudgedByTheirExpectation(t *testing.T) {
	q := Quantity{Published: reported(2), Measure: func(Runs) ([]float64, error) { return []float64{3}, nil }}
	for expected, want := range map[Interval]Verdict{{1, 4}: Reproduced, {2.5, 4}: AsExpected, {1, 2.5}: Missed} {
		q.Expected = expected
		if o, err := q.judge(nil); err != nil || o.Verdict != want {
			t.Errorf("expected %v: %s, %v, want %s", expected, o.Verdict, err, want)
		}
	}
}

func TestOverallVerdictDoesNotCountWhatHasNotRun(t *testing.T) {
	of := func(verdicts ...Verdict) []Outcome {
		var outcomes []Outcome
		for _, v := range verdicts {
			outcomes = append(outcomes, Outcome{Verdict: v})
		}
		return outcomes
	}
	for _, c := range []struct {
		outcomes []Outcome
		want     Verdict
	}{
		{of(Reproduced, Better, NotRun), Reproduced},
		{of(Reproduced, AsExpected), AsExpected},
		{of(Missed, NotRun), Missed},
		{of(Missed, Better), Partly},
		{of(NotRun, NotRun), NotRun},
		{of(), NotRun},
	} {
		if got := overall(c.outcomes); got != c.want {
			t.Errorf("%v: %s, want %s", c.outcomes, got, c.want)
		}
	}
}
