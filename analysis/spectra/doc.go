// Package spectra computes what eigenvalues say of a linear system y' = M y, and
// what they do not: the spectrum, and for a matrix that is not normal also the
// numerical abscissa, pseudospectra, Kreiss constant and transient growth.
//
// It knows a matrix by its products: an [Operator], which may also know the
// products of its transpose ([Transposer]) and its resolvent ([Resolver]). A dense
// matrix is one ([FromDense]), as is the Jacobian of any ode.System ([Linearize],
// [LinearizeFree]).
//
//	m := spectra.Linearize(sys, t, y)
//	s, err := spectra.Rightmost(m, 4, spectra.Krylov{}) // the 4 rightmost eigenvalues
//	h, err := spectra.NewHalfPlane(m, s.Abscissa())     // h.Omega: how fast |y| can grow at first
//	g, err := h.MaxGrowth()                             // and how far in all
//	k, err := h.Kreiss()                                // a lower bound of that
//	p, err := h.PseudoAbscissa(0.1)                     // where M + E can be, |E| = 0.1
//
// Literature: Trefethen and Embree (2005), "Spectra and Pseudospectra".
package spectra
