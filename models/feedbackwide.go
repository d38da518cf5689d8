package models

import (
	"errors"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// FeedbackWide is [FeedbackLearning] where the output is wide, linear and
// without noise, and Q_L = I: exact too, in matrices of n_{L-1} rows.
//
// With K_i = dr_{L-1}/dv_i (n_{L-1} x n_i, i < L) the loop of FeedbackLearning has
//
//	J_i = W_L K_i,   A_i = W_L K_i Q_i,   J_L = A_L = I,   sigma_L = 0
//
// so that D W_L = W_L D', where
//
//	D' = I + c (F I + sum_{i<L} K_i Q_i W_L F^m_i) / (tau_A s + 1)
//
// is D of the network that ends with layer L-1, with feedback weights Q_i W_L, in
// the same loop: behind its last layer comes one filter F more, and control
// enters there with the unit tap. D^-1 W_L = W_L D'^-1 carries all averages over:
//
//	E[u eps_i^T] = W_L E'[u eps_i^T],   E[ut u^T] = W_L E'[ut u^T] W_L^T
//
// where E' has K_i for J_i and D' for D. Sylvester's identity says that
//
//	det D = (1 + c F / (tau_A s + 1))^(n_L - n_{L-1}) det D'
//
// so that a sample's loop is stable where that of D' is and the loop of the
// output layer alone, of the first factor, is: the same for all samples. It
// belongs to one goroutine.
type FeedbackWide struct {
	net   *Network
	cut   *FeedbackLearning // of the network without its output layer
	w     *Weights          // of that network
	drift *FeedbackDrift
	wide  blas64.General // n_L x n_{L-1}: W_L E'[ut u^T]

	stableOutput bool // the loop of the output layer alone

	condition wideCondition2
}

// NewFeedbackWide returns the averaged sleep phase of a network with a linear
// output and at least one hidden layer. Add takes sigma_L = 0 and Q_L = I for
// granted, which Check makes sure of; Condition2 does not.
func NewFeedbackWide(net *Network, set FeedbackSettings) (*FeedbackWide, error) {
	last := net.Depth() - 1
	cut := &Network{Sizes: net.Sizes[:last+1], Phi: net.Phi[:last], Bias: net.Bias}
	inner, err := newFeedbackLearning(cut, set, fewNodes(set, net.Depth()), 1)
	if err != nil {
		return nil, err
	}
	return &FeedbackWide{
		net: net, cut: inner, w: NewWeights(cut), drift: NewFeedbackDrift(cut), wide: newMatrix(net.Outputs(), cut.Outputs()),
		stableOutput: newSpectrum(1).resolve(inner.nodes, outputAlone(last), outputAlone(last)),
		condition:    newWideCondition2(net),
	}, nil
}

// fewNodes are [thoroughNodes] after few, around the corner of the filter through
// which all noise and control goes. Where the winding shows that these resolve
// the loop, E[ut u^T] is right to 1 %, and to 1e-5 where no pole is near the axis.
func fewNodes(set FeedbackSettings, depth int) [][]feedbackNode {
	return append(resolvingNodes(set, depth, set.TauA, 16, 32), thoroughNodes(set, depth)...)
}

// outputAlone are the taps of one output that nothing reaches through the hidden
// layers.
func outputAlone(hidden int) [][]float64 {
	var tap [][]float64
	for range hidden {
		tap = append(tap, []float64{0})
	}
	return append(tap, []float64{1})
}

// Dim returns n_{L-1}.
func (f *FeedbackWide) Dim() int { return f.cut.net.Outputs() }

// Rows returns 2: a sample is much work, and a call then carries the sum over.
func (f *FeedbackWide) Rows() int { return 2 }

// Check refuses noise at the output, and feedback weights whose Q_L is not the
// identity.
func (f *FeedbackWide) Check(w *Weights) error {
	if f.cut.set.SigmaOutput != 0 {
		return errors.New("models: the sleep phase of a wide output needs an output layer without noise")
	}
	qL := w.Q[f.net.Depth()-1]
	for k := range qL.Rows {
		if !isDiagonal(qL) || row(qL, k)[k] != 1 {
			return errors.New("models: the sleep phase of a wide output needs Q_L = I")
		}
	}
	return nil
}

// bind sets the weights of the network without its output layer.
func (f *FeedbackWide) bind(w *Weights) {
	last := len(f.w.W)
	copy(f.w.W, w.W)
	copy(f.w.B, w.B)
	for i, q := range w.Q[:last] {
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, q, w.W[last], 0, f.w.Q[i])
	}
}

// Add computes the averages of every sample of batch and adds them to dst.
func (f *FeedbackWide) Add(dst *FeedbackDrift, w *Weights, batch *Batch) {
	if !f.stableOutput {
		dst.Skipped += batch.N
		return
	}
	f.bind(w)
	f.drift.Clear()
	f.cut.Add(f.drift, f.w, batch)
	output := w.W[len(f.w.W)]
	for i, noise := range f.drift.Noise {
		blas64.Gemm(blas.NoTrans, blas.Trans, 1, noise, output, 1, dst.Noise[i])
	}
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, output, f.drift.Control, 0, f.wide)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, f.wide, output, 1, dst.Control)
	dst.Samples += f.drift.Samples
	dst.Skipped += f.drift.Skipped
}
