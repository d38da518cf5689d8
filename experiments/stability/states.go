package stability

import (
	"fmt"

	"credo/models"
)

// states are where the loop of one sample is linearised: voltages v_1..v_L, and
// behind those at rest the feedback neurons f_1..f_K, if there are any.
type states struct {
	feedforward []float64
	rest        []float64 // nil: there is none, or none was found
}

// findStates returns the states of the samples of a tile. The rest state is that
// of level steady, stable or not.
func findStates(net *models.Network, w *models.Weights, set models.Settings, tile *models.Batch) ([]states, error) {
	// Presentation 0 and "count": rest states are wanted however slow or unstable.
	set.Level, set.Unstable, set.Presentation = "steady", "count", 0
	level, err := models.NewPresenter(net, set)
	if err != nil {
		return nil, err
	}
	forward := models.NewFeedforward(net)
	forward.Run(w, tile)
	if _, err := level.Present(models.NewWeights(net), w, tile); err != nil {
		return nil, err
	}
	names := blockNames(net)
	found := make([]states, tile.N)
	for b := range found {
		for _, v := range forward.V {
			found[b].feedforward = append(found[b].feedforward, v.Data[b*v.Stride:b*v.Stride+v.Cols]...)
		}
		if !rests(level, b) {
			continue
		}
		for _, name := range names {
			g, ok := level.Reveal(name)
			if !ok {
				return nil, fmt.Errorf("stability: level steady does not reveal %s", name)
			}
			found[b].rest = append(found[b].rest, g.Data[b*g.Stride:b*g.Stride+g.Cols]...)
		}
	}
	return found, nil
}

// blockNames are the parts of a rest state, in the order of [analysis.Loop.Matrix].
func blockNames(net *models.Network) []string {
	var names []string
	for i := range net.Depth() {
		names = append(names, fmt.Sprintf("v%d", i+1))
	}
	for k := range net.Feedback.Sizes {
		names = append(names, fmt.Sprintf("f%d", k+1))
	}
	return names
}

// rests tells whether level steady has found the rest state of sample b: it leaves
// one that it has not found without control, against an error that is not zero.
func rests(level models.Presenter, b int) bool {
	control, _ := level.Reveal("u")
	left, _ := level.Reveal("e")
	zero := func(row []float64) bool {
		for _, x := range row {
			if x != 0 {
				return false
			}
		}
		return true
	}
	return !zero(control.Data[b*control.Stride:][:control.Cols]) || zero(left.Data[b*left.Stride:][:left.Cols])
}

// nearest is the state that the sample is judged by.
func (s states) nearest() []float64 {
	if s.rest != nil {
		return s.rest
	}
	return s.feedforward
}
