package experiments

import (
	"slices"

	"credo/models"
)

// held are the arrays of weights that [training] freeze holds still in an epoch.
type held struct {
	arrays []models.Array
	values []float64 // what they were, one after another
}

// begin takes up an epoch, counted from 1: its samples, and what holds still in it.
func (tr *trainer) begin(epoch int) {
	tr.data.Train = tr.data.Epoch(epoch)
	tr.held.arrays = tr.held.arrays[:0]
	names := tr.scenario.Training.Frozen(epoch)
	for _, a := range tr.w.Arrays() {
		if slices.Contains(names, a.Name) {
			tr.held.arrays = append(tr.held.arrays, a)
		}
	}
}

// keep notes the weights that hold still.
func (h *held) keep() {
	h.values = h.values[:0]
	for _, a := range h.arrays {
		h.values = append(h.values, a.Data...)
	}
}

// putBack undoes what an optimizer, by its memory or by decay, did to them since keep.
func (h *held) putBack() {
	rest := h.values
	for _, a := range h.arrays {
		rest = rest[copy(a.Data, rest):]
	}
}
