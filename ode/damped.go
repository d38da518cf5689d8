package ode

import "math"

// damped steps a tableau with two estimates of the error. The fine one is of order h^(q+1) and the crude one of order h^(r+1), with norms
// |e| and |c|; the error of the step is, as in DOP853, Hairer, Norsett and Wanner (1993), II.10,
//
//	|e|^2 / sqrt(|e|^2 + 0.01 |c|^2)
//
// It falls as h^(2q-r+1) while steps are small, which for q = 5 and r = 3 suits a method of order 8, and is never above |e|.
type damped struct {
	*explicitStepper
	crude []float64 // dim
}

func (s *damped) measure(norm RowNorm, k int) float64 {
	b := s.batch
	fine := b.measure(norm, k, b.row(b.errs, k))
	if fine == 0 {
		return 0
	}
	lincomb(s.crude, s.zero, b.h[k], s.m.crude, s.k, k*b.dim)
	return fine * (fine / math.Hypot(fine, 0.1*b.measure(norm, k, s.crude)))
}
