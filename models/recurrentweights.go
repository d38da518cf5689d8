package models

import (
	"fmt"
	"math/rand/v2"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
)

// RecurrentWeights are the weights of a network with one recurrent hidden layer,
// or a direction in which they move:
//
//	U  n x n_0    from the input        W  n x n    within the layer     a  n
//	V  n_L x n    to the output         q  n_L
//	B  n x n      feedback weights, in place of W^T on the way back in time
//
// a and q are nil in a network without biases. All but B lie one after another
// in one slice, Plastic.
type RecurrentWeights struct {
	U, W, V blas64.General
	A, Q    []float64
	B       blas64.General

	plastic []float64
	blocks  []Array
}

// NewRecurrentWeights returns weights of net, a network of one hidden layer, all zero.
func NewRecurrentWeights(net *Network) *RecurrentWeights {
	in, n, out := net.Sizes[0], net.Sizes[1], net.Sizes[2]
	w := &RecurrentWeights{plastic: make([]float64, 0, n*(in+n+1)+out*(n+1)), B: newMatrix(n, n)}
	w.U, w.W = w.matrix("U", n, in), w.matrix("W", n, n)
	w.A = w.bias(net, "a", n)
	w.V = w.matrix("V", out, n)
	w.Q = w.bias(net, "q", out)
	return w
}

// matrix takes the next rows x cols numbers of Plastic.
func (w *RecurrentWeights) matrix(name string, rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: w.take(name, rows, cols)}
}

func (w *RecurrentWeights) bias(net *Network, name string, n int) []float64 {
	if !net.Bias {
		return nil
	}
	return w.take(name, n)
}

func (w *RecurrentWeights) take(name string, shape ...int) []float64 {
	from, n := len(w.plastic), 1
	for _, k := range shape {
		n *= k
	}
	w.plastic = w.plastic[:from+n]
	data := w.plastic[from : from+n : from+n]
	w.blocks = append(w.blocks, Array{name, shape, data})
	return data
}

// Plastic returns all weights but B as one slice: U, W, a, V, q.
func (w *RecurrentWeights) Plastic() []float64 { return w.plastic }

// Arrays returns the weights but B by name.
func (w *RecurrentWeights) Arrays() []Array { return w.blocks }

// Feedback returns B as an array.
func (w *RecurrentWeights) Feedback() Array {
	return Array{"B", []int{w.B.Rows, w.B.Cols}, w.B.Data}
}

// Zero sets all weights to zero, B included.
func (w *RecurrentWeights) Zero() {
	clear(w.plastic)
	clear(w.B.Data)
}

// Init draws U, W and V as [Weights.Init] draws the weights of a layer, scaled by
// scale, one for all or one for U and W and one for V; biases become zero.
func (w *RecurrentWeights) Init(seed uint64, kind string, scale ...float64) error {
	for k, m := range []blas64.General{w.U, w.W, w.V} {
		if err := fill(m, kind, ofLayer(scale, k/2), stream.New(seed, "initial recurrent weights", uint64(k))); err != nil {
			return err
		}
	}
	clear(w.A)
	clear(w.Q)
	return nil
}

// InitBiases draws a and q as [Weights.InitBiases] draws the biases of two layers.
func (w *RecurrentWeights) InitBiases(seed uint64, scale ...float64) {
	for i, biases := range [][]float64{w.A, w.Q} {
		rng, half := stream.New(seed, "initial recurrent biases", uint64(i)), ofLayer(scale, i)
		for k := range biases {
			biases[k] = half * (2*rng.Float64() - 1)
		}
	}
}

// RandomFeedback draws B from a distribution of [Weights.Init]: the deviation of
// "xavier-normal" with scale 1 is 1/sqrt(n).
func (w *RecurrentWeights) RandomFeedback(seed uint64, distribution string, scale float64) error {
	return fill(w.B, distribution, scale, stream.New(seed, "initial feedback"))
}

// InitFeedback sets B: "zero", or "weight-product", W^T as it is now.
func (w *RecurrentWeights) InitFeedback(kind string) error {
	switch kind {
	case "zero":
		clear(w.B.Data)
	case "weight-product":
		transpose(w.B, w.W)
	default:
		return fmt.Errorf("models: feedback %q is not of recurrent networks, which know zero and weight-product", kind)
	}
	return nil
}

// fill draws a matrix from a distribution of [Weights.Init].
func fill(m blas64.General, kind string, scale float64, rng *rand.Rand) error {
	draw, err := drawer(kind, scale, m.Cols, m.Rows, rng)
	if err != nil {
		return err
	}
	for k := range m.Data {
		m.Data[k] = draw()
	}
	return nil
}
