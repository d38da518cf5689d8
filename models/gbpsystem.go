package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// GBPSystem is [GBP] in continuous time: two relaxing passes, with the noise held
// during a presentation,
//
//	tau_v dv_i/dt = -v_i + G_i(phi(v_{i-1})) + eps_i * D_i(phi(v_{i-1}))     i = 1..L
//	tau_b dd_i/dt = -d_i + phi_i'(v_i) * (mu_{i+1}^T d_{i+1} / sqrt(n_i)
//	                + r_i * (s_{i+1}^T (d_{i+1} * eps_{i+1}/D_{i+1})) / n_i)  i = 1..L-1
//	d_L = -dC/dv_L at v_L
//
// With frozen weights it is a cascade, as [PathwaySystem] is: all eigenvalues are
// -1/tau_v and -1/tau_b, and the one rest state is the discrete rule.
//
// At level coupled, where D_i may come to 0 as the weights move, D_i^2 has the
// absolute tolerance of a step added to it: a variance that the state does not
// resolve. Without it the flow of pi and Xi is singular there, +-1/D, and where it
// points to D = 0 from D > 0 and away from D = 0 itself, at which e is 0, no step is
// small enough. With it such parameters are held at their bounds, as the limit of
// projected Euler steps holds them; where the singular push is outward they leave,
// as they do from any D > 0.
//
// A sample's state is v_1..v_L, d_1..d_{L-1}. It starts at the noisy pass forward,
// without errors.
type GBPSystem struct {
	field      *meanField // of the states at hand
	start      *GBP       // of the feedforward state
	tauV, tauB float64
	rtol, atol float64

	layout  *Layout
	voltAt  []int
	errorAt []int

	w, sum  *Weights // sum: A and V of what Slow has seen
	batch   *Batch
	unit    []float64 // by sample: max |d_L| at the feedforward state
	drive   []float64 // scratch of the widest layer's tile
	scratch []float64
}

// NewGBPSystem returns the system of net. s gives TauV, TauB, the tolerances of
// Solver and the Seed of the noise.
func NewGBPSystem(net *Network, s Settings) *GBPSystem {
	p := &GBPSystem{
		field: newMeanField(net, s.Seed, quenchedNoise), start: NewGBP(net, s),
		tauV: s.TauV, tauB: s.TauB, rtol: s.Solver.RelTol, atol: s.Solver.AbsTol,
		layout: &Layout{}, sum: NewWeights(net), unit: make([]float64, TileRows),
		drive: make([]float64, TileRows*widest(net)), scratch: make([]float64, largestLayer(net)),
	}
	p.field.before[0] = newTile(net.Inputs())
	p.field.noise = p.start.noise
	if s.Level == "coupled" {
		p.field.floor, p.start.floor = s.Solver.AbsTol, s.Solver.AbsTol
	}
	for i, n := range net.Sizes[1:] {
		p.voltAt = append(p.voltAt, p.layout.add(fmt.Sprintf("v%d", i+1), n))
	}
	for i, n := range net.Sizes[1:net.Depth()] {
		p.errorAt = append(p.errorAt, p.layout.add(fmt.Sprintf("d%d", i+1), n))
	}
	return p
}

// Layout names a sample's state: v1..vL, d1..d(L-1).
func (p *GBPSystem) Layout() *Layout { return p.layout }

// Bind draws the noise of batch and computes its feedforward state with it. w is
// composed.
func (p *GBPSystem) Bind(w *Weights, batch *Batch) Outcome {
	p.Refresh(w)
	p.batch = batch
	outcome := p.start.Run(w, batch)
	p.start.outputError(batch, p.start.id)
	for b := range batch.N {
		p.unit[b] = largest(row(p.start.k[len(p.start.k)-1], b))
	}
	return outcome
}

// Refresh follows weights that moved since Bind, projected and composed.
func (p *GBPSystem) Refresh(w *Weights) { p.w, p.field.moments = w, w.moments }

