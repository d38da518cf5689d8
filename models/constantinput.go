package models

import "gonum.org/v1/gonum/blas/blas64"

// constantInput is what a learner saves because r_0 stands still in a
// presentation: layer 1's drive is formed once, and so is its update,
//
//	int a_1 r_0^T dt = (int a_1 dt) r_0^T
//
// Both have one row a sample of the tile.
type constantInput struct {
	drives blas64.General // TileRows x n_1: W_1 r_0 + b_1
	taught blas64.General // TileRows x n_1: layer 1's neuron factor a_1, summed until flush
}

func newConstantInput(net *Network) constantInput {
	return constantInput{newTile(net.Sizes[1]), newTile(net.Sizes[1])}
}

// bind takes the drives from the feedforward state and forgets what was taught.
func (c *constantInput) bind(ff *Feedforward) {
	copy(c.drives.Data, ff.V[0].Data)
	clear(c.taught.Data)
}

// refresh computes the drives anew, for weights that moved.
func (c *constantInput) refresh(w *Weights, batch *Batch) {
	setRows(c.drives, w.B[0], batch.N)
	mulRowsAdd(c.drives, batch.Input, w.W[0], batch.N)
}

// drive sets row k of dst to the drive of sample id[k].
func (c *constantInput) drive(dst blas64.General, id []int) {
	for k, b := range id {
		copy(row(dst, k), row(c.drives, b))
	}
}

// teach adds sum_k a_i r_{i-1}^T of all layers but the first to dst, and keeps
// the first's neuron factors. Row k of the tiles a and r is of sample id[k].
func (c *constantInput) teach(dst *Weights, a, r []blas64.General, id []int) {
	for k, b := range id {
		sum := row(c.taught, b)
		for j, factor := range row(a[0], k) {
			sum[j] += factor
		}
	}
	for i := 1; i < len(a); i++ {
		addOuter(dst.W[i], a[i], r[i-1], len(id))
		addColumnSums(dst.B[i], a[i], len(id))
	}
}

// flush adds layer 1's part of the update to dst.
func (c *constantInput) flush(dst *Weights, batch *Batch) {
	addOuter(dst.W[0], c.taught, batch.Input, batch.N)
	addColumnSums(dst.B[0], c.taught, batch.N)
	clear(c.taught.Data)
}
