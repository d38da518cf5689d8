package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// Wide is DFC at rest where the output is wide and linear: levels steady and
// linear without a matrix of n_L x n_L for each sample.
//
// With r_L = v_L the rest state gives u in closed form, by one matrix for all
// samples. In deviations z = r_{L-1} - r_{L-1}^- from the feedforward state
//
//	u = K (delta_L - W_L z),   K = (Q_L + I/g)^-1
//
// so that the unknown is z, of n_{L-1} numbers, and a sweep
//
//	v_i = W_i r_{i-1} + b_i + Q_i K delta_L - G_i z,   G_i = Q_i K W_L,   i < L
//	F(z) = phi(v_{L-1}) - r_{L-1}^-
//
// reads nothing of length n_L. The root of F(z) = z is found for all samples of
// the tile at once, by [anderson] on the preconditioned residual
//
//	f(z) = (I - F_0')^-1 (F(z) - z)
//
// where F_0' is the Jacobian at the state that the biases alone make, r_0 = 0:
// it depends on the weights and on no sample, so that a sample's state is the
// same bits in any batch. Samples at rest leave the tile. A sample that has not
// come to rest after maxSweeps sweeps starts again by a damped Newton iteration
// of its own, at many times the price; one that this does not bring home counts
// as unstable and teaches nothing, also where the policy is to count: there is
// nothing to learn from.
//
// Condition 3 is not checked: n_L x n_L eigenvalues, or by Sylvester's identity
// n_{L-1} x n_{L-1}, for each sample would cost many times what its rest state
// does. A rest state that is found is taken to be stable.
//
// For level linear F is linearised at the feedforward point; z and u are then
// those of Lemma 1.
type Wide struct {
	*Steady
	inverse float64 // 1/g
	loop    *wideLoop
	accel   *anderson

	delta  blas64.General   // by sample: delta_L
	kick   []blas64.General // by sample, hidden layers: Q_i K delta_L
	z      blas64.General   // by sample
	zRow   blas64.General   // by row: z of the active samples
	f      blas64.General   // by row: F(z) - z
	fp     blas64.General   // by row: the same, preconditioned
	before float64          // largest row sum of |W_{L-1}|
	rested []int
	late   []int // not at rest after maxSweeps
	sweeps int   // of the last presentation, summed over samples
}

// wideOutputs is the largest n_L for which a sample has matrices of its own.
const wideOutputs = 64

// maxSweeps bounds the sweeps of a sample on its way to rest.
const maxSweeps = 50

// isWide reports whether [Wide] is to find net's rest states: there are many
// outputs, linear ones, on a hidden layer.
func isWide(net *Network) bool {
	return net.Outputs() > wideOutputs && net.Depth() > 1 && net.Phi[net.Depth()-1].Name() == "linear"
}

// RestsWide reports whether levels steady and linear of dfc work out net's rest state in
// the layer before its output.
func RestsWide(net *Network) bool { return isWide(net) }

// NewWide returns the rest state of a network with a linear output and at least
// one hidden layer; s.Level linear makes it that of Lemma 1.
func NewWide(net *Network, s Settings) *Wide {
	d := newDFC(net, s)
	nZ := net.Sizes[net.Depth()-1]
	p := &Wide{
		Steady: NewSteady(d, s), inverse: s.Controller.InverseDCGain(), loop: newWideLoop(net), accel: newAnderson(nZ),
		delta: newTile(net.Outputs()), z: newTile(nZ), zRow: newTile(nZ), f: newTile(nZ), fp: newTile(nZ),
		rested: make([]int, 0, TileRows), late: make([]int, 0, TileRows),
	}
	p.linear, p.active = s.Level == "linear", make([]int, 0, TileRows)
	for _, n := range net.Sizes[1:net.Depth()] {
		p.kick = append(p.kick, newTile(n))
	}
	return p
}

// Present adds eq. (5) at rest, summed over samples, to dst.
func (p *Wide) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	return p.rest(dst, p.Bind(w, batch))
}

// Follow is Present of the last batch once more, with weights that have moved
// since and the same targets.
func (p *Wide) Follow(dst, w *Weights) (Outcome, error) { return p.rest(dst, p.approach(w)) }

// rest finds the rest state and learns from it.
func (p *Wide) rest(dst *Weights, outcome Outcome) (Outcome, error) {
	w := p.w
	p.loop.close(w, p.inverse, p.s, p.r)
	p.before = rowSum(w.W[p.net.Depth()-2])
	p.start()
	p.solve()
	p.finish()
	outcome.Evaluations = p.sweeps
	return p.conclude(dst, outcome)
}

