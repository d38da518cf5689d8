package sde

import (
	"math"

	"credo/internal/stream"
)

// Tree is a Brownian path on [t0, t1] that has all intervals: Lévy's construction,
// with the middle of every dyadic interval [a, b] drawn given its ends,
//
//	W(t0) = 0,   W(t1) = sqrt(t1 - t0) Z_0
//	W((a+b)/2) = (W(a) + W(b))/2 + sqrt(b - a)/2 Z_n
//
// where Z_n, n the number of the interval (1 the whole, 2n and 2n + 1 the halves
// of n), are standard normals, a pure function of (key, n). The intervals are
// halved until they are no longer than the resolution; W is linear in these
// leaves. So intervals must be much longer than the leaves, or have their ends
// on them, to have the variance of a Brownian motion. A finer resolution refines the
// same path. (Jelinčič, Foster and Kidger (2024), "Single-seed generation of
// Brownian paths", improve the leaves; Gaines and Lyons (1997) is the original.)
//
// Queries near the last one are cheap, because the tree remembers the way down
// to it; that cannot change a value.
type Tree struct {
	span
	key    [2]uint64
	end    []float64 // W(t1)
	number []uint64  // number[l] is the interval of level l whose middle is known, 0 for none
	middle []float64 // depth x dim: W in the middle of interval number[l]
	a, b   []float64 // scratch: W at the ends of an interval
	w0     []float64 // scratch: W(t0) of a query
}

// NewTree returns path number index of the stream (seed, purpose), of dimension
// dim, on [t0, t1]. It panics if dim is less than 1; the error is an [*OptionError].
func NewTree(seed uint64, purpose string, index uint64, dim int, t0, t1, resolution float64) (*Tree, error) {
	of, err := newSpan(dim, t0, t1, resolution)
	if err != nil {
		return nil, err
	}
	p := &Tree{
		span: of, key: stream.Key(seed, purpose, index),
		end: make([]float64, dim), a: make([]float64, dim), b: make([]float64, dim), w0: make([]float64, dim),
		number: make([]uint64, of.depth), middle: make([]float64, of.depth*dim),
	}
	p.normals(p.end, 0)
	for i := range p.end {
		p.end[i] *= math.Sqrt(t1 - t0)
	}
	return p, nil
}

// Increment writes W(t1) - W(t0) to dw. It panics if dw is not of the path's
// dimension or if a time is outside the tree's span.
func (p *Tree) Increment(dw []float64, t0, t1 float64) {
	p.check(dw, t0, t1)
	p.at(p.w0, t0)
	p.at(dw, t1)
	for i, w := range p.w0 {
		dw[i] -= w
	}
}

// at writes W(t) to w.
func (p *Tree) at(w []float64, t float64) {
	leaf, theta := p.leaf(t)
	clear(p.a)
	copy(p.b, p.end)
	interval := uint64(1)
	for level := range p.depth {
		half := leaf >> (p.depth - 1 - level) & 1
		if middle := p.middleOf(level, interval); half == 0 {
			copy(p.b, middle)
		} else {
			copy(p.a, middle)
		}
		interval = 2*interval + half
	}
	for i := range w {
		w[i] = (1-theta)*p.a[i] + theta*p.b[i]
	}
}

// middleOf is W in the middle of an interval of the given level, on whose ends W is a and b.
func (p *Tree) middleOf(level int, interval uint64) []float64 {
	dim := len(p.end)
	middle := p.middle[level*dim : (level+1)*dim]
	if p.number[level] == interval {
		return middle
	}
	p.normals(middle, interval)
	deviation := math.Sqrt(math.Ldexp(p.t1-p.t0, -level)) / 2
	for i, z := range middle {
		middle[i] = (p.a[i]+p.b[i])/2 + deviation*z
	}
	p.number[level] = interval
	return middle
}

// normals fills z with Z_n.
func (p *Tree) normals(z []float64, n uint64) {
	stream.Normals(z, p.key, [3]uint64{n, treeCounter})
}
