package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// Weights are the weights of a layered network, or a direction in which they
// move. Layer i of the papers is index i-1 here:
//
//	W[i-1]  n_i x n_{i-1}    forward weights
//	B[i-1]  n_i              biases; nil in a network without
//	Q[i-1]  n_i x n_L        feedback weights; zero until they are set
//
// Where feedback is not direct, Q is what the path makes of its own weights
// ([FeedbackPath]; [Weights.Compose]):
//
//	Link[i-1]  n_i x n_{i+1} or n_i x d_k   the Q_i of the path; Q itself if direct
//	R[k-1]     d_k x d_{k-1}                onto its neurons
//
// Where weights are random variables ([Network].SpikeSlab), W holds the means of
// their slabs and each has two parameters more ([SpikeSlab]):
//
//	Pi[i-1]  n_i x n_{i-1}    probability of the spike; nil where weights are numbers
//	Xi[i-1]  n_i x n_{i-1}    variance of the slab
//
// All of these lie one after another in one slice, Plastic, so that an optimizer
// and a checkpoint need not know of layers.
type Weights struct {
	W []blas64.General
	B [][]float64
	Q []blas64.General

	Pi, Xi []blas64.General

	Link, R []blas64.General

	moments *moments // of random weights, from Compose on
	path    FeedbackPath
	stage   []int // by layer: as Network.FeedbackStages
	plastic []float64
	blocks  []Array
}

// Array is one named array of weights, row-major.
type Array struct {
	Name  string
	Shape []int
	Data  []float64
}

// NewWeights returns weights of net, all zero.
func NewWeights(net *Network) *Weights {
	total := 0
	for i := 1; i < len(net.Sizes); i++ {
		total += net.Sizes[i] * (net.Sizes[i-1] + 1)
		if net.SpikeSlab {
			total += 2 * net.Sizes[i] * net.Sizes[i-1]
		}
	}
	w := &Weights{plastic: make([]float64, total), B: make([][]float64, net.Depth())}
	rest := w.plastic
	take := func(n int) (head []float64) {
		head, rest = rest[:n:n], rest[n:]
		return head
	}
	for i := range net.Depth() {
		rows, cols := net.Sizes[i+1], net.Sizes[i]
		add := func(to *[]blas64.General, name string) {
			matrix := blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: take(rows * cols)}
			*to = append(*to, matrix)
			w.blocks = append(w.blocks, Array{fmt.Sprint(name, i+1), []int{rows, cols}, matrix.Data})
		}
		add(&w.W, "W")
		if net.SpikeSlab {
			add(&w.Pi, "pi")
			add(&w.Xi, "xi")
		}
		if net.Bias {
			w.B[i] = take(rows)
			w.blocks = append(w.blocks, Array{fmt.Sprintf("b%d", i+1), []int{rows}, w.B[i]})
		}
	}
	w.layFeedback(net)
	w.plastic = w.plastic[:total-len(rest)]
	return w
}

// Plastic returns all that learns in the forward path as one slice: W1, b1, W2,
// ..., or W1, pi1, xi1, W2, ...
func (w *Weights) Plastic() []float64 { return w.plastic }

// Arrays returns what Plastic holds by name.
func (w *Weights) Arrays() []Array { return w.blocks }

// Feedback returns the feedback path's own weights by name: Q1, Q2, ..., and R1,
// R2, ... where it has neurons. Compose must follow a change.
func (w *Weights) Feedback() []Array {
	var arrays []Array
	add := func(name string, matrices []blas64.General) {
		for i, m := range matrices {
			arrays = append(arrays, Array{fmt.Sprint(name, i+1), []int{m.Rows, m.Cols}, m.Data})
		}
	}
	add("Q", w.Link)
	add("R", w.R)
	return arrays
}

// Locate says which weight index k of Plastic is, for instance "W2[3, 17]".
func (w *Weights) Locate(k int) string {
	for _, a := range w.blocks {
		if k >= len(a.Data) {
			k -= len(a.Data)
			continue
		}
		if len(a.Shape) == 1 {
			return fmt.Sprintf("%s[%d]", a.Name, k)
		}
		return fmt.Sprintf("%s[%d, %d]", a.Name, k/a.Shape[1], k%a.Shape[1])
	}
	return fmt.Sprintf("weight %d", k)
}

// links are the feedback path's own weights of the hidden layers.
func (w *Weights) links() []blas64.General { return w.Link[:len(w.Link)-1] }

// setLinks sets them to the numbers that y begins with.
func (w *Weights) setLinks(y []float64) {
	for _, b := range w.links() {
		y = y[copy(b.Data, y):]
	}
}

// Zero sets forward weights and biases to zero.
func (w *Weights) Zero() { clear(w.plastic) }

// ZeroFeedback sets the feedback weights to zero.
func (w *Weights) ZeroFeedback() {
	for i, q := range w.Q {
		clear(q.Data)
		clear(w.Link[i].Data)
	}
}

// size returns how many weights there are, the feedback path's own to layers included.
func (w *Weights) size() int {
	n := len(w.plastic)
	for _, q := range w.Link {
		n += len(q.Data)
	}
	return n
}

// copyTo writes all these weights to y, feedback weights last, and returns how many.
func (w *Weights) copyTo(y []float64) int {
	n := copy(y, w.plastic)
	for _, q := range w.Link {
		n += copy(y[n:], q.Data)
	}
	return n
}

// setFrom is the inverse of copyTo.
func (w *Weights) setFrom(y []float64) {
	n := copy(w.plastic, y)
	for _, q := range w.Link {
		n += copy(q.Data, y[n:])
	}
}

// Copy sets w to src, feedback weights included.
func (w *Weights) Copy(src *Weights) {
	copy(w.plastic, src.plastic)
	w.TakeFeedback(src)
	for k := range w.R {
		copy(w.R[k].Data, src.R[k].Data)
	}
}

// TakeFeedback sets the feedback weights to those of src.
func (w *Weights) TakeFeedback(src *Weights) {
	for i := range w.Q {
		copy(w.Q[i].Data, src.Q[i].Data)
		copy(w.Link[i].Data, src.Link[i].Data)
	}
}

// AddOuter adds the update that neuron factors d_i and presynaptic rates
// r_{i-1} make, summed over the first samples rows, to w:
//
//	dW_i = sum_b d_i r_{i-1}^T,   db_i = sum_b d_i
//
// d[i-1] is TileRows x n_i and r[i-1] TileRows x n_{i-1}; r[0] is the input.
func (w *Weights) AddOuter(d, r []blas64.General, samples int) {
	for i := range w.W {
		addOuter(w.W[i], d[i], r[i], samples)
		addColumnSums(w.B[i], d[i], samples)
	}
}
