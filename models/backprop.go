package models

import (
	"gonum.org/v1/gonum/blas/blas64"
)

// Backprop is error backpropagation. With d_i = -dL/dv_i,
//
//	d_L = -phi'(v_L) * dL/dr_L,   d_i = phi'(v_i) * W_{i+1}^T d_{i+1}
//	dW_i = d_i r_{i-1}^T,         db_i = d_i
//
// so that dW = -dL/dW.
type Backprop struct {
	*Feedforward
	d     []blas64.General // TileRows x n_i: d_i
	slope []float64
}

// NewBackprop returns backpropagation through net.
func NewBackprop(net *Network) *Backprop {
	p := &Backprop{Feedforward: NewFeedforward(net), slope: make([]float64, widest(net))}
	for _, n := range net.Sizes[1:] {
		p.d = append(p.d, newTile(n))
	}
	return p
}

// Present adds -dL/dW, summed over the samples of batch, to dst.
func (p *Backprop) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o := p.Run(w, batch)
	last := p.net.Depth() - 1
	p.outputError(p.d[last], batch)
	for i := last; i >= 0; i-- {
		p.timesSlope(p.d[i], i, batch.N)
		if i > 0 {
			setRows(p.d[i-1], nil, batch.N)
			mulRowsTransAdd(p.d[i-1], p.d[i], w.W[i], batch.N)
		}
	}
	dst.AddOuter(p.d, p.before, batch.N)
	return o, nil
}

// outputError sets dst = -dL/dr_L for every sample, L weighted as in targets.
func (f *Feedforward) outputError(dst blas64.General, batch *Batch) {
	for b := range batch.N {
		d := row(dst, b)
		f.net.Loss.Gradient(d, f.Output(b), row(batch.Target, b))
		for j := range d {
			d[j] *= -batch.LossWeight
		}
	}
}

// timesSlope multiplies the rows of d with phi'(v_i).
func (p *Backprop) timesSlope(d blas64.General, i, rows int) {
	slope := p.slope[:d.Cols]
	for b := range rows {
		p.net.Phi[i].Slope(slope, row(p.V[i], b), row(p.R[i], b))
		for j, x := range slope {
			d.Data[b*d.Stride+j] *= x
		}
	}
}

func widest(net *Network) int {
	n := 0
	for _, size := range net.Sizes[1:] {
		n = max(n, size)
	}
	return n
}
