package spectra

import (
	"math"
	"math/cmplx"
)

// Kreiss is the constant of M with respect to the left half plane,
//
//	K(M) = sup_{Re z > 0} Re z |(zI - M)^-1|
//
// which bounds transient growth from below, K <= sup_t |exp(Mt)| <= e n K: Kreiss's
// matrix theorem, Trefethen and Embree (2005), section 18.
type Kreiss struct {
	Constant float64    // at least 1; +Inf where an eigenvalue has a real part >= 0
	At       complex128 // where it is reached, Im >= 0; infinite where K is 1
}

// Kreiss returns the constant as the largest x/f(x), x > 0. As f increases and is at
// least x - omega, x/f exceeds k only between k f(0) and omega k/(k - 1): that interval
// is sampled, and the best sample improved to a zero of 1 - x f'/f, the derivative of
// log(x/f) by log x.
func (h *HalfPlane) Kreiss() (Kreiss, error) {
	if h.Abscissa >= 0 {
		return Kreiss{math.Inf(1), complex(h.Abscissa, 0)}, nil
	}
	if h.Omega <= 0 {
		return Kreiss{1, cmplx.Inf()}, nil
	}
	lines, err := h.scan()
	if err != nil {
		return Kreiss{}, err
	}
	best, err := h.summit(lines)
	if err != nil {
		return Kreiss{}, err
	}
	if best.ratio() <= 1 {
		return Kreiss{1, cmplx.Inf()}, nil
	}
	return Kreiss{best.ratio(), best.at}, nil
}

// ratio is x/f(x).
func (l lowest) ratio() float64 { return l.x() / l.sigma }

// steepness is d log(x/f) / d log x.
func (l lowest) steepness() float64 { return 1 - l.x()*l.logSlope() }

// scan samples the lines on which x/f can be largest, at a constant ratio.
func (h *HalfPlane) scan() ([]lowest, error) {
	line, err := h.lowest(0)
	if err != nil {
		return nil, err
	}
	var lines []lowest
	highest := 1 + 1e-3 // where K is less, it is as good as 1
	for x := line.sigma; x <= h.Omega*highest/(highest-1); x *= math.Sqrt2 {
		if line, err = h.lowest(x); err != nil {
			return nil, err
		}
		lines, highest = append(lines, line), max(highest, line.ratio())
	}
	return lines, nil
}

// summit returns the largest ratio next to the largest of the lines.
func (h *HalfPlane) summit(lines []lowest) (lowest, error) {
	top := 0
	for i, l := range lines {
		if l.ratio() > lines[top].ratio() {
			top = i
		}
	}
	best := lines[top]
	other := top + 1
	if best.steepness() < 0 {
		other = top - 1
	}
	if other < 0 || other == len(lines) || lines[other].steepness()*best.steepness() >= 0 {
		return best, nil
	}
	climb := func(logX float64) (float64, error) {
		line, err := h.near(math.Exp(logX), imag(best.at))
		if err == nil && line.ratio() > best.ratio() {
			best = line
		}
		return line.steepness(), err
	}
	a, b := best, lines[other]
	err := illinois(climb, math.Log(a.x()), a.steepness(), math.Log(b.x()), b.steepness(), 1e-4, 1e-4)
	return best, err
}
