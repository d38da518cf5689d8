package models

import (
	"math"
	"slices"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
)

// meanField is a tile of a network whose weights are random, averaged over them:
// of N = n_{i-1} independent weights a neuron sees a normal sum. Li and Huang
// (2020), eqs. (2) to (7), in the right form, with mu = E w, s = Var w:
//
//	G_i = mu_i h_{i-1} / sqrt(N),   D_i^2 = s_i h_{i-1}^2 / N,   z_i = G_i + eps_i D_i
//	h_i = phi_i(z_i)
//
// eps_i is quenched: one normal a neuron and a sample, named by the number of
// its presentation, the same in the pass back. With k_i = -dC/dz_i, e_i = eps_i/D_i
// (0 where D_i = 0),
//
//	-dC/dh_i = mu_{i+1}^T k_{i+1} / sqrt(n_i) + h_i * (s_{i+1}^T (k_{i+1} * e_{i+1})) / n_i
//
// Index i-1 is layer i; every matrix is TileRows x n_i, the inputs' TileRows x n_{i-1}.
type meanField struct {
	net     *Network
	seed    uint64 // of the noise,
	purpose string // and the rest of its name
	index   []uint64

	moments *moments // of the weights
	floor   float64  // least D_i^2, which is added to it; 0 but in flows, see [GBPSystem]

	noise   []blas64.General // eps_i, row b is sample b's
	z, h    []blas64.General
	before  []blas64.General // h_{i-1}: the input, then h
	nonzero nonzeros         // of the input
	squares []blas64.General // h_{i-1}^2
	spread  []blas64.General // D_i^2, then e_i
	k, ke   []blas64.General // k_i and k_i * e_i

	second blas64.General // scratch of the widest layer
	slope  []float64
}

// newMeanField returns the memory of a tile. The noise of layer i is that of the
// stream (seed, purpose, index.., number of the presentation, i).
func newMeanField(net *Network, seed uint64, purpose string, index ...uint64) *meanField {
	f := &meanField{net: net, seed: seed, purpose: purpose, index: index, slope: make([]float64, widest(net))}
	f.before = append(f.before, blas64.General{})
	for i, n := range net.Sizes[1:] {
		for _, g := range []*[]blas64.General{&f.noise, &f.z, &f.h, &f.spread, &f.k, &f.ke} {
			*g = append(*g, newTile(n))
		}
		f.squares = append(f.squares, newTile(net.Sizes[i]))
	}
	f.before = append(f.before, f.h[:net.Depth()-1]...)
	f.second = newTile(widest(net))
	return f
}

// draw draws the noise of every sample of batch.
func (f *meanField) draw(batch *Batch) {
	name := append(slices.Clone(f.index), 0, 0)
	for b := range batch.N {
		name[len(f.index)] = batch.First + uint64(b)
		for i, noise := range f.noise {
			name[len(f.index)+1] = uint64(i + 1)
			rng := stream.New(f.seed, f.purpose, name...)
			for j := range row(noise, b) {
				row(noise, b)[j] = rng.NormFloat64()
			}
		}
	}
}

// read makes the rows of input those of the first layer.
func (f *meanField) read(input blas64.General, rows int) {
	f.before[0] = input
	f.nonzero.find(input, rows)
	f.square(0, rows)
}

// square sets h_i^2.
func (f *meanField) square(i, rows int) {
	for b := range rows {
		dst := row(f.squares[i], b)
		for j, h := range row(f.before[i], b) {
			dst[j] = h * h
		}
	}
}

// drive sets dst to what layer i's neurons are driven by, G + eps D, and leaves e
// in spread. Row k has the noise of sample id[k].
func (f *meanField) drive(dst blas64.General, i int, id []int) {
	setRows(dst, nil, len(id))
	setRows(f.spread[i], nil, len(id))
	f.mulRowsAdd(dst, f.before[i], f.moments.mean[i], i, len(id))
	f.mulRowsAdd(f.spread[i], f.squares[i], f.moments.variance[i], i, len(id))
	for k, b := range id {
		z, spread := row(dst, k), row(f.spread[i], k)
		for j, eps := range row(f.noise[i], b) {
			deviation := math.Sqrt(spread[j] + f.floor)
			z[j] += eps * deviation
			if spread[j] = 0; deviation > 0 {
				spread[j] = eps / deviation
			}
		}
	}
}

// mulRowsAdd adds a times layer i's moments to dst.
func (f *meanField) mulRowsAdd(dst, a, moments blas64.General, i, rows int) {
	if i == 0 {
		f.nonzero.mulRowsAdd(dst, a, moments, rows)
		return
	}
	mulRowsTransAdd(dst, a, moments, rows)
}

