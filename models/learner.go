package models

import (
	"errors"
	"fmt"

	"credo/controllers"
	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
)

// Learner is a method of credit assignment as a slow-fast system, bound to one
// tile of samples:
//
//	dx/dt = F(x, w),   dw/dt = G(x, w) / tau_w
//
// Samples are rows of x and independent of each other while w holds still. A
// Learner belongs to one goroutine.
type Learner interface {
	// Layout names the columns of x.
	Layout() *Layout

	// Bind fixes the samples and the weights, computes the feedforward state
	// and the target, and says how the network does before it learns.
	Bind(w *Weights, batch *Batch) Outcome

	// Refresh follows weights that moved since Bind; samples and targets stay.
	Refresh(w *Weights)

	// Rest sets every row of x to where a presentation starts: the feedforward
	// state, the controller at zero.
	Rest(x []float64)

	// Fast sets dx = F(x, w): row k is the state of sample id[k] at time t[k].
	Fast(dx, t, x []float64, id []int)

	// Norm measures the error of one sample's step from x0 to x1: at most 1
	// where it is within the tolerance.
	Norm(sample int, errs, x0, x1 []float64) float64

	// Slow adds sum_k weight[k] G(x_k) to dst. dx = F(x) at the same states;
	// some rules keep part of the sum to themselves until Flush.
	Slow(dst *Weights, x, dx []float64, id []int, weight []float64)

	// Flush adds to dst what Slow kept since Bind or the last Flush.
	Flush(dst *Weights)

	// Width returns the length of what Derive calls name; 0 if there is no such thing.
	Width(name string) int

	// Derive sets dst to a block of the layout, or to what follows from the
	// state x of one sample, by name.
	Derive(dst []float64, name string, x []float64, sample int)
}

// Screener is a Learner that can tell, before a presentation, which samples
// have no stable rest state.
type Screener interface {
	// Screen sets unstable[b] for every sample of the bound tile.
	Screen(unstable []bool)
}

// Checker is a Learner that can tell, at the end of a presentation, whether a
// sample came closer to its target.
type Checker interface {
	Improved(x []float64, sample int) bool
}

// Presenter is a rule at one level of reduction. It belongs to one goroutine.
type Presenter interface {
	// Present shows a tile of samples to the network and adds to dst how the
	// weights would move, summed over the samples: without learning rate, in
	// the direction of descent.
	Present(dst, w *Weights, batch *Batch) (Outcome, error)

	// Reveal returns what the last presentation ended in by name, one row a
	// sample: "v1", "r2", "u".
	Reveal(name string) (blas64.General, bool)
}

// Finisher is a Presenter whose Present adds to dst something linear in the
// samples that is not yet the update: sums and multiples of it may be taken first.
type Finisher interface {
	// Finish turns the sum dw into the update of w, which is as it was presented.
	Finish(dw, w *Weights)
}

// Settings choose a rule, a level, and their constants.
type Settings struct {
	Rule  string // one of Rules
	Level string // coupled, buffered, response, steady, linear

	TargetStepsize float64 // lambda
	ForwardRule    string  // nonlinear, linear
	Unstable       string  // skip, count, fail

	Controller   controllers.Controller
	TauV         float64 // voltage time constant; 0: voltages follow at once (dfc, coupled and buffered)
	TauB         float64 // time constant of errors on their way down (pathways)
	TauW         float64 // weight time constant (coupled); +Inf: they hold still
	TauQ         float64 // that of feedback weights that learn awake (coupled); +Inf: they hold still
	Decay        Decay   // of weights, as they move (coupled)
	Delay        float64 // of the control signal on its way to the neurons (dfc)
	Presentation float64 // its length T; for levels at rest the time to get there, 0: no limit
	Sum          bool    // weights follow the sum over a batch, not its mean (coupled)

	Solver ode.Options // of the trajectory

	Seed      uint64    // of a rule's own noise
	Step      float64   // h of levels that are stochastic, of which Presentation is a multiple
	Noise     NodeNoise // of rules that learn from it
	Companion CompanionSettings

	// Stop, if set, is asked between the steps of a trajectory; its error ends
	// the presentation, which then has no update.
	Stop func() error
}

// ErrWideFeedback reports nonlinear feedback neurons where the rest state of
// many outputs would have to be found.
var ErrWideFeedback = fmt.Errorf("a rest state with more than %d linear outputs needs linear feedback neurons", wideOutputs)

// ErrDelay reports a delay where the level does not work out what it does: response, and
// the rest state of many linear outputs, whose stability it decides.
var ErrDelay = errors.New("the level knows no delay of the control signal; level buffered does")

// newRest returns DFC at rest, found in the narrower of the spaces it has:
// among the n_L outputs, or, where these are many, in the layer before them.
func newRest(net *Network, s Settings) (Presenter, error) {
	switch {
	case isWide(net) && s.Delay > 0:
		return nil, ErrDelay
	case isWide(net) && !net.Feedback.Linear():
		return nil, ErrWideFeedback
	case isWide(net):
		return NewWide(net, s), nil
	case s.Level == "linear":
		return NewLinear(NewDFC(net, s), s), nil
	}
	return NewSteady(NewDFC(net, s), s), nil
}
