package models

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Network is the architecture of a layered network,
//
//	v_i = W_i r_{i-1} + b_i,   r_i = phi_i(v_i),   i = 1..L
//
// Sizes holds n_0..n_L. Phi[i-1] is phi_i; phi_L is the output's: the identity
// for a linear output and for softmax, whose r_L are the logits.
type Network struct {
	Sizes []int
	Phi   []Activation
	Loss  Loss
	Bias  bool

	Group    int          // output neurons a class, neighbours; 1 unless set
	Feedback FeedbackPath // direct unless set

	Normalize bool // v_i = W_i r_{i-1} / sqrt(n_{i-1}) + b_i: see [Normalized]
	SpikeSlab bool // weights are random variables: see [SpikeSlab]
}

// NewNetwork returns a network of the given sizes. hidden names one activation
// a hidden layer; output is linear, softmax, sigmoid, tanh or relu; loss as in
// [LossByName].
func NewNetwork(sizes []int, hidden []string, output, loss string, bias bool) (*Network, error) {
	if len(sizes) < 2 || len(hidden) != len(sizes)-2 {
		return nil, fmt.Errorf("models: %d layers need %d hidden activations, not %d", len(sizes), len(sizes)-2, len(hidden))
	}
	for _, n := range sizes {
		if n < 1 {
			return nil, fmt.Errorf("models: a layer of %d neurons", n)
		}
	}
	if output == "softmax" {
		output = "linear"
	}
	net := &Network{Sizes: sizes, Bias: bias}
	for _, name := range append(append([]string{}, hidden...), output) {
		phi, err := ActivationByName(name)
		if err != nil {
			return nil, err
		}
		net.Phi = append(net.Phi, phi)
	}
	var err error
	net.Loss, err = LossByName(loss)
	return net, err
}

// Depth returns L, the number of layers of weights.
func (n *Network) Depth() int { return len(n.Sizes) - 1 }

// Inputs returns n_0.
func (n *Network) Inputs() int { return n.Sizes[0] }

// Outputs returns n_L.
func (n *Network) Outputs() int { return n.Sizes[len(n.Sizes)-1] }

// Batch is a tile of samples: N of them, at most TileRows. Row b of Input is
// sample b's r_0, row b of Target its desired output (one-hot for a class).
type Batch struct {
	N      int
	Input  blas64.General // TileRows x n_0
	Target blas64.General // TileRows x n_L

	// First numbers the presentation of sample 0 among all that ever were; that
	// of sample b is First + b. It names the noise a sample is shown with.
	First uint64

	// LossWeight scales the loss L of each sample in targets and gradients: 1,
	// or 1 over the minibatch where L is averaged over it.
	LossWeight float64
}

// NewBatch returns an empty tile for net.
func NewBatch(net *Network) *Batch {
	return &Batch{Input: newTile(net.Inputs()), Target: newTile(net.Outputs()), LossWeight: 1}
}

// Outcome is what a tile of samples says of the network before it learns.
type Outcome struct {
	Samples  int
	Loss     float64 // summed over samples, at the feedforward output
	Errors   int     // samples whose largest output is not their largest target
	Unstable int     // samples that have no stable rest state

	// Evaluations is what a presentation took: right-hand sides, or passes in
	// search of a rest state, each of one sample; 0 where nobody counts.
	Evaluations int
}

// Add adds o2's counts to o.
func (o *Outcome) Add(o2 Outcome) {
	o.Samples += o2.Samples
	o.Loss += o2.Loss
	o.Errors += o2.Errors
	o.Unstable += o2.Unstable
	o.Evaluations += o2.Evaluations
}

// Feedforward is the state of a tile without feedback: v_i^- and r_i^- of
// every layer, Meulemans et al. (2021), eq. (2). Index i-1 is layer i.
type Feedforward struct {
	net    *Network
	V, R   []blas64.General // TileRows x n_i
	before []blas64.General // r_{i-1} of every layer: the input, then R
}

// NewFeedforward returns the memory of a feedforward pass through net.
func NewFeedforward(net *Network) *Feedforward {
	f := &Feedforward{net: net}
	for _, n := range net.Sizes[1:] {
		f.V = append(f.V, newTile(n))
		f.R = append(f.R, newTile(n))
	}
	f.before = append(make([]blas64.General, 1), f.R[:net.Depth()-1]...)
	return f
}

// Run computes the feedforward state of batch.
func (f *Feedforward) Run(w *Weights, batch *Batch) Outcome {
	f.sweep(w, batch)
	return f.outcome(batch)
}

// sweep is Run without a look at the targets.
func (f *Feedforward) sweep(w *Weights, batch *Batch) {
	f.before[0] = batch.Input
	for i := range f.V {
		setRows(f.V[i], w.B[i], batch.N)
		mulRowsAdd(f.V[i], f.before[i], w.W[i], batch.N)
		for b := range batch.N {
			f.net.Phi[i].Apply(row(f.R[i], b), row(f.V[i], b))
		}
	}
}

func (f *Feedforward) outcome(batch *Batch) Outcome {
	return outcomeOf(f.net, f.R[len(f.R)-1], batch)
}

// outcomeOf judges the outputs r_L of the samples of batch, one a row.
func outcomeOf(net *Network, outputs blas64.General, batch *Batch) Outcome {
	o := Outcome{Samples: batch.N}
	for b := range batch.N {
		output, target := row(outputs, b), row(batch.Target, b)
		o.Loss += net.Loss.Value(output, target)
		if net.guess(output) != net.guess(target) {
			o.Errors++
		}
	}
	return o
}

// Output returns r_L of sample b.
func (f *Feedforward) Output(b int) []float64 { return row(f.R[len(f.R)-1], b) }

// Reveal returns a tile of what was computed, by name: "v1", "r2", ...
func (f *Feedforward) Reveal(name string) (blas64.General, bool) {
	return revealLayer(name, map[byte][]blas64.General{'v': f.V, 'r': f.R})
}

// revealLayer finds "v2" in kinds['v'][1].
func revealLayer(name string, kinds map[byte][]blas64.General) (blas64.General, bool) {
	var kind byte
	var layer int
	if _, err := fmt.Sscanf(name, "%c%d", &kind, &layer); err != nil {
		return blas64.General{}, false
	}
	layers := kinds[kind]
	if layer < 1 || layer > len(layers) {
		return blas64.General{}, false
	}
	return layers[layer-1], true
}

// setRows sets the first rows rows of dst to bias, or to zero without one.
func setRows(dst blas64.General, bias []float64, rows int) {
	for b := range rows {
		if bias == nil {
			clear(row(dst, b))
			continue
		}
		copy(row(dst, b), bias)
	}
}

// addColumnSums adds the sum of the first rows rows of a to a bias's update.
func addColumnSums(db []float64, a blas64.General, rows int) {
	if db == nil {
		return
	}
	for b := range rows {
		for j, x := range row(a, b) {
			db[j] += x
		}
	}
}

// guess returns the class whose group of neurons has the largest sum.
func (n *Network) guess(output []float64) int {
	if n.Group <= 1 {
		return argmax(output)
	}
	best, most := 0, math.Inf(-1)
	for class := range len(output) / n.Group {
		if sum := floats.Sum(output[class*n.Group : (class+1)*n.Group]); sum > most {
			best, most = class, sum
		}
	}
	return best
}

func argmax(x []float64) int {
	best := 0
	for j, v := range x {
		if v > x[best] {
			best = j
		}
	}
	return best
}
