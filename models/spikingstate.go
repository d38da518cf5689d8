package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// State returns, live, what beside the weights decides how s goes on: potentials
// and errors of every stream, and the scale of the weights. After a change Load
// must follow.
func (s *Spiking) State() []Array {
	state := []Array{{Name: "scale", Shape: []int{1}, Data: s.scale}}
	for l, layer := range s.layers {
		for _, of := range []struct {
			kind string
			g    blas64.General
		}{{"v", layer.potential}, {"m", layer.errors}} {
			state = append(state, Array{Name: fmt.Sprint(of.kind, l+1), Shape: []int{of.g.Rows, of.g.Cols}, Data: of.g.Data})
		}
	}
	return state
}

// Reveal returns by name what the streams of tile k of the presentation ended in:
// potentials "v1", rates "r2", errors "m3".
func (s *Spiking) Reveal(k int, name string) (blas64.General, bool) {
	kinds := map[byte][]blas64.General{}
	for _, layer := range s.layers {
		kinds['v'] = append(kinds['v'], layer.potential)
		kinds['r'] = append(kinds['r'], layer.rate)
		kinds['m'] = append(kinds['m'], layer.errors)
	}
	g, ok := revealLayer(name, kinds)
	if ok {
		g.Data = g.Data[k*TileRows*g.Stride:]
		g.Rows = min(TileRows, g.Rows-k*TileRows)
	}
	return g, ok
}
