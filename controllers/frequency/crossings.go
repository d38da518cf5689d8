package frequency

import (
	"math"
	"math/cmplx"
)

// crossing is where a locus meets a curve: lambda at i omega.
type crossing struct {
	omega  float64
	lambda complex128
}

// Curves that loci cross, as functions that change sign there.
func unitCircle(lambda complex128) float64 { return math.Log(cmplx.Abs(lambda)) }
func realAxis(lambda complex128) float64   { return imag(lambda) }

// crossings returns where loci cross the curve on the positive imaginary axis, and at
// 0 where they are on it there. It may add points to the walk.
func (w *walk) crossings(curve func(complex128) float64) ([]crossing, error) {
	if err := w.findGrazes(curve); err != nil {
		return nil, err
	}
	var found []crossing
	for k := w.around; k+1 < len(w.points); k++ {
		from, to := w.points[k], w.points[k+1]
		for j, z := range from.loci {
			f := curve(z)
			switch {
			case f == 0:
				found = append(found, crossing{from.frequency(), z})
			case f*curve(to.loci[j]) < 0:
				c, err := w.locate(from, to, j, curve)
				if err != nil {
					return nil, err
				}
				found = append(found, c)
			}
		}
	}
	return found, nil
}

// locus returns the eigenvalue of locus j at i omega between two points: of all, the
// one that the assignment to the line between them makes it.
func (w *walk) locus(from, to point, j int, omega float64) (complex128, error) {
	lambda, err := w.lociBetween(from, to, omega)
	if err != nil {
		return 0, err
	}
	return lambda[j], nil
}

func (w *walk) lociBetween(from, to point, omega float64) ([]complex128, error) {
	p, err := w.look(complex(0, omega))
	if err != nil {
		return nil, err
	}
	share := complex((omega-from.frequency())/(to.frequency()-from.frequency()), 0)
	line := make([]complex128, len(p.loci))
	for k, z := range from.loci {
		line[k] = z + share*(to.loci[k]-z)
	}
	assign(p.loci, line)
	return p.loci, nil
}

// locate finds the crossing of locus j between two points to the rounding of the
// eigenvalues, by false position (Illinois).
func (w *walk) locate(from, to point, j int, curve func(complex128) float64) (crossing, error) {
	const rounded = 1e-14
	a, b := from.frequency(), to.frequency()
	fa, fb := curve(from.loci[j]), curve(to.loci[j])
	var c crossing
	for range 100 {
		c.omega = b - fb*(b-a)/(fb-fa)
		lambda, err := w.locus(from, to, j, c.omega)
		if err != nil {
			return c, err
		}
		c.lambda = lambda
		f := curve(lambda)
		if f*fb < 0 {
			a, fa = b, fb
		} else {
			fa /= 2
		}
		step := math.Abs(c.omega - b)
		b, fb = c.omega, f
		if f == 0 || step <= rounded*c.omega || math.Abs(b-a) <= rounded*c.omega {
			break
		}
	}
	return c, nil
}

// findGrazes adds the points at which loci come nearest to the curve between points,
// where they are then on its other side: they cross it twice there.
func (w *walk) findGrazes(curve func(complex128) float64) error {
	for k := w.around + 1; k+1 < len(w.points); k++ {
		for j := range w.points[k].loci {
			before, at, after := curve(w.points[k-1].loci[j]), curve(w.points[k].loci[j]), curve(w.points[k+1].loci[j])
			side := math.Copysign(1, at)
			near, far := side*at, side*min(side*before, side*after)
			if side*far < near || near > max(side*before, side*after)-near {
				continue // not the nearest, or so flat that no parabola gets across
			}
			inserted, err := w.insertGraze(k, j, side, curve)
			if err != nil {
				return err
			}
			if inserted {
				k++
				break
			}
		}
	}
	return nil
}

// insertGraze looks for the point nearest to the curve around point k.
func (w *walk) insertGraze(k, j int, side float64, curve func(complex128) float64) (bool, error) {
	around := w.points[k-1 : k+2]
	var failed error
	pick := func(omega float64) (from, to point) {
		if omega < around[1].frequency() {
			return around[0], around[1]
		}
		return around[1], around[2]
	}
	omega, value := maximize(around[0].frequency(), around[2].frequency(), func(omega float64) float64 {
		from, to := pick(omega)
		z, err := w.locus(from, to, j, omega)
		if err != nil {
			failed = err
			return math.Inf(-1)
		}
		return -side * curve(z)
	})
	if failed != nil || value <= 0 || omega == around[1].frequency() {
		return false, failed
	}
	p, err := w.look(complex(0, omega))
	if err != nil {
		return false, err
	}
	from, to := pick(omega)
	if p.loci, err = w.lociBetween(from, to, omega); err != nil {
		return false, err
	}
	at := k
	if omega > around[1].frequency() {
		at = k + 1
	}
	w.points = append(w.points[:at:at], append([]point{p}, w.points[at:]...)...)
	return true, nil
}
