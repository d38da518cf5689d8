package models

import (
	"errors"

	"credo/ode"
	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
)

// noisyAverages is level buffered of a stochastic learner: a tile of samples with
// frozen weights and, behind them, the integrals that become the averages of the
// presentation.
type noisyAverages struct {
	noisySamples
	batch [1]*Batch
}

// present integrates batch by way of sys, which is these samples and the integrals. A
// sample whose state does not stay finite is left out, and the others go through
// again.
func (p *noisyAverages) present(w *Weights, batch *Batch, sys sde.System) (Outcome, error) {
	p.batch[0] = batch
	outcome, err := p.begin(w, p.batch[:])
	for again := err == nil; again; {
		again, err = p.integrate(sys)
	}
	if err == nil {
		outcome.Unstable = count(p.unstable[0][:batch.N])
	}
	return outcome, err
}

// integrate presents the samples that take part. One that runs away is left
// out, and again reports that the others are to go through again.
func (p *noisyAverages) integrate(sys sde.System) (again bool, err error) {
	clear(p.y[p.rows*p.width : sys.Dim()])
	if p.rows == 0 {
		return false, nil
	}
	if err = p.solve(sys); !errors.Is(err, ode.ErrNonFinite) {
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
func (p *noisyAverages) runaway() int {
	at := blas64.Iamax(blas64.Vector{N: p.rows * p.width, Inc: 1, Data: p.y})
	return at / p.width
}

// Learner returns the learner, to derive what was seen.
func (p *noisyAverages) Learner() Learner { return p.learners[0] }

// Reveal returns by name the end of the last presentation.
func (p *noisyAverages) Reveal(name string) (blas64.General, bool) {
	return p.minibatch.Reveal(0, name)
}
