// Package analysis computes what theory says of a network and its feedback
// loop, independently of how models simulates it.
//
// Of one sample, at any voltages: the loop's matrix and spectrum, densely
// ([Loop.Matrix]) and exactly reduced to n_L (L + n_c) rows ([Loop.Reduced]).
//
//	loop := analysis.Loop{Net: net, W: w, Controller: pi, TauV: 0.2}
//	eigenvalues, err := analysis.Eigenvalues(loop.Reduced(v))
//	if err == nil && analysis.SpectralAbscissa(eigenvalues) < 0 {
//		fmt.Println("stable at v")
//	}
//
// Over two parameters of its loop: the curves on which it loses stability
// ([Boundaries], [TraceBoundary]), and what it does beyond ([HopfForm],
// [Boundary.Lyapunov]); package continuation has the methods.
//
//	boundaries, err := analysis.Boundaries(design, axes, 8, continuation.Options{})
//
// Eigenvalues alone mislead, as the loop is not normal. [Loop.Diagnose] adds the dominant
// mode layer by layer, numerical and pseudospectral abscissas, Kreiss constant and
// transient growth, of the full loop, whose matrix is not formed ([LoopOperator]); how
// these are computed of any matrix is package spectra.
//
// In the frequency domain, gain, phase and delay margins ([Taps.Margins]), and the
// rightmost eigenvalue where the control signal comes late ([Taps.Rightmost]).
//
// Of a minibatch, at the feedforward state: Conditions 1 to 3 and the updates
// that theory compares a rule's with.
//
//	l := analysis.Linearize(net, w, tiles...)
//	share, err := l.RowSpaceShare()                  // Condition 2
//	newton, err := l.GaussNewton(0.1)                // J_theta is never formed
//	angle := analysis.Alignment(update, newton).Whole // degrees
//
// Of a sample's loop under every controller: whether it is stable, from one table of
// its taps' loci ([TapLoci]), and where, over any two parameters ([LoopMap]).
package analysis
