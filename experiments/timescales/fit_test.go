package timescales

import (
	"math"
	"testing"
)

func numbers(x ...float64) []number {
	out := make([]number, len(x))
	for k, v := range x {
		out[k] = number(v)
	}
	return out
}

// The asymptotic range ends where the distance bends: of r (1 + r), a straight line
// of slope 1 at small r, the last points are left out.
func TestTheFitIsOverTheAsymptoticRange(t *testing.T) {
	r := numbers(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3)
	var d []number
	for _, x := range r {
		d = append(d, x*(1+x))
	}
	f := newFit(r, d, 0, smooth)
	if f == nil || math.Abs(float64(f.Order)-1) > 0.03 || f.Range[1] >= 0.5 || f.Points < 4 || !(f.Low <= f.Order && f.Order <= f.High) {
		t.Errorf("%+v", f)
	}
	if f := newFit(r, d, 0.002, smooth); f == nil || f.Range[0] < 0.002 {
		t.Errorf("points below the floor are fitted: %+v", f)
	}
	if f := newFit(r, numbers(1, 2, 1, 2, 1, 2, 1, 2), 0, smooth); f != nil {
		t.Errorf("what is no line is fitted by %+v", f)
	}
}

// Student's t at one degree of freedom, 12.706, on a case by hand: y = 0, 1, 0 over
// x = 0, 1, 2 has slope 0, a rest of 2/3 and a standard error of sqrt(1/3).
func TestTheIntervalIsStudents(t *testing.T) {
	f, worst := line([]float64{0, 1, 2}, []float64{0, 1, 0})
	want := 12.7062047 * math.Sqrt((2.0/3)/2)
	if math.Abs(float64(f.Order)) > 1e-12 || math.Abs(float64(f.High)-want) > 1e-6 || math.Abs(worst-2.0/3) > 1e-12 {
		t.Errorf("%+v, worst %g, want half width %g", f, worst, want)
	}
}

func TestTheCriterionIsWhereTheDistanceFirstPassesTheLimit(t *testing.T) {
	r, nan := numbers(0.01, 0.1, 1), math.NaN()
	straight := newFit(r, numbers(0.02, 0.2, 2), 0, smooth)
	for _, c := range []struct {
		d    []number
		fit  *Fit
		want Bound
	}{
		{numbers(0.02, 0.2, 2), straight, Bound{0.025, "interpolated"}},
		{numbers(0.001, 0.002, 0.003), nil, Bound{1, "at least"}},
		{numbers(0.2, 2, 20), newFit(r, numbers(0.2, 2, 20), 0, smooth), Bound{0.0025, "extrapolated"}},
		{numbers(0.2, 2, 20), nil, Bound{number(nan), "none"}},
		{numbers(0.02, 0.01, nan), nil, Bound{0.1, "at least"}},
		{numbers(0.01, 0.1, 0.01), nil, Bound{number(math.Pow(10, -2+math.Log10(5))), "interpolated"}}, // the first time, whatever comes after
	} {
		got := newBound(r, c.d, 0.05, c.fit)
		if got.How != c.want.How || got.Ratio.finite() != c.want.Ratio.finite() || got.Ratio.finite() && math.Abs(float64(got.Ratio/c.want.Ratio)-1) > 1e-9 {
			t.Errorf("%v: %+v, want %+v", c.d, got, c.want)
		}
	}
}
