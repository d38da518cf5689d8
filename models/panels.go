package models

import (
	"math/bits"

	"gonum.org/v1/gonum/blas/blas32"
)

// panels is an in x out matrix of float32 that is read by rows, a row being what
// one presynaptic neuron sends to all others. It is cut into panels of
// neighbouring columns, and each panel lies in memory row by row: a panel is the
// unit of work of a goroutine, and it reads its part of many rows as one stretch.
// Panels depend on the shape alone, so that who works on them changes no bit.
type panels struct {
	in, out, width int
	data           []float32
}

// widestPanelOf bounds a panel: 256 columns of a few streams' sums stay in the
// first-level cache while rows pass by. It is a multiple of a word of spikes.
const widestPanelOf = 256

func newPanels(in, out int) panels {
	half := ((out+1)/2 + wordBits - 1) / wordBits * wordBits
	return panels{in: in, out: out, width: min(widestPanelOf, half), data: make([]float32, in*out)}
}

// count returns the number of panels.
func (p panels) count() int { return (p.out + p.width - 1) / p.width }

// span returns the columns of panel c, from <= j < to.
func (p panels) span(c int) (from, to int) { return c * p.width, min(p.out, (c+1)*p.width) }

// row returns row j of panel c.
func (p panels) row(c, j int) []float32 {
	from, to := p.span(c)
	at := p.in*from + j*(to-from)
	return p.data[at : at+to-from : at+to-from]
}

// at returns where row j, column i is in data.
func (p panels) at(j, i int) int {
	from, to := p.span(i / p.width)
	return p.in*from + j*(to-from) + i - from
}

// addActive adds to sums[k], for every k, the rows of panel c whose neurons are
// active in active[k], in their order. The rows of one word of spikes serve all k
// while they are in the cache.
func (p panels) addActive(sums [][]float32, c int, active []spikes) {
	for word := range active[0] {
		for k, sum := range sums {
			for rest := active[k][word]; rest != 0; rest &= rest - 1 {
				addScaled32(sum, 1, p.row(c, word*wordBits+bits.TrailingZeros64(rest)))
			}
		}
	}
}

// addRows adds to sums[k], for every k, the rows of panel c times weight[k][j].
func (p panels) addRows(sums [][]float32, c int, weight [][]float32) {
	const block = 32 // rows that serve all k while they are in the cache
	for first := 0; first < p.in; first += block {
		for k, sum := range sums {
			for j := first; j < min(first+block, p.in); j++ {
				if x := weight[k][j]; x != 0 {
					addScaled32(sum, x, p.row(c, j))
				}
			}
		}
	}
}

func newRows32(rows, n int) [][]float32 {
	all := make([][]float32, rows)
	for k := range all {
		all[k] = make([]float32, n)
	}
	return all
}

// addScaled32 adds factor x to dst.
func addScaled32(dst []float32, factor float32, x []float32) {
	blas32.Axpy(factor, blas32.Vector{N: len(x), Inc: 1, Data: x}, blas32.Vector{N: len(dst), Inc: 1, Data: dst})
}
