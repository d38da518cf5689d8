package timescales

import (
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Fit is a straight line through the logarithms of distances d over ratios r,
// d = Factor r^Order, by least squares over the asymptotic range: the most points,
// from the smallest ratio up, that the line is as near to as the ratio's scatter
// allows, at least three. Low and High are the ends of the 95 % interval of Order,
// from the points' scatter about the line (Student's t).
type Fit struct {
	Order  number    `json:"order"`
	Low    number    `json:"low"`
	High   number    `json:"high"`
	Factor number    `json:"factor"`
	Range  [2]number `json:"range"`
	Points int       `json:"points"`
}

// fewest points make a line.
const fewest = 3

// newFit returns the line through the points, in rising order of r, whose distance
// is above floor; nil if there is no asymptotic range.
func newFit(r, d []number, floor, scatter float64) *Fit {
	var x, y []float64
	for k, value := range d {
		if !value.finite() || float64(value) <= floor {
			if len(x) > 0 {
				break // what comes after a gap is no continuation
			}
			continue
		}
		x, y = append(x, math.Log(float64(r[k]))), append(y, math.Log(float64(value)))
	}
	for n := len(x); n >= fewest; n-- {
		if f, off := line(x[:n], y[:n]); off <= scatter {
			return f
		}
	}
	return nil
}

// line fits y = a + b x and returns the largest distance of a point from it.
func line(x, y []float64) (*Fit, float64) {
	n := float64(len(x))
	a, b := stat.LinearRegression(x, y, nil, false)
	sum, worst := 0.0, 0.0
	for k := range x {
		rest := y[k] - a - b*x[k]
		sum, worst = sum+rest*rest, max(worst, math.Abs(rest))
	}
	error := math.Sqrt(sum / (n - 2) / (stat.Variance(x, nil) * (n - 1)))
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: n - 2}.Quantile(0.975) * error
	return &Fit{
		Order: number(b), Low: number(b - half), High: number(b + half), Factor: number(math.Exp(a)),
		Range: [2]number{number(math.Exp(x[0])), number(math.Exp(x[len(x)-1]))}, Points: len(x),
	}, worst
}

// Bound is the largest ratio up to which a distance stays within a limit.
type Bound struct {
	Ratio number `json:"ratio"` // null: none is known
	How   string `json:"how"`   // interpolated, extrapolated, at least, none
}

// newBound looks for where the distance first passes limit. Between two values it
// interpolates the logarithms; if even the smallest is too far, it follows the
// line down; if none is, the largest ratio is a lower bound.
func newBound(r, d []number, limit float64, f *Fit) Bound {
	last := -1
	for k, value := range d {
		switch {
		case value.finite() && float64(value) <= limit:
			last = k
			continue
		case last < 0 && f != nil && f.Order > 0:
			return Bound{number(math.Pow(limit/float64(f.Factor), 1/float64(f.Order))), "extrapolated"}
		case last < 0:
			return Bound{number(math.NaN()), "none"}
		case !value.finite() || d[last] == 0:
			return Bound{r[last], "at least"}
		}
		x0, x1 := math.Log(float64(r[last])), math.Log(float64(r[k]))
		y0, y1 := math.Log(float64(d[last])), math.Log(float64(value))
		return Bound{number(math.Exp(x0 + (x1-x0)*(math.Log(limit)-y0)/(y1-y0))), "interpolated"}
	}
	if last < 0 {
		return Bound{number(math.NaN()), "none"}
	}
	return Bound{r[last], "at least"}
}
