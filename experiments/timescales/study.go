package timescales

import (
	"fmt"
	"math"

	"credo/experiments/schema"
	"gonum.org/v1/gonum/floats"
)

// Study is what credo timescales prints of a ratio with --json. Distance, Order,
// Fit and LargestWithin are those of the first pair.
type Study struct {
	Ratio         string        `json:"ratio"`
	Title         string        `json:"title"`
	Rule          string        `json:"rule"`
	Varied        string        `json:"varied"`
	Held          string        `json:"held"`
	Compared      string        `json:"compared"` // W or Q
	Theory        Theory        `json:"theory"`
	Values        []number      `json:"values"`
	Distance      Distances     `json:"distance"`
	Order         *number       `json:"order"` // null: no asymptotic range
	Fit           *Fit          `json:"fit"`
	LargestWithin LargestWithin `json:"largest_within"`
	Pairs         []Pair        `json:"pairs"`
	Costs         []Cost        `json:"costs"`
	Points        []*Point      `json:"points"`
	Warnings      []string      `json:"warnings"`
	Out           string        `json:"out"`

	levels []string
}

// Pair is a system and its limit over the values of the ratio.
type Pair struct {
	Full          string        `json:"full"`
	Limit         string        `json:"limit"`
	Distance      Distances     `json:"distance"`
	Fit           *Fit          `json:"fit"`      // of the weights
	LossFit       *Fit          `json:"loss_fit"` // of the loss
	LargestWithin LargestWithin `json:"largest_within"`
	Integration   number        `json:"integration_error"` // of the weights, the larger of both levels'; null: not measured
}

// Distances are [Distance] by value of the ratio.
type Distances struct {
	Weights   []number `json:"weights"`
	Loss      []number `json:"loss"`
	Alignment []number `json:"alignment"`
}

// LargestWithin is the criterion: the largest ratio at which learning stays within
// so many percent of the limit.
type LargestWithin struct {
	Percent float64 `json:"percent"`
	Weights Bound   `json:"weights"`
	Loss    Bound   `json:"loss"`
}

// Cost is of one level at one value of the ratio.
type Cost struct {
	Value       number  `json:"value"`
	Level       string  `json:"level"`
	Evaluations int     `json:"evaluations"` // of right-hand sides, a sample each; 0: not counted
	Seconds     float64 `json:"seconds"`
}

// newStudy concludes from points in rising order of their values.
func newStudy(s *schema.Scenario, l learner, points []*Point, out string) *Study {
	r := l.ratio
	y := &Study{
		Ratio: r.name, Title: s.Title, Rule: s.Method.Rule, Varied: r.varied, Held: r.held, Compared: "W", Theory: r.theory,
		Points: points, Warnings: []string{}, Out: out, levels: l.levels(),
	}
	if r.ofQ {
		y.Compared = "Q"
	}
	for _, p := range points {
		y.Values = append(y.Values, p.Value)
		for _, name := range y.levels {
			y.Costs = append(y.Costs, Cost{p.Value, name, p.Levels[name].Evaluations, p.Levels[name].Seconds})
		}
	}
	for k, pair := range l.pairs {
		y.Pairs = append(y.Pairs, y.pair(k, pair, r, s.Separation.Within))
	}
	first := y.Pairs[0]
	y.Distance, y.Fit, y.LargestWithin = first.Distance, first.Fit, first.LargestWithin
	if first.Fit != nil {
		y.Order = &first.Fit.Order
	}
	y.warn()
	return y
}

// pair concludes about the k-th pair.
func (y *Study) pair(k int, p pair, r ratio, percent float64) Pair {
	out := Pair{Full: p.Full, Limit: p.Limit, LargestWithin: LargestWithin{Percent: percent}, Integration: number(math.NaN())}
	for _, point := range y.Points {
		d := point.Distances[k]
		out.Distance.Weights = append(out.Distance.Weights, d.Weights)
		out.Distance.Loss = append(out.Distance.Loss, d.Loss)
		out.Distance.Alignment = append(out.Distance.Alignment, d.Alignment)
		for _, name := range []string{p.Full, p.Limit} {
			if e, ok := point.Integration[name]; ok && !(e <= out.Integration) {
				out.Integration = e
			}
		}
	}
	// Below ten times the integration error it is that error which is measured.
	floor := 10 * float64(out.Integration)
	out.Fit = newFit(y.Values, out.Distance.Weights, floor, r.scatter)
	out.LossFit = newFit(y.Values, out.Distance.Loss, floor, r.scatter)
	out.LargestWithin.Weights = newBound(y.Values, out.Distance.Weights, percent/100, out.Fit)
	out.LargestWithin.Loss = newBound(y.Values, out.Distance.Loss, percent/100, out.LossFit)
	return out
}

// warn says what a reader of the numbers should know.
func (y *Study) warn() {
	say := func(format string, args ...any) { y.Warnings = append(y.Warnings, fmt.Sprintf(format, args...)) }
	for _, p := range y.Pairs {
		name := pair{p.Full, p.Limit}
		if least := leastOf(p.Distance.Weights); float64(p.Integration) > least/10 {
			say("%s: the integration error is %.2g of the movement, the least distance %.2g: a smaller integrator.rtol tells them apart", name, p.Integration, least)
		}
		if p.Fit == nil {
			say("%s: no three points from the smallest ratio up lie on a line: there is no order to read off", name)
		}
	}
	for _, point := range y.Points {
		for _, name := range y.levels {
			switch l := point.Levels[name]; {
			case l.Error != "":
				say("%s = %.3g: level %s failed: %s", y.Ratio, point.Value, name, l.Error)
			case l.Unstable > 0:
				say("%s = %.3g: level %s met %d samples without a stable rest state", y.Ratio, point.Value, name, l.Unstable)
			}
		}
	}
}

// leastOf is the least of the finite numbers, +Inf without one.
func leastOf(x []number) float64 {
	least := []float64{math.Inf(1)}
	for _, v := range x {
		if v.finite() {
			least = append(least, float64(v))
		}
	}
	return floats.Min(least)
}
