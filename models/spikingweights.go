package models

// spikingWeights are the weights of a [Spiking] network and its testers, row j of a
// matrix being what neuron j sends. Biases are the last row of a layer.
//
// Weights decay by a factor that all have in common, so that only their scale has
// to decay: W_l = scale V_l^T.
type spikingWeights struct {
	synapses []panels // by layer: V, n_{l-1} or one more x n_l
	feedback []panels // by layer: B_l^T, n_{l+1} x n_l; the output has none
	scale    []float64
}

func newSpikingWeights(net *Network) *spikingWeights {
	w := &spikingWeights{scale: []float64{1}}
	for l, n := range net.Sizes[1:] {
		in, above := net.Sizes[l], 0
		if net.Bias {
			in++
		}
		if l < net.Depth()-1 {
			above = net.Sizes[l+2]
		}
		w.synapses, w.feedback = append(w.synapses, newPanels(in, n)), append(w.feedback, newPanels(above, n))
	}
	return w
}

// Load takes the weights, rounded to float32, and those of the layerwise feedback
// path from w, for the scale as it is.
func (s *spikingWeights) Load(w *Weights) {
	for l, p := range s.synapses {
		s.eachWeight(w, l, func(at int, x *float64) { p.data[at] = float32(*x / s.scale[0]) })
		for i := range s.feedback[l].out {
			for k := range s.feedback[l].in {
				s.feedback[l].data[s.feedback[l].at(k, i)] = float32(row(w.Link[l], i)[k])
			}
		}
	}
}

// Store writes the forward weights to w, from where Load recovers them to the bit.
func (s *spikingWeights) Store(w *Weights) {
	for l, p := range s.synapses {
		s.eachWeight(w, l, func(at int, x *float64) { *x = s.scale[0] * float64(p.data[at]) })
	}
}

// eachWeight calls see for all weights and biases of a layer.
func (s *spikingWeights) eachWeight(w *Weights, l int, see func(at int, x *float64)) {
	matrix, p := w.W[l], s.synapses[l]
	for i := range matrix.Rows {
		weights := row(matrix, i)
		for j := range weights {
			see(p.at(j, i), &weights[j])
		}
		if w.B[l] != nil {
			see(p.at(matrix.Cols, i), &w.B[l][i])
		}
	}
}
