package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// FeedbackStep says how feedback weights follow the averaged sleep phase.
type FeedbackStep struct {
	Optimizer    string  // implicit, sgd, adam
	LearningRate float64 // h: the time of an update, in units where tau_Q = sigma^2
	Sigma, Beta  float64 // as in FeedbackSettings
	FreezeOutput bool    // Q_L holds still

	Clip                  float64 // largest norm of the rule without its decay (sgd, adam); 0: no limit
	Beta1, Beta2, Epsilon float64 // Adam's
}

// FeedbackStepper moves feedback weights along the averaged sleep phase,
// Q_i' = C_i - Q_i P with C_i = Noise_i/sigma^2 and
// P = (Control + beta I)/sigma^2, by a step of length h:
//
//	implicit   Q_i <- (Q_i + h C_i) (I + h P)^-1
//	sgd        Q_i <- Q_i + h (C_i - Q_i P): forward Euler
//	adam       Kingma and Ba (2015) on C_i - Q_i P
//
// Before sgd and adam what the samples teach, -<vfb_i u^T>/sigma^2 of all layers
// together, is brought to a norm of at most Clip, and only then decays: the
// order of the released program, which divides by max(sigma, 0.01)^2 where this
// divides by sigma^2. With c = max(sigma, 0.01)^2/sigma^2 its Adam takes the same
// steps as this one with c times its clip and epsilon, and beta times max(sigma,
// 0.01)^2.
//
// P grows without bound where a sample's loop comes near instability, and an
// explicit step then overshoots, which makes matters worse. The symmetric part
// of E[ut u^T] is E[ut ut^T], positive semidefinite, so ||(I + h P)^-1|| <= 1
// and the implicit step cannot overshoot for any h; as h grows it becomes the
// iteration Q_i <- C_i P^-1 for the fixed point. Whatever the optimizer, one
// update changes Q by at most a tenth of ||Q||_F: a longer step is shortened,
// except from Q = 0.
type FeedbackStepper struct {
	set       FeedbackStep
	optimizer Optimizer // nil: implicit
	learning  int       // the layers that learn, from the first
	old, q, g []float64 // Q of those, one after another
	p         blas64.General
	pivot     []int
}

// largestChange bounds one update, relative to ||Q||_F.
const largestChange = 0.1

// NewFeedbackStepper returns a stepper for net's feedback weights.
func NewFeedbackStepper(net *Network, set FeedbackStep) (*FeedbackStepper, error) {
	nL := net.Outputs()
	s := &FeedbackStepper{set: set, learning: net.Depth(), p: newMatrix(nL, nL), pivot: make([]int, nL)}
	if set.FreezeOutput {
		s.learning--
	}
	n := 0
	for _, rows := range net.Sizes[1 : s.learning+1] {
		n += rows * nL
	}
	s.old, s.q, s.g = make([]float64, n), make([]float64, n), make([]float64, n)
	var err error
	switch set.Optimizer {
	case "implicit":
	case "sgd", "adam":
		s.optimizer, err = NewOptimizer(n, OptimizerSettings{Kind: set.Optimizer, Beta1: set.Beta1, Beta2: set.Beta2, Epsilon: set.Epsilon})
	default:
		err = fmt.Errorf("models: no optimizer %q of feedback weights (known: implicit, sgd, adam)", set.Optimizer)
	}
	return s, err
}

// State returns the stepper's memory by name, to save and to set.
func (s *FeedbackStepper) State() []Array {
	if s.optimizer == nil {
		return nil
	}
	return s.optimizer.State()
}

// Step moves w's feedback weights. Without a sample in drift they hold still.
func (s *FeedbackStepper) Step(w *Weights, drift *FeedbackDrift) {
	if drift.Samples == 0 {
		return
	}
	s.gather(w)
	share := 1 / (s.set.Sigma * s.set.Sigma * float64(drift.Samples))
	floats.ScaleTo(s.p.Data, share, drift.Control.Data)
	if s.optimizer == nil {
		s.implicit(drift, share)
	} else {
		s.direction(drift, share)
		s.optimizer.Step(s.q, s.g, s.set.LearningRate)
	}
	s.shorten()
	s.scatter(w)
}

