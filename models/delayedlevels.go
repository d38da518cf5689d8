package models

import "credo/ode"

// lateLearner is a learner whose control signal takes a while to its neurons.
type lateLearner interface {
	Learner

	// Signals returns the length of a sample's control signal.
	Signals() int

	// Signal sets row k of u to the control signal of sample id[k] in the state x_k.
	// Samples may appear more than once.
	Signal(u, x []float64, id []int)

	// FastLate is Fast where u, a row a sample, acts on the neurons.
	FastLate(dx, x, u []float64, id []int)
}

// lateFrozen is [Frozen] for a control signal that acts late: an ensemble of delayed
// systems.
type lateFrozen struct {
	*Frozen
	learner lateLearner
}

func (f lateFrozen) SignalDim() int { return f.learner.Signals() }

func (f lateFrozen) SignalRows(u, _, x []float64, id []int) { f.learner.Signal(u, x, f.names(id)) }

func (f lateFrozen) DerivRows(dx, _, x, late []float64, id []int) {
	f.learner.FastLate(dx, x, late, f.names(id))
}

// rowSolver integrates the rows of an ensemble.
type rowSolver interface {
	Solve(x []float64, t0, t1 float64) ([]ode.Stats, error)
}

// newSolver returns the integrator of the ensemble, whose control acts delay later.
func newSolver(f *Frozen, delay float64, options ode.Options) (rowSolver, error) {
	if delay == 0 {
		return ode.NewIntegrator(f, TileRows, options)
	}
	return ode.NewDelayIntegrator(lateFrozen{f, f.Learner.(lateLearner)}, TileRows, ode.Delay{Length: delay}, options)
}

// lateCoupled is [Coupled] for a control signal that acts late: the signals of all
// samples are one.
type lateCoupled struct{ *Coupled }

func (c lateCoupled) SignalDim() int { return c.rows * c.signals() }

func (c lateCoupled) signals() int { return c.learners[0].(lateLearner).Signals() }

func (c lateCoupled) Signal(u []float64, _ float64, y []float64) {
	row, n := 0, c.signals()
	for k, id := range c.samples[:len(c.batches)] {
		end := row + len(id)
		c.learners[k].(lateLearner).Signal(u[row*n:end*n], y[row*c.width:end*c.width], id)
		row = end
	}
}

func (c lateCoupled) Deriv(dy []float64, _ float64, y, late []float64) {
	n := c.signals()
	c.deriv(dy, y, func(k, row int, dx, x []float64, id []int) {
		c.learners[k].(lateLearner).FastLate(dx, x, late[row*n:(row+len(id))*n], id)
	})
}
