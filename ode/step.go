package ode

// Step is what a [RowsObserver] sees: the rows that have just accepted a step, each its own. Matrices are len(ID) x Dim, row-major.
// All of it belongs to the integrator: it must not be changed and is valid during the call only.
type Step struct {
	ID             []int     // the systems
	N              []int     // number of the step of each row, from 1
	T0, T1         []float64 // start and end of the steps; T1 < T0 where time runs backwards
	Y0, Y1, F0, F1 []float64 // states at both ends and their exact derivatives f(t, y)

	steps    stepper
	stats    []Stats   // by id
	prepared []bool    // row k is ready to be interpolated
	scratch  []float64 // one row
}

// Interpolate writes the state of every row at T0 + theta (T1 - T0), 0 <= theta <= 1, to dst (len(ID) x Dim).
func (s *Step) Interpolate(dst []float64, theta float64) {
	if len(dst) != len(s.Y0) {
		panic("ode: the length of dst is not rows x dimension")
	}
	if theta != 0 && theta != 1 {
		s.prepare(0, len(s.ID))
	}
	dim := len(s.scratch)
	for k := range s.ID {
		s.InterpolateRow(dst[k*dim:(k+1)*dim], k, theta)
	}
}

// InterpolateRow writes the state of row k (system ID[k]) at T0[k] + theta (T1[k] - T0[k]), 0 <= theta <= 1, to dst (length Dim).
// It is exact at both ends and of order min(p, q+1) between them, with the Order p and the DenseOrder q of the method. The first call for
// a row may evaluate its right-hand side, if the method does not get so far with the stages of a step; Stats counts that.
func (s *Step) InterpolateRow(dst []float64, k int, theta float64) {
	dim := len(s.scratch)
	if len(dst) != dim {
		panic("ode: the length of dst is not the dimension")
	}
	switch theta {
	case 0:
		copy(dst, s.Y0[k*dim:])
	case 1:
		copy(dst, s.Y1[k*dim:])
	default:
		s.prepare(k, k+1)
		s.steps.interpolate(dst, k, theta)
	}
}

// prepare makes rows lo to hi-1 ready to be interpolated, as many together as can be.
func (s *Step) prepare(lo, hi int) {
	steps, needed := s.steps.(preparer)
	for lo < hi && needed {
		end := lo
		for end < hi && !s.prepared[end] {
			s.prepared[end] = true
			end++
		}
		if end > lo {
			evaluations := steps.prepare(lo, end)
			for _, id := range s.ID[lo:end] {
				s.stats[id].Evaluations += evaluations
			}
		}
		lo = end + 1
	}
}