// implicit sets q = (old + h C)(I + h P)^-1.
func (s *FeedbackStepper) implicit(drift *FeedbackDrift, share float64) {
	h, nL := s.set.LearningRate, s.p.Cols
	s.eachLayer(drift, func(q, _, noise []float64) { floats.AddScaled(q, h*share, noise) })
	floats.Scale(h, s.p.Data)
	for k := range nL {
		s.p.Data[k*nL+k] += 1 + h*s.decay()
	}
	lapack64.Getrf(s.p, s.pivot)
	s.divide()
}

// divide replaces q, all rows of it, with q p^-1, where p is factored: LAPACK
// solves for columns alone.
func (s *FeedbackStepper) divide() {
	nL := s.p.Cols
	q := blas64.General{Rows: len(s.q) / nL, Cols: nL, Stride: nL, Data: s.q}
	factor := blas64.Triangular{N: nL, Stride: s.p.Stride, Data: s.p.Data, Uplo: blas.Upper, Diag: blas.NonUnit}
	blas64.Trsm(blas.Right, blas.NoTrans, 1, factor, q)
	factor.Uplo, factor.Diag = blas.Lower, blas.Unit
	blas64.Trsm(blas.Right, blas.NoTrans, 1, factor, q)
	for i := range q.Rows {
		r := row(q, i)
		for k := nL - 1; k >= 0; k-- {
			r[k], r[s.pivot[k]] = r[s.pivot[k]], r[k]
		}
	}
}

// decay is beta/sigma^2.
func (s *FeedbackStepper) decay() float64 { return s.set.Beta / (s.set.Sigma * s.set.Sigma) }

// direction sets g = C - Q Control/sigma^2, clipped, less the decay.
func (s *FeedbackStepper) direction(drift *FeedbackDrift, share float64) {
	nL := s.p.Cols
	s.eachLayer(drift, func(_, g, noise []float64) { floats.ScaleTo(g, share, noise) })
	for k := 0; k < len(s.q); k += nL {
		for c, q := range s.q[k : k+nL] {
			floats.AddScaled(s.g[k:k+nL], -q, row(s.p, c))
		}
	}
	if norm := floats.Norm(s.g, 2); s.set.Clip > 0 && norm > s.set.Clip {
		floats.Scale(s.set.Clip/norm, s.g)
	}
	floats.AddScaled(s.g, -s.decay(), s.q)
}

// eachLayer calls do with a layer's parts of q and g and its Noise.
func (s *FeedbackStepper) eachLayer(drift *FeedbackDrift, do func(q, g, noise []float64)) {
	at := 0
	for _, noise := range drift.Noise[:s.learning] {
		to := at + len(noise.Data)
		do(s.q[at:to], s.g[at:to], noise.Data)
		at = to
	}
}

// shorten brings q as near to old as largestChange demands.
func (s *FeedbackStepper) shorten() {
	change := floats.Distance(s.q, s.old, 2)
	limit := largestChange * floats.Norm(s.old, 2)
	if change <= limit || limit == 0 {
		return
	}
	floats.Sub(s.q, s.old)
	floats.AddScaledTo(s.q, s.old, limit/change, s.q)
}

func (s *FeedbackStepper) gather(w *Weights) {
	at := 0
	for _, q := range w.Q[:s.learning] {
		at += copy(s.old[at:], q.Data)
	}
	copy(s.q, s.old)
}

func (s *FeedbackStepper) scatter(w *Weights) {
	at := 0
	for _, q := range w.Q[:s.learning] {
		at += copy(q.Data, s.q[at:])
	}
}
