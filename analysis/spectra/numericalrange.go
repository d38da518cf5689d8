package spectra

import "math"

// NumericalAbscissa returns omega(M) = lambda_max((M + M^T)/2), the largest real part
// in the numerical range: d|exp(Mt)|/dt at t = 0, and |exp(Mt)| <= exp(omega t). Where
// it is positive some y grow at first, however far left the eigenvalues are. It is
// found by Lanczos's method with full reorthogonalisation, which Krylov-Schur is of a
// symmetric matrix.
func NumericalAbscissa(op Transposer) (float64, error) {
	s, err := Rightmost(newSymmetric(op), 1, Krylov{})
	if err != nil {
		return math.NaN(), err
	}
	return s.Abscissa(), nil
}

// numericalHeight returns the largest imaginary part in the numerical range,
// |(M - M^T)/2|, to a relative 1e-3 or so.
func numericalHeight(op Transposer) (float64, error) {
	s, err := Rightmost(skewSquare{newSymmetric(op), make([]float64, op.Dim())}, 1, Krylov{Tol: 1e-3})
	if err != nil {
		return math.NaN(), err
	}
	return math.Sqrt(max(s.Abscissa(), 0)), nil
}

// symmetric is H = (M + M^T)/2.
type symmetric struct {
	Transposer
	memory []float64
}

func newSymmetric(op Transposer) symmetric { return symmetric{op, make([]float64, op.Dim())} }

func (h symmetric) Apply(y, x []float64) { h.mean(y, x, 1) }

// mean sets y = (M + sign M^T) x / 2.
func (h symmetric) mean(y, x []float64, sign float64) {
	h.Transposer.Apply(y, x)
	h.ApplyTransposed(h.memory, x)
	for k, t := range h.memory {
		y[k] = (y[k] + sign*t) / 2
	}
}

// skewSquare is -K^2 with K = (M - M^T)/2, which is positive semidefinite.
type skewSquare struct {
	symmetric
	half []float64
}

func (q skewSquare) Apply(y, x []float64) {
	q.mean(q.half, x, -1)
	for k := range q.half {
		q.half[k] = -q.half[k]
	}
	q.mean(y, q.half, -1)
}
