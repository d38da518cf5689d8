package spectra

import "math"

// PseudoAbscissa is alpha_epsilon(M), the largest real part in the
// epsilon-pseudospectrum {z: sigma_min(zI - M) <= epsilon}: how far right the worst
// perturbation of norm epsilon moves an eigenvalue.
type PseudoAbscissa struct {
	Epsilon, Value float64
	At             complex128 // where it is reached, Im >= 0
}

// PseudoAbscissa solves f(x) = epsilon by Newton's method on log f, which is concave:
// from x = alpha + epsilon, which the pseudospectrum contains, it rises to the solution
// without overshoot. It follows one minimum of sigma_min along y and looks for a lower
// one when it has converged: the criss-cross of Burke, Lewis and Overton (2003), IMA J.
// Numer. Anal. 23, with Lipschitz's constant in place of Hamiltonian eigenvalues. The
// value is right to 1e-6 or so of epsilon.
func (h *HalfPlane) PseudoAbscissa(epsilon float64) (PseudoAbscissa, error) {
	if !(epsilon > 0) {
		panic("spectra: the epsilon of a pseudospectrum is not positive")
	}
	at, err := h.lowest(h.Abscissa + epsilon)
	for range 50 {
		if err != nil {
			return PseudoAbscissa{}, err
		}
		x := at.newton(epsilon)
		if math.Abs(x-at.x()) > 1e-7*epsilon {
			at, err = h.near(x, imag(at.at))
			continue
		}
		global, err := h.lowest(x)
		if err != nil {
			return PseudoAbscissa{}, err
		}
		if global.sigma > at.sigma*(1-1e-6) {
			return PseudoAbscissa{epsilon, x, complex(x, imag(at.at))}, nil
		}
		at = global
	}
	return PseudoAbscissa{}, &ConvergenceError{0, 1, h.Solutions(), math.Abs(math.Log(at.sigma / epsilon))}
}
