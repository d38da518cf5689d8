package models

import "gonum.org/v1/gonum/blas/blas64"

// GBP is backpropagation on weight distributions, Li and Huang (2020): error and
// learning are those of the noisy network of [SpikeSlab] weights in which one
// noise a neuron and a presentation stands for all weights' ([meanField]),
//
//	dm = -dC/dm,   dpi = -dC/dpi,   dXi = -dC/dXi
//
// Where pi = Xi = 0 there is no noise and dm is backpropagation's. It is the rest
// state of [GBPSystem].
type GBP struct {
	*meanField
	id      []int
	scratch []float64 // of a layer's weights
}

// NewGBP returns the rule for net. s gives the Seed of the noise.
func NewGBP(net *Network, s Settings) *GBP {
	return &GBP{meanField: newMeanField(net, s.Seed, quenchedNoise), id: make([]int, 0, TileRows), scratch: make([]float64, largestLayer(net))}
}

// NewNoisy returns the noisy pass forward alone, whose noise is that of the stream
// (seed, "test noise", index, number of the sample's presentation, layer).
func NewNoisy(net *Network, seed, index uint64) *GBP {
	return &GBP{meanField: newMeanField(net, seed, "test noise", index), id: make([]int, 0, TileRows)}
}

// quenchedNoise is the purpose of the noise that a presentation learns with.
const quenchedNoise = "quenched noise"

// Present adds what the update takes of the samples of batch to dst: two of its
// three arrays a layer, of which Finish makes the update.
func (p *GBP) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o := p.Run(w, batch)
	p.back(dst, batch)
	return o, nil
}

// back is the pass back; it adds what the update takes to dst.
func (p *GBP) back(dst *Weights, batch *Batch) {
	p.outputError(batch, p.id)
	for i := p.net.Depth() - 2; i >= 0; i-- {
		p.carry(p.k[i], i, batch.N)
		p.spreadErrors(i, batch.N)
	}
	p.learn(dst, batch.N)
}

// Finish turns what Present added to dw into the update of w. That is done once a
// minibatch, not once a tile, since it takes as long as a product.
func (p *GBP) Finish(dw, w *Weights) { finish(dw, w, p.scratch) }

// Run is the noisy pass forward through w, composed.
func (p *GBP) Run(w *Weights, batch *Batch) Outcome {
	p.id = firstSamples(p.id, batch.N)
	p.moments = w.moments
	p.draw(batch)
	p.sweep(batch)
	return outcomeOf(p.net, p.h[len(p.h)-1], batch)
}

// sweep is the pass forward with the noise that is drawn.
func (p *GBP) sweep(batch *Batch) {
	p.read(batch.Input, batch.N)
	for i := range p.z {
		p.drive(p.z[i], i, p.id)
		p.rates(i, batch.N)
	}
}

// Reveal returns a tile of what was computed, by name: "v1" (z_1), "r2" (h_2),
// "d1" (k_1).
func (p *GBP) Reveal(name string) (blas64.General, bool) {
	return revealLayer(name, map[byte][]blas64.General{'v': p.z, 'r': p.h, 'd': p.k})
}

// firstSamples sets id to 0, .., n-1.
func firstSamples(id []int, n int) []int {
	id = id[:0]
	for b := range n {
		id = append(id, b)
	}
	return id
}

// largestLayer returns how many weights the largest layer of net has.
func largestLayer(net *Network) int {
	most := 0
	for i := range net.Depth() {
		most = max(most, net.Sizes[i]*net.Sizes[i+1])
	}
	return most
}
