// Package spectra computes what eigenvalues say of a linear system y' = M y, and
// what they do not: the spectrum, and for a matrix that is not normal also the
// numerical abscissa, pseudospectra, Kreiss constant and transient growth.
//
// It knows a matrix by its products: an [Operator], which may also know the
// products of its transpose ([Transposer]) and its resolvent ([Resolver]). A dense
// matrix is one ([Dense]), as is the Jacobian of any ode.System ([Linearize],
// [LinearizeFree]).
//
//	m := spectra.Linearize(sys, t, y)
//	s, err := spectra.Rightmost(m, 4, spectra.Krylov{}) // the 4 rightmost eigenvalues
//	omega, err := spectra.NumericalAbscissa(m)           // how fast |y| can grow at first
//	growth, err := spectra.MaxGrowth(m)                  // and how far in all
//
// Literature: Trefethen and Embree (2005), "Spectra and Pseudospectra".
package spectra
