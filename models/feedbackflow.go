package models

import (
	"math"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// feedbackFlow is a [Companion] in continuous time, of level coupled: feedback
// weights are slow variables beside the forward ones, with tau_q in place of tau_w,
// and what drives them may have a fast state of its own. It belongs to one goroutine.
type feedbackFlow interface {
	// begin takes up the minibatch whose first presentation has number first.
	begin(first uint64)

	// size is the length of the fast state, which a presentation begins at 0.
	size() int

	// drift sets dw.Link to the derivative of the feedback weights of w, which
	// moves at dw, and dx to that of the fast state x.
	drift(dw *Weights, dx []float64, w *Weights, x []float64)
}

// mirroredFlow is [MirroredFeedback] in continuous time,
//
//	tau_q dB_i/dt = tau_w (dW_{i+1}/dt)^T - beta (B_i - W_{i+1}^T)
//
// For tau_q = tau_w it keeps B_i - W_{i+1}^T as it is or, with the decay beta of the
// forward weights, for Kolen and Pollack (1994), lets it fall as exp(-beta t/tau_w),
// whatever the errors. For other tau_q the matching rule, beta = 0, keeps
// tau_q B_i - tau_w W_{i+1}^T.
type mirroredFlow struct{ ratio, rate float64 } // tau_w/tau_q, beta/tau_q

// newMirroredFlow returns the flow; nil where W and what mirrors it hold still.
func newMirroredFlow(s Settings, decays bool) feedbackFlow {
	if math.IsInf(s.TauW, 1) {
		return nil
	}
	f := mirroredFlow{ratio: s.TauW / s.TauQ}
	if decays {
		f.rate = s.Decay.Rate / s.TauQ
	}
	return f
}

func (mirroredFlow) begin(uint64) {}
func (mirroredFlow) size() int    { return 0 }

func (f mirroredFlow) drift(dw *Weights, _ []float64, w *Weights, _ []float64) {
	for i, next := range w.W[1:] {
		b, db, moves := w.Link[i], dw.Link[i], dw.W[i+1]
		for j := range next.Rows {
			for k, x := range row(next, j) {
				at := k*b.Stride + j
				db.Data[at] = f.ratio*row(moves, j)[k] - f.rate*(b.Data[at]-x)
			}
		}
	}
}

// mirrorFlow is [WeightMirror] in continuous time. So many samples of noise in
// every hidden layer are held for a presentation, and the layer above follows each
// of them by itself, beside the samples of the task,
//
//	tau_v dv/dt    = -v + W_{i+1} h,   v(0) = 0,   r = phi_{i+1}(v)
//	tau_q dB_i/dt  = sum over samples of h r^T - beta B_i
//
// With tau_q = T sigma^2/eta that is what [WeightMirror] does in a minibatch, to
// order tau_v/T and to second order in its step.
type mirrorFlow struct {
	net  *Network
	set  CompanionSettings
	key  [2]uint64
	tauV float64
	tauQ float64
	h, r []blas64.General // samples x n_i, in whole tiles
	n    int
}

func newMirrorFlow(net *Network, s Settings) *mirrorFlow {
	f := &mirrorFlow{net: net, set: s.Companion, key: stream.Key(s.Seed, mirrorNoise), tauV: s.TauV, tauQ: s.TauQ}
	rows := (f.set.Samples + TileRows - 1) / TileRows * TileRows
	for _, n := range net.Sizes[1:] {
		f.h, f.r = append(f.h, newMatrix(rows, n)), append(f.r, newMatrix(rows, n))
	}
	for _, n := range net.Sizes[2:] {
		f.n += f.set.Samples * n
	}
	return f
}

// begin draws the noise of all hidden layers.
func (f *mirrorFlow) begin(first uint64) {
	for i := range f.net.Depth() - 1 {
		for k := range f.set.Samples {
			h := row(f.h[i], k)
			stream.Normals(h, f.key, [3]uint64{first, uint64(i), 1 + uint64(k)})
			floats.Scale(f.set.Sigma, h)
		}
	}
}

func (f *mirrorFlow) size() int { return f.n }

func (f *mirrorFlow) drift(dw *Weights, dx []float64, w *Weights, x []float64) {
	for i := range f.net.Depth() - 1 {
		r, db, n := f.r[i+1], dw.Link[i], f.set.Samples*f.net.Sizes[i+2]
		v, rates := x[:n], f.r[i+1].Data[:n]
		clear(rates)
		mulRowsAdd(r, f.h[i], w.W[i+1], f.set.Samples)
		relax(dx[:n], v, rates, 1/f.tauV)
		x, dx = x[n:], dx[n:]

		f.net.Phi[i+1].Apply(rates, v)
		floats.ScaleTo(db.Data, -float64(f.set.Samples)*f.set.Beta, w.Link[i].Data)
		addOuter(db, f.h[i], r, f.set.Samples)
		floats.Scale(1/f.tauQ, db.Data)
	}
}
