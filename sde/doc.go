// Package sde solves stochastic differential equations,
//
//	dy = f(t, y) dt + g(t, y) dW
//
// in Itô's sense, or in Stratonovich's if the system is [Stratonovich]{sys}, on
// Brownian paths that are functions of a seed and of time.
//
// The main call is [Solve]; [NewIntegrator] makes all memory once for many paths,
// and [NewRowsIntegrator] for an ensemble whose right-hand sides are evaluated
// together.
//
//	path, err := sde.NewGrid(seed, "noise", sample, 1, 0, 0.01)
//	y := []float64{1}
//	stats, err := sde.Solve(sys, y, 0, 10, 0.01, path, sde.Options{})
//
// What a [Method] can do depends on the calculus and on the [Kind] of noise that
// the system declares. One that does not converge to the solution is refused, with
// the names of those that do:
//
//	method                   calculus      noise                       strong    weak
//	euler-maruyama           Itô           any                         1/2       1
//	                         either        additive                    1         1
//	milstein                 either        all but general             1         1
//	stratonovich-heun        Stratonovich  scalar to commutative       1         1
//	                         Stratonovich  general                     1/2       1
//	                         either        additive                    1         2
//	exponential-heun         either        additive                    1         2
//	sra1, sosra              either        additive                    3/2       2
//	sriw1                    Itô           scalar, diagonal            3/2       3/2
//	dri1                     Itô           scalar to commutative       1         2
//	                         Itô           general                     1/2       2
//	                         either        additive                    1         2
//	implicit-euler-maruyama  as euler-maruyama, for stiff drifts
//
// Milstein uses the derivative of g if the system is a [NoiseSlope],
// implicit-euler-maruyama the Jacobian of f if it is an [ode.Linearizer]; else
// they make differences. Without Lévy areas no method is of a higher strong order
// than 1/2 for general noise.
//
// A [Path] gives increments by interval. A [Grid] makes them cheaply for fixed
// steps; a [Tree] serves intervals of any size, so that one path can be sampled
// with any step. sra1, sosra, sriw1 and dri1 need the path's integrals over time
// beside them, of a Grid or an [AreaTree]. All are pure functions of (seed,
// purpose, index): the order of the queries, the number of workers and
// interruptions cannot change a bit.
//
// A mistake of the program (a wrong length, an interval that the path does not
// have) panics; a mistake of the user or of the problem is an error:
// [*OptionError], or [*StepError] with the time, the step, the component and the
// next thing to try.
package sde
