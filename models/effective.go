package models

import (
	"math"

	"credo/internal/stream"
)

// Point returns n with numbers for weights, as they act on a neuron: no
// distributions, and sums that are not normalised. It is the network of
// [Weights.Sample], [Weights.Mean] and [Weights.Effective].
func (n *Network) Point() *Network {
	point := *n
	point.SpikeSlab, point.Normalize = false, false
	return &point
}

// Sample sets w, weights of a [Network.Point], to a network drawn from the
// distribution of from: W = w/sqrt(n_{i-1}), w = 0 with probability pi, else
// m + sqrt(Xi) times a normal. Layer i draws from the stream (seed, "sampled
// weights", index, i).
func (w *Weights) Sample(from *Weights, seed, index uint64) {
	for i, dst := range w.W {
		rng := stream.New(seed, "sampled weights", index, uint64(i+1))
		root := 1 / math.Sqrt(float64(dst.Cols))
		for k := range dst.Data {
			p := from.Weight(i, k)
			z := rng.NormFloat64()
			if dst.Data[k] = 0; rng.Float64() >= p.Pi {
				dst.Data[k] = root * (p.M + math.Sqrt(p.Xi)*z)
			}
		}
	}
}

// Mean sets w, weights of a [Network.Point], to W = E w / sqrt(n_{i-1}): the
// network of from without noise.
func (w *Weights) Mean(from *Weights) {
	for i, dst := range w.W {
		root := 1 / math.Sqrt(float64(dst.Cols))
		for k := range dst.Data {
			dst.Data[k] = root * from.Weight(i, k).Mean()
		}
	}
}

// Effective sets w, weights of a [Network.Point], to what the weights from of a
// normalised network act as, W / sqrt(n_{i-1}); biases stay.
func (w *Weights) Effective(from *Weights) {
	copy(w.plastic, from.plastic)
	for _, dst := range w.W {
		root := 1 / math.Sqrt(float64(dst.Cols))
		for k := range dst.Data {
			dst.Data[k] *= root
		}
	}
}
