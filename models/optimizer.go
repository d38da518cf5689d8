package models

import (
	"fmt"
	"math"
)

// Optimizer is a stepper of the slow field: it moves weights along dW, a
// direction of descent.
type Optimizer interface {
	// Step moves theta along dw with learning rate eta. Both have the length
	// that the optimizer was made for.
	Step(theta, dw []float64, eta float64)

	// State returns the optimizer's memory by name, to save and to set.
	State() []Array
}

// OptimizerSettings are the constants of an optimizer.
type OptimizerSettings struct {
	Kind                  string // sgd, momentum, adam
	Momentum              float64
	Beta1, Beta2, Epsilon float64
}

// NewOptimizer returns an optimizer of n weights:
//
//	sgd       theta += eta dW: forward Euler on the slow field
//	momentum  m = momentum m + dW, theta += eta m
//	adam      Kingma and Ba (2015), algorithm 1
func NewOptimizer(n int, s OptimizerSettings) (Optimizer, error) {
	switch s.Kind {
	case "sgd":
		return sgd{}, nil
	case "momentum":
		return &momentum{factor: s.Momentum, m: make([]float64, n)}, nil
	case "adam":
		return &adam{beta1: s.Beta1, beta2: s.Beta2, epsilon: s.Epsilon, m: make([]float64, n), v: make([]float64, n), t: make([]float64, 1)}, nil
	}
	return nil, fmt.Errorf("models: no optimizer %q (known: sgd, momentum, adam)", s.Kind)
}

type sgd struct{}

func (sgd) Step(theta, dw []float64, eta float64) {
	for k, d := range dw {
		theta[k] += eta * d
	}
}

func (sgd) State() []Array { return nil }

type momentum struct {
	factor float64
	m      []float64
}

func (o *momentum) Step(theta, dw []float64, eta float64) {
	for k, d := range dw {
		o.m[k] = o.factor*o.m[k] + d
		theta[k] += eta * o.m[k]
	}
}

func (o *momentum) State() []Array { return []Array{{"m", []int{len(o.m)}, o.m}} }

type adam struct {
	beta1, beta2, epsilon float64
	m, v                  []float64
	t                     []float64 // steps taken: one number, kept with the rest of the state
}

func (o *adam) Step(theta, dw []float64, eta float64) {
	o.t[0]++
	// m/(1-beta1^t) / (sqrt(v/(1-beta2^t)) + epsilon), with the constants pulled out.
	root := math.Sqrt(1 - math.Pow(o.beta2, o.t[0]))
	rate, epsilon := eta*root/(1-math.Pow(o.beta1, o.t[0])), o.epsilon*root
	m, v := o.m[:len(dw)], o.v[:len(dw)]
	theta = theta[:len(dw)]
	for k, d := range dw {
		m[k] += (1 - o.beta1) * (d - m[k])
		v[k] += (1 - o.beta2) * (d*d - v[k])
		theta[k] += rate * m[k] / (math.Sqrt(v[k]) + epsilon)
	}
}

func (o *adam) State() []Array {
	return []Array{{"m", []int{len(o.m)}, o.m}, {"v", []int{len(o.v)}, o.v}, {"t", []int{1}, o.t}}
}
