package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// nonzeroColumns are where the columns of a tile of inputs are not zero, for the
// update by OpenBLAS: layer 1's is a sum over the tile, of which sparse inputs
// leave most terms out. A drive is not formed so: its bits must not tell how
// full the inputs of other samples are.
type nonzeroColumns struct {
	sample []uint8 // column j's are those of samples sample[j*TileRows:][:count[j]]
	count  []uint8
	total  int
}

// addSparseOuter is addOuter with the numbers of a that are not zero alone. Build
// tag openblas sets it; in pure Go [nonzeros] go by rows.
var addSparseOuter func(dw, a, b blas64.General, z *nonzeroColumns)

// find sets z to the nonzeros of the first rows rows of a.
func (z *nonzeroColumns) find(a blas64.General, rows int) {
	if z.count == nil {
		z.sample, z.count = make([]uint8, TileRows*a.Cols), make([]uint8, a.Cols)
	}
	clear(z.count)
	for k := range rows {
		for j, x := range row(a, k) {
			z.sample[j*TileRows+int(z.count[j])] = uint8(k) // overwritten unless it counts:
			counts := uint8(0)
			if math.Float64bits(x)<<1 != 0 { // as bits, so that there is no branch to mispredict
				counts = 1
			}
			z.count[j] += counts
		}
	}
	z.total = 0
	for _, n := range z.count {
		z.total += int(n)
	}
}

// addOuter is addOuter of a, the matrix that find looked at. Up to a third of its
// numbers is faster than all of them by Gemm.
func (z *nonzeroColumns) addOuter(dw, a, b blas64.General, rows int) {
	if 3*z.total > rows*a.Cols {
		addOuter(dw, a, b, rows)
		return
	}
	addSparseOuter(dw, a, b, z)
}
