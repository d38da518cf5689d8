package models

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Response is DFC's buffered update in closed form, transient included.
//
// By eq. (1), v_i - v_i^ff = Q_i u - tau_v dv_i/dt exactly, so the time average
// of the teaching signal over a presentation telescopes:
//
//	mean(v_i - v_i^ff) = Q_i mean(u) - (tau_v/T) (v_i(T) - v_i(0))
//
// mean(u) and v(T) follow from the loop linearised at the feedforward point. Its
// transfer from the output error to the control signal is, with the taps
// A_i = J_i Q_i, the filter F = 1/(tau_v s + 1) and the controller's c(s),
//
//	u(s) = (sum_i A_i F^(L-i+1) + I/c)^-1 delta_L / s
//
// which is inverted at t = T on a contour of a few points, an n_L x n_L system
// each. Layer i's voltage hears u through filters as many as layers it passes:
// v(T) is swept from z_m = F^m u, m = 1..L. A sweep with the mean teaching
// signals then makes the update of the nonlinear network.
//
// What is left out is of second order in lambda. It shows in the output: the
// sweep's differs from the linear loop's mean by the curvature on the way. A
// sample where they differ by more than maxRemainder of delta_L, whose loop has
// poles that the contour does not see, or whose output error has grown by the end,
// is integrated.
type Response struct {
	*DFC
	loop       []frequencyResponse // on contours of more and more points
	length     float64
	policy     string
	unstable   []bool
	integrated []int // samples of the tile that went to the integrator

	meanU    blas64.General   // TileRows x n_L
	z        []blas64.General // m-1: z_m(T), TileRows x n_L
	chain    [2][]blas64.General
	teaching []blas64.General // TileRows x n_i: mean(v_i - v_i^ff)
	vMean    []blas64.General
	meanZ    []float64

	exact *Buffered
	few   *Batch
}

// maxRemainder is how much of delta_L the linearisation may miss at the output.
const maxRemainder = 0.005

// NewResponse returns level response of d. s gives TauV, Presentation, Solver
// and Unstable. Feedback must be vfb_i = Q_i u at all times.
func NewResponse(net *Network, d *DFC, s Settings) (*Response, error) {
	if net.Feedback.Tau > 0 || !net.Feedback.Linear() {
		return nil, errors.New("models: level response needs feedback that acts at once and linearly; take level buffered")
	}
	if s.Delay > 0 {
		return nil, ErrDelay
	}
	exact, err := NewBuffered(net, NewDFC(net, s), s)
	if err != nil {
		return nil, err
	}
	nL, depth := net.Outputs(), net.Depth()
	p := &Response{
		DFC: d, length: s.Presentation, policy: s.Unstable, unstable: make([]bool, TileRows), integrated: make([]int, 0, TileRows),
		meanU: newTile(nL), meanZ: make([]float64, nL), exact: exact, few: NewBatch(net),
	}
	for _, points := range []int{14, 20, 28, 40} {
		p.loop = append(p.loop, newFrequencyResponse(d, points, s.Presentation))
	}
	n := widest(net)
	for range depth {
		p.z = append(p.z, newTile(nL))
		p.chain[0], p.chain[1] = append(p.chain[0], newTile(n)), append(p.chain[1], newTile(n))
	}
	for _, n := range net.Sizes[1:] {
		p.teaching, p.vMean = append(p.teaching, newTile(n)), append(p.vMean, newTile(n))
	}
	return p, nil
}

