package models

import (
	"math"

	"credo/internal/stream"
)

// Missing are the synapses that a sparse network lacks: indices of Plastic whose
// weights are zero and stay zero.
type Missing []int

// RemoveForward removes all but a share density of the synapses of every W_i, the
// number rounded, and returns those removed. density is one for all layers or one
// a layer; which synapses go is drawn from the seed, layer by layer.
func (w *Weights) RemoveForward(seed uint64, density ...float64) Missing {
	var missing Missing
	from := 0
	for i, matrix := range w.W {
		for _, k := range removed(len(matrix.Data), ofLayer(density, i), seed, "forward synapses", i) {
			missing = append(missing, from+k)
		}
		from += len(matrix.Data) + len(w.B[i])
	}
	missing.Clear(w)
	return missing
}

// RemoveFeedback does so with the hidden layers' own feedback weights, Link. What
// no rule learns needs no list. Compose must follow.
func (w *Weights) RemoveFeedback(seed uint64, density float64) {
	for i, matrix := range w.Link[:len(w.Link)-1] {
		for _, k := range removed(len(matrix.Data), density, seed, "feedback synapses", i) {
			matrix.Data[k] = 0
		}
	}
}

// removed returns which of n synapses of layer i, counted from 0, go.
func removed(n int, density float64, seed uint64, purpose string, i int) []int {
	if density == 1 {
		return nil
	}
	kept := int(math.Round(density * float64(n)))
	return stream.New(seed, purpose, uint64(i+1)).Perm(n)[kept:]
}

// Clear sets the missing synapses of w, weights or an update of them, to zero.
func (m Missing) Clear(w *Weights) {
	for _, k := range m {
		w.plastic[k] = 0
	}
}
