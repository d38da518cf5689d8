package stabilitymap

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Axis is one parameter: the values at which a map has points, ascending. They need
// not be evenly spaced, and may be whole numbers such as a depth. Log says that the
// parameter is seen on a logarithmic scale, on which curves between points are
// straight; its values are positive.
type Axis struct {
	Values []float64
	Log    bool
}

// Linear returns an axis of evenly spaced points. It panics below two.
func Linear(low, high float64, points int) Axis {
	return Axis{Values: floats.Span(make([]float64, points), low, high)}
}

// Logarithmic returns an axis of points whose logarithms are evenly spaced. It
// panics below two.
func Logarithmic(low, high float64, points int) Axis {
	values := floats.LogSpan(make([]float64, points), low, high)
	values[0], values[points-1] = low, high // LogSpan's are rounded
	return Axis{Values: values, Log: true}
}

// check reports an axis that is none.
func (a Axis) check(name string) error {
	for k, v := range a.Values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Errorf("stabilitymap: %s: value %d is %g: want finite numbers", name, k, v)
		case k > 0 && v <= a.Values[k-1]:
			return fmt.Errorf("stabilitymap: %s: %g comes after %g: want ascending values", name, v, a.Values[k-1])
		case a.Log && v <= 0:
			return fmt.Errorf("stabilitymap: %s: %g on a logarithmic axis: want positive values", name, v)
		}
	}
	if len(a.Values) < 2 {
		return fmt.Errorf("stabilitymap: %s has %d values: want 2 at least", name, len(a.Values))
	}
	return nil
}

// between returns the value at the share t of the way from point k to the next.
func (a Axis) between(k int, t float64) float64 {
	if t == 0 {
		return a.Values[k]
	}
	low, high := a.Values[k], a.Values[k+1]
	if a.Log {
		return low * math.Pow(high/low, t)
	}
	return low + t*(high-low)
}

// thinned returns the axis with every stride-th of its points, and the last, and
// which these are.
func (a Axis) thinned(stride int) (Axis, []int) {
	index := everyOf(len(a.Values), stride)
	thin := Axis{Log: a.Log}
	for _, k := range index {
		thin.Values = append(thin.Values, a.Values[k])
	}
	return thin, index
}

// everyOf returns 0, stride, 2 stride, .. below points-1, and points-1.
func everyOf(points, stride int) []int {
	var index []int
	for k := 0; k < points-1; k += stride {
		index = append(index, k)
	}
	return append(index, points-1)
}
