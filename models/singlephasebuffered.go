package models

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// BufferedSinglePhase is level buffered of [SinglePhase]: a tile of samples with
// frozen weights, and at the end the averages over the presentation,
//
//	dW_i = <(phi(v_i) - phi(v_i^ff)) r_{i-1}^T>,   <vfb_i u_hp^T>,   <ut u_hp^T>
//
// The [sde.System] is the rows of the samples and, behind them, the integrals
// that become the averages: the weights of [CoupledSinglePhase] tend to these as
// they slow down, with any step.
type BufferedSinglePhase struct {
	noisyAverages
	control blas64.General // n_L x n_L: the sum of ut u_hp^T over the samples
	average *FeedbackDrift
}

// NewBufferedSinglePhase returns level buffered of the single phase.
func NewBufferedSinglePhase(net *Network, set SinglePhaseSettings) (*BufferedSinglePhase, error) {
	nL := net.Outputs()
	p := &BufferedSinglePhase{control: newMatrix(nL, nL), average: NewFeedbackDrift(net)}
	var err error
	p.noisySamples, err = newSinglePhases(net, 1, NewWeights(net).size()+nL*nL, set)
	return p, err
}

// Present shows batch and adds dW, summed over samples, to dst. A sample whose
// state does not stay finite is left out, and the others go through again.
func (p *BufferedSinglePhase) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	outcome, err := p.present(w, batch, p)
	if err == nil {
		p.conclude(dst, w)
	}
	return outcome, err
}

// conclude adds the averages to dst and keeps those of the feedback weights.
func (p *BufferedSinglePhase) conclude(dst, w *Weights) {
	p.dw.setFrom(p.y[p.rows*p.width:])
	floats.Add(dst.Plastic(), p.dw.Plastic())
	a := p.average
	a.Clear()
	copy(a.Control.Data, p.y[p.Dim()-len(a.Control.Data):p.Dim()])
	for i, noise := range a.Noise { // -<vfb_i u_hp^T> = Noise_i - Q_i Control
		copy(noise.Data, p.dw.Q[i].Data)
		addOuter(noise, p.phase().qT[i], a.Control, a.Control.Rows)
	}
	a.Samples, a.Skipped = p.rows, p.batch[0].N-p.rows
}

// Drift returns the averages that feedback weights learn from, summed over the
// samples of the last presentation.
func (p *BufferedSinglePhase) Drift() *FeedbackDrift { return p.average }

func (p *BufferedSinglePhase) phase() *SinglePhase { return p.noisy[0].(*SinglePhase) }

// Dim returns the length of the state: every sample's, then the integrals.
func (p *BufferedSinglePhase) Dim() int {
	return p.rows*p.width + p.dw.size() + len(p.control.Data)
}

// Deriv is the drift of the samples, and the averages' integrands over T.
func (p *BufferedSinglePhase) Deriv(dy []float64, _ float64, y []float64) {
	p.drift(dy, y, 1/p.run.length)
	clear(p.control.Data)
	p.phase().addControl(p.control, y, p.samples[0], p.weight)
	slow := dy[p.rows*p.width:]
	copy(slow[p.dw.copyTo(slow):], p.control.Data)
}
