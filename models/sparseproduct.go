package models

import (
	"time"

	"gonum.org/v1/gonum/blas/blas64"
)

// nonzeros are where the rows of a tile of inputs are not zero: of the pixels of
// MNIST a fifth. Pure Go forms products with these alone, in order, so that a row's
// bits still depend on that row alone; a dense row takes as long as by Gemv.
// OpenBLAS is fastest with all, but for an update.
type nonzeros struct {
	column []int32
	from   []int // row k has those of column[from[k]:from[k+1]]

	columns nonzeroColumns // in their place for OpenBLAS
}

// find sets z to the nonzeros of the first rows rows of a.
func (z *nonzeros) find(a blas64.General, rows int) {
	if wholeTiles {
		z.columns.find(a, rows)
		return
	}
	if z.column == nil {
		z.column, z.from = make([]int32, TileRows*a.Cols), make([]int, TileRows+1)
	}
	n := 0
	for k := range rows {
		for j, x := range row(a, k) {
			z.column[n] = int32(j) // overwritten unless it counts: no branch to mispredict
			if x != 0 {
				n++
			}
		}
		z.from[k+1] = n
	}
}

// mulRowsAdd adds to each of the first rows rows of dst its row of a times W:
//
//	dst_k += W^T a_k      a: rows x m, dst: rows x n, W: m x n
func (z *nonzeros) mulRowsAdd(dst, a, w blas64.General, rows int) {
	if wholeTiles {
		mulRowsTransAdd(dst, a, w, rows)
		return
	}
	if meter != nil {
		defer metered(time.Now())
	}
	for k := range rows {
		x, sum := row(a, k), rowVector(dst, k)
		for _, j := range z.column[z.from[k]:z.from[k+1]] {
			blas64.Axpy(x[j], rowVector(w, int(j)), sum)
		}
	}
}

// addOuter adds the outer products of the first rows rows:
//
//	dW += sum_k a_k b_k^T      a: rows x m, b: rows x n, dW: m x n
func (z *nonzeros) addOuter(dw, a, b blas64.General, rows int) {
	if wholeTiles {
		z.columns.addOuter(dw, a, b, rows)
		return
	}
	if meter != nil {
		defer metered(time.Now())
	}
	for k := range rows {
		x, add := row(a, k), rowVector(b, k)
		for _, j := range z.column[z.from[k]:z.from[k+1]] {
			blas64.Axpy(x[j], add, rowVector(dw, int(j)))
		}
	}
}