// Rest sets the rows of x to the noisy feedforward state without errors.
func (p *GBPSystem) Rest(x []float64) {
	width := p.layout.Width()
	for b := range p.batch.N {
		state := x[b*width : (b+1)*width]
		clear(state)
		for i, z := range p.start.z {
			copy(state[p.voltAt[i]:], row(z, b))
		}
	}
}

// read takes rates and errors from the rows of x, those of samples id, and sets
// dx to the right sides of the voltages if it is not nil.
func (p *GBPSystem) read(dx, x []float64, id []int) {
	f, last := p.field, p.field.net.Depth()-1
	for k, b := range id {
		copy(row(f.before[0], k), row(p.batch.Input, b))
	}
	f.read(f.before[0], len(id))
	for i := range f.z {
		drive := f.z[i]
		drive.Data = p.drive
		f.drive(drive, i, id)
		if dx != nil {
			p.relax(dx, x, p.drive, p.voltAt[i], drive.Cols, p.tauV, len(id))
		}
		p.take(f.z[i].Data, x, p.voltAt[i], drive.Cols, len(id))
		f.rates(i, len(id))
	}
	f.outputError(p.batch, id)
	for i := last - 1; i >= 0; i-- {
		p.take(f.k[i].Data, x, p.errorAt[i], f.k[i].Cols, len(id))
		f.spreadErrors(i, len(id))
	}
}

// take copies a block of n numbers from every row of x to those of dst.
func (p *GBPSystem) take(dst, x []float64, from, n, rows int) {
	for k := range rows {
		copy(dst[k*n:(k+1)*n], x[k*p.layout.Width()+from:])
	}
}

// relax sets dx = (target - x)/tau for the block of n numbers that begins at from.
func (p *GBPSystem) relax(dx, x, target []float64, from, n int, tau float64, rows int) {
	for k := range rows {
		at := k*p.layout.Width() + from
		for j, goal := range target[k*n : (k+1)*n] {
			dx[at+j] = (goal - x[at+j]) / tau
		}
	}
}

// Fast sets dx to the right side of [GBPSystem].
func (p *GBPSystem) Fast(dx, _, x []float64, id []int) {
	p.read(dx, x, id)
	f := p.field
	for i := range p.errorAt {
		drive := f.k[i]
		drive.Data = p.drive
		f.carry(drive, i, len(id))
		p.relax(dx, x, p.drive, p.errorAt[i], drive.Cols, p.tauB, len(id))
	}
}

// Slow keeps what the update takes of the rows, weighted.
func (p *GBPSystem) Slow(_ *Weights, x, _ []float64, id []int, weight []float64) {
	p.read(nil, x, id)
	for i := range p.field.k {
		scaleRows(p.field.k[i], weight, len(id))
		scaleRows(p.field.ke[i], weight, len(id))
	}
	p.field.learn(p.sum, len(id))
}

// Flush adds the update of what Slow has kept to dst.
func (p *GBPSystem) Flush(dst *Weights) {
	finish(p.sum, p.w, p.scratch)
	for k, g := range p.sum.plastic {
		dst.plastic[k] += g
	}
	p.sum.Zero()
}

// Norm is that of [PathwaySystem].
func (p *GBPSystem) Norm(sample int, errs, x0, x1 []float64) float64 {
	errorsFrom := p.layout.Width()
	if len(p.errorAt) > 0 {
		errorsFrom = p.errorAt[0]
	}
	return pathwayNorm(errs, x0, x1, errorsFrom, p.unit[sample], p.atol, p.rtol)
}

// Width returns the length of what Derive calls name: v1.., d1.. and r1..
func (p *GBPSystem) Width(name string) int {
	if b, ok := p.layout.Block(name); ok {
		return b.Len
	}
	g, _ := p.start.Reveal(name)
	return g.Cols
}

// Derive gives the blocks v1.., d1.. and what follows from them: r1.. and d_L.
func (p *GBPSystem) Derive(dst []float64, name string, x []float64, sample int) {
	if p.layout.take(dst, name, x) {
		return
	}
	p.read(nil, x, []int{sample})
	f := p.field
	g, _ := revealLayer(name, map[byte][]blas64.General{'r': f.h, 'd': f.k})
	copy(dst, row(g, 0))
}
