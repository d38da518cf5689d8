package sde

// Method is the recipe of a one-step method for Itô equations: immutable, and
// shared by any number of integrators.
type Method interface {
	Name() string
	// StrongOrder is the p of E|y_h(T) - y(T)| = O(h^p) on one and the same path,
	// for noise of this kind; 0: the method does not converge to Itô's solution,
	// and [NewIntegrator] refuses it.
	StrongOrder(noise Kind) float64
	// NewStepper makes all memory of the method.
	NewStepper(sys System) Stepper
}

// Stepper is the memory of a method for one run.
type Stepper interface {
	// Step writes the state at t + h to y1, given y at t and dw = W(t+h) - W(t).
	// It must not change y and dw; y1 and y do not overlap. Of an ensemble they
	// are the rows at hand: no longer than the system, and all of one length.
	Step(y1 []float64, t, h float64, y, dw []float64)
}
