package ode

import (
	"fmt"
	"strings"
)

// Method is the recipe of a one-step method: immutable, and shared by any number of integrators. [NewMethod] makes one of a [Tableau].
type Method interface {
	// Name is what [MethodByName] finds it by.
	Name() string
	// Order is p: the error at a fixed time is of order h^p.
	Order() int
	// ErrorOrder is k: the estimated error of a step is of order h^(k+1), that of the solution with which the step is compared;
	// 0: there is no estimate, and the method runs at a fixed step only.
	ErrorOrder() int
	// DenseOrder is q: a state between the ends of a step has, beside the error of those, one of order h^(q+1).
	DenseOrder() int

	// newStepper makes all memory of the method for the rows of b.
	newStepper(sys Rows, b *batch) stepper
}

// stepper is the memory of a method over the rows of one batch.
type stepper interface {
	// try makes the step h from (t, y) of every active row, with f = f(t, y): it writes y1 and, if estimate is set, errs.
	// It writes f1 = f(t1, y1) too where that comes with the step, and says so. evaluations counts those of each row.
	try(estimate bool) (evaluations int, withEnd bool)
	// interpolate writes the state of row k at t + theta (t1 - t) to dst, between try and the next change of the batch,
	// with f1 known.
	interpolate(dst []float64, k int, theta float64)
	// swap exchanges all memory of rows i and j that is not the batch's.
	swap(i, j int)
}

// preparer is a stepper that must evaluate more before it interpolates.
type preparer interface {
	// prepare does that for rows lo to hi-1, once a step; evaluations counts those of each row.
	prepare(lo, hi int) (evaluations int)
}

// measurer is a stepper that estimates the error of a step by more than one vector, and so combines their norms itself.
type measurer interface {
	// measure returns the error of the step of row k: it is acceptable if that is at most 1.
	measure(norm RowNorm, k int) float64
}

// Methods returns all methods, from the simplest.
func Methods() []Method {
	return []Method{Euler(), Heun(), BS32(), RK4(), DP5(), Tsit5(), Vern7(), DOP853(), Rodas5P()}
}

// MethodByName returns the method called name; the error lists the valid names.
func MethodByName(name string) (Method, error) {
	var names []string
	for _, m := range Methods() {
		if m.Name() == name {
			return m, nil
		}
		names = append(names, m.Name())
	}
	return nil, fmt.Errorf("ode: no method %q: want one of %s", name, strings.Join(names, ", "))
}
