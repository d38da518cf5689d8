// Package controllers provides feedback controllers as linear filters.
//
// A [Controller] is four matrices (A, B, C, D) per channel: it turns the output
// error e = r* - r_L into the control signal u,
//
//	x' = A x + B e,   u = C x + D e.
//
// [P], [I], [PI] and [PID] construct the usual ones. Right-hand side, gain at
// rest, transfer function and rest state all follow from the matrices, so that
// nothing else needs to know which controller it has. Times are the user's unit.
//
//	pi, err := controllers.PI(2, 0.1, 1, controllers.LeakIntegral) // k_p, alpha, tau_u
//	pi.Deriv(dx, x, e)  // the states of all channels at once
//	pi.Signal(u, x, e)
package controllers
