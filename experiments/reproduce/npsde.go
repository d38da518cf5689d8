package reproduce

import (
	"fmt"
	"math"
	"sync"

	"credo/experiments/report"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// npSDE is ours: learned feedback by node perturbation (Lansdell, Prakash and
// Kording (2019)) in continuous time, and its averaged limit. It needs no
// training: what it measures is how noise and time constants shape what feedback
// weights learn, on a linear 3-4-3-2 network with tau_n 0.5, tau_v 0.2, tau_b 4
// and c 0.3, or in the course of learning sdeQuiet.
var npSDE = Entry{
	ID:         "np-sde",
	Title:      "Learned feedback in continuous time and its averaged limit",
	Source:     "ours: a stochastic differential equation for Lansdell, Prakash and Kording (2019), beside its closed form",
	Cells:      func(Budget) []Cell { return nil },
	Quantities: sdeQuantities,
	Draw:       drawSDE,
}

// sdeMeasured is what is simulated, once, when it is first asked for.
var sdeMeasured = map[Budget]func() (*sdeMeasurement, error){
	Short: sync.OnceValues(func() (*sdeMeasurement, error) { return measureSDE(sdeLearners[Short]) }),
	Full:  sync.OnceValues(func() (*sdeMeasurement, error) { return measureSDE(sdeLearners[Full]) }),
}

var sdeLearners = map[Budget]int{Short: 96, Full: 480}

type sdeMeasurement struct {
	gains   []sdeGain    // by tau_n
	courses []*sdeCourse // by tau_B
	order   float64      // in tau_v, of the distance from the discrete two-pass estimate
}

func measureSDE(learners int) (*sdeMeasurement, error) {
	toy, err := newSDEToy()
	if err != nil {
		return nil, err
	}
	m := &sdeMeasurement{}
	for _, tauN := range sdeTauNoise {
		g, err := toy.measureGain(tauN, learners)
		if err != nil {
			return nil, err
		}
		m.gains = append(m.gains, g)
	}
	for _, tauB := range sdeTauFeedback {
		c, err := toy.follow(tauB, learners)
		if err != nil {
			return nil, err
		}
		m.courses = append(m.courses, c)
	}
	m.order, err = toy.orderInTauV()
	return m, err
}

// slope is that of the deviation of all B over tau_B, both as logarithms.
func (m *sdeMeasurement) slope() float64 {
	var x, y []float64
	for _, c := range m.courses {
		x, y = append(x, math.Log(c.tauB)), append(y, math.Log(c.all))
	}
	_, slope := stat.LinearRegression(x, y, nil, false)
	return slope
}

// widestAngle is the largest between mean estimates and the gradient at tau_n 0.5.
func (m *sdeMeasurement) widestAngle() float64 {
	for _, g := range m.gains {
		if g.tauN == sdeConstants().TauNoise {
			return max(g.angle[0], g.angle[1])
		}
	}
	return math.NaN()
}

// sdeGainOf is the closed form (1 + tau_v/tau_n)^-(L-i) tau_b/(tau_b + tau_n) of
// hidden layer i = 1, 2 of L = 3.
func sdeGainOf(i int, tauN float64) float64 {
	set := sdeConstants()
	return math.Pow(1+set.TauV/tauN, -float64(3-i)) * set.TauBaseline / (set.TauBaseline + tauN)
}

func ofSDE(b Budget, measure func(*sdeMeasurement) float64) func(Runs) ([]float64, error) {
	return func(Runs) ([]float64, error) {
		m, err := sdeMeasured[b]()
		if err != nil {
			return nil, err
		}
		return []float64{measure(m)}, nil
	}
}

// sdeQuantities expect the closed forms, within what 96 learners scatter by. A root
// mean square over n learners of normal deviations with covariance S scatters by
// sqrt(tr(S^2)/2n)/tr S, at most 1/sqrt(2n), and may be two of these off.
func sdeQuantities(b Budget) []Quantity {
	var all []Quantity
	for k, tauN := range sdeTauNoise {
		for i := 1; i <= 2; i++ {
			g := sdeGainOf(i, tauN)
			all = append(all, Quantity{
				Name: fmt.Sprintf("gain G_%d at tau_n %g", i, tauN), Published: claimed(fmt.Sprintf("closed form %.4f", g)),
				Expected: Interval{0.9 * g, 1.1 * g}, Measure: ofSDE(b, func(m *sdeMeasurement) float64 { return m.gains[k].simulated[i-1] }),
			})
		}
	}
	all = append(all, Quantity{
		Name: "angle of the mean estimates to the gradient, tau_n 0.5", Unit: "deg", Published: claimed("0: scaled, not rotated"),
		Expected: below(5), Measure: ofSDE(b, (*sdeMeasurement).widestAngle),
	})
	scatter := 2 / math.Sqrt(2*float64(sdeLearners[b]))
	for k, tauB := range sdeTauFeedback {
		all = append(all, Quantity{
			Name: fmt.Sprintf("deviation of B_2 from the flow over its prediction, tau_B %g", tauB), Published: claimed("1, and terms of order c^2"),
			Expected: Interval{1 - scatter, 1 + scatter}, Measure: ofSDE(b, func(m *sdeMeasurement) float64 { return m.courses[k].last / m.courses[k].predicted }),
		})
	}
	return append(all,
		Quantity{Name: "slope of the deviation of all B in tau_B", Published: claimed("-1/2"), Expected: Interval{-0.58, -0.42},
			Measure: ofSDE(b, (*sdeMeasurement).slope)},
		Quantity{Name: "order in tau_v of the distance from the discrete two-pass estimate", Published: claimed("1"), Expected: Interval{0.99, 1.01},
			Measure: ofSDE(b, func(m *sdeMeasurement) float64 { return m.order })},
	)
}

// drawSDE draws B_2 over time beside the averaged flow, for a fast and a slow B,
// the deviations, and the gains.
func drawSDE(figures string, b Budget, _ Runs, _ []Outcome) error {
	m, err := sdeMeasured[b]()
	if err != nil {
		return err
	}
	return report.Grid(figures, "np-sde", "Feedback weights learned in noise, and their averaged flow", 2, []report.GridPanel{
		m.courses[0].panel("A"), m.courses[3].panel("B"), m.deviations(), m.gainCurves(),
	})
}

// panel shows two weights of B_2, which is the end of B: the flow, with a band of
// the learners' deviations, and a learner.
func (c *sdeCourse) panel(letter string) report.GridPanel {
	p := report.GridPanel{XLabel: "t/tau_B", Panel: report.Panel{YLabel: fmt.Sprintf("%s: B_2, tau_B = %g", letter, c.tauB)}}
	n := len(c.flow[0])
	for _, k := range []int{n - 5, n - 1} {
		p.Lines = append(p.Lines,
			report.Line{Label: "simulated", Component: 0, X: c.t, Y: along(c.learner, k)},
			report.Line{Label: "closed form", Component: 1, Dashed: true, X: c.t, Y: along(c.flow, k), Spread: along(c.off, k)})
	}
	return p
}

// along is column k of rows.
func along(rows [][]float64, k int) []float64 {
	var y []float64
	for _, r := range rows {
		y = append(y, r[k])
	}
	return y
}

// dots adds a point to a line that is drawn as points: each stands alone.
func dots(line *report.Line, x, y float64) {
	line.X, line.Y = append(line.X, x, math.NaN()), append(line.Y, y, math.NaN())
}

func (m *sdeMeasurement) deviations() report.GridPanel {
	simulated, predicted := report.Line{Label: "simulated", Component: 0}, report.Line{Label: "closed form", Component: 1, Dashed: true}
	for _, c := range m.courses {
		dots(&simulated, c.tauB, math.Log10(c.last))
		predicted.X, predicted.Y = append(predicted.X, c.tauB), append(predicted.Y, math.Log10(c.predicted))
	}
	return report.GridPanel{XLabel: "tau_B", LogX: true, Panel: report.Panel{
		YLabel: "C: log10 of B_2's rms deviation", Lines: []report.Line{simulated, predicted},
	}}
}

func (m *sdeMeasurement) gainCurves() report.GridPanel {
	p := report.GridPanel{XLabel: "tau_n", LogX: true, Panel: report.Panel{YLabel: "D: gains G_1 < G_2"}}
	for i := 1; i <= 2; i++ {
		simulated, closed := report.Line{Label: "simulated", Component: 0}, report.Line{Label: "closed form", Component: 1, Dashed: true}
		for _, g := range m.gains {
			dots(&simulated, g.tauN, g.simulated[i-1])
		}
		for _, tauN := range floats.LogSpan(make([]float64, 40), 0.02, 5) {
			closed.X, closed.Y = append(closed.X, tauN), append(closed.Y, sdeGainOf(i, tauN))
		}
		p.Lines = append(p.Lines, simulated, closed)
	}
	return p
}
