package models

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
)

// published is DFC as the paper's authors compute it: a loop of a fixed number
// of steps h of forward Euler, whose layers see the new rates of the layer below
// and, of the signal that leaks, the new value,
//
//	x     <- x + h (e - alpha u),   u = x + k_p e
//	vff_i  = W_i r_{i-1} + b_i
//	v_i   <- v_i + h/tau_v (vff_i + Q_i u - v_i),   r_i = phi(v_i)
//	dW_i  += (phi(v_i) - phi(vff_i)) r_{i-1}^T / steps
//
// with every layer's product at every step. It shares with the levels the
// products of matrices and nothing else.
type published struct {
	net             *Network
	kP, alpha, tauV float64
	lambda, h       float64
	steps           int

	ff          *Feedforward
	r, v        []blas64.General // TileRows x n_i
	presynaptic []blas64.General // r_{i-1}
	drive, base []blas64.General // Q_i u; vff_i, then the neuron factors
	qT          []blas64.General // n_L x n_i
	x, e, u     blas64.General   // TileRows x n_L
	target      blas64.General
}

func newPublished(net *Network, set Settings, kP, alpha, h float64) *published {
	nL := net.Outputs()
	p := &published{
		net: net, kP: kP, alpha: alpha, tauV: set.TauV, h: h, lambda: set.TargetStepsize,
		steps: int(math.Round(set.Presentation / h)), ff: NewFeedforward(net),
		x: newTile(nL), e: newTile(nL), u: newTile(nL), target: newTile(nL),
	}
	for _, n := range net.Sizes[1:] {
		p.r, p.v = append(p.r, newTile(n)), append(p.v, newTile(n))
		p.drive, p.base = append(p.drive, newTile(n)), append(p.base, newTile(n))
		p.qT = append(p.qT, newMatrix(nL, n))
	}
	return p
}

// present adds the update, summed over the samples of batch, to dst.
func (p *published) present(dst, w *Weights, batch *Batch) {
	p.begin(w, batch)
	for range p.steps {
		p.control(batch.N)
		for i := range p.v {
			p.step(i, w, batch)
		}
		dst.AddOuter(p.base, p.presynaptic, batch.N)
	}
}

// begin sets the feedforward state and the targets.
func (p *published) begin(w *Weights, batch *Batch) {
	p.ff.Run(w, batch)
	clear(p.x.Data)
	p.presynaptic = append([]blas64.General{batch.Input}, p.r[:len(p.r)-1]...)
	for i := range p.v {
		copy(p.v[i].Data, p.ff.V[i].Data)
		copy(p.r[i].Data, p.ff.R[i].Data)
		transpose(p.qT[i], w.Q[i])
	}
	for b := range batch.N {
		target, output := row(p.target, b), p.ff.Output(b)
		p.net.Loss.Gradient(target, output, row(batch.Target, b))
		for j, g := range target {
			target[j] = output[j] - p.lambda*batch.LossWeight*g
		}
	}
}

// control moves the controller by a step.
func (p *published) control(rows int) {
	output := p.r[len(p.r)-1]
	for b := range rows {
		x, e, u := row(p.x, b), row(p.e, b), row(p.u, b)
		for j, target := range row(p.target, b) {
			e[j] = target - row(output, b)[j]
			x[j] += p.h * (e[j] - p.alpha*x[j])
			u[j] = x[j] + p.kP*e[j]
		}
	}
}

// step moves layer i by a step, and leaves its neuron factors in base[i].
func (p *published) step(i int, w *Weights, batch *Batch) {
	setRows(p.base[i], w.B[i], batch.N)
	mulRowsAdd(p.base[i], p.presynaptic[i], w.W[i], batch.N)
	setRows(p.drive[i], nil, batch.N)
	mulRowsTransAdd(p.drive[i], p.u, p.qT[i], batch.N)
	phi := p.net.Phi[i]
	for b := range batch.N {
		v, base, r := row(p.v[i], b), row(p.base[i], b), row(p.r[i], b)
		for j, qu := range row(p.drive[i], b) {
			v[j] += p.h / p.tauV * (base[j] + qu - v[j])
		}
		phi.Apply(r, v)
		phi.Apply(base, base)
		for j := range base {
			base[j] = (r[j] - base[j]) / float64(p.steps)
		}
	}
}

// The loop that the paper's authors run and level buffered have one limit: the
// distance falls in proportion to the loop's step.
func TestPublishedLoopConvergesToBuffered(t *testing.T) {
	const kP, alpha = 1.5, 0.05
	f := newFixture(t, []int{6, 9, 8, 4}, "tanh", "softmax", "cross-entropy", 10)
	want, _, _ := f.present(t, f.at("buffered"))
	off := func(h float64) float64 {
		got := NewWeights(f.net)
		newPublished(f.net, f.set, kP, alpha, h).present(got, f.w, f.batch)
		return distance(got.Plastic(), want.Plastic())
	}
	coarse, fine := off(0.005), off(0.0025)
	if order := math.Log2(coarse / fine); math.Abs(order-1) > 0.1 {
		t.Errorf("errors %.3g and %.3g: order %.2f, want 1", coarse, fine, order)
	}
}
