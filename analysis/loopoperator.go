package analysis

import (
	"credo/analysis/spectra"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// LoopOperator is [Loop.Matrix] at one state as an operator: products of it and of
// its transpose by one sweep through the layers, and its resolvent
// ([LoopOperator.Resolvent]). The matrix is not formed. It belongs to one goroutine.
type LoopOperator struct {
	loop   Loop
	layers []stretch // v_1, .., v_L
	x      stretch   // the controller's states
	path   []stretch // f_1, .., f_K, those with dynamics of their own

	slopes []float64        // phi'(v)
	bend   []float64        // psi'(f), of those with dynamics
	q      []blas64.General // dvfb_i/du (n_i x n_L)
	read   []blas64.General // what layer i reads of its stage: Link_i, or q_i of u
	stages []int            // by layer: the number of its feedback layer, 0: u
	e, u   []float64        // n_L
	sent   []float64        // what a layer sends on

	resolvent *loopResolvent // made at the first resolvent

}

var (
	_ spectra.Transposer = (*LoopOperator)(nil)
	_ spectra.Resolver   = (*LoopOperator)(nil)
)

// stretch is where a group of coordinates lies.
type stretch struct{ at, end int }

func (s stretch) of(x []float64) []float64 { return x[s.at:s.end] }

// Operator returns the closed loop linearised at the voltages v, which feedback
// neurons may follow as in [Loop.Matrix], on any of the feedback paths.
func (l Loop) Operator(v []float64) *LoopOperator {
	v, f := l.split(v)
	nL, lag := l.Net.Outputs(), lagOf(l.Net)
	m := &LoopOperator{
		loop: l, slopes: l.slopes(v), q: l.W.FeedbackAt(f), stages: lag.stages,
		e: make([]float64, nL), u: make([]float64, nL),
	}
	end := 0
	next := func(n int) stretch {
		end += n
		return stretch{end - n, end}
	}
	for _, n := range l.Net.Sizes[1:] {
		m.layers = append(m.layers, next(n))
	}
	m.x = next(nL * l.Controller.States())
	m.read = m.q
	if lag.tau > 0 {
		m.read, m.bend = l.W.Link, l.bend(f)
		for _, n := range l.Net.Feedback.Sizes {
			m.path = append(m.path, next(n))
		}
	}
	m.sent = make([]float64, end)
	return m
}

// Dim is N + n_L n_c, and the number of feedback neurons that have dynamics.
func (m *LoopOperator) Dim() int { return len(m.sent) }

// Apply sets dy to what [Loop.Matrix] makes of y = (v_1, .., v_L, x[, f_1, .., f_K]).
func (m *LoopOperator) Apply(dy, y []float64) {
	m.fire(y)
	last := m.layers[len(m.layers)-1]
	for k, r := range last.of(m.sent) {
		m.e[k] = -r
	}
	c := m.loop.Controller
	c.Signal(m.u, m.x.of(y), m.e)
	c.Deriv(m.x.of(dy), m.x.of(y), m.e)
	for k, f := range m.path {
		leak(f.of(dy), f.of(y))
		mulAdd(f.of(dy), m.loop.W.R[k], m.stage(k))
		divide(f.of(dy), m.loop.Net.Feedback.Tau)
	}
	for i, layer := range m.layers {
		leak(layer.of(dy), layer.of(y))
		if i > 0 {
			mulAdd(layer.of(dy), m.loop.W.W[i], m.layers[i-1].of(m.sent))
		}
		mulAdd(layer.of(dy), m.read[i], m.stage(m.stages[i]))
		divide(layer.of(dy), m.loop.TauV)
	}
}

// fire sets what neurons send on: D v, and S f behind it.
func (m *LoopOperator) fire(y []float64) {
	for k, slope := range m.slopes {
		m.sent[k] = slope * y[k]
	}
	for k, bend := range m.bend {
		m.sent[m.x.end+k] = bend * y[m.x.end+k]
	}
}

// stage is what feedback layer k sends; u for k = 0.
func (m *LoopOperator) stage(k int) []float64 {
	if k == 0 {
		return m.u
	}
	return m.path[k-1].of(m.sent)
}

// ApplyTransposed sets dw to the transpose's product with w, backward through the
// layers. With h = B^T xi + D g, xi the controller's part of w and g what reaches u,
//
//	tau_v dw_i = -w_i + D_i W_{i+1}^T w_{i+1},   dw_L = -w_L/tau_v - D_L h
//	dxi = A^T xi + C^T g,   g = sum_i Q_i^T w_i / tau_v
func (m *LoopOperator) ApplyTransposed(dw, w []float64) {
	clear(m.u)
	clear(m.sent)
	for i := len(m.layers) - 1; i >= 0; i-- {
		layer := m.layers[i]
		into := layer.of(dw)
		copy(into, layer.of(w))
		divide(into, m.loop.TauV)
		if i > 0 {
			mulTransAdd(m.layers[i-1].of(m.sent), m.loop.W.W[i], into)
		}
		mulTransAdd(m.stage(m.stages[i]), m.read[i], into)
		m.receive(into, layer, m.slopes[layer.at:layer.end])
	}
	for k := len(m.path) - 1; k >= 0; k-- {
		f := m.path[k]
		into := f.of(dw)
		copy(into, f.of(w))
		divide(into, m.loop.Net.Feedback.Tau)
		mulTransAdd(m.stage(k), m.loop.W.R[k], into)
		m.receive(into, f, m.bendOf(f))
	}
	m.controlTransposed(m.x.of(dw), m.x.of(w))
	last := m.layers[len(m.layers)-1]
	for k, h := range m.e {
		dw[last.at+k] -= m.slopes[last.at+k] * h
	}
}

// bendOf is psi'(f) of one feedback layer.
func (m *LoopOperator) bendOf(f stretch) []float64 { return m.bend[f.at-m.x.end : f.end-m.x.end] }

// receive turns w/tau into -w/tau + slope sent.
func (m *LoopOperator) receive(into []float64, s stretch, slopes []float64) {
	for k, sent := range s.of(m.sent) {
		into[k] = slopes[k]*sent - into[k]
	}
}

// controlTransposed sets dxi, and h in the place of e.
func (m *LoopOperator) controlTransposed(dxi, xi []float64) {
	c, nL := m.loop.Controller, len(m.u)
	for k, g := range m.u {
		m.e[k] = c.D * g
		for s, b := range c.B {
			m.e[k] += b * xi[s*nL+k]
			sum := c.C[s] * g
			for r := range c.B {
				sum += c.A.At(r, s) * xi[r*nL+k]
			}
			dxi[s*nL+k] = sum
		}
	}
}

func leak(dst, x []float64) {
	for k, xk := range x {
		dst[k] = -xk
	}
}

func divide(x []float64, tau float64) {
	for k := range x {
		x[k] /= tau
	}
}

// mulAdd computes dst += a x.
func mulAdd(dst []float64, a blas64.General, x []float64) {
	blas64.Gemv(blas.NoTrans, 1, a, blas64.Vector{N: len(x), Inc: 1, Data: x}, 1, blas64.Vector{N: len(dst), Inc: 1, Data: dst})
}

// mulTransAdd computes dst += a^T x.
func mulTransAdd(dst []float64, a blas64.General, x []float64) {
	blas64.Gemv(blas.Trans, 1, a, blas64.Vector{N: len(x), Inc: 1, Data: x}, 1, blas64.Vector{N: len(dst), Inc: 1, Data: dst})
}
