package models

import (
	"fmt"
	"math"
	"math/rand/v2"

	"credo/internal/stream"
)

// Init draws the forward weights of every layer from a distribution with mean
// zero; biases become zero. scale is one for all layers or one a layer. With n_in
// and n_out the neurons before and behind a layer, the standard deviation or half
// width is scale times
//
//	xavier-normal     sqrt(2/(n_in+n_out))        Glorot and Bengio (2010), eq. (16)
//	xavier-uniform    half width sqrt(6/(n_in+n_out))
//	he-normal         sqrt(2/n_in)                He et al. (2015), eq. (10)
//	normal            1
//	truncated-normal  1, redrawn beyond 2 standard deviations
//	uniform           half width 1
//
// Layer i draws from its own stream of the seed.
func (w *Weights) Init(seed uint64, kind string, scale ...float64) error {
	for i, matrix := range w.W {
		draw, err := drawer(kind, ofLayer(scale, i), matrix.Cols, matrix.Rows, stream.New(seed, "initial weights", uint64(i+1)))
		if err != nil {
			return err
		}
		for k := range matrix.Data {
			matrix.Data[k] = draw()
		}
		clear(w.B[i])
	}
	return nil
}

// InitBiases draws the biases of every layer from the uniform distribution of half
// width scale, one for all layers or one a layer; a layer of scale 0 has none at
// first. Layer i draws from its own stream of the seed.
func (w *Weights) InitBiases(seed uint64, scale ...float64) {
	for i, biases := range w.B {
		rng, half := stream.New(seed, "initial biases", uint64(i+1)), ofLayer(scale, i)
		for k := range biases {
			biases[k] = half * (2*rng.Float64() - 1)
		}
	}
}

// ofLayer returns the value of layer i, counted from 0, where values has one for
// all layers or one a layer.
func ofLayer(values []float64, i int) float64 {
	if len(values) == 1 {
		return values[0]
	}
	return values[i]
}

func drawer(kind string, scale float64, in, out int, rng *rand.Rand) (func() float64, error) {
	normal := func(std float64) func() float64 {
		return func() float64 { return std * rng.NormFloat64() }
	}
	uniform := func(half float64) func() float64 {
		return func() float64 { return half * (2*rng.Float64() - 1) }
	}
	switch kind {
	case "xavier-normal":
		return normal(scale * math.Sqrt(2/float64(in+out))), nil
	case "xavier-uniform":
		return uniform(scale * math.Sqrt(6/float64(in+out))), nil
	case "he-normal":
		return normal(scale * math.Sqrt(2/float64(in))), nil
	case "normal":
		return normal(scale), nil
	case "truncated-normal":
		return func() float64 {
			for {
				if z := rng.NormFloat64(); math.Abs(z) <= 2 {
					return scale * z
				}
			}
		}, nil
	case "uniform":
		return uniform(scale), nil
	}
	return nil, fmt.Errorf("models: no initialisation %q", kind)
}
