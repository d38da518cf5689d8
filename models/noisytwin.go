package models

import (
	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// NodeNoise is the noise from which a network learns what its hidden neurons
// are good for.
type NodeNoise struct {
	Amplitude float64 // c, a standard deviation
	Voltage   bool    // whether it enters v_i; otherwise r_i, behind the nonlinearity
	Running   bool    // whether the noisy loss is compared with a running mean of itself; otherwise with the loss without noise

	// of levels that pass through time ([PerturbedPathways])
	Tau         float64 // correlation time tau_n; +Inf: noise is held for a presentation
	TauBaseline float64 // of the running mean
}

// nodeNoise names the streams of the noise.
const nodeNoise = "node perturbation"

// noisyTwin is the network with the same weights and input and with noise in
// every hidden layer at once,
//
//	r~_i = phi_i(W_i r~_{i-1} + b_i) + xi_i,   xi_i ~ N(0, c^2 I)     on rates
//	r~_i = phi_i(W_i r~_{i-1} + b_i + xi_i)                          on voltages
//
// Lansdell, Prakash and Kording (2019), section 2. Its loss l~ estimates the
// gradient of the loss l to the rates (or voltages),
//
//	lambda_i = (l~ - l) xi_i / c^2,   E lambda_i = dl/dr_i + O(c^2)
//
// Noise is named by seed, presentation and layer, so that it does not depend on
// how samples are cut into minibatches.
type noisyTwin struct {
	NodeNoise
	net      *Network
	key      [2]uint64
	v, r, xi []blas64.General // TileRows x n_i; no xi in the output
	change   []float64        // by sample: l~ - l, weighted as the loss is in gradients
	loss     float64          // sum of l~ over the samples
	baseline *runningMean     // of l~, if that is what it is compared with
}

func newNoisyTwin(net *Network, p NodeNoise, seed uint64) *noisyTwin {
	t := &noisyTwin{NodeNoise: p, net: net, key: stream.Key(seed, nodeNoise), change: make([]float64, TileRows)}
	for _, n := range net.Sizes[1:] {
		t.v, t.r = append(t.v, newTile(n)), append(t.r, newTile(n))
	}
	for _, n := range net.Sizes[1:net.Depth()] {
		t.xi = append(t.xi, newTile(n))
	}
	return t
}

// run shows batch to the twin of a network whose state without noise is clean.
// The drive of the first layer is the same in both and is not formed again.
func (t *noisyTwin) run(w *Weights, clean *Feedforward, batch *Batch) {
	last := t.net.Depth() - 1
	for i, v := range t.v {
		if i == 0 {
			copy(v.Data[:batch.N*v.Stride], clean.V[0].Data)
		} else {
			setRows(v, w.B[i], batch.N)
			mulRowsAdd(v, t.r[i-1], w.W[i], batch.N)
		}
		for b := range batch.N {
			if i < last {
				t.perturb(i, b, batch.First+uint64(b))
			} else {
				t.net.Phi[i].Apply(row(t.r[i], b), row(v, b))
			}
		}
	}
	t.loss = 0
	for b := range batch.N {
		noisy, target := row(t.r[last], b), row(batch.Target, b)
		t.change[b] = batch.LossWeight * t.lossChange(clean.Output(b), noisy, target)
		t.loss += t.net.Loss.Value(noisy, target)
	}
}

// perturb draws the noise of hidden layer i for one sample and sets its rates.
func (t *noisyTwin) perturb(i, b int, presentation uint64) {
	xi, v, r := row(t.xi[i], b), row(t.v[i], b), row(t.r[i], b)
	stream.Normals(xi, t.key, [3]uint64{presentation, uint64(i)})
	floats.Scale(t.Amplitude, xi)
	if t.Voltage {
		floats.Add(v, xi)
	}
	t.net.Phi[i].Apply(r, v)
	if !t.Voltage {
		floats.Add(r, xi)
	}
}

// lossChange returns what the noise did to the loss of a sample. Until there is
// a running mean to compare with, that is nothing.
func (t *noisyTwin) lossChange(clean, noisy, target []float64) float64 {
	switch {
	case !t.Running:
		return t.net.Loss.Change(noisy, clean, target)
	case t.baseline.empty():
		return 0
	}
	return t.net.Loss.Value(noisy, target) - t.baseline.value()
}

// descend sets the rows of dst to -lambda_i of hidden layer i, counted from 0.
func (t *noisyTwin) descend(dst blas64.General, i, rows int) {
	for b := range rows {
		copy(row(dst, b), row(t.xi[i], b))
		floats.Scale(-t.change[b]/(t.Amplitude*t.Amplitude), row(dst, b))
	}
}

// NoisyNetwork is a network with noise in its hidden layers, to see what it is
// worth with it.
type NoisyNetwork struct {
	clean *Feedforward
	twin  *noisyTwin
}

// NewNoisyNetwork returns net with noise that seed names.
func NewNoisyNetwork(net *Network, p NodeNoise, seed uint64) *NoisyNetwork {
	p.Running = false
	n := &NoisyNetwork{NewFeedforward(net), newNoisyTwin(net, p, seed)}
	n.twin.key = stream.Key(seed, "noise of a test")
	return n
}

// Run shows batch to the network.
func (n *NoisyNetwork) Run(w *Weights, batch *Batch) Outcome {
	n.clean.sweep(w, batch)
	n.twin.run(w, n.clean, batch)
	noisy := Feedforward{net: n.twin.net, R: n.twin.r}
	return noisy.outcome(batch)
}
