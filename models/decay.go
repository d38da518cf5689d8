package models

import (
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// Decay lets weights decay as they move, tau_w dW/dt = G - beta W.
type Decay struct {
	Rate   float64  // beta
	Arrays []string // which do, by name without the layer: "W", "b", "pi", "xi"
}

// add adds -rate beta w to dw.
func (d Decay) add(dw, w *Weights, rate float64) {
	if d.Rate == 0 {
		return
	}
	slopes := dw.Arrays()
	for k, a := range w.Arrays() {
		if slices.Contains(d.Arrays, strings.TrimRight(a.Name, "0123456789")) {
			floats.AddScaled(slopes[k].Data, -rate*d.Rate, a.Data)
		}
	}
}
