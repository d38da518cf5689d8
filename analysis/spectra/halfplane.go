package spectra

import "math"

// Full is an [Operator] that knows both its transpose and its resolvent.
type Full interface {
	Transposer
	Resolver
}

// HalfPlane is an operator seen from the right of its spectrum, where the resolvent tells
// of perturbations ([HalfPlane.PseudoAbscissa]) and of growth ([HalfPlane.Kreiss], and
// [HalfPlane.MaxGrowth] itself). The first two rest on
//
//	f(x) = min_y sigma_min((x + iy)I - M)
//
// for x right of the spectral abscissa alpha. There f increases from f(alpha) = 0, and
// log f is concave, by the three lines theorem for |(zI - M)^-1|. The minimum is
// searched for globally (vertical.go).
type HalfPlane struct {
	op       Full
	probe    *probe
	Abscissa float64 // spectral
	Omega    float64 // numerical abscissa
	height   float64 // of the numerical range
}

// NewHalfPlane returns op seen from the right of its spectral abscissa, which the caller
// knows.
func NewHalfPlane(op Full, abscissa float64) (*HalfPlane, error) {
	h := &HalfPlane{op: op, probe: newProbe(op), Abscissa: abscissa}
	var err error
	if h.Omega, err = NumericalAbscissa(op); err != nil {
		return nil, err
	}
	h.height, err = numericalHeight(op)
	return h, err
}

// Solutions is how many singular values were computed so far.
func (h *HalfPlane) Solutions() int { return h.probe.count }

// lowest is where on a vertical line sigma_min is smallest: f(x) and f'(x).
type lowest struct {
	at    complex128
	sigma float64
	slope float64 // dsigma/dx there, which is f'(x)
}

func (l lowest) x() float64 { return real(l.at) }

// logSlope is d log f / dx.
func (l lowest) logSlope() float64 { return l.slope / l.sigma }

// newton returns the zero of the tangent to log f - log epsilon.
func (l lowest) newton(epsilon float64) float64 {
	return l.x() - math.Log(l.sigma/epsilon)/l.logSlope()
}
