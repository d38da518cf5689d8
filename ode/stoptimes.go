package ode

import (
	"math"
	"slices"
	"sort"
)

// stops are the times within the span at which steps end.
type stops struct {
	ascending []float64
	lo, hi    int // those strictly inside the span
	t1        float64
	backwards bool
}

func newStops(times []float64) stops {
	return stops{ascending: slices.Compact(slices.Sorted(slices.Values(times)))}
}

// begin sets the span.
func (s *stops) begin(t0, t1 float64) {
	s.t1, s.backwards = t1, t1 < t0
	s.lo = sort.SearchFloat64s(s.ascending, math.Nextafter(min(t0, t1), math.Inf(1)))
	s.hi = max(s.lo, sort.SearchFloat64s(s.ascending, max(t0, t1)))
}

// goal is the time at which the step after i stops ends at the latest; last if the span does.
func (s *stops) goal(i int) (t float64, last bool) {
	switch n := s.hi - s.lo; {
	case i >= n:
		return s.t1, true
	case s.backwards:
		return s.ascending[s.hi-1-i], false
	}
	return s.ascending[s.lo+i], false
}

func (s *stops) has(t float64) bool {
	_, found := slices.BinarySearch(s.ascending, t)
	return found
}

// before is where a step from t to goal is evaluated that ends there: at a stop, one unit in the last place earlier.
func (s *stops) before(goal, t float64) float64 {
	if earlier := math.Nextafter(goal, t); s.has(goal) && earlier != t {
		return earlier
	}
	return goal
}

// after is where a step from t is evaluated that begins there: at a stop, one unit in the last place later.
func (s *stops) after(t float64) float64 {
	if s.has(t) {
		return math.Nextafter(t, s.t1)
	}
	return t
}

// renew lets those of the first m rows that ended their step at a stop or a restart begin anew: with the derivative behind it and without
// a memory of the steps before.
func (in *Integrator) renew(m int) {
	b := in.b
	n := in.front(m, isFresh)
	for k := range n {
		if y := b.row(b.y, k); !finite(y) {
			in.fail(k, NonFinite, firstFlaw("state", y))
		}
		in.after[k] = in.stops.after(b.t[k])
	}
	in.derive(b.f, in.after, b.y, n)
	for k := range n {
		r, t, f := &in.rows[k], b.t[k], b.row(b.f, k)
		r.fresh, r.control, r.origin, r.since = false, history{}, t, b.accepted[k]
		for goal, last := in.stops.goal(r.goal); !last && goal == t; goal, last = in.stops.goal(r.goal) {
			r.goal++
		}
		if in.events != nil {
			in.events.begin(b.id[k], t, b.row(b.y, k))
		}
		switch {
		case r.done:
		case !finite(f):
			in.fail(k, NonFinite, firstFlaw("derivative", f))
		case t == in.t1:
			in.finish(k, ReachedEnd)
		}
	}
}

func isFresh(r *row) bool { return r.fresh && !r.done }
