package sdetest

// Given is the path of one step whose noise is given: an [sde.SpaceTime].
type Given struct{ DW, DZ []float64 }

// Increment writes DW to dw.
func (g *Given) Increment(dw []float64, _, _ float64) { copy(dw, g.DW) }

// Increments writes DW to dw and DZ to dz.
func (g *Given) Increments(dw, dz []float64, _, _ float64) {
	copy(dw, g.DW)
	copy(dz, g.DZ)
}
