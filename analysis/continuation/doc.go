// Package continuation follows rest states of y' = f(y; p), and the boundaries of
// their stability, through parameter space by pseudo-arclength continuation,
// Keller (1977):
//
//	branch, err := continuation.Equilibria(family, y, p, continuation.Parameter{Index: 0, Min: 0, Max: 4}, continuation.Options{})
//	fold := branch.Special()[0]          // located to rounding
//	curve, err := continuation.FoldCurve(family, fold, [2]continuation.Parameter{..}, continuation.Options{})
//
// [Equilibria] goes round folds, tells which pieces of a branch are stable and
// finds folds, Hopf points and branch points. [FoldCurve] and [HopfCurve] follow
// such points in two parameters and flag cusps, Bautin, Bogdanov-Takens, fold-Hopf
// and double Hopf points. [HopfForm] is the normal form at a Hopf point: its first
// Lyapunov coefficient, and the limit cycle beyond. [Trace] follows any
// curve F(x) = 0, F: R^(n+1) -> R^n.
//
// The defining systems are the minimally augmented ones of Govaerts (2000),
// Numerical Methods for Bifurcations of Dynamical Equilibria; see also Kuznetsov
// (2004), Elements of Applied Bifurcation Theory, chapter 10. Matrices are dense.
package continuation
