package models

import "gonum.org/v1/gonum/blas/blas64"

// trajectory is what a recurrent network passes through in a window, a tile a
// step: voltages and rates of the hidden layer and of the output.
type trajectory struct {
	net     *Network
	v, h    []blas64.General // TileRows x n
	vOut, o []blas64.General // TileRows x n_L
}

func newTrajectory(net *Network, steps int) trajectory {
	n, out := net.Sizes[1], net.Sizes[2]
	return trajectory{net: net, v: newTiles(steps, n), h: newTiles(steps, n), vOut: newTiles(steps, out), o: newTiles(steps, out)}
}

// before returns h_{t-1}, with t counted from 0 within the window.
func (y *trajectory) before(window *Window, t int) blas64.General {
	if t == 0 {
		return window.State
	}
	return y.h[t-1]
}

// run passes through window from its state. noise, if there is any, is added to
// the rates of the hidden layer, and so travels on:
//
//	h_t = phi(U x_t + W h_{t-1} + a) + xi_t
func (y *trajectory) run(w *RecurrentWeights, window *Window, noise []blas64.General) {
	rows := window.N
	for t := range y.h {
		setRows(y.v[t], w.A, rows)
		mulRowsAdd(y.v[t], window.Input[t], w.U, rows)
		mulRowsAdd(y.v[t], y.before(window, t), w.W, rows)
		for b := range rows {
			y.net.Phi[0].Apply(row(y.h[t], b), row(y.v[t], b))
		}
		if noise != nil {
			addRows(y.h[t], noise[t], rows)
		}
		setRows(y.vOut[t], w.Q, rows)
		mulRowsAdd(y.vOut[t], y.h[t], w.V, rows)
		for b := range rows {
			y.net.Phi[1].Apply(row(y.o[t], b), row(y.vOut[t], b))
		}
	}
}

// addRows adds the first rows rows of a to those of dst.
func addRows(dst, a blas64.General, rows int) {
	for b := range rows {
		for k, x := range row(a, b) {
			row(dst, b)[k] += x
		}
	}
}

// slopeRows sets the first rows rows of dst to phi'(v), given r = phi(v) too.
func slopeRows(phi Activation, dst, v, r blas64.General, rows int) {
	for b := range rows {
		phi.Slope(row(dst, b), row(v, b), row(r, b))
	}
}
