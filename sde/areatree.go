package sde

import (
	"fmt"
	"math"

	"credo/internal/stream"
)

// AreaTree is a Brownian path on [t0, t1] that has all intervals and their
// integrals over time: the [Tree] whose nodes hold an interval's increment W and
// its space-time Lévy area
//
//	H = I_(1,0)/h - W/2,   normal, independent of W, with the variance h/12
//
// The halves of an interval are drawn given both (Foster (2020), "Numerical
// approximations for stochastic differential equations", theorem 6.1.4):
//
//	W_l = W/2 + 3/2 H + Z     H_l = H/4 - Z/2 + N/2
//	W_r = W/2 - 3/2 H - Z     H_r = H/4 - Z/2 - N/2
//
// Z and N normal with the variances h/16 and h/12, a pure function of (key, n),
// where n numbers the interval as in a Tree. Within a leaf W is the parabola that
// has the leaf's W and H, so that Chen's relation holds for all intervals. It is
// not the path of the Tree of the same name, which draws half as many numbers.
type AreaTree struct {
	span
	key    [2]uint64
	w, h   []float64 // of the whole
	number []uint64  // number[l] is the interval of level l whose halves are known, 0 for none
	halves []float64 // depth x 4 dim: W_l, W_r, H_l, H_r of interval number[l]

	// scratch
	atW, atH   []float64 // of an interval on the way down
	w0, a0, a1 []float64 // W and its integral from the tree's t0, at the ends of a query
	normal     []float64 // 2 dim
}

// NewAreaTree returns path number index of the stream (seed, purpose), of dimension
// dim, on [t0, t1]. It panics if dim is less than 1; the error is an [*OptionError].
func NewAreaTree(seed uint64, purpose string, index uint64, dim int, t0, t1, resolution float64) (*AreaTree, error) {
	of, err := newSpan(dim, t0, t1, resolution)
	if err != nil {
		return nil, err
	}
	vector := func() []float64 { return make([]float64, dim) }
	p := &AreaTree{
		span: of, key: stream.Key(seed, purpose, index),
		w: vector(), h: vector(), number: make([]uint64, of.depth), halves: make([]float64, of.depth*4*dim),
		atW: vector(), atH: vector(), w0: vector(), a0: vector(), a1: vector(), normal: make([]float64, 2*dim),
	}
	stream.Normals(p.normal, p.key, [3]uint64{0, areaTreeCounter})
	for i := range dim {
		p.w[i], p.h[i] = math.Sqrt(t1-t0)*p.normal[i], math.Sqrt(t1-t0)*spread*p.normal[dim+i]
	}
	return p, nil
}

// Increment writes W(t1) - W(t0) to dw. It panics if dw is not of the path's
// dimension or if a time is outside the tree's span.
func (p *AreaTree) Increment(dw []float64, t0, t1 float64) { p.Increments(dw, p.a1, t0, t1) }

// Increments implements [SpaceTime]. It panics as Increment does, and if dz is not
// as long as dw.
func (p *AreaTree) Increments(dw, dz []float64, t0, t1 float64) {
	p.check(dw, t0, t1)
	if len(dz) != len(dw) {
		panic(fmt.Sprintf("sde: dz has length %d, dw %d", len(dz), len(dw)))
	}
	p.at(p.w0, p.a0, t0)
	p.at(dw, dz, t1)
	for i, w := range p.w0 {
		dw[i] -= w
		dz[i] -= p.a0[i] + (t1-t0)*w
	}
}

// at writes W(t) to w and its integral up to t to area.
func (p *AreaTree) at(w, area []float64, t float64) {
	leaf, theta := p.leaf(t)
	clear(w)
	clear(area)
	copy(p.atW, p.w)
	copy(p.atH, p.h)
	interval, length := uint64(1), p.t1-p.t0
	for level := range p.depth {
		half := leaf >> (p.depth - 1 - level) & 1
		p.descend(level, interval, length, half, w, area)
		interval, length = 2*interval+half, length/2
	}
	for i, wi := range p.atW {
		bow := theta * theta * (3 - 2*theta) * p.atH[i]
		area[i] += length * (theta*w[i] + theta*theta/2*wi + bow)
		w[i] += theta*wi + 6*theta*(1-theta)*p.atH[i]
	}
}

// descend goes from an interval to its left (0) or right (1) half; on the way to
// the right one, W and its integral come along.
func (p *AreaTree) descend(level int, interval uint64, length float64, half uint64, w, area []float64) {
	dim := p.dim
	halves := p.halvesOf(level, interval, length)
	left, right, areaLeft, areaRight := halves[:dim], halves[dim:2*dim], halves[2*dim:3*dim], halves[3*dim:]
	if half == 0 {
		copy(p.atW, left)
		copy(p.atH, areaLeft)
		return
	}
	for i, wl := range left {
		area[i] += length / 2 * (w[i] + wl/2 + areaLeft[i])
		w[i] += wl
	}
	copy(p.atW, right)
	copy(p.atH, areaRight)
}

// halvesOf draws the halves of an interval that has the W and H at hand.
func (p *AreaTree) halvesOf(level int, interval uint64, length float64) []float64 {
	dim := p.dim
	halves := p.halves[level*4*dim : (level+1)*4*dim]
	if p.number[level] == interval {
		return halves
	}
	stream.Normals(p.normal, p.key, [3]uint64{interval, areaTreeCounter})
	root := math.Sqrt(length)
	for i := range dim {
		z, n := root/4*p.normal[i], root*spread*p.normal[dim+i]
		w, h := p.atW[i]/2, p.atH[i]
		halves[i], halves[dim+i] = w+1.5*h+z, w-1.5*h-z
		halves[2*dim+i], halves[3*dim+i] = h/4-z/2+n/2, h/4-z/2-n/2
	}
	p.number[level] = interval
	return halves
}
