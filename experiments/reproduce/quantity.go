package reproduce

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
)

// Quantity is one number of a published result.
type Quantity struct {
	Name      string
	Unit      string    // "%", "deg"; "" for a pure number
	Published Published // what the paper says
	Expected  Interval  // where a reproduction's mean must lie at this budget
	Less      bool      // less is better: a mean below Expected is no miss

	// Measure returns a value a seed, of the cells that have run; none if none has.
	Measure func(Runs) ([]float64, error)
}

// Published is a mean and its standard deviation over seeds, or a claim in words.
type Published struct {
	Mean  *float64 `json:"mean,omitempty"`
	Std   *float64 `json:"std,omitempty"`
	Claim string   `json:"claim,omitempty"`
}

// published returns the mean and standard deviation that a table prints.
func published(mean, std float64) Published { return Published{Mean: &mean, Std: &std} }

// reported returns a mean that is printed without its deviation.
func reported(mean float64) Published { return Published{Mean: &mean} }

// claimed returns what a paper says without a number.
func claimed(claim string) Published { return Published{Claim: claim} }

// Interval is closed; its ends may be infinite.
type Interval struct{ Low, High float64 }

// above is everything from low on, below everything up to high.
func above(low float64) Interval  { return Interval{low, math.Inf(1)} }
func below(high float64) Interval { return Interval{math.Inf(-1), high} }

// around returns the published mean plus and minus three standard deviations.
func around(p Published) Interval {
	return Interval{*p.Mean - 3**p.Std, *p.Mean + 3**p.Std}
}

// String writes an interval as people read it.
func (i Interval) String() string {
	switch {
	case math.IsInf(i.Low, -1):
		return fmt.Sprintf("at most %.4g", i.High)
	case math.IsInf(i.High, 1):
		return fmt.Sprintf("at least %.4g", i.Low)
	}
	return fmt.Sprintf("%.4g to %.4g", i.Low, i.High)
}

// Verdict says how a measured number compares with what was expected.
type Verdict string

const (
	Reproduced Verdict = "reproduced"
	AsExpected Verdict = "as expected" // of a short run: the published number is a full one's
	Better     Verdict = "better"      // less than expected, where less is better
	Missed     Verdict = "missed"
	Partly     Verdict = "partly" // of a whole result: some numbers missed
	NotRun     Verdict = "not run"
)

// Outcome is a quantity as measured.
type Outcome struct {
	Quantity
	Values  []float64 // a seed each
	Verdict Verdict
}

// Mean returns the mean over seeds, NaN without one.
func (o Outcome) Mean() float64 {
	if len(o.Values) == 0 {
		return math.NaN()
	}
	return stat.Mean(o.Values, nil)
}

// Std returns the standard deviation over seeds (divisor n-1), NaN below two.
func (o Outcome) Std() float64 {
	if len(o.Values) < 2 {
		return math.NaN()
	}
	return stat.StdDev(o.Values, nil)
}

// judge measures a quantity.
func (q Quantity) judge(runs Runs) (Outcome, error) {
	values, err := q.Measure(runs)
	o := Outcome{Quantity: q, Values: values, Verdict: NotRun}
	if err != nil || len(values) == 0 {
		return o, err
	}
	switch mean := o.Mean(); {
	case mean >= q.Expected.Low && mean <= q.Expected.High:
		o.Verdict = Reproduced
		if q.expectsAnother() {
			o.Verdict = AsExpected
		}
	case q.Less && mean < q.Expected.Low:
		o.Verdict = Better
	default:
		o.Verdict = Missed
	}
	return o, nil
}

// expectsAnother reports whether what is expected is not the published number, as of
// a short run.
func (q Quantity) expectsAnother() bool {
	p := q.Published
	switch {
	case p.Mean == nil:
		return false
	case p.Std == nil:
		return *p.Mean < q.Expected.Low || *p.Mean > q.Expected.High
	}
	return q.Expected != around(p)
}

// overall sums up a result's verdicts; what has not run has no say.
func overall(outcomes []Outcome) Verdict {
	count := map[Verdict]int{}
	for _, o := range outcomes {
		count[o.Verdict]++
	}
	switch good := len(outcomes) - count[NotRun] - count[Missed]; {
	case good > 0 && count[Missed] > 0:
		return Partly
	case count[Missed] > 0:
		return Missed
	case good == 0:
		return NotRun
	case count[AsExpected] > 0:
		return AsExpected
	}
	return Reproduced
}
