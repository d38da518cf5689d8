package models

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// wideLoop holds what all samples of [Wide] share:
//
//	K = (Q_L + I/g)^-1,   Q_i K   (n_i x n_L),   G_i = Q_i K W_L   (n_i x n_{L-1})
//
// and the preconditioner (I - F')^-1, n_{L-1} x n_{L-1}. With D_i = diag(phi'(v_i))
// at a state, F' is the last of
//
//	C_i = D_i (W_i C_{i-1} - G_i),   C_0 = 0
//
// K and Q_i K are computed anew only where Q has moved; that takes LAPACK's
// blocked factors, which allocate, unless Q_L is diagonal.
type wideLoop struct {
	net *Network

	q        []blas64.General // Q that K belongs to
	k        blas64.General   // n_L x n_L
	diagonal bool             // Q_L, and so K, is diagonal
	qk       []blas64.General // Q_i K, hidden layers
	gain     []blas64.General // -G_i, hidden layers
	weights  []blas64.General // W_i, hidden layers, with room for whole tiles
	chain    []blas64.General // C_i, hidden layers

	precondition blas64.General
	factors      blas64.General // of I - F'
	pivot        []int
	slope        []float64
}

func newWideLoop(net *Network) *wideLoop {
	hidden, nL := net.Depth()-1, net.Outputs()
	nZ := net.Sizes[hidden]
	l := &wideLoop{
		net: net, k: newMatrix(nL, nL),
		precondition: newMatrix(nZ, nZ), factors: newMatrix(nZ, nZ), pivot: make([]int, nZ), slope: make([]float64, widest(net)),
	}
	for i, n := range net.Sizes[1:] {
		l.q = append(l.q, newPadded(n, nL))
		if i < hidden {
			l.qk, l.weights = append(l.qk, newPadded(n, nL)), append(l.weights, newPadded(n, net.Sizes[i]))
			l.gain, l.chain = append(l.gain, newPadded(n, nZ)), append(l.chain, newPadded(n, nZ))
		}
	}
	l.q[hidden].Data[0] = math.NaN() // no Q yet
	return l
}

// close computes all of it; inverse is 1/g, and v and r are scratch.
func (l *wideLoop) close(w *Weights, inverse float64, v, r []blas64.General) {
	if !l.sameFeedback(w) {
		l.setFeedback(w, inverse)
	}
	hidden := len(l.gain)
	for i, g := range l.gain {
		setRows(g, nil, g.Rows)
		mulRowsTransAdd(g, l.qk[i], w.W[hidden], g.Rows)
		for k := range g.Data {
			g.Data[k] = -g.Data[k]
		}
	}
	l.atBias(w, v, r)
	l.linearize(w, v, r, 0)
}

func (l *wideLoop) sameFeedback(w *Weights) bool {
	for i, q := range w.Q {
		if !slices.Equal(l.q[i].Data[:len(q.Data)], q.Data) {
			return false
		}
	}
	return true
}

// setFeedback computes K and Q_i K. A singular K is infinite somewhere: no
// sample then comes to rest.
func (l *wideLoop) setFeedback(w *Weights, inverse float64) {
	for i, q := range w.Q {
		copy(l.q[i].Data, q.Data)
	}
	l.setOutputGain(l.q[len(l.qk)], inverse)
	for i, qk := range l.qk {
		setRows(qk, nil, qk.Rows)
		if !l.diagonal {
			mulRowsTransAdd(qk, l.q[i], l.k, qk.Rows)
			continue
		}
		copy(qk.Data, l.q[i].Data)
		for k := range qk.Rows {
			l.scale(row(qk, k))
		}
	}
}

// setOutputGain computes K.
func (l *wideLoop) setOutputGain(qL blas64.General, inverse float64) {
	setIdentity(l.k)
	l.diagonal = isDiagonal(qL)
	n := qL.Rows
	if l.diagonal {
		for j := range n {
			row(l.k, j)[j] = 1 / (row(qL, j)[j] + inverse)
		}
		return
	}
	m := newMatrix(n, n)
	copy(m.Data, qL.Data)
	for j := range n {
		m.Data[j*n+j] += inverse
	}
	pivot := make([]int, n)
	if !lapack64.Getrf(m, pivot) {
		l.k.Data[0] = math.Inf(1)
		return
	}
	lapack64.Getrs(blas.NoTrans, m, l.k, pivot)
}

// invert sets the first rows rows of u to K e.
func (l *wideLoop) invert(u, e blas64.General, rows int) {
	setRows(u, nil, rows)
	if !l.diagonal {
		mulRowsAdd(u, e, l.k, rows)
		return
	}
	for b := range rows {
		copy(row(u, b), row(e, b))
		l.scale(row(u, b))
	}
}

// scale replaces x with K x, K diagonal.
func (l *wideLoop) scale(x []float64) {
	for j := range x {
		x[j] *= row(l.k, j)[j]
	}
}

// atBias sets row 0 of v and r to the state that the biases alone make.
func (l *wideLoop) atBias(w *Weights, v, r []blas64.General) {
	for i := range l.chain {
		setRows(v[i], w.B[i], 1)
		if i > 0 {
			mulRowsAdd(v[i], r[i-1], w.W[i], 1)
		}
		l.net.Phi[i].Apply(row(r[i], 0), row(v[i], 0))
	}
}

// linearize computes C_i and the preconditioner at row b of v and r.
func (l *wideLoop) linearize(w *Weights, v, r []blas64.General, b int) {
	for i, c := range l.chain {
		copy(c.Data, l.gain[i].Data)
		if i > 0 {
			copy(l.weights[i].Data, w.W[i].Data)
			mulRowsTransAdd(c, l.weights[i], l.chain[i-1], c.Rows)
		}
		slope := l.slope[:c.Rows]
		l.net.Phi[i].Slope(slope, row(v[i], b), row(r[i], b))
		for k, d := range slope {
			for j := range row(c, k) {
				row(c, k)[j] *= d
			}
		}
	}
	l.setPreconditioner()
}

// setPreconditioner computes (I - F')^-1, or I where there is none. The
// factors are LAPACK's unblocked ones, which do not allocate.
func (l *wideLoop) setPreconditioner() {
	m, n, jacobian := l.factors, l.factors.Rows, l.chain[len(l.chain)-1]
	setIdentity(m)
	for k := range m.Data {
		m.Data[k] -= jacobian.Data[k]
	}
	setIdentity(l.precondition)
	if (gonum.Implementation{}).Dgetf2(n, n, m.Data, m.Stride, l.pivot) {
		lapack64.Getrs(blas.NoTrans, m, l.precondition, l.pivot)
	}
}

func isDiagonal(m blas64.General) bool {
	for i := range m.Rows {
		for j, x := range row(m, i) {
			if i != j && x != 0 {
				return false
			}
		}
	}
	return true
}