// rates sets h_i = phi_i(z_i), and its square where a layer follows.
func (f *meanField) rates(i, rows int) {
	for b := range rows {
		f.net.Phi[i].Apply(row(f.h[i], b), row(f.z[i], b))
	}
	if i+1 < f.net.Depth() {
		f.square(i+1, rows)
	}
}

// outputError sets k_L of the rows, which are those of samples id.
func (f *meanField) outputError(batch *Batch, id []int) {
	last := f.net.Depth() - 1
	for k, b := range id {
		f.net.outputError(row(f.k[last], k), row(f.h[last], k), batch, b)
		f.damp(f.k[last], last, k)
	}
	f.spreadErrors(last, len(id))
}

// spreadErrors sets k_i * e_i.
func (f *meanField) spreadErrors(i, rows int) {
	for b := range rows {
		ke, e := row(f.ke[i], b), row(f.spread[i], b)
		for j, k := range row(f.k[i], b) {
			ke[j] = k * e[j]
		}
	}
}

// damp multiplies row b of dst by phi_i'(z_i).
func (f *meanField) damp(dst blas64.General, i, b int) {
	slope := f.slope[:dst.Cols]
	f.net.Phi[i].Slope(slope, row(f.z[i], b), row(f.h[i], b))
	multiply(row(dst, b), slope)
}

// carry sets dst = -dC/dz_i from the errors of the layer above hidden layer i.
func (f *meanField) carry(dst blas64.General, i, rows int) {
	second := f.second
	second.Cols, second.Stride = dst.Cols, dst.Cols
	setRows(dst, nil, rows)
	setRows(second, nil, rows)
	mulRowsAdd(dst, f.k[i+1], f.moments.mean[i+1], rows)
	mulRowsAdd(second, f.ke[i+1], f.moments.variance[i+1], rows)
	for b := range rows {
		d, h := row(dst, b), row(f.h[i], b)
		for j, x := range row(second, b) {
			d[j] += h[j] * x
		}
		f.damp(dst, i, b)
	}
}

// learn adds what a layer has to know of the rows to dst: A to the numbers of its
// W, V to those of its Xi, as n_{i-1} x n_i matrices,
//
//	A = sum_b h_{i-1} k_i^T,   V = sum_b h_{i-1}^2 (k_i * e_i)^T
func (f *meanField) learn(dst *Weights, rows int) {
	for i := range dst.W {
		add := addOuter
		if i == 0 {
			add = f.nonzero.addOuter
		}
		add(transposed(dst.W[i]), f.before[i], f.k[i], rows)
		add(transposed(dst.Xi[i]), f.squares[i], f.ke[i], rows)
	}
}

// transposed lays a matrix of the transposed shape over the numbers of g.
func transposed(g blas64.General) blas64.General {
	return blas64.General{Rows: g.Cols, Cols: g.Rows, Stride: g.Rows, Data: g.Data}
}

// finish turns A and V, as learn leaves them in dw, into -dC/d(m, pi, Xi) at w:
// divided by sqrt(N) and by 2 N,
//
//	dm  = (1-pi) A + 2 pi (1-pi) m V
//	dpi = -m A + ((1 - 2 pi) m^2 - Xi) V
//	dXi = (1-pi) V
//
// scratch has room for the weights of any layer.
func finish(dw, w *Weights, scratch []float64) {
	for i, g := range dw.W {
		reorder(g, scratch)
		reorder(dw.Xi[i], scratch)
		n := float64(g.Cols)
		root, half := 1/math.Sqrt(n), 1/(2*n)
		dms, all := g.Data, len(g.Data)
		dpis, dxis := dw.Pi[i].Data[:all], dw.Xi[i].Data[:all]
		ms, pis, xis := w.W[i].Data[:all], w.Pi[i].Data[:all], w.Xi[i].Data[:all]
		for k, sum := range dms {
			a, v, m, pi := root*sum, half*dxis[k], ms[k], pis[k]
			dms[k] = (1 - pi) * (a + 2*pi*m*v)
			dpis[k] = ((1-2*pi)*m*m-xis[k])*v - m*a
			dxis[k] = (1 - pi) * v
		}
	}
}

// reorder puts the numbers of transposed(g) in the order of g.
func reorder(g blas64.General, scratch []float64) {
	from := transposed(g)
	from.Data = scratch[:len(g.Data)]
	copy(from.Data, g.Data)
	transpose(g, from)
}
