package timescales

import (
	"math"

	"credo/experiments/schema"
)

// ratio is one of the separations that theories assume: how it is varied, and what
// is compared at every value of it.
type ratio struct {
	name    string
	varied  string // what changes with the ratio
	held    string // what does not
	theory  Theory
	pairs   []pair
	ofQ     bool    // feedback weights are compared, not forward weights
	scatter float64 // how far, in ln, points of a fit may lie from its line

	at func(s *schema.Scenario, value float64) Constants
}

// Theory is what is predicted of a distance.
type Theory struct {
	Order float64 `json:"order"`
	Law   string  `json:"law"`
}

// pair is a system with finite time constants and its limit, by level.
type pair struct{ Full, Limit string }

func (p pair) String() string { return p.Full + " to " + p.Limit }

var (
	tikhonov = Theory{1, "Tikhonov: fast states that settle are at rest, to first order"}
	averaged = Theory{1, "averaging: weights move by the mean over a presentation, to first order"}
	straying = Theory{0.5, "averaging over noise: one path strays from the mean by order one half"}
)

// smooth and noisy are how far points may lie from a straight line: the curvature
// that one thinks of as the end of the asymptotic range, or noise.
const (
	smooth = 0.03
	noisy  = 1
)

// ratios are those of schema's, in its order. Weights follow tau_w dW/dt = G, so
// that a presentation T moves them by T/tau_w = training.lr: the slow time of a
// study is updates * lr.
var ratios = []ratio{
	{
		name: schema.VoltagesToControl, theory: tikhonov, scatter: smooth,
		varied: "tau_v", held: "tau_u, T, lr = T/tau_w, the number of updates",
		pairs: []pair{{coupled, instantCoupled}, {buffered, instantBuffered}},
		at: func(s *schema.Scenario, value float64) Constants {
			c := constants(s)
			c.TauV = number(value * s.Timescales.TauU)
			return c
		},
	},
	{
		name: schema.ControlToWeights, theory: tikhonov, scatter: smooth,
		varied: "tau_w, and T = lr tau_w", held: "tau_v, tau_u, lr = T/tau_w, the number of updates",
		pairs: []pair{{coupled, flow}, {buffered, steady}},
		at: func(s *schema.Scenario, value float64) Constants {
			c := constants(s)
			c.TauW = number(s.Timescales.TauU / value)
			c.Presentation = number(s.Training.LR) * c.TauW
			return c
		},
	},
	{
		name: schema.ControlToPresentation, theory: tikhonov, scatter: smooth,
		varied: "T, and tau_w = T/lr", held: "tau_v, tau_u, lr = T/tau_w, the number of updates",
		pairs: []pair{{buffered, steady}, {coupled, flow}},
		at: func(s *schema.Scenario, value float64) Constants {
			c := constants(s)
			c.Presentation = number(s.Timescales.TauU / value)
			c.TauW = c.Presentation / number(s.Training.LR)
			return c
		},
	},
	{
		name: schema.VoltagesToWeights, theory: tikhonov, scatter: smooth,
		varied: "tau_v, tau_b in proportion", held: "T, lr = T/tau_w, the number of updates",
		pairs: []pair{{coupled, flow}, {buffered, steady}},
		at: func(s *schema.Scenario, value float64) Constants {
			return constants(s).withVoltages(s, value*s.Timescales.Presentation/s.Training.LR)
		},
	},
	{
		name: schema.VoltagesToPresentation, theory: tikhonov, scatter: smooth,
		varied: "tau_v, tau_b in proportion", held: "T, lr = T/tau_w, the number of updates",
		pairs: []pair{{buffered, steady}, {coupled, flow}},
		at: func(s *schema.Scenario, value float64) Constants {
			return constants(s).withVoltages(s, value*s.Timescales.Presentation)
		},
	},
	{
		name: schema.PresentationToWeights, theory: averaged, scatter: 2 * smooth,
		varied: "tau_w, and the number of updates in proportion", held: "T, tau_v, tau_u, the slow time updates * T/tau_w",
		pairs: []pair{{coupled, buffered}},
		at:    manyUpdates,
	},
	{
		name: schema.WeightsToFeedback, theory: tikhonov, scatter: smooth,
		varied: "tau_q", held: "tau_v, tau_u, T, lr = T/tau_w, the number of updates, and the noise",
		pairs: []pair{{merged, stillFeedback}},
		at: func(s *schema.Scenario, value float64) Constants {
			c := constants(s)
			c.TauQ = c.TauW / number(value)
			return c
		},
	},
	{
		name: schema.ControlToFeedback, theory: straying, scatter: noisy, ofQ: true,
		varied: "tau_q, and T in proportion", held: "tau_v, tau_u, W, the slow time of Q, T sigma^2/tau_q = feedback.lr, the number of updates",
		pairs: []pair{{merged, averagedFeedback}},
		at:    slowFeedback,
	},
}

// ratioByName returns a ratio that the schema knows.
func ratioByName(name string) ratio {
	for _, r := range ratios {
		if r.name == name {
			return r
		}
	}
	panic("timescales: no ratio " + name)
}

// manyUpdates divides the slow time into as many updates as make the ratio
// T/tau_w, or the nearest that a whole number of them makes.
func manyUpdates(s *schema.Scenario, value float64) Constants {
	c, slow := constants(s), s.Training.LR*float64(s.Separation.Updates)
	c.Updates = max(1, int(math.Round(slow/value)))
	c.TauW = c.Presentation * number(float64(c.Updates)/slow)
	c.Value = c.Presentation / c.TauW
	return c
}

// slowFeedback has a presentation last for feedback.lr of the feedback weights'
// time, tau_q/sigma^2, in whole steps.
func slowFeedback(s *schema.Scenario, value float64) Constants {
	c, f, h := constants(s), s.Feedback, s.Integrator.H
	perTau := f.LR / (f.Sigma * f.Sigma) // T/tau_q
	c.TauQ = number(s.Timescales.TauU / value)
	c.TauW = number(math.Inf(1))
	c.Presentation = number(h * max(1, math.Round(perTau*float64(c.TauQ)/h)))
	c.TauQ = c.Presentation / number(perTau)
	c.Value = number(s.Timescales.TauU) / c.TauQ
	return c
}
