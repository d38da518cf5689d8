package reproduce

import (
	"math"
	"slices"

	"credo/analysis"
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// sdeTauFeedback are the tau_B at which learning is followed.
var sdeTauFeedback = []float64{25, 100, 400, 1600}

// sdeQuiet is the noise c of the learners that are followed. At c = 0.3 the terms of
// order c^2 that theory leaves out make 480 learners deviate by 1.10 times its
// prediction at tau_B 400, at 0.15 by 1.02 and at 0.075 by 0.99.
const sdeQuiet = 0.075

// sdeTurn is how many presentations in a row show the same sample.
const sdeTurn = 5

// sdeCourse is what learners of one tau_B did in the course of one tau_B, beside
// the averaged flow, to which samples come in the same order.
type sdeCourse struct {
	tauB float64
	t    []float64 // in units of tau_B

	// B_1, B_2 at those times: of the first learner, of the flow, and how far
	// learners are from it (root mean square).
	learner, flow, off [][]float64

	// Root mean square distances from the flow at the end: of all B, of B_2, and
	// of B_2 by the spectrum of its noise.
	all, last, predicted float64
}

// follow lets learners learn for a time tau_B.
func (s *sdeToy) follow(tauB float64, learners int) (*sdeCourse, error) {
	set, c := sdeConstants(), &sdeCourse{tauB: tauB}
	set.Noise, set.TauFeedback = sdeQuiet, tauB
	p, err := models.NewPerturbedFeedback(s.net, set, learners, nil)
	if err != nil {
		return nil, err
	}
	flow, err := models.NewPerturbedFeedbackAverage(s.net, set)
	if err != nil {
		return nil, err
	}
	if err := p.Begin(s.w, 0, learners, s.samples, 0); err != nil {
		return nil, err
	}
	y, presentations := make([]float64, flow.Dim()), int(tauB/set.Presentation)
	c.note(0, p, y)
	for n := range presentations {
		b := n / sdeTurn % s.samples.N
		if err := p.Present(s.samples, b); err != nil {
			return nil, err
		}
		flow.Bind(s.w, s.single[b])
		if _, err := ode.Solve(flow, y, 0, set.Presentation, ode.Options{RelTol: 1e-8, AbsTol: 1e-10}); err != nil {
			return nil, err
		}
		if (n+1)%max(1, presentations/160) == 0 {
			c.note(float64(n+1)/float64(presentations), p, y)
		}
	}
	end, top := c.off[len(c.off)-1], s.net.Sizes[2]*s.net.Sizes[3]
	c.all, c.last = floats.Norm(end, 2), floats.Norm(end[len(end)-top:], 2)
	c.predicted, err = analysis.PerturbedSpread(s.net, s.w, s.samples, set, 1)
	return c, err
}

// note keeps where learners and flow are; B is the end of a learner's state.
func (c *sdeCourse) note(t float64, p *models.PerturbedFeedback, y []float64) {
	n, off := len(y), make([]float64, len(y))
	for k := range p.Learners() {
		x := p.State(k)
		for j, b := range x[len(x)-n:] {
			off[j] += (b - y[j]) * (b - y[j]) / float64(p.Learners())
		}
	}
	for j, square := range off {
		off[j] = math.Sqrt(square)
	}
	first := p.State(0)
	c.t, c.off = append(c.t, t), append(c.off, off)
	c.learner = append(c.learner, slices.Clone(first[len(first)-n:]))
	c.flow = append(c.flow, slices.Clone(y))
}
