// Package sde solves stochastic differential equations in Itô's sense,
//
//	dy = f(t, y) dt + g(t, y) dW,
//
// on Brownian paths that are functions of a seed and of time.
//
// The main call is [Solve]; [NewIntegrator] makes all memory once for many paths,
// and [NewRowsIntegrator] for an ensemble whose right-hand sides are evaluated
// together.
//
//	path, err := sde.NewGrid(seed, "noise", sample, 1, 0, 0.01)
//	y := []float64{1}
//	stats, err := sde.Solve(sys, y, 0, 10, 0.01, path, sde.Options{})
//
// A [Path] gives increments by interval. A [Grid] makes them cheaply for fixed
// steps; a [Tree] serves intervals of any size, so that one path can be sampled
// with any step. Either is a pure function of (seed, purpose, index): the order
// of the queries, the number of workers and interruptions cannot change a bit.
//
// A mistake of the program (a wrong length, an interval that the path does not
// have) panics; a mistake of the user or of the problem is an error:
// [*OptionError], or [*StepError] with the time, the step, the component and the
// next thing to try.
package sde
