package sde

import (
	"fmt"
	"strings"
)

// Method is the recipe of a one-step method: immutable, and shared by any number
// of integrators.
type Method interface {
	// Name is what [MethodByName] finds it by.
	Name() string
	// Orders are those at which it converges to the solution of an equation of this
	// calculus and kind of noise; if that is the zero value it does not, and
	// [NewIntegrator] refuses it.
	Orders(calculus Calculus, noise Kind) Orders
	// SpaceTime tells whether a step needs dz of the path: that it is a [SpaceTime].
	SpaceTime() bool
	// NewStepper makes all memory for up to capacity rows of sys. The noise has a
	// kind for which there are Orders.
	NewStepper(sys Rows, calculus Calculus, capacity int) Stepper
}

// Orders of convergence, as the step h goes to 0.
type Orders struct {
	Strong float64 // p of E|y_h(T) - y(T)| = O(h^p), on one and the same path
	Weak   float64 // p of |E phi(y_h(T)) - E phi(y(T))| = O(h^p), for smooth phi
}

// Stepper is the memory of a method for one run.
type Stepper interface {
	// Step writes the states at t + h to y1, given y at t and the noise of the
	// step, dw = W(t+h) - W(t) and dz = I_(1,0) of the [SpaceTime]; dz is nil if
	// the method does not ask for it. It must not change y, dw and dz; y1 and y do
	// not overlap. They are as many rows of the ensemble as are at hand.
	Step(y1 []float64, t, h float64, y, dw, dz []float64)
}

// Methods returns all methods, from the simplest.
func Methods() []Method {
	return []Method{EulerMaruyama(), Milstein(), StratonovichHeun(), ExponentialHeun(), SRA1(), SOSRA(), SRIW1(), DRI1(), ImplicitEulerMaruyama()}
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
	return nil, fmt.Errorf("sde: no method %q: want one of %s", name, strings.Join(names, ", "))
}

// checkFit refuses a method for an equation to whose solution it does not converge.
func checkFit(method Method, calculus Calculus, noise Kind) error {
	if method.Orders(calculus, noise) != (Orders{}) {
		return nil
	}
	var fit []string
	for _, m := range Methods() {
		if m.Orders(calculus, noise) != (Orders{}) {
			fit = append(fit, m.Name())
		}
	}
	return &OptionError{"Method", method.Name(), fmt.Sprintf("a method for %v equations with %v noise: one of %s",
		calculus, noise, strings.Join(fit, ", "))}
}
