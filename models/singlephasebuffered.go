package models

import (
	"errors"

	"credo/ode"
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
	singlePhases
	control blas64.General // n_L x n_L: the sum of ut u_hp^T over the samples
	batch   [1]*Batch
	average *FeedbackDrift
}

// NewBufferedSinglePhase returns level buffered of the single phase.
func NewBufferedSinglePhase(net *Network, set SinglePhaseSettings) (*BufferedSinglePhase, error) {
	nL := net.Outputs()
	p := &BufferedSinglePhase{control: newMatrix(nL, nL), average: NewFeedbackDrift(net)}
	var err error
	p.singlePhases, err = newSinglePhases(net, 1, NewWeights(net).size()+nL*nL, set)
	return p, err
}

// Present shows batch and adds dW, summed over samples, to dst. A sample whose
// state does not stay finite is left out, and the others go through again.
func (p *BufferedSinglePhase) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	p.batch[0] = batch
	outcome, err := p.begin(w, p.batch[:])
	for again := err == nil; again; {
		again, err = p.integrate()
	}
	if err != nil {
		return outcome, err
	}
	outcome.Unstable = count(p.unstable[0][:batch.N])
	p.conclude(dst, w)
	return outcome, nil
}

// integrate presents the samples that take part. One that runs away is left
// out, and again reports that the others are to go through again.
func (p *BufferedSinglePhase) integrate() (again bool, err error) {
	clear(p.y[p.rows*p.width : p.Dim()])
	if p.rows == 0 {
		return false, nil
	}
	if err = p.solve(p); !errors.Is(err, ode.ErrNonFinite) {
		return false, err
	}
	if p.policy == "fail" {
		return false, p.describe(err)
	}
	p.leave(p.runaway())
	return true, nil
}

// runaway returns the row of the largest number in the last finite state: the
// products that are averaged overflow long before the state that they are of.
func (p *BufferedSinglePhase) runaway() int {
	at := blas64.Iamax(blas64.Vector{N: p.rows * p.width, Inc: 1, Data: p.y})
	return at / p.width
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
		addOuter(noise, p.phases[0].qT[i], a.Control, a.Control.Rows)
	}
	a.Samples, a.Skipped = p.rows, p.batch[0].N-p.rows
}

// Drift returns the averages that feedback weights learn from, summed over the
// samples of the last presentation.
func (p *BufferedSinglePhase) Drift() *FeedbackDrift { return p.average }

// Learner returns the learner, to derive what was seen.
func (p *BufferedSinglePhase) Learner() Learner { return p.phases[0] }

// Reveal returns the end of the last presentation by name: v1, r1, vfb1, u, e, x.
func (p *BufferedSinglePhase) Reveal(name string) (blas64.General, bool) {
	return p.minibatch.Reveal(0, name)
}

// Dim returns the length of the state: every sample's, then the integrals.
func (p *BufferedSinglePhase) Dim() int {
	return p.rows*p.width + p.dw.size() + len(p.control.Data)
}

// Deriv is the drift of the samples, and the averages' integrands over T.
func (p *BufferedSinglePhase) Deriv(dy []float64, _ float64, y []float64) {
	p.drift(dy, y, 1/p.set.Presentation)
	clear(p.control.Data)
	p.phases[0].addControl(p.control, y, p.samples[0], p.weight)
	slow := dy[p.rows*p.width:]
	copy(slow[p.dw.copyTo(slow):], p.control.Data)
}
