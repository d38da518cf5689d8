package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Regression moves the feedback weights of [LearnedFeedback] towards the best
// linear prediction B_i d of lambda_i: Lansdell, Prakash and Kording (2019),
// section 2. By gradient descent,
//
//	B_i <- B_i - eta sum (B_i d - lambda_i) d^T
//
// the sum over a minibatch, or its mean as the forward weights have it; or by
// ridge regression on all samples so far,
//
//	V_i <- f V_i + sum d d^T          V_i = gamma I at first
//	S_i <- f S_i + sum lambda_i d^T   S_i = gamma B_i at first
//	B_i  = S_i V_i^-1
//
// which for f = 1 is recursive least squares, however samples are cut into
// minibatches. Only f < 1 forgets: B lags forward weights that move.
type Regression struct {
	set      CompanionSettings
	mean     bool
	tiles    []regressed
	baseline *Baseline // of the noisy loss, nil if it is compared with the loss without noise

	cross, square []blas64.General // S and V; for the gradient the sum at hand alone
	begun         []float64        // 1 once S and V have their first values
}

// regressed is a presenter that teaches a [Regression].
type regressed interface {
	// lessons returns, of hidden layer i, the sums over the samples of the last
	// presentation: of lambda d^T and d d^T for ridge, else of (lambda - B d) d^T.
	lessons(i int) (cross, square blas64.General)
}

// NewRegression returns the companion for net.
func NewRegression(net *Network, s Settings) *Regression {
	c := &Regression{set: s.Companion, mean: !s.Sum, begun: make([]float64, 1)}
	for i, n := range net.Sizes[1:net.Depth()] {
		c.cross = append(c.cross, newMatrix(n, net.fedBy(i)))
		if c.ridge() {
			c.square = append(c.square, newMatrix(net.fedBy(i), net.fedBy(i)))
		}
	}
	if s.Noise.Running && s.Level == "steady" {
		c.baseline = NewBaseline()
	}
	return c
}

func (c *Regression) ridge() bool { return c.set.Optimizer == "ridge" }

// Join makes p, a [LearnedFeedback] or [BufferedPerturbation], one of those that teach.
func (c *Regression) Join(p Presenter) {
	c.tiles = append(c.tiles, p.(regressed))
	if c.baseline != nil {
		c.baseline.Join(p)
	}
}

// Gather adds the sums of the first presenters, in order.
func (c *Regression) Gather(w *Weights, tiles int) {
	if c.baseline != nil {
		c.baseline.Gather(w, tiles)
	}
	for i, cross := range c.cross {
		switch {
		case !c.ridge():
			clear(cross.Data)
		case c.begun[0] == 0:
			floats.AddScaled(cross.Data, c.set.Gamma, w.Link[i].Data)
			setIdentity(c.square[i])
			floats.Scale(c.set.Gamma, c.square[i].Data)
		default:
			floats.Scale(c.set.Forget, cross.Data)
			floats.Scale(c.set.Forget, c.square[i].Data)
		}
		for _, t := range c.tiles[:tiles] {
			lambda, d := t.lessons(i)
			floats.Add(cross.Data, lambda.Data)
			if c.ridge() {
				floats.Add(c.square[i].Data, d.Data)
			}
		}
	}
	c.begun[0] = 1
}

// Step moves the feedback weights.
func (c *Regression) Step(w *Weights, samples int, decay float64) {
	if c.baseline != nil {
		c.baseline.Step(w, samples, decay)
	}
	eta := c.set.LearningRate
	if c.mean {
		eta /= float64(samples)
	}
	for i, cross := range c.cross {
		if c.ridge() {
			solveRidge(w.Link[i], cross, c.square[i])
		} else {
			floats.AddScaled(w.Link[i].Data, eta, cross.Data)
		}
	}
}

// solveRidge sets b = s v^-1. v is symmetric and at least gamma I where nothing
// is forgotten; where all is, b stays.
func solveRidge(b, s, v blas64.General) {
	var factors mat.Cholesky
	if !factors.Factorize(mat.NewSymDense(v.Rows, v.Data)) {
		return
	}
	u := blas64.Triangular(factors.RawU().(*mat.TriDense).RawTriangular())
	copy(b.Data, s.Data)
	blas64.Trsm(blas.Right, blas.NoTrans, 1, u, b) // v = U^T U
	blas64.Trsm(blas.Right, blas.Trans, 1, u, b)
}

// State returns V and S, and the baseline.
func (c *Regression) State() []Array {
	var all []Array
	if c.ridge() {
		all = append(all, Array{"begun", []int{1}, c.begun})
		for i := range c.cross {
			s, v := c.cross[i], c.square[i]
			all = append(all, Array{fmt.Sprint("S", i+1), []int{s.Rows, s.Cols}, s.Data}, Array{fmt.Sprint("V", i+1), []int{v.Rows, v.Cols}, v.Data})
		}
	}
	if c.baseline != nil {
		all = append(all, c.baseline.State()...)
	}
	return all
}
