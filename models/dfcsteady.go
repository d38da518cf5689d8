package models

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/blas/blas64"
)

// Steady is DFC at its rest state (DFC-SS): eq. (5) at the root of eqs. (1), (4).
//
// Given u, one sweep v_i = W_i phi(v_{i-1}) + b_i + Q_i u gives every voltage,
// and at rest u = g e with g the controller's DC gain, so the unknown is u alone:
//
//	f(u) = r_L(u) + u/g - r_L^* = 0,   df/du = J(u) Q + I/g = M
//
// (on a path of feedback neurons vfb_i(u) for Q_i u, and dvfb_i/du for Q_i).
// M is factored once, at the feedforward point; a sample that this does not
// bring home is solved by a damped Newton iteration of its own. The first
// iterate, u = M^-1 delta_L, is Lemma 1 of Meulemans et al. (2021): with
// one sweep from it and nothing more this is DFC-SSA, [NewLinear].
type Steady struct {
	*DFC
	linear bool
	policy string // of samples without a stable rest state

	unstable []bool
	active   []int          // samples under way, by row of the sweep
	uRest    blas64.General // by sample: the control signal at rest
	eRest    blas64.General
	vRest    []blas64.General
	rRest    []blas64.General
	xRest    blas64.General
	unitRest []float64 // the controller's states that hold a signal of 1
	step     []float64 // Newton's step, and where it starts
	trial    []float64
	size     []float64 // of each active row's residual, a sweep ago
	sweeps   int       // of single rows, in the presentation
}

// NewSteady returns DFC-SS; s gives the policy for samples without a stable
// rest state. A sample whose slowest mode would not have come to rest within
// s.Presentation is one of them: u* grows without bound as that mode slows down,
// but no presentation sees it.
func NewSteady(d *DFC, s Settings) *Steady {
	nL := d.net.Outputs()
	if d.gain != nil { // wide outputs do without
		d.gain.margin = reachMargin(s.Controller, s.Presentation)
	}
	p := &Steady{
		DFC: d, policy: s.Unstable,
		unstable: make([]bool, TileRows), uRest: newTile(nL), eRest: newTile(nL), xRest: newTile(nL * d.controller.States()),
		step: make([]float64, nL), trial: make([]float64, nL), size: make([]float64, TileRows),
	}
	p.unitRest = make([]float64, d.controller.States())
	d.controller.Rest(p.unitRest, 1)
	for _, n := range d.net.Sizes[1:] {
		p.vRest, p.rRest = append(p.vRest, newTile(n)), append(p.rRest, newTile(n))
	}
	return p
}

// NewLinear returns DFC-SSA: the rest state of Lemma 1, whose u is linear in
// delta_L and whose voltages are swept from it.
func NewLinear(d *DFC, s Settings) *Steady {
	p := NewSteady(d, s)
	p.linear = true
	return p
}

// Present adds eq. (5) at rest, summed over samples, to dst.
func (p *Steady) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	return p.rest(dst, p.Bind(w, batch))
}

// Follow is Present of the last batch once more, with weights that have moved
// since and the same targets.
func (p *Steady) Follow(dst, w *Weights) (Outcome, error) {
	return p.rest(dst, p.approach(w))
}

// rest finds the rest state and learns from it.
func (p *Steady) rest(dst *Weights, outcome Outcome) (Outcome, error) {
	p.sweeps = 0
	p.Screen(p.unstable)
	p.start()
	if p.linear {
		p.sweep()
		for k, b := range p.active {
			p.settle(k, b)
		}
	} else {
		p.solve()
	}
	outcome.Evaluations = p.sweeps
	return p.conclude(dst, outcome)
}

// conclude counts the samples without a stable rest state and adds the update of
// all that have one to dst.
func (p *Steady) conclude(dst *Weights, outcome Outcome) (Outcome, error) {
	for b := range p.batch.N {
		if p.unstable[b] {
			outcome.Unstable++
			if p.policy == "fail" {
				return outcome, fmt.Errorf("sample %d: %w", b, ErrUnstable)
			}
		}
	}
	p.learn(dst)
	return outcome, nil
}

// start puts every sample at its feedforward state, where the skipped ones stay,
// and u = M^-1 delta_L into the rows of those to be solved.
func (p *Steady) start() {
	p.active = p.active[:0]
	for b := range p.batch.N {
		p.forget(b)
		if p.unstable[b] && p.policy != "count" {
			continue
		}
		k := len(p.active)
		p.active = append(p.active, b)
		u, output := row(p.u, k), p.ff.Output(b)
		for j, target := range row(p.target, b) {
			u[j] = target - output[j]
		}
		p.gain.solve(u, b)
	}
}

// forget sets the rest state of sample b to the feedforward state: no control.
func (p *Steady) forget(b int) {
	for i := range p.vRest {
		copy(row(p.vRest[i], b), row(p.ff.V[i], b))
		copy(row(p.rRest[i], b), row(p.ff.R[i], b))
	}
	clear(row(p.uRest, b))
	clear(row(p.xRest, b))
	for j, target := range row(p.target, b) {
		p.eRest.Data[b*p.eRest.Stride+j] = target - p.ff.Output(b)[j]
	}
}

// sweep computes s[i] = v_i and r[i] of the active rows from their u.
func (p *Steady) sweep() {
	rows := len(p.active)
	p.sweeps += rows
	p.settleFeedback(p.u, rows)
	for i := range p.net.Depth() {
		p.setDrive(i, p.active)
		p.addFeedback(p.s[i], p.u, i, rows)
		for k := range rows {
			p.net.Phi[i].Apply(row(p.r[i], k), row(p.s[i], k))
		}
	}
}

