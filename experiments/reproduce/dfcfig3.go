package reproduce

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"credo/experiments/report"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

// dfcFig3 is Figure 3 of Meulemans et al. (2021): what the theorems speak of, in
// the course of a student's training by a teacher.
var dfcFig3 = Entry{
	ID:         "dfc-fig3",
	Title:      "Conditions 1 to 3 and alignment in the course of training",
	Source:     dfcPaper + ", Figure 3, panels A to F",
	Cells:      fig3Cells,
	Quantities: fig3Quantities,
	Draw:       drawFig3,
}

// fig3Method is a line of the panels.
type fig3Method struct {
	name, title, scenario string
	set                   []string
	measures              []string
	colour                int
}

// DFC is level response, the buffered update in closed form; samples for which
// that is not good enough are integrated. The references are damped as the
// published program damps them: by 0.1 for DFC and not at all for direct feedback
// alignment. DFA's learning rate is not published; this one lowers the loss about
// as fast.
var (
	controlMeasures = []string{"condition2", "released-minimum-norm", "condition1", "gauss-newton", "abscissa", "steady-approximation"}
	errorMeasures   = []string{"released-minimum-norm", "condition1", "gauss-newton"}

	fig3Methods = []fig3Method{
		{"dfc", "DFC", learnedToy, []string{"method.level=response", "record.damping=0.1"}, controlMeasures, 0},
		{"dfc-ss", "DFC-SS", learnedToy, []string{"method.level=steady", "record.damping=0.1"}, controlMeasures, 1},
		{"dfc-ssa", "DFC-SSA", learnedToy, []string{"method.level=linear", "record.damping=0.1"}, controlMeasures, 2},
		{"dfc-fixed", "DFC (fixed)", fixedToy, []string{"method.level=response", "record.damping=0.1"}, controlMeasures, 0},
		{"dfc-ss-fixed", "DFC-SS (fixed)", fixedToy, []string{"method.level=steady", "record.damping=0.1"}, controlMeasures, 1},
		{"dfc-ssa-fixed", "DFC-SSA (fixed)", fixedToy, []string{"method.level=linear", "record.damping=0.1"}, controlMeasures, 2},
		{"dfa", "DFA", fixedToy, []string{"method.rule=dfa", "method.level=steady", "feedback.init=random", "training.lr=0.02", "record.damping=0"}, errorMeasures, 3},
	}
)

const (
	learnedToy = "student-teacher-dfc-learned.toml"
	fixedToy   = "student-teacher-dfc.toml"
)

func fig3Cells(b Budget) []Cell {
	epochs := 300
	if b == Short {
		epochs = 20
	}
	var cells []Cell
	for _, m := range fig3Methods {
		set := append([]string{fmt.Sprintf("training.epochs=%d", epochs), recorded(m.measures)}, m.set...)
		cells = append(cells, Cell{Name: m.name, Scenario: m.scenario, Set: set})
	}
	return cells
}

// recorded says which measures of theory a cell records.
func recorded(measures []string) string {
	var items []string
	for _, m := range measures {
		items = append(items, strconv.Quote(m))
	}
	return "record.theory=[" + strings.Join(items, ", ") + "]"
}

