package ode

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// gmres solves A x = b by Saad and Schultz (1986), SIAM J. Sci. Stat. Comput. 7, with restarts, modified Gram-Schmidt and Givens
// rotations. All its memory is made once.
type gmres struct {
	basis    [][]float64 // m+1 orthonormal vectors
	h        [][]float64 // column j of the Hessenberg matrix, rotated to a triangle
	cos, sin []float64
	rest     []float64 // rotated right-hand side
	w        []float64
}

func newGMRES(n, m int) *gmres {
	s := &gmres{cos: make([]float64, m), sin: make([]float64, m), rest: make([]float64, m+1), w: make([]float64, n)}
	for range m + 1 {
		s.basis = append(s.basis, make([]float64, n))
		s.h = append(s.h, make([]float64, m+1))
	}
	return s
}

// solve sets x to an approximation of the solution with |b - A x| <= tolerance |b|, from x = 0, in at most so many cycles. It returns
// |b - A x|/|b|, which may be more.
func (s *gmres) solve(x, b []float64, apply func(dst, v []float64), tolerance float64, cycles int) (residual float64) {
	clear(x)
	size := floats.Norm(b, 2)
	if size == 0 {
		return 0
	}
	copy(s.w, b)
	for range cycles {
		s.cycle(x, apply, tolerance*size)
		apply(s.w, x)
		floats.SubTo(s.w, b, s.w)
		residual = floats.Norm(s.w, 2) / size
		if !(residual > tolerance) {
			break
		}
	}
	return residual
}

// cycle improves x, whose residual is w, by the best of the Krylov space of w.
func (s *gmres) cycle(x []float64, apply func(dst, v []float64), target float64) {
	beta := floats.Norm(s.w, 2)
	floats.ScaleTo(s.basis[0], 1/beta, s.w)
	s.rest[0] = beta
	m := 0
	for m < len(s.cos) && math.Abs(s.rest[m]) > target {
		apply(s.w, s.basis[m])
		closed := s.orthogonalize(m)
		s.rotate(m)
		m++
		if closed {
			break
		}
	}
	s.backSubstitute(m)
	for j := range m {
		floats.AddScaled(x, s.rest[j], s.basis[j])
	}
}

// orthogonalize makes basis vector j+1 of w and reports whether the space is closed: w lies in it.
func (s *gmres) orthogonalize(j int) (closed bool) {
	h, before := s.h[j], floats.Norm(s.w, 2)
	for i := range j + 1 {
		h[i] = floats.Dot(s.w, s.basis[i])
		floats.AddScaled(s.w, -h[i], s.basis[i])
	}
	h[j+1] = floats.Norm(s.w, 2)
	if h[j+1] <= 0x1p-50*before {
		return true
	}
	floats.ScaleTo(s.basis[j+1], 1/h[j+1], s.w)
	return false
}

// rotate makes column j triangular and the right-hand side with it.
func (s *gmres) rotate(j int) {
	h := s.h[j]
	for i := range j {
		h[i], h[i+1] = s.cos[i]*h[i]+s.sin[i]*h[i+1], s.cos[i]*h[i+1]-s.sin[i]*h[i]
	}
	r := math.Hypot(h[j], h[j+1])
	s.cos[j], s.sin[j] = h[j]/r, h[j+1]/r
	h[j], h[j+1] = r, 0
	s.rest[j], s.rest[j+1] = s.cos[j]*s.rest[j], -s.sin[j]*s.rest[j]
}

// backSubstitute solves the triangle of m columns in rest.
func (s *gmres) backSubstitute(m int) {
	for i := m - 1; i >= 0; i-- {
		for j := i + 1; j < m; j++ {
			s.rest[i] -= s.h[j][i] * s.rest[j]
		}
		s.rest[i] /= s.h[i][i]
	}
}
