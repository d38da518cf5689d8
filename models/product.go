package models

import (
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// TileRows is the number of samples in a tile: the unit of work of a goroutine,
// and the number of rows that every buffer of a tile has room for.
const TileRows = 64

// wholeTiles says how products are formed. A row's bits must not depend on the
// other rows, and a whole-batch Gemm makes them do so. In pure Go one Gemv per
// row is also twice as fast as gonum's Gemm and allocates nothing. OpenBLAS
// (build tag openblas) gets Gemm on fixed tiles of TileRows rows, the last one
// padded with whatever the buffer holds: same shape, same kernel, same bits.
var wholeTiles = false

// blasName is what manifests and credo doctor call the linear algebra in use.
var blasName = "gonum (pure Go)"

// meter, where a benchmark sets it, is told how long every product takes.
var meter func(time.Duration)

// metered tells meter of a product that began at start; to be deferred.
func metered(start time.Time) { meter(time.Since(start)) }

// BLAS names the linear algebra in use.
func BLAS() string { return blasName }

// mulRowsAdd adds to each of the first rows rows of dst its row of a times W^T:
//
//	dst_k += W a_k        a: rows x n, dst: rows x m, W: m x n
//
// Both buffers have room for rows rounded up to TileRows.
func mulRowsAdd(dst, a, w blas64.General, rows int) {
	if meter != nil {
		defer metered(time.Now())
	}
	if wholeTiles {
		for k := 0; k < rows; k += TileRows {
			blas64.Gemm(blas.NoTrans, blas.Trans, 1, tile(a, k), w, 1, tile(dst, k))
		}
		return
	}
	for k := range rows {
		blas64.Gemv(blas.NoTrans, 1, w, rowVector(a, k), 1, rowVector(dst, k))
	}
}

// mulRowsTransAdd is mulRowsAdd with the transposed weights:
//
//	dst_k += W^T a_k      a: rows x m, dst: rows x n, W: m x n
func mulRowsTransAdd(dst, a, w blas64.General, rows int) {
	if meter != nil {
		defer metered(time.Now())
	}
	if wholeTiles {
		for k := 0; k < rows; k += TileRows {
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, tile(a, k), w, 1, tile(dst, k))
		}
		return
	}
	for k := range rows {
		blas64.Gemv(blas.Trans, 1, w, rowVector(a, k), 1, rowVector(dst, k))
	}
}

// mulAdd adds W a to dst, for one row whose weights are its own.
func mulAdd(dst []float64, w blas64.General, a []float64) {
	if meter != nil {
		defer metered(time.Now())
	}
	blas64.Gemv(blas.NoTrans, 1, w, blas64.Vector{N: w.Cols, Inc: 1, Data: a}, 1, blas64.Vector{N: w.Rows, Inc: 1, Data: dst})
}

// addOuter adds the outer products of the first rows rows:
//
//	dW += sum_k a_k b_k^T      a: rows x m, b: rows x n, dW: m x n
//
// In pure Go row j of dW is a Gemv of b with column j of a, which keeps that
// row in the first-level cache: twice as fast as rank-one updates of all of dW.
func addOuter(dw, a, b blas64.General, rows int) {
	if meter != nil {
		defer metered(time.Now())
	}
	if rows == 0 {
		return
	}
	a.Rows, b.Rows = rows, rows
	if wholeTiles {
		blas64.Gemm(blas.Trans, blas.NoTrans, 1, a, b, 1, dw)
		return
	}
	if rows == 1 {
		blas64.Ger(1, rowVector(a, 0), rowVector(b, 0), dw)
		return
	}
	for j := range dw.Rows {
		blas64.Gemv(blas.Trans, 1, b, column(a, j), 1, rowVector(dw, j))
	}
}

// newTile returns a zero matrix of TileRows rows and n columns.
func newTile(n int) blas64.General { return newMatrix(TileRows, n) }

func newMatrix(rows, cols int) blas64.General {
	stride := max(cols, 1)
	return blas64.General{Rows: rows, Cols: cols, Stride: stride, Data: make([]float64, rows*stride)}
}

// newPadded returns a zero matrix whose rows can be those of a product: the
// memory is rounded up to whole tiles.
func newPadded(rows, cols int) blas64.General {
	g := newMatrix((rows+TileRows-1)/TileRows*TileRows, cols)
	g.Rows = rows
	return g
}

// tile views TileRows rows of g from row k on.
func tile(g blas64.General, k int) blas64.General {
	g.Data = g.Data[k*g.Stride:]
	g.Rows = TileRows
	return g
}

func rowVector(g blas64.General, k int) blas64.Vector {
	return blas64.Vector{N: g.Cols, Inc: 1, Data: g.Data[k*g.Stride:]}
}

// column views column j of g.
func column(g blas64.General, j int) blas64.Vector {
	return blas64.Vector{N: g.Rows, Inc: g.Stride, Data: g.Data[j:]}
}

// row views row k of g.
func row(g blas64.General, k int) []float64 {
	return g.Data[k*g.Stride : k*g.Stride+g.Cols]
}

// RowsTogether returns how many samples, at most a tile, are worth simulating at
// once. OpenBLAS wants whole tiles; in pure Go a few find the weights in the
// cache, and leave other workers their share of a minibatch.
func RowsTogether() int {
	if wholeTiles {
		return TileRows
	}
	return 16
}
