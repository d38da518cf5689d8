package models

import (
	"gonum.org/v1/gonum/blas/blas64"
)

// Jacobian holds J_i = dr_L/dv_i (n_L x n_i) of every sample of a tile, by one
// backward sweep of n_L directions a sample:
//
//	J_L = D_L,   J_i = J_{i+1} W_{i+1} D_i,   D_i = diag(phi'(v_i))
type Jacobian struct {
	net   *Network
	rows  []blas64.General // TileRows n_L x n_i: row b n_L + c is output c of sample b
	slope []float64
}

// NewJacobian returns the memory of the Jacobians of a tile.
func NewJacobian(net *Network) *Jacobian { return newJacobian(net, TileRows) }

// newJacobian returns the memory of the Jacobians of a number of samples.
func newJacobian(net *Network, samples int) *Jacobian {
	j := &Jacobian{net: net, slope: make([]float64, widest(net))}
	for _, n := range net.Sizes[1:] {
		j.rows = append(j.rows, newPadded(samples*net.Outputs(), n))
	}
	return j
}

// Run computes the Jacobians of the first samples rows of voltages v and rates
// r (TileRows x n_i each).
func (j *Jacobian) Run(w *Weights, v, r []blas64.General, samples int) {
	nL, last := j.net.Outputs(), j.net.Depth()-1
	for i := last; i >= 0; i-- {
		g := j.rows[i]
		setRows(g, nil, samples*nL)
		if i < last {
			mulRowsTransAdd(g, j.rows[i+1], w.W[i+1], samples*nL)
		}
		for b := range samples {
			slope := j.slope[:g.Cols]
			j.net.Phi[i].Slope(slope, row(v[i], b), row(r[i], b))
			for c := range nL {
				if i == last {
					row(g, b*nL+c)[c] = slope[c]
					continue
				}
				multiply(row(g, b*nL+c), slope)
			}
		}
	}
}

// Of returns J_i of sample b, with i counted from 0: n_L x n_i, row-major.
func (j *Jacobian) Of(b, i int) blas64.General {
	nL, g := j.net.Outputs(), j.rows[i]
	return blas64.General{Rows: nL, Cols: g.Cols, Stride: g.Stride, Data: g.Data[b*nL*g.Stride : (b+1)*nL*g.Stride]}
}

func multiply(x, factor []float64) {
	for j, f := range factor {
		x[j] *= f
	}
}
