package ode

import (
	"math"
	"slices"
	"sort"
)

// RowsObserver sees the rows that have just accepted a step. An error stops the integration of all rows; they end with Reason Stopped
// at their last accepted states.
type RowsObserver func(s *Step) error

// Observer sees a state y of a single system. It must neither keep nor change y.
type Observer func(t float64, y []float64) error

// RowObserver sees a state y of system id. It must neither keep nor change y.
type RowObserver func(id int, t float64, y []float64) error

// EachStep calls obs at the start and after every accepted step of a single system. A span of length 0 has no step and no call.
func EachStep(obs Observer) RowsObserver {
	return func(s *Step) error {
		if s.N[0] == 1 {
			if err := obs(s.T0[0], s.Y0); err != nil {
				return err
			}
		}
		return obs(s.T1[0], s.Y1)
	}
}

// AtTimes calls obs at those of the given times that lie in the span, its ends included, in the order in which a single system passes
// them. States between steps are interpolated: the times do not change the steps. The order of times is of no importance,
// and a time given twice is seen twice.
func AtTimes(times []float64, obs Observer) RowsObserver {
	return RowsAtTimes(times, func(_ int, t float64, y []float64) error { return obs(t, y) })
}

// RowsAtTimes is [AtTimes] for every row. Each row passes the times in their order, but one row may be ahead of another.
func RowsAtTimes(times []float64, obs RowObserver) RowsObserver {
	ascending := slices.Sorted(slices.Values(times))
	return func(s *Step) error {
		for k := range s.ID {
			if err := s.visit(k, ascending, obs); err != nil {
				return err
			}
		}
		return nil
	}
}

// visit calls obs at the times that row k passes in this step: after T0, or from T0 on in its first step, up to T1.
func (s *Step) visit(k int, ascending []float64, obs RowObserver) error {
	from, to := s.T0[k], s.T1[k]
	if s.N[k] > 1 {
		from = math.Nextafter(from, to)
	}
	lo := sort.SearchFloat64s(ascending, min(from, to))
	hi := lo + sort.SearchFloat64s(ascending[lo:], math.Nextafter(max(from, to), math.Inf(1)))
	for i := range hi - lo {
		t := ascending[lo+i]
		if to < from {
			t = ascending[hi-1-i]
		}
		theta := (t - s.T0[k]) / (to - s.T0[k])
		s.InterpolateRow(s.scratch, k, theta)
		if err := obs(s.ID[k], t, s.scratch); err != nil {
			return err
		}
	}
	return nil
}
