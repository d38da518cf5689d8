//go:build openblas

package models

// #cgo LDFLAGS: -lopenblas
// void openblas_set_num_threads(int);
import "C"

import (
	"gonum.org/v1/gonum/blas/blas64"
	netlib "gonum.org/v1/netlib/blas/netlib"
)

// OpenBLAS runs with one thread: parallelism is over tiles, and its own threads
// make products of this size slower.
func init() {
	C.openblas_set_num_threads(1)
	blas64.Use(netlib.Implementation{})
	wholeTiles, blasName = true, "OpenBLAS (netlib)"
}