// fig3Quantities are the orderings that the paper reads off its panels, as
// differences of means over the training that must be positive, and the bounds.
func fig3Quantities(Budget) []Quantity {
	var all []Quantity
	for _, m := range fig3Methods[:3] {
		all = append(all,
			difference("A: Condition 2 ratio, "+m.title+" learned over fixed", "", "learned above fixed", "condition2", m.name, m.name+"-fixed"),
			difference("B: angle to MN, "+m.title+" fixed over learned", "deg", "learned below fixed", "released-minimum-norm", m.name+"-fixed", m.name),
			difference("D: angle to GN, "+m.title+" fixed over learned", "deg", "learned below fixed", "gauss-newton", m.name+"-fixed", m.name),
		)
	}
	all = append(all,
		difference("B: angle to MN, DFA over DFC (fixed)", "deg", "DFA far above", "released-minimum-norm", "dfa", "dfc-fixed"),
		difference("D: angle to GN, DFA over DFC (fixed)", "deg", "DFA far above", "gauss-newton", "dfa", "dfc-fixed"),
		Quantity{Name: "C: spread of the layer norms, DFC", Published: claimed("crudely 0"), Expected: below(1), Measure: meanOf("dfc", "condition1")},
		Quantity{Name: "E: largest eigenvalue, all of DFC", Published: claimed("negative throughout"), Expected: below(0), Measure: worstAbscissa},
		Quantity{Name: "F: angle to DFC-SSA, DFC", Unit: "deg", Published: claimed("small"), Expected: below(15), Measure: meanOf("dfc", "steady-approximation")},
		Quantity{Name: "F: angle to DFC-SSA, DFC-SS", Unit: "deg", Published: claimed("small"), Expected: below(15), Measure: meanOf("dfc-ss", "steady-approximation")},
	)
	return all
}

func meanOf(cell, measure string) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) { return runs.each(cell, meanTheory(measure)) }
}

// difference is the mean of a measure over one run's training less that over
// another's.
func difference(name, unit, claim, measure, high, low string) Quantity {
	return Quantity{Name: name, Unit: unit, Published: claimed(claim), Expected: above(0), Measure: func(runs Runs) ([]float64, error) {
		a, errA := meanOf(high, measure)(runs)
		b, errB := meanOf(low, measure)(runs)
		if errA != nil || errB != nil || len(a) == 0 || len(b) == 0 {
			return nil, errors.Join(errA, errB)
		}
		return []float64{a[0] - b[0]}, nil
	}}
}

// worstAbscissa is the largest real part of an eigenvalue of any loop, over all
// variants and epochs.
func worstAbscissa(runs Runs) ([]float64, error) {
	highest, err := runs.Named("dfc*").each("*", func(r Ran) (float64, error) {
		column, err := r.theory("abscissa")
		if err != nil {
			return 0, err
		}
		return slices.Max(column), nil
	})
	if err != nil || len(highest) == 0 {
		return nil, err
	}
	return []float64{floats.Max(highest)}, nil
}

// fig3Panels are the paper's, in its order.
var fig3Panels = []struct{ measure, label string }{
	{"condition2", "A: Condition 2 ratio"},
	{"released-minimum-norm", "B: angle to MN (deg)"},
	{"condition1", "C: spread of layer norms"},
	{"gauss-newton", "D: angle to GN (deg)"},
	{"abscissa", "E: largest Re eigenvalue"},
	{"steady-approximation", "F: angle to DFC-SSA (deg)"},
}

// drawFig3 draws window averages with a window's standard deviation, as the
// paper does.
func drawFig3(figures string, _ Budget, runs Runs, _ []Outcome) error {
	var panels []report.GridPanel
	for _, p := range fig3Panels {
		panel := report.GridPanel{Panel: report.Panel{YLabel: p.label}, XLabel: "epoch"}
		for _, m := range fig3Methods {
			if ran := runs.Named(m.name); len(ran) == 1 && slices.Contains(m.measures, p.measure) {
				y, err := ran[0].theory(p.measure)
				if err != nil {
					return err
				}
				line := windowed(y)
				line.Label, line.Component, line.Dashed = m.title, m.colour, m.scenario == fixedToy
				panel.Lines = append(panel.Lines, line)
			}
		}
		panels = append(panels, panel)
	}
	return report.Grid(figures, "dfc-fig3", "Figure 3 of Meulemans et al. (2021)", 3, panels)
}

// windowed averages y, a value an epoch, over a window of a fifteenth of it.
func windowed(y []float64) report.Line {
	half := len(y) / 30
	var line report.Line
	for k := range y {
		window := y[max(0, k-half):min(len(y), k+half+1)]
		mean, std := stat.PopMeanStdDev(window, nil)
		if math.IsNaN(mean) {
			continue
		}
		line.X, line.Y, line.Spread = append(line.X, float64(k+1)), append(line.Y, mean), append(line.Spread, std)
	}
	return line
}
