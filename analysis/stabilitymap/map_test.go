package stabilitymap

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// shapes is a subject whose samples are stable where a function is negative, which
// is their abscissa too.
type shapes []func(x, y float64) float64

func (s shapes) Samples() int                    { return len(s) }
func (s shapes) Judge(sample int) (Judge, error) { return shape(s[sample]), nil }

type shape func(x, y float64) float64

func (s shape) Stable(p Point) (bool, error)      { return s(p.X, p.Y) < 0, nil }
func (s shape) Abscissa(p Point) (float64, error) { return s(p.X, p.Y), nil }

func disc(x0, y0, r float64) func(x, y float64) float64 {
	return func(x, y float64) float64 { return math.Hypot(x-x0, y-y0) - r }
}

// regions are of many shapes: convex, wavy, of several parts, all and nothing.
var regions = shapes{
	disc(0.5, 0.5, 0.3),
	func(x, y float64) float64 { return y - 0.5 - 0.3*math.Sin(9*x) },
	func(x, y float64) float64 { return min(disc(0.25, 0.3, 0.2)(x, y), disc(0.8, 0.75, 0.15)(x, y)) },
	func(x, y float64) float64 { return math.Abs(y-x) - 0.03 },
	func(x, y float64) float64 { return x*x + y - 0.4 },
	func(x, y float64) float64 { return -1 },
	func(x, y float64) float64 { return 1 },
}

func mapOf(t testing.TB, s Subject, p Plan) *Map {
	t.Helper()
	m, err := p.Map(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func unitSquare(points, stride int) Plan {
	return Plan{X: Linear(0, 1, points), Y: Linear(0, 1, points), Stride: stride, Workers: 2}
}

// Cells on whose rim nothing disagrees need not be looked into: the picture is the
// dense grid's, for a small part of its answers.
func TestOutlinesGiveThePictureOfTheDenseGrid(t *testing.T) {
	for _, points := range []int{100, 129} {
		for k := range regions {
			dense, outlined := mapOf(t, regions[k:k+1], unitSquare(points, 1)), mapOf(t, regions[k:k+1], unitSquare(points, 8))
			if !reflect.DeepEqual(dense.Stable, outlined.Stable) {
				t.Errorf("region %d on %d points: the picture differs", k, points)
			}
			if dense.Judged != points*points || outlined.Judged > dense.Judged/5 {
				t.Errorf("region %d on %d points: %d answers, dense %d", k, points, outlined.Judged, dense.Judged)
			}
		}
	}
}

// A tongue narrower than a cell is followed from its root, or from a judged point in
// it, to its tip; an island is missed that lies between the points to begin with.
func TestTonguesAreFollowedAndIslandsBetweenJudgedPointsMissed(t *testing.T) {
	const points = 97 // cells of 8 from 0 to 96
	between := 44.0 / 96
	tongue := func(x, y float64) float64 {
		return min(x-0.06, max(math.Abs(y-between)-0.015, x-0.83))
	}
	for name, c := range map[string]struct {
		region func(x, y float64) float64
		found  bool
	}{
		"tongue":                     {tongue, true},
		"island":                     {disc(between, between, 0.03), false},
		"island with a judged point": {disc(40.0/96, 40.0/96, 0.03), true},
	} {
		dense, outlined := mapOf(t, shapes{c.region}, unitSquare(points, 1)), mapOf(t, shapes{c.region}, unitSquare(points, 8))
		if same := reflect.DeepEqual(dense.Stable, outlined.Stable); same != c.found {
			t.Errorf("%s: found whole: %v", name, same)
		}
	}
}

func TestAMapDoesNotDependOnTheNumberOfWorkers(t *testing.T) {
	plan := unitSquare(60, 8)
	plan.Quantiles, plan.AbscissaStride, plan.Workers = []float64{0.5}, 7, 1
	one := mapOf(t, regions, plan)
	plan.Workers = 5
	if five := mapOf(t, regions, plan); !reflect.DeepEqual(one, five) {
		t.Error("one worker's map and that of five differ")
	}
}

// Fractions count samples, and quantiles are those of the samples' abscissas, at
// every stride-th point and the last.
func TestFractionsAndQuantilesAreThoseOfTheSamples(t *testing.T) {
	levels := shapes{}
	for k := range 5 {
		levels = append(levels, func(x, y float64) float64 { return x + float64(k) - 2.5 })
	}
	plan := unitSquare(11, 3)
	plan.Quantiles, plan.AbscissaStride = []float64{0, 0.5, 1}, 4
	m := mapOf(t, levels, plan)
	for i, x := range m.X.Values {
		want := math.Ceil(2.5-x) / 5
		if got := m.Fraction(i, 3); math.Abs(got-want) > 1e-15 {
			t.Errorf("fraction %g at x = %g, want %g", got, x, want)
		}
	}
	for k, offset := range []float64{-2.5, -0.5, 1.5} {
		q := m.Abscissa[k]
		if want := []float64{0, 0.4, 0.8, 1}; len(q.X.Values) != 4 || math.Abs(q.X.Values[2]-want[2]) > 1e-15 || q.X.Values[3] != 1 {
			t.Fatalf("quantiles at x = %v, want %v", q.X.Values, want)
		}
		for i, x := range q.X.Values {
			if got := q.Value[len(q.X.Values)+i]; math.Abs(got-x-offset) > 1e-15 {
				t.Errorf("quantile %g at x = %g is %g, want %g", q.Share, x, got, x+offset)
			}
		}
	}
}

type failing struct{ shapes }

func (failing) Judge(sample int) (Judge, error) {
	if sample >= 2 {
		return nil, errors.New("no such sample")
	}
	return shape(disc(0, 0, 0.5)), nil
}

func TestTheErrorIsThatOfTheFirstSampleThatHasOne(t *testing.T) {
	if _, err := unitSquare(20, 4).Map(context.Background(), failing{regions}); err == nil || !strings.HasPrefix(err.Error(), "sample 2: no such") {
		t.Errorf("error %v", err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := unitSquare(20, 4).Map(stopped, regions); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v of a map that was stopped", err)
	}
	for name, p := range map[string]Plan{
		"descending":  {X: Axis{Values: []float64{1, 0}}, Y: Linear(0, 1, 3), Stride: 1, Workers: 1},
		"logarithmic": {X: Axis{Values: []float64{0, 1}, Log: true}, Y: Linear(0, 1, 3), Stride: 1, Workers: 1},
		"one value":   {X: Axis{Values: []float64{1}}, Y: Linear(0, 1, 3), Stride: 1, Workers: 1},
		"no stride":   {X: Linear(0, 1, 3), Y: Linear(0, 1, 3), Workers: 1},
		"quantile":    {X: Linear(0, 1, 3), Y: Linear(0, 1, 3), Stride: 1, Workers: 1, Quantiles: []float64{2}, AbscissaStride: 1},
	} {
		if _, err := p.Map(context.Background(), regions); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