// residual sets f = r_L(u) + u/g - r_L^* of row k, sample b, and returns its
// largest component and the size below which it counts as zero: the tolerance
// times |delta_L|, or a few roundings of r_L where a well-learned sample's
// target lies within that. A sum rounds as its terms do, however they cancel.
func (p *Steady) residual(f []float64, k, b int) (size, zero float64) {
	output, u := row(p.r[len(p.r)-1], k), row(p.u, k)
	for j, target := range row(p.target, b) {
		f[j] = output[j] + u[j]*p.gain.inverse - target
	}
	return largest(f), max(restTolerance*p.unit[b], p.rounding[b])
}

// restTolerance is how far the output may be from rest, relative to |delta_L|.
const restTolerance = 1e-11

// maxChords bounds the sweeps with the feedforward point's factors; a sample
// that contracts by less than chordRate a sweep is not worth more of them.
const (
	maxChords = 12
	chordRate = 0.3
)

// solve iterates u <- u - M^-1 f(u) on all rows at once. Samples leave when
// they are at rest or when the iteration stops contracting.
func (p *Steady) solve() {
	var stragglers []int
	for iteration := 0; len(p.active) > 0; iteration++ {
		p.sweep()
		kept := 0
		for k, b := range p.active {
			size, zero := p.residual(p.step, k, b)
			switch {
			case size <= zero:
				p.settle(k, b)
				continue
			case !(size < math.Inf(1)) || iteration > 0 && size > chordRate*p.size[k] || iteration == maxChords:
				stragglers = append(stragglers, b)
				continue
			}
			p.gain.solve(p.step, b)
			u := row(p.u, kept)
			copy(u, row(p.u, k))
			for j, step := range p.step {
				u[j] -= step
			}
			p.active[kept], p.size[kept] = b, size
			kept++
		}
		p.active = p.active[:kept]
	}
	for _, b := range stragglers {
		if !p.newton(b) {
			p.unstable[b] = true
			p.forget(b)
		}
	}
}

// newton solves one sample by Newton's iteration with M at every iterate and
// step halving. It reports whether the sample has come to a rest state that is
// stable, or need not be.
func (p *Steady) newton(b int) bool {
	const iterations, halvings = 40, 20
	p.active = append(p.active[:0], b)
	u := row(p.u, 0)
	clear(u)
	p.sweep()
	for range iterations {
		size, zero := p.residual(p.step, 0, b)
		p.gain.linearizeAlong(p.feedbackTangents(), p.w, p.s, p.r, 1)
		if !p.gain.factor(0) {
			return false
		}
		if size <= zero {
			p.settle(0, b)
			p.unstable[b] = !p.stable(0)
			return !p.unstable[b] || p.policy == "count"
		}
		p.gain.solve(p.step, 0)
		copy(p.trial, u)
		if !p.descend(b, size, halvings) {
			return false
		}
	}
	return false
}

// descend moves row 0's u from trial along -step, halving until f shrinks.
func (p *Steady) descend(b int, size float64, halvings int) bool {
	u, f, length := row(p.u, 0), row(p.e, 0), 1.0
	for range halvings {
		for j := range u {
			u[j] = p.trial[j] - length*p.step[j]
		}
		p.sweep()
		if now, _ := p.residual(f, 0, b); now < (1-0.1*length)*size {
			return true
		}
		length /= 2
	}
	return false
}

// settle keeps row k's state as the rest state of sample b.
func (p *Steady) settle(k, b int) {
	for i := range p.vRest {
		copy(row(p.vRest[i], b), row(p.s[i], k))
		copy(row(p.rRest[i], b), row(p.r[i], k))
	}
	u := row(p.uRest, b)
	copy(u, row(p.u, k))
	for k, unit := range p.unitRest {
		for j, uj := range u {
			p.xRest.Data[b*p.xRest.Stride+k*len(u)+j] = unit * uj
		}
	}
	output, e := row(p.r[len(p.r)-1], k), row(p.eRest, b)
	for j, target := range row(p.target, b) {
		e[j] = target - output[j]
	}
}

// learn adds G at rest, where v_i - v_i^ff = vfb_i.
func (p *Steady) learn(dst *Weights) {
	p.settleFeedback(p.uRest, p.batch.N)
	for i := range p.s {
		setRows(p.s[i], nil, p.batch.N)
		p.addFeedback(p.s[i], p.uRest, i, p.batch.N)
	}
	p.learnFrom(dst, p.vRest, p.rRest, p.s)
}

// Reveal returns the rest state: v1.., r1.., u, e, x; f1.. of feedback neurons;
// and what teaches, vfb1...
func (p *Steady) Reveal(name string) (blas64.General, bool) {
	switch name {
	case "u":
		return p.uRest, true
	case "e":
		return p.eRest, true
	case "x":
		return p.xRest, p.xRest.Cols > 0
	}
	if layer, ok := strings.CutPrefix(name, "vfb"); ok {
		return revealLayer("s"+layer, map[byte][]blas64.General{'s': p.s})
	}
	return revealLayer(name, map[byte][]blas64.General{'v': p.vRest, 'r': p.rRest, 'f': p.neurons()})
}

// rowSum returns the largest sum of absolute values in a row of w.
func rowSum(w blas64.General) float64 {
	top := 0.0
	for i := range w.Rows {
		sum := 0.0
		for _, x := range row(w, i) {
			sum += math.Abs(x)
		}
		top = max(top, sum)
	}
	return top
}
