// Package analysis computes what theory says of a network and its feedback
// loop, densely and independently of how models simulates it: the Jacobian of
// the output, the linearised rest state, the closed loop's matrix and spectrum,
// and the angles between updates.
//
//	loop := analysis.Loop{Net: net, W: w, Controller: pi, TauV: 0.2}
//	eigenvalues, err := analysis.Eigenvalues(loop.Matrix(v))
//	if err == nil && analysis.SpectralAbscissa(eigenvalues) < 0 {
//		fmt.Println("stable at v")
//	}
package analysis
