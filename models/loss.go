package models

import (
	"fmt"
	"math"
)

// Loss is the task's loss of one sample, L(r_L, y).
type Loss interface {
	Name() string

	// Value returns L(r, y).
	Value(r, y []float64) float64

	// Change returns L(r2, y) - L(r, y) without losing it in rounding where r2
	// is close to r.
	Change(r2, r, y []float64) float64

	// Gradient sets g = dL/dr. g may be r.
	Gradient(g, r, y []float64)
}

// LossByName returns the loss called name, with e = r - y:
//
//	squared-error       |e|^2
//	half-squared-error  |e|^2 / 2
//	mean-squared-error  |e|^2 / n_L
//	cross-entropy       log sum_j exp(r_j) - sum_j y_j r_j     (r are logits, sum_j y_j = 1)
func LossByName(name string) (Loss, error) {
	switch name {
	case "squared-error":
		return squaredError{name, func(int) float64 { return 1 }}, nil
	case "half-squared-error":
		return squaredError{name, func(int) float64 { return 0.5 }}, nil
	case "mean-squared-error":
		return squaredError{name, func(n int) float64 { return 1 / float64(n) }}, nil
	case "cross-entropy":
		return crossEntropy{}, nil
	}
	return nil, fmt.Errorf("models: no loss %q (known: squared-error, half-squared-error, mean-squared-error, cross-entropy)", name)
}

// squaredError is factor(n_L) |r - y|^2.
type squaredError struct {
	name   string
	factor func(n int) float64
}

func (s squaredError) Name() string { return s.name }

func (s squaredError) Value(r, y []float64) float64 {
	sum := 0.0
	for j, rj := range r {
		e := rj - y[j]
		sum += e * e
	}
	return s.factor(len(r)) * sum
}

// Change is factor times the sum of (r2 - r)(2 (r - y) + (r2 - r)).
func (s squaredError) Change(r2, r, y []float64) float64 {
	sum := 0.0
	for j, rj := range r {
		d := r2[j] - rj
		sum += d * (2*(rj-y[j]) + d)
	}
	return s.factor(len(r)) * sum
}

func (s squaredError) Gradient(g, r, y []float64) {
	c := 2 * s.factor(len(r))
	for j, rj := range r {
		g[j] = c * (rj - y[j])
	}
}

type crossEntropy struct{}

func (crossEntropy) Name() string { return "cross-entropy" }

func (crossEntropy) Value(r, y []float64) float64 {
	top, sum, hit := maxOf(r), 0.0, 0.0
	for j, rj := range r {
		sum += math.Exp(rj - top)
		hit += y[j] * (rj - top)
	}
	return math.Log(sum) - hit
}

// Change is, with p = softmax(r) and d = r2 - r,
//
//	log(1 + sum_j p_j (exp(d_j) - 1)) - y d
//
// or the plain difference where d is so large that nothing is lost.
func (c crossEntropy) Change(r2, r, y []float64) float64 {
	top, sum, grown, hit := maxOf(r), 0.0, 0.0, 0.0
	for j, rj := range r {
		d := r2[j] - rj
		if math.Abs(d) > 1 {
			return c.Value(r2, y) - c.Value(r, y)
		}
		p := math.Exp(rj - top)
		sum, grown, hit = sum+p, grown+p*math.Expm1(d), hit+y[j]*d
	}
	return math.Log1p(grown/sum) - hit
}

// Gradient sets g = softmax(r) - y.
func (crossEntropy) Gradient(g, r, y []float64) {
	top, sum := maxOf(r), 0.0
	for j, rj := range r {
		g[j] = math.Exp(rj - top)
		sum += g[j]
	}
	for j := range g {
		g[j] = g[j]/sum - y[j]
	}
}

func maxOf(x []float64) float64 {
	top := math.Inf(-1)
	for _, v := range x {
		top = max(top, v)
	}
	return top
}