// Present adds the closed-form update, summed over the samples of batch, to dst.
func (p *Response) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	outcome := p.Bind(w, batch)
	p.Screen(p.unstable)
	if b := slices.Index(p.unstable[:batch.N], true); b >= 0 && p.policy == "fail" {
		return outcome, fmt.Errorf("sample %d, at the feedforward point: %w", b, ErrUnstable)
	}
	p.integrated = p.integrated[:0]
	for b := range batch.N {
		if p.silent(b) {
			p.silence(b)
		} else if !p.respond(b) {
			p.handOver(b)
		}
	}
	p.sweepEnd()
	p.sweepMean()
	for b := range batch.N {
		if !p.silent(b) && (p.remainder(b) > maxRemainder || p.grown(b)) {
			p.handOver(b)
		}
	}
	for _, b := range p.integrated {
		for _, s := range p.teaching {
			clear(row(s, b))
		}
	}
	p.learnFrom(dst, p.vMean, p.r, p.teaching)
	err := p.integrate(dst, w)
	outcome.Unstable = count(p.unstable[:batch.N])
	return outcome, err
}

// silent reports whether sample b is to teach nothing.
func (p *Response) silent(b int) bool { return p.unstable[b] && p.policy != "count" }

// silence gives sample b no control: its update is zero.
func (p *Response) silence(b int) {
	clear(row(p.meanU, b))
	for _, z := range p.z {
		clear(row(z, b))
	}
}

// handOver leaves sample b to the integrator.
func (p *Response) handOver(b int) {
	if !slices.Contains(p.integrated, b) {
		p.integrated = append(p.integrated, b)
	}
}

// respond computes mean(u) and z_m(T) of sample b on contours of more and more
// points, until two agree on mean(u). It reports whether they do, and whether no
// pole that matters lies outside: one that oscillates fast escapes them all.
func (p *Response) respond(b int) bool {
	mean, rough := row(p.meanU, b), p.meanZ
	for k := range p.loop {
		copy(rough, mean)
		for _, z := range p.z {
			clear(row(z, b))
		}
		if !p.loop[k].integral(mean, p.z, p.DFC, b) {
			return false
		}
		apart, size := 0.0, 0.0
		for j := range mean {
			mean[j] /= p.length
			apart, size = max(apart, math.Abs(rough[j]-mean[j])), max(size, math.Abs(mean[j]))
		}
		if k > 0 && apart <= 1e-4*size {
			return p.loop[k].path.isClear(&p.loop[k], p.DFC, b)
		}
	}
	return false
}

// sweepEnd sets the teaching signals to Q_i mean(u) - (tau_v/T) dv_i(T). With
// X_i^m the part of layer i's deviation that u causes through m further filters,
//
//	X_i^m = Q_i z_m + W_i D_{i-1} X_{i-1}^{m+1},   dv_i(T) = X_i^1
func (p *Response) sweepEnd() {
	n, depth := p.batch.N, p.net.Depth()
	now, before := p.chain[0], p.chain[1]
	for i := range depth {
		for m := range depth - i {
			x := narrow(now[m], p.net.Sizes[i+1])
			setRows(x, nil, n)
			mulRowsTransAdd(x, p.z[m], p.qT[i], n)
			if i > 0 {
				mulRowsAdd(x, narrow(before[m+1], p.net.Sizes[i]), p.w.W[i], n)
			}
			now[m] = x
		}
		setRows(p.teaching[i], nil, n)
		mulRowsTransAdd(p.teaching[i], p.meanU, p.qT[i], n)
		for b := range n {
			s := row(p.teaching[i], b)
			for j, dv := range row(now[0], b) {
				s[j] -= p.tauV / p.length * dv
			}
		}
		p.timesSlopes(now[1:], i)
		now, before = before, now
	}
}

// timesSlopes multiplies tiles of layer i's deviations with phi'(v_i^-).
func (p *Response) timesSlopes(tiles []blas64.General, i int) {
	slope := p.slope[:p.net.Sizes[i+1]]
	for b := range p.batch.N {
		p.net.Phi[i].Slope(slope, row(p.ff.V[i], b), row(p.ff.R[i], b))
		for m := range p.net.Depth() - i - 1 {
			multiply(row(tiles[m], b), slope)
		}
	}
}

