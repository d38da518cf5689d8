package reproduce

import (
	"math"

	"credo/analysis"
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// sdeTauFeedback are the tau_B at which learning is followed.
var sdeTauFeedback = []float64{25, 100, 400, 1600}

// sdeCourse is what learners of one tau_B did in the course of one tau_B, beside
// the averaged flow, to which samples come in the same order.
type sdeCourse struct {
	tauB          float64
	t             []float64   // in units of tau_B
	learner, flow [][]float64 // B_1, B_2 at those times, of the first learner and of the flow

	// Root mean square distances from the flow at the end: of all B, of B_2, and
	// of B_2 by the spectrum of its noise.
	all, last, predicted float64
}

// follow lets learners learn for a time tau_B.
func (s *sdeToy) follow(tauB float64, learners int) (*sdeCourse, error) {
	set, c := sdeConstants(), &sdeCourse{tauB: tauB}
	set.TauFeedback = tauB
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
	y, pieces := make([]float64, flow.Dim()), int(tauB/set.Presentation)
	for n := range pieces {
		b := n % s.samples.N
		if err := p.Present(s.samples, b); err != nil {
			return nil, err
		}
		flow.Bind(s.w, s.single[b])
		if _, err := ode.Solve(flow, y, 0, set.Presentation, ode.Options{RelTol: 1e-8, AbsTol: 1e-10}); err != nil {
			return nil, err
		}
		if (n+1)%max(1, pieces/160) == 0 {
			c.note(float64(n+1)/float64(pieces), p, y)
		}
	}
	c.compare(p, y, s.net.Sizes[2]*s.net.Sizes[3])
	c.predicted, err = analysis.PerturbedSpread(s.net, s.w, s.samples, set, 1)
	return c, err
}

// note keeps where the first learner and the flow are; B is the end of a state.
func (c *sdeCourse) note(t float64, p *models.PerturbedFeedback, y []float64) {
	x := p.State(0)
	c.t = append(c.t, t)
	c.learner = append(c.learner, append([]float64(nil), x[len(x)-len(y):]...))
	c.flow = append(c.flow, append([]float64(nil), y...))
}

// compare measures the distances from the flow; top is the size of B_2, the end
// of y.
func (c *sdeCourse) compare(p *models.PerturbedFeedback, y []float64, top int) {
	distance := func(n int) float64 {
		sum := 0.0
		for k := range p.Learners() {
			x := p.State(k)
			d := floats.Distance(x[len(x)-n:], y[len(y)-n:], 2)
			sum += d * d
		}
		return math.Sqrt(sum / float64(p.Learners()))
	}
	c.all, c.last = distance(len(y)), distance(top)
}
