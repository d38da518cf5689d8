package models

import (
	"math"

	"credo/internal/stream"
)

// denseSpiking is the network's step written down plainly: float64, one synapse
// after another, weights that decay and learn where they are.
type denseSpiking struct {
	net   *Network
	w     *Weights
	tau   float64
	rates bool          // activity is its probability, not a spike
	crowd bool          // and the output's error signal the mean of that of spikes
	h, m  [][][]float64 // by layer and stream
	s     [][][]float64 // likewise, s_0 first
	noise [2]uint64
}

func newDenseSpiking(net *Network, w *Weights, tau float64, streams int, seed uint64) *denseSpiking {
	d := &denseSpiking{net: net, w: NewWeights(net), tau: tau, noise: stream.Key(seed, "spikes")}
	d.w.Copy(w)
	rows := func(n int) (all [][]float64) {
		for range streams {
			all = append(all, make([]float64, n))
		}
		return all
	}
	d.s = append(d.s, rows(net.Inputs()))
	for _, n := range net.Sizes[1:] {
		d.h, d.m, d.s = append(d.h, rows(n)), append(d.m, rows(n)), append(d.s, rows(n))
	}
	return d
}

func (d *denseSpiking) draw(p float64, i int, number uint64, step, layer int) float64 {
	if d.rates {
		return p
	}
	block := stream.Philox([4]uint64{uint64(i / 8), number, uint64(step), uint64(layer)}, d.noise)
	u := block[i%8/2]
	if i%2 == 1 {
		u >>= 32
	}
	if float64(u&math.MaxUint32)/(1<<32) < p {
		return 1
	}
	return 0
}

func (d *denseSpiking) present(batch *Batch, steps int, eta, gamma float64) {
	for t := range steps {
		for k := range batch.N {
			d.sweep(k, row(batch.Input, k), row(batch.Target, k), batch.First+uint64(k), t)
		}
		d.learn(batch.N, eta, gamma)
	}
}

// signal is what layer l makes of an error. Where target and spike are 0 or 1,
// tanh(y* - s) is tanh(1) (y* - s), and so is its mean.
func (d *denseSpiking) signal(l int, m float64) float64 {
	if d.crowd && l == d.net.Depth()-1 {
		return math.Tanh(1) * m
	}
	return math.Tanh(m)
}

// sweep moves activity and errors of one stream.
func (d *denseSpiking) sweep(k int, x, target []float64, number uint64, t int) {
	for j := range x {
		d.s[0][k][j] = d.draw(math.Min(x[j], 0.95), j, number, t, 0)
	}
	last := d.net.Depth() - 1
	for l, w := range d.w.W {
		for i := range w.Rows {
			input := d.w.B[l][i]
			for j := range w.Cols {
				input += w.Data[i*w.Stride+j] * d.s[l][k][j]
			}
			h := (1-d.tau)*d.h[l][k][i] + d.tau*input
			d.h[l][k][i], d.s[l+1][k][i] = h, d.draw(1/(1+math.Exp(-h)), i, number, t, l+1)
		}
	}
	for i, y := range target {
		d.m[last][k][i] = y - d.s[last+1][k][i]
	}
	for l := last - 1; l >= 0; l-- {
		for i := range d.m[l][k] {
			input := 0.0
			for j, above := range d.m[l+1][k] {
				input += row(d.w.Link[l], i)[j] * d.signal(l+1, above)
			}
			d.m[l][k][i] = (1-d.tau)*d.m[l][k][i] + d.tau*input
		}
	}
}

func (d *denseSpiking) learn(streams int, eta, gamma float64) {
	for l, w := range d.w.W {
		for i := range w.Rows {
			d.w.B[l][i] *= 1 - gamma
			for j := range w.Cols {
				w.Data[i*w.Stride+j] *= 1 - gamma
			}
			for k := range streams {
				p := 1 / (1 + math.Exp(-d.h[l][k][i]))
				g := eta * d.signal(l, d.m[l][k][i]) * p * (1 - p)
				d.w.B[l][i] += g
				for j := range w.Cols {
					w.Data[i*w.Stride+j] += g * d.s[l][k][j]
				}
			}
		}
	}
}
