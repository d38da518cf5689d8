package ode

import "math"

// growth watches the largest component of a row pass bounds, each 1e5 times the one before and the first as much above 1, its start and
// AbsTol/RelTol. A row diverges that takes at most twice as long for the second of two such factors as for the first: growth by an
// exponential or faster, not by a power of time below 16. What saturates below 1e10, or rests there, does not.
type growth struct {
	bound, since, took float64
	marked             bool
}

const growthFactor = 1e5

func (r RestTest) growthFrom(t float64, y []float64) growth {
	size := max(1, largest(y))
	if r.RelTol > 0 {
		size = max(size, r.AbsTol/r.RelTol)
	}
	return growth{bound: growthFactor * size, since: t}
}

// diverges takes the state at the end of a step.
func (g *growth) diverges(t float64, y []float64) bool {
	size := largest(y)
	if size < g.bound {
		return false
	}
	took := math.Abs(t - g.since)
	fast := g.marked && took <= 2*g.took
	g.bound, g.since, g.took, g.marked = size*growthFactor, t, took, true
	return fast
}

func largest(y []float64) float64 {
	size := 0.0
	for _, v := range y {
		size = max(size, math.Abs(v))
	}
	return size
}
