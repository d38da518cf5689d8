package sde

import (
	"fmt"
	"math"
)

// span is the time of a tree: [t0, t1], halved depth times.
type span struct {
	dim    int
	t0, t1 float64
	depth  int // the leaves are (t1 - t0)/2^depth long
}

// maxDepth keeps the numbers of leaves exact in a float64.
const maxDepth = 50

// newSpan checks the arguments of a tree.
func newSpan(dim int, t0, t1, resolution float64) (span, error) {
	if dim < 1 {
		panic("sde: the dimension of a path is less than 1")
	}
	if !finite(t0) {
		return span{}, &OptionError{"t0", t0, "a finite time"}
	}
	if !finite(t1-t0) || t1 <= t0 {
		return span{}, &OptionError{"t1", t1, "a finite time after t0"}
	}
	least := math.Ldexp(t1-t0, -maxDepth)
	if !(resolution >= least) {
		return span{}, &OptionError{"resolution", resolution, fmt.Sprintf("a time of at least %.3g", least)}
	}
	return span{dim: dim, t0: t0, t1: t1, depth: int(max(0, math.Ceil(math.Log2((t1-t0)/resolution))))}, nil
}

// Check implements [Checker]: steps must lie within the tree's span, and must not
// be shorter than its leaves.
func (s span) Check(t0, t1, h float64) error {
	if t0 < s.t0 || t1 > s.t1 {
		return &OptionError{"span", fmt.Sprintf("[%g, %g]", t0, t1), fmt.Sprintf("one within the path's [%g, %g]", s.t0, s.t1)}
	}
	if leaf := math.Ldexp(s.t1-s.t0, -s.depth); h < leaf*(1-rounding) {
		return &OptionError{"h", h, fmt.Sprintf("a step no shorter than %g, what the path resolves", leaf)}
	}
	return nil
}

// check panics at a query that no correct program makes.
func (s span) check(dw []float64, t0, t1 float64) {
	if len(dw) != s.dim {
		panic(fmt.Sprintf("sde: dw has length %d, the path dimension %d", len(dw), s.dim))
	}
	if !(s.t0 <= t0 && t0 <= s.t1 && s.t0 <= t1 && t1 <= s.t1) {
		panic(fmt.Sprintf("sde: [%g, %g] is outside the path's span [%g, %g]", t0, t1, s.t0, s.t1))
	}
}

// leaf is the number of the leaf that t lies in, and how far in it is, from 0 to 1.
func (s span) leaf(t float64) (leaf uint64, theta float64) {
	leaves := math.Ldexp(1, s.depth)
	position := (t - s.t0) / (s.t1 - s.t0) * leaves
	whole := min(math.Floor(position), leaves-1)
	return uint64(whole), position - whole
}