// start puts every sample at its feedforward state, z = 0, and under way.
func (p *Wide) start() {
	n := p.batch.N
	p.active, p.rested, p.late, p.sweeps = p.active[:0], p.rested[:0], p.late[:0], 0
	for b := range n {
		p.forget(b)
		copy(row(p.delta, b), row(p.eRest, b))
		p.unstable[b] = false
		p.active = append(p.active, b)
	}
	setRows(p.z, nil, n)
	for i, kick := range p.kick {
		setRows(kick, nil, n)
		mulRowsAdd(kick, p.delta, p.loop.qk[i], n)
	}
	p.accel.restart()
}

// solve finds the roots of all rows at once, then those of the late ones.
func (p *Wide) solve() {
	p.iterate()
	for _, b := range p.late {
		p.unstable[b] = !p.newton(b)
		if !p.unstable[b] {
			p.rested = append(p.rested, b)
		}
	}
}

// iterate moves z of the active rows until none is left.
func (p *Wide) iterate() {
	for iteration := 0; len(p.active) > 0; iteration++ {
		p.sweeps += len(p.active)
		p.sweepHidden()
		p.part(iteration == maxSweeps)
		setRows(p.fp, nil, len(p.active))
		mulRowsAdd(p.fp, p.f, p.loop.precondition, len(p.active))
		for k, b := range p.active {
			p.accel.advance(row(p.z, b), row(p.fp, k), b)
		}
	}
}

// part lets the samples leave that are at rest or, at the last sweep or where
// f is not finite, never will be, and sets f of the others.
func (p *Wide) part(last bool) {
	kept := 0
	for k, b := range p.active {
		size, zero := p.residual(k, b)
		finite := size+zero < math.Inf(1)
		switch {
		case finite && size <= zero:
			p.rested = append(p.rested, b)
		case !finite:
			p.unstable[b] = true
		case last:
			p.unstable[b] = true
			p.late = append(p.late, b)
		default:
			copy(row(p.f, kept), row(p.f, k))
			p.active[kept] = b
			kept++
		}
	}
	p.active = p.active[:kept]
}

// sweepHidden computes v_i and r_i, or at level linear their deviations dv_i
// and dr_i = D_i dv_i, of the hidden layers of the active rows from their z.
func (p *Wide) sweepHidden() {
	rows := len(p.active)
	for k, b := range p.active {
		copy(row(p.zRow, k), row(p.z, b))
	}
	for i, kick := range p.kick {
		p.setHidden(i)
		mulRowsAdd(p.s[i], p.zRow, p.loop.gain[i], rows)
		for k, b := range p.active {
			v, r := row(p.s[i], k), row(p.r[i], k)
			for j, x := range row(kick, b) {
				v[j] += x
			}
			if p.linear {
				p.net.Phi[i].Slope(r, row(p.ff.V[i], b), row(p.ff.R[i], b))
				multiply(r, v)
				continue
			}
			p.net.Phi[i].Apply(r, v)
		}
	}
}

// setHidden sets s[i] to W_i r_{i-1} + b_i, or at level linear to W_i dr_{i-1}.
func (p *Wide) setHidden(i int) {
	if !p.linear {
		p.setDrive(i, p.active)
		return
	}
	setRows(p.s[i], nil, len(p.active))
	if i > 0 {
		mulRowsAdd(p.s[i], p.r[i-1], p.w.W[i], len(p.active))
	}
}

// residual sets row k of f, sample b, to F(z) - z, and returns its largest
// component and the size below which it counts as zero: as [Steady.residual],
// with r_{L-1} in place of r_L.
func (p *Wide) residual(k, b int) (size, zero float64) {
	top := len(p.kick) - 1
	f, z, rate, ff := row(p.f, k), row(p.z, b), row(p.r[top], k), row(p.ff.R[top], b)
	for j, r := range rate {
		if p.linear {
			f[j] = r - z[j]
			continue
		}
		f[j] = (r - ff[j]) - z[j]
	}
	before := row(p.batch.Input, b)
	if top > 0 {
		before = row(p.ff.R[top-1], b)
	}
	terms := p.before*largest(before) + largest(ff)
	return largest(f), max(restTolerance*p.unit[b], 8*0x1p-52*terms)
}

// finish computes u of the samples at rest from their z and sweeps from it
// once, as Lemma 1 does.
func (p *Wide) finish() {
	p.active = append(p.active, p.rested...)
	rows := len(p.active)
	for k, b := range p.active {
		copy(row(p.zRow, k), row(p.z, b))
	}
	setRows(p.e, nil, rows)
	mulRowsAdd(p.e, p.zRow, p.w.W[p.net.Depth()-1], rows)
	for k, b := range p.active {
		e := row(p.e, k)
		for j, delta := range row(p.delta, b) {
			e[j] = delta - e[j]
		}
	}
	p.loop.invert(p.u, p.e, rows)
	p.sweep()
	for k, b := range p.active {
		p.settle(k, b)
	}
}
