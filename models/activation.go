package models

import (
	"fmt"
	"math"
	"strings"
)

// Activation is a neuron's transfer function r = phi(v), applied component by
// component.
type Activation interface {
	Name() string

	// Apply sets r = phi(v). r and v may be the same slice.
	Apply(r, v []float64)

	// Slope sets d = phi'(v), given r = phi(v) as well, for what is cheaper
	// in terms of r. d may be v or r.
	Slope(d, v, r []float64)
}

var activations = []Activation{tanh{}, sigmoid{}, relu{}, softplus{}, linear{}}

// ActivationByName returns the activation called name: tanh, sigmoid, relu,
// softplus or linear.
func ActivationByName(name string) (Activation, error) {
	var known []string
	for _, a := range activations {
		if a.Name() == name {
			return a, nil
		}
		known = append(known, a.Name())
	}
	return nil, fmt.Errorf("models: no activation %q (known: %s)", name, strings.Join(known, ", "))
}

type tanh struct{}

func (tanh) Name() string { return "tanh" }

func (tanh) Apply(r, v []float64) {
	for k, x := range v {
		r[k] = math.Tanh(x)
	}
}

func (tanh) Slope(d, _, r []float64) {
	for k, y := range r {
		d[k] = 1 - y*y
	}
}

// sigmoid is 1/(1+exp(-v)).
type sigmoid struct{}

func (sigmoid) Name() string { return "sigmoid" }

func (sigmoid) Apply(r, v []float64) {
	for k, x := range v {
		r[k] = 1 / (1 + math.Exp(-x))
	}
}

func (sigmoid) Slope(d, _, r []float64) {
	for k, y := range r {
		d[k] = y * (1 - y)
	}
}

// relu is max(v, 0); its slope at 0 is 0.
type relu struct{}

func (relu) Name() string { return "relu" }

func (relu) Apply(r, v []float64) {
	for k, x := range v {
		r[k] = max(x, 0)
	}
}

func (relu) Slope(d, v, _ []float64) {
	for k, x := range v {
		d[k] = 0
		if x > 0 {
			d[k] = 1
		}
	}
}

// softplus is log(1+exp(v)).
type softplus struct{}

func (softplus) Name() string { return "softplus" }

func (softplus) Apply(r, v []float64) {
	for k, x := range v {
		// log(1+exp(x)) = max(x,0) + log(1+exp(-|x|)) never overflows.
		r[k] = max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	}
}

func (softplus) Slope(d, v, _ []float64) {
	for k, x := range v {
		d[k] = 1 / (1 + math.Exp(-x))
	}
}

type linear struct{}

func (linear) Name() string { return "linear" }

func (linear) Apply(r, v []float64) { copy(r, v) }

func (linear) Slope(d, _, _ []float64) {
	for k := range d {
		d[k] = 1
	}
}