// sweepMean sweeps the mean voltages: v_i = W_i phi(v_{i-1}) + b_i + teaching_i.
func (p *Response) sweepMean() {
	id := p.everyone[:p.batch.N]
	for i := range p.net.Depth() {
		p.setDrive(i, id)
		for b := range id {
			v := row(p.vMean[i], b)
			copy(v, row(p.s[i], b))
			for j, s := range row(p.teaching[i], b) {
				v[j] += s
			}
			p.net.Phi[i].Apply(row(p.r[i], b), v)
		}
	}
}

// remainder is how far the swept output is from the linear loop's mean output
// mean(r_L) - r_L^- = sum_i A_i mean(z_{L-i+1}), in units of |delta_L| and beyond
// what rounding explains, where by
// tau_v z_m' = z_{m-1} - z_m the means follow from each other:
//
//	mean(z_m) = mean(z_{m-1}) - (tau_v/T) z_m(T),   z_0 = u
func (p *Response) remainder(b int) float64 {
	depth, nL := p.net.Depth(), p.net.Outputs()
	miss := p.e.Data[:nL]
	for j, r := range row(p.r[depth-1], b) {
		miss[j] = r - p.ff.Output(b)[j]
	}
	copy(p.meanZ, row(p.meanU, b))
	for m := range depth {
		for j, z := range row(p.z[m], b) {
			p.meanZ[j] -= p.tauV / p.length * z
		}
		tap := p.gain.block(p.gain.tap[depth-1-m], b)
		for c := range nL {
			for j, a := range row(tap, c) {
				miss[c] -= a * p.meanZ[j]
			}
		}
	}
	return max(0, largest(miss)-p.rounding[b]) / p.unit[b]
}

// grown reports whether control has increased the output error by the end, as in
// a loop that oscillates away although Condition 3 holds. In the linear loop
//
//	e(T) = delta_L - sum_i A_i z_{L-i+1}(T)
func (p *Response) grown(b int) bool {
	if p.policy == "count" {
		return false
	}
	depth, nL := p.net.Depth(), p.net.Outputs()
	before, after := 0.0, 0.0
	for c := range nL {
		delta := row(p.target, b)[c] - p.ff.Output(b)[c]
		e := delta
		for m := range depth {
			e -= floats.Dot(row(p.gain.block(p.gain.tap[depth-1-m], b), c), row(p.z[m], b))
		}
		before, after = before+delta*delta, after+e*e
	}
	return after > before
}

// integrate adds the update of the samples that were handed over, and marks
// those that turn out to have no stable rest state.
func (p *Response) integrate(dst, w *Weights) error {
	if len(p.integrated) == 0 {
		return nil
	}
	p.few.N, p.few.LossWeight = len(p.integrated), p.batch.LossWeight
	for k, b := range p.integrated {
		copy(row(p.few.Input, k), row(p.batch.Input, b))
		copy(row(p.few.Target, k), row(p.batch.Target, b))
	}
	_, err := p.exact.Present(dst, w, p.few)
	for k, b := range p.integrated {
		p.unstable[b] = p.unstable[b] || p.exact.unstable[k]
	}
	if err != nil {
		return fmt.Errorf("numbering samples within %v, those integrated: %w", p.integrated, err)
	}
	return nil
}

// Integrated returns the samples of the last tile that were integrated, since the
// closed form would not have done for them. The slice is good until the next tile.
func (p *Response) Integrated() []int { return p.integrated }

// Reveal returns averages over the presentation: v1.., r1.. (of the mean
// voltages), u.
func (p *Response) Reveal(name string) (blas64.General, bool) {
	if name == "u" {
		return p.meanU, true
	}
	return revealLayer(name, map[byte][]blas64.General{'v': p.vMean, 'r': p.r})
}

// narrow views the first cols columns of a buffer as a matrix of its own.
func narrow(g blas64.General, cols int) blas64.General {
	g.Cols, g.Stride = cols, cols
	return g
}

func largest(x []float64) float64 {
	top := 0.0
	for _, v := range x {
		top = max(top, math.Abs(v))
	}
	return top
}
