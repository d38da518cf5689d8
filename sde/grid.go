package sde

import (
	"fmt"
	"math"

	"credo/internal/stream"
)

// The last word of a counter keeps paths of one name apart, and a grid's areas from its increments.
const (
	gridCounter = iota
	treeCounter
	gridAreaCounter
	areaTreeCounter
)

// Grid is a Brownian path on the nodes t0 + k h, k = 0, 1, 2, ..., for fixed
// steps: the increment over cell k is
//
//	sqrt(h) Z_k,   Z_k standard normals, a pure function of (key, k).
//
// and its integral over time, [SpaceTime],
//
//	h sqrt(h) (Z_k/2 + Z'_k/sqrt(12)),   Z'_k more of them
//
// because what W does in a cell beside going straight has an integral that is
// independent of the increment, with the variance h^3/12 (Foster, Lyons and
// Oberhauser (2020), definition 3.5). An interval of several cells has the sum of
// theirs, so the same path can be sampled with multiples of h; other intervals panic.
type Grid struct {
	key        [2]uint64
	t0, h      float64
	scale      float64   // sqrt(h)
	cell, area []float64 // scratch of length dim
}

// NewGrid returns path number index of the stream (seed, purpose), of dimension
// dim, on the nodes t0 + k h. It panics if dim is less than 1; the error is an [*OptionError].
func NewGrid(seed uint64, purpose string, index uint64, dim int, t0, h float64) (*Grid, error) {
	if dim < 1 {
		panic("sde: the dimension of a path is less than 1")
	}
	if !finite(t0) {
		return nil, &OptionError{"t0", t0, "a finite time"}
	}
	if !(h > 0) || !finite(h) {
		return nil, &OptionError{"h", h, "a finite step > 0"}
	}
	return &Grid{
		key: stream.Key(seed, purpose, index),
		t0:  t0, h: h, scale: math.Sqrt(h),
		cell: make([]float64, dim), area: make([]float64, dim),
	}, nil
}

// Increment writes W(t1) - W(t0) to dw. It panics if dw is not of the path's
// dimension or if t0 and t1 > t0 are not on the grid, to a millionth of a cell.
func (g *Grid) Increment(dw []float64, t0, t1 float64) {
	from, to := g.cells(dw, t0, t1)
	stream.Normals(dw, g.key, [3]uint64{from, gridCounter})
	for k := from + 1; k < to; k++ {
		stream.Normals(g.cell, g.key, [3]uint64{k, gridCounter})
		for i, z := range g.cell {
			dw[i] += z
		}
	}
	for i := range dw {
		dw[i] *= g.scale
	}
}

// Increments implements [SpaceTime] on the intervals of Increment. It panics as
// that does, and if dz is not as long as dw.
func (g *Grid) Increments(dw, dz []float64, t0, t1 float64) {
	from, to := g.cells(dw, t0, t1)
	if len(dz) != len(dw) {
		panic(fmt.Sprintf("sde: dz has length %d, dw %d", len(dz), len(dw)))
	}
	clear(dw)
	clear(dz)
	for k := from; k < to; k++ {
		stream.Normals(g.cell, g.key, [3]uint64{k, gridCounter})
		stream.Normals(g.area, g.key, [3]uint64{k, gridAreaCounter})
		for i, z := range g.cell {
			dz[i] += dw[i] + z/2 + g.area[i]*spread
			dw[i] += z
		}
	}
	for i := range dw {
		dw[i] *= g.scale
		dz[i] *= g.scale * g.h
	}
}

// spread is the standard deviation of H over a unit of time.
const spread = 0.28867513459481288225457439025098 // 1/sqrt(12)

// cells are those from t0 to t1: their first, and the one behind the last.
func (g *Grid) cells(dw []float64, t0, t1 float64) (from, to uint64) {
	if len(dw) != len(g.cell) {
		panic(fmt.Sprintf("sde: dw has length %d, the path dimension %d", len(dw), len(g.cell)))
	}
	from, ok0 := g.node(t0)
	to, ok1 := g.node(t1)
	if !ok0 || !ok1 || to <= from {
		panic(fmt.Sprintf("sde: [%g, %g] is no interval of the grid %g + k %g", t0, t1, g.t0, g.h))
	}
	return from, to
}

// Check implements [Checker]: steps and their ends must be on the grid.
func (g *Grid) Check(t0, t1, h float64) error {
	if _, ok := g.node(t0); !ok {
		return &OptionError{"t0", t0, fmt.Sprintf("a node of the path's grid %g + k %g", g.t0, g.h)}
	}
	if !multiple(h, g.h) {
		return &OptionError{"h", h, fmt.Sprintf("a multiple of the path's %g", g.h)}
	}
	if !multiple(t1-t0, h) {
		return &OptionError{"h", h, fmt.Sprintf("a divisor of the span %g", t1-t0)}
	}
	return nil
}

// node is the k of t = t0 + k h, if there is one.
func (g *Grid) node(t float64) (k uint64, ok bool) {
	x := (t - g.t0) / g.h
	nearest := math.RoundToEven(x)
	return uint64(nearest), nearest >= 0 && math.Abs(x-nearest) <= rounding
}

// multiple tells whether length is a positive multiple of unit, to a millionth of it.
func multiple(length, unit float64) bool {
	x := length / unit
	nearest := math.RoundToEven(x)
	return nearest >= 1 && math.Abs(x-nearest) <= rounding
}
