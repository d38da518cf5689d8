// Package ode solves ordinary differential equations y' = f(t, y): one system, or an ensemble of independent systems (rows) whose
// right-hand sides are evaluated together while every row keeps its own time, step, error and count of steps.
//
// The main calls are [Solve] and [SolveRows]; [NewIntegrator] makes all memory once for repeated use. [Settle] integrates until the
// state is at rest and [Root] solves f(t, y) = 0.
//
//	type decay struct{}
//
//	func (decay) Dim() int                                 { return 1 }
//	func (decay) Deriv(dy []float64, t float64, y []float64) { dy[0] = -y[0] }
//
//	y := []float64{1}
//	stats, err := ode.Solve(decay{}, y, 0, 1, ode.Options{RelTol: 1e-8, AbsTol: 1e-10})
//	// y[0] is exp(-1)
//
// [SolveDelay] and [SolveDelayRows] do the same where part of the system acts late, by the method of steps.
//
// A [Method] is an immutable recipe that may be shared; what changes while running belongs to one [Integrator] and one goroutine.
// A row's trajectory has the same bits whatever its companions, provided the right-hand side treats rows alike.
//
// A mistake of the program (a wrong length) panics; a mistake of the user or of the problem is an error: [*OptionError],
// or [*StepError] with the time, the step, the error estimate, the worst component and the next thing to try.
package ode
