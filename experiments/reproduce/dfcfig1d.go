package reproduce

import (
	"math"
	"path/filepath"

	"credo/experiments/report"
	"credo/internal/npz"
)

// dfcFig1D is Figure 1D of Meulemans et al. (2021): the output and the control
// signal in the course of one presentation.
var dfcFig1D = Entry{
	ID:     "dfc-fig1d",
	Title:  "Output and control signal over a presentation",
	Source: dfcPaper + ", Figure 1, panel D",
	Cells: func(Budget) []Cell {
		return []Cell{{Name: "presentation", Scenario: fixedToy, Set: []string{
			"network.layers=[15, 10, 10, 1]", "data.teacher.layers=[15, 1000, 1000, 1000, 1000, 1]",
			"data.batch=1", "training.epochs=0", "controller.k_p=1", "timescales.presentation=10",
			"record.presentations=1", `record.arrays=["r3", "u", "e"]`, `record.times="all"`,
		}}}
	},
	Quantities: func(Budget) []Quantity {
		return []Quantity{
			{Name: "distance from the target at the end, of that at the start", Published: claimed("the output reaches the target"),
				Expected: below(0.05), Measure: presentation(func(p *trajectory) float64 { return math.Abs(last(p.e) / p.e[0]) })},
			{Name: "largest overshoot of the target, of the distance at the start", Published: claimed("oscillates before it settles"),
				Expected: Interval{0.01, 1}, Measure: presentation(overshoot)},
			{Name: "change of the control signal over the last tenth", Published: claimed("settles rapidly"),
				Expected: below(0.02), Measure: presentation(lateChange)},
		}
	},
	Draw: drawFig1D,
}

// trajectory is what the presentation recorded, a number a step.
type trajectory struct{ t, r, u, e []float64 }

func presentation(measure func(*trajectory) float64) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		return runs.each("presentation", func(ran Ran) (float64, error) {
			p, err := readTrajectory(ran)
			if err != nil {
				return 0, err
			}
			return measure(p), nil
		})
	}
}

func readTrajectory(ran Ran) (*trajectory, error) {
	f, err := npz.Open(filepath.Join(ran.Dir, "arrays.npz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p := &trajectory{}
	for name, data := range map[string]*[]float64{"t": &p.t, "r3": &p.r, "u": &p.u, "e": &p.e} {
		a, err := f.Array(name)
		if err != nil {
			return nil, err
		}
		*data = a.Data
	}
	return p, nil
}

func last(x []float64) float64 { return x[len(x)-1] }

// overshoot is how far the output goes beyond its target.
func overshoot(p *trajectory) float64 {
	beyond := 0.0
	for _, e := range p.e {
		beyond = max(beyond, -e/p.e[0])
	}
	return beyond
}

// lateChange is how far u moves over the last tenth of the presentation, of
// where it ends.
func lateChange(p *trajectory) float64 {
	change := 0.0
	for k, t := range p.t {
		if t >= 0.9*last(p.t) {
			change = max(change, math.Abs(p.u[k]-last(p.u)))
		}
	}
	return change / math.Abs(last(p.u))
}

func drawFig1D(figures string, _ Budget, runs Runs, _ []Outcome) error {
	p, err := readTrajectory(runs[0])
	if err != nil {
		return err
	}
	target := make([]float64, len(p.t))
	for k := range target {
		target[k] = p.r[k] + p.e[k]
	}
	return report.Trajectories(figures, "dfc-fig1d", "Figure 1D of Meulemans et al. (2021)", []report.Panel{
		{YLabel: "output r_L", Lines: []report.Line{{Label: "output", X: p.t, Y: p.r}, {Label: "target", Component: 1, Dashed: true, X: p.t, Y: target}}},
		{YLabel: "control signal u", Lines: []report.Line{{X: p.t, Y: p.u}}},
	})
}
