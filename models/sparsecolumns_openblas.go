//go:build openblas

package models

/*
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__) && defined(__linux__)
#define FASTEST __attribute__((target_clones("fma", "default")))
#else
#define FASTEST
#endif

typedef double four __attribute__((vector_size(32), aligned(8)));
enum { PANEL = 32 };
#define EACH _Pragma("GCC unroll 8") for (int i = 0; i < PANEL/4; i++)

// dw += sum_k a_k b_k^T, a: slots x m, b: slots x n, with those a_kj alone whose k
// are among the first count[j] of sample[j]. Panels of a row of dw stay in
// registers while samples are added; columns that make no panel come last.
FASTEST static void add_outer(double *dw, const double *a, const double *b,
		const uint8_t *sample, const uint8_t *count, ptrdiff_t m, ptrdiff_t n, int slots) {
	ptrdiff_t c = 0;
	for (; c + PANEL <= n; c += PANEL)
		for (ptrdiff_t j = 0; j < m; j++) {
			const uint8_t *k = sample + j*slots;
			four sum[PANEL/4], *d = (four *)(dw + j*n + c);
			EACH sum[i] = d[i];
			for (int z = 0; z < count[j]; z++) {
				double x = a[k[z]*m + j];
				const four *p = (const four *)(b + k[z]*n + c);
				EACH sum[i] += x*p[i];
			}
			EACH d[i] = sum[i];
		}
	for (ptrdiff_t j = 0; j < m; j++)
		for (int z = 0; z < count[j]; z++) {
			ptrdiff_t k = sample[j*slots + z];
			for (ptrdiff_t i = c; i < n; i++)
				dw[j*n + i] += a[k*m + j]*b[k*n + i];
		}
}
*/
import "C"
import (
	"time"

	"gonum.org/v1/gonum/blas/blas64"
)

func init() {
	addSparseOuter = func(dw, a, b blas64.General, z *nonzeroColumns) {
		if meter != nil {
			defer metered(time.Now())
		}
		C.add_outer((*C.double)(&dw.Data[0]), (*C.double)(&a.Data[0]), (*C.double)(&b.Data[0]),
			(*C.uint8_t)(&z.sample[0]), (*C.uint8_t)(&z.count[0]), C.ptrdiff_t(a.Cols), C.ptrdiff_t(b.Cols), TileRows)
	}
}
