package spectra

// PseudoAbscissa is alpha_epsilon(M), the largest real part in the
// epsilon-pseudospectrum {z: sigma_min(zI - M) <= epsilon}: how far the rightmost
// eigenvalue moves under the worst perturbation of norm epsilon.
type PseudoAbscissa struct {
	Epsilon, Value float64
	At             complex128 // where it is reached, Im >= 0
}
