package continuation

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

var notANumber = math.NaN()

// root returns the node between a and b where test, a smooth function of the
// unknowns, is 0: Newton's method on the curve's equations and test = 0 together.
func (t *tracer) root(test func(x []float64) float64, a, b node) (node, bool) {
	n := len(a.xi)
	xi := floats.AddTo(make([]float64, n), a.xi, b.xi)
	floats.Scale(0.5, xi)
	middle := append([]float64(nil), xi...)
	t.adapt(xi)
	ok := newtonByDifferences(func(f, xi []float64) {
		t.curve.residual(f[:n-1], xi)
		f[n-1] = test(t.curve.at(xi))
	}, xi)
	if !ok || floats.Distance(xi, middle, 2) > floats.Distance(a.xi, b.xi, 2) {
		return node{}, false
	}
	found, err := t.arrive(xi, a.tangent)
	return found, err == nil
}
