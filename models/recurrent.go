package models

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Recurrent is a learning rule of a network with one recurrent hidden layer,
//
//	h_t = phi(U x_t + W h_{t-1} + a),   o_t = phi_L(V h_t + q),   l_t = L(o_t, y_t)
//
// by truncated backpropagation through time: errors travel back to the start of
// a window of T steps, and the state is carried over to the next,
//
//	delta_t = -phi_L' * dL/do_t
//	d_t     = phi' * (V^T delta_t + M d_{t+1}),   M = W^T (bp) or B
//	dU = sum d_t x_t^T,   dW = sum d_t h_{t-1}^T,   da = sum d_t,   dV = sum delta_t h_t^T
//
// Lansdell, Prakash and Kording (2019), section 4.3. Rule fa-chain fixes B, rule
// learned-feedback learns it from noise. A Recurrent belongs to one goroutine.
type Recurrent struct {
	net   *Network
	back  bool // errors travel through W^T, not B
	clean trajectory
	delta []blas64.General // TileRows x n_L, a step each
	slope []blas64.General // TileRows x n: phi'(v_t)
	near  []blas64.General // TileRows x n: phi' * V^T delta_t, what l_t alone says to h_t
	d     []blas64.General // TileRows x n
	e     []float64        // dL/do of a stream
	learn *learnedInTime   // nil unless B learns
}

// recurrentRules are the rules that know a recurrent hidden layer.
var recurrentRules = []string{"bp", "fa-chain", "learned-feedback"}

// Recurrent says whether the rule knows a recurrent hidden layer.
func (r Rule) Recurrent() bool { return slices.Contains(recurrentRules, r.Name) }

// RecurrentRules names the rules that know a recurrent hidden layer.
func RecurrentRules() []string { return recurrentRules }

// RecurrentSettings choose a rule of a recurrent network and its constants.
type RecurrentSettings struct {
	Rule  string
	Steps int // T, of a window

	Perturbation // where B is learned
}

// Window is T steps in the life of at most TileRows streams, one row each.
type Window struct {
	N      int              // streams
	First  uint64           // number of the first
	Start  uint64           // number of the first step
	Input  []blas64.General // x_t: TileRows x n_0, a step each
	Target []blas64.General // y_t: TileRows x n_L
	State  blas64.General   // h before the first step: TileRows x n
}

// NewWindow returns a window of streams that have yet to begin: their state is zero.
func NewWindow(net *Network, steps int) *Window {
	return &Window{Input: newTiles(steps, net.Sizes[0]), Target: newTiles(steps, net.Sizes[2]), State: newTile(net.Sizes[1])}
}

func newTiles(count, n int) []blas64.General {
	tiles := make([]blas64.General, count)
	for k := range tiles {
		tiles[k] = newTile(n)
	}
	return tiles
}

// NewRecurrent returns a rule for net, which has one hidden layer.
func NewRecurrent(net *Network, s RecurrentSettings) (*Recurrent, error) {
	switch {
	case net.Depth() != 2:
		return nil, fmt.Errorf("models: a recurrent network has one hidden layer, not %d", net.Depth()-1)
	case !slices.Contains(recurrentRules, s.Rule):
		return nil, fmt.Errorf("models: rule %q does not know recurrent networks", s.Rule)
	}
	n, out := net.Sizes[1], net.Sizes[2]
	r := &Recurrent{
		net: net, back: s.Rule == "bp", clean: newTrajectory(net, s.Steps),
		delta: newTiles(s.Steps, out), slope: newTiles(s.Steps, n), near: newTiles(s.Steps, n), d: newTiles(s.Steps, n),
		e: make([]float64, out),
	}
	if s.Rule == "learned-feedback" {
		r.learn = newLearnedInTime(net, s)
	}
	return r, nil
}

// Present takes the streams of window through it, adds to dst how the weights
// would move, summed over streams and steps, and carries their state on.
func (r *Recurrent) Present(dst, w *RecurrentWeights, window *Window) Outcome {
	o := r.Run(w, window)
	for t := range r.d {
		addOuter(dst.U, r.d[t], window.Input[t], window.N)
		addOuter(dst.W, r.d[t], r.clean.before(window, t), window.N)
		addColumnSums(dst.A, r.d[t], window.N)
		addOuter(dst.V, r.delta[t], r.clean.h[t], window.N)
		addColumnSums(dst.Q, r.delta[t], window.N)
	}
	if r.learn != nil {
		r.learn.add(dst, w, window, r)
	}
	for b := range window.N {
		copy(row(window.State, b), row(r.clean.h[len(r.d)-1], b))
	}
	return o
}

// Run computes states and errors of window and leaves its state where it is.
// The outcome counts every step as a sample.
func (r *Recurrent) Run(w *RecurrentWeights, window *Window) Outcome {
	r.clean.run(w, window, nil)
	o := Outcome{Samples: window.N * len(r.d)}
	for t := len(r.d) - 1; t >= 0; t-- {
		o.Loss += r.outputError(t, w, window)
		slopeRows(r.net.Phi[0], r.slope[t], r.clean.v[t], r.clean.h[t], window.N)
		setRows(r.near[t], nil, window.N)
		mulRowsTransAdd(r.near[t], r.delta[t], w.V, window.N)
		setRows(r.d[t], nil, window.N)
		if t+1 < len(r.d) {
			r.carry(r.d[t], r.d[t+1], w, window.N)
		}
		for b := range window.N {
			multiply(row(r.near[t], b), row(r.slope[t], b))
			multiply(row(r.d[t], b), row(r.slope[t], b))
			floats.Add(row(r.d[t], b), row(r.near[t], b))
		}
	}
	return o
}

// carry adds M d to the rows of m.
func (r *Recurrent) carry(m, d blas64.General, w *RecurrentWeights, rows int) {
	if r.back {
		mulRowsTransAdd(m, d, w.W, rows)
		return
	}
	mulRowsAdd(m, d, w.B, rows)
}

// outputError sets delta_t and returns the loss of step t.
func (r *Recurrent) outputError(t int, w *RecurrentWeights, window *Window) (loss float64) {
	slopeRows(r.net.Phi[1], r.delta[t], r.clean.vOut[t], r.clean.o[t], window.N)
	for b := range window.N {
		o, y := row(r.clean.o[t], b), row(window.Target[t], b)
		loss += r.net.Loss.Value(o, y)
		r.net.Loss.Gradient(r.e, o, y)
		multiply(row(r.delta[t], b), r.e)
		floats.Scale(-1, row(r.delta[t], b))
	}
	return loss
}

// Hints shows see, for every stream and every step but the first, what travels
// from the step to the one before it, and what would by backpropagation: M d_t
// and W^T d_t, of the window that was last run.
func (r *Recurrent) Hints(w *RecurrentWeights, window *Window, see func(fed, exact []float64)) {
	fed, exact := newTile(r.net.Sizes[1]), newTile(r.net.Sizes[1])
	for t := 1; t < len(r.d); t++ {
		setRows(fed, nil, window.N)
		r.carry(fed, r.d[t], w, window.N)
		setRows(exact, nil, window.N)
		mulRowsTransAdd(exact, r.d[t], w.W, window.N)
		for b := range window.N {
			see(row(fed, b), row(exact, b))
		}
	}
}
