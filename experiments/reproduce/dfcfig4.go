package reproduce

import (
	"fmt"

	"credo/experiments/report"
)

// dfcFig4 is Figure 4 of Meulemans et al. (2021): the angle between DFC's updates
// and minimum-norm updates over the target stepsize lambda (A) and the leak alpha
// (B). lambda is the published program's, of a loss averaged over outputs and
// minibatch, up to 0.1; the paper's last point, 0.5, is the target clamped to the
// label, which is lambda = 0.5 of one sample's |e|^2: that is 640 times as much.
var dfcFig4 = Entry{
	ID:         "dfc-fig4",
	Title:      "Alignment with minimum-norm updates over target stepsize and leak",
	Source:     dfcPaper + ", Figure 4, panels A and B",
	Cells:      fig4Cells,
	Quantities: fig4Quantities,
	Draw:       drawFig4,
}

var (
	fig4Lambdas = []float64{1e-3, 1e-2, 1e-1, clamped}
	fig4Alphas  = []float64{1e-4, 1e-3, 1e-2, 1e-1}
	fig4Methods = fig3Methods[:3]
)

// The values that the paper holds while it varies the other.
const fig4Lambda, fig4Alpha = 0.05, 0.0015

// clamped is the lambda at which the target is the label.
const clamped = 0.5

// fig4Stepsize returns lambda of the loss of Figure 3, the mean over five outputs
// and over a minibatch of 128, all of which are whole.
func fig4Stepsize(lambda float64) float64 {
	if lambda == clamped {
		return clamped * 5 * 128
	}
	return lambda
}

// fig4Rate is the product of target stepsize and learning rate, Figure 3's:
// updates are proportional to the former.
const fig4Rate = 2 * 0.05

func fig4Cells(b Budget) []Cell {
	epochs := 300
	if b == Short {
		epochs = 5
	}
	var cells []Cell
	add := func(name string, lambda, alpha float64) {
		for _, m := range fig4Methods {
			cells = append(cells, Cell{Name: name + "/" + m.name, Scenario: learnedToy, Set: append([]string{
				fmt.Sprintf("training.epochs=%d", epochs), fmt.Sprintf("method.target_stepsize=%g", fig4Stepsize(lambda)),
				fmt.Sprintf("controller.alpha=%g", alpha), fmt.Sprintf("training.lr=%g", fig4Rate/fig4Stepsize(lambda)),
				"training.clip=0", "data.train=4992", `record.theory=["released-minimum-norm"]`,
			}, m.set...)})
		}
	}
	for _, lambda := range fig4Lambdas {
		add(fmt.Sprintf("lambda-%g", lambda), lambda, fig4Alpha)
	}
	for _, alpha := range fig4Alphas {
		add(fmt.Sprintf("alpha-%g", alpha), fig4Lambda, alpha)
	}
	return cells
}

// fig4Quantities say that the angle holds over three decades of lambda and alpha
// and grows when the target is clamped to the label.
func fig4Quantities(Budget) []Quantity {
	var all []Quantity
	for _, m := range fig4Methods {
		all = append(all,
			Quantity{Name: "A: angle at lambda 0.1 over 0.001, " + m.title, Unit: "deg", Published: claimed("robust"),
				Expected: Interval{-2, 2}, Measure: fig4Difference("lambda-0.1/"+m.name, "lambda-0.001/"+m.name)},
			Quantity{Name: "B: angle at alpha 0.1 over 0.0001, " + m.title, Unit: "deg", Published: claimed("robust"),
				Expected: Interval{-2, 2}, Measure: fig4Difference("alpha-0.1/"+m.name, "alpha-0.0001/"+m.name)},
		)
	}
	for _, m := range fig4Methods {
		all = append(all, Quantity{Name: "A: angle at the label over lambda 0.1, " + m.title, Unit: "deg", Published: claimed("larger"),
			Expected: above(0), Measure: fig4Difference("lambda-0.5/"+m.name, "lambda-0.1/"+m.name)})
	}
	return all
}

func fig4Difference(high, low string) func(Runs) ([]float64, error) {
	return difference("", "", "", "released-minimum-norm", high, low).Measure
}

func drawFig4(figures string, _ Budget, runs Runs, _ []Outcome) error {
	var panels []report.GridPanel
	for _, half := range []struct {
		name, label string
		values      []float64
	}{{"lambda", "A: target stepsize lambda", fig4Lambdas}, {"alpha", "B: leak alpha", fig4Alphas}} {
		panel := report.GridPanel{Panel: report.Panel{YLabel: "angle to MN (deg)"}, XLabel: half.label, LogX: true}
		for _, m := range fig4Methods {
			line := report.Line{Label: m.title, Component: m.colour}
			for _, x := range half.values {
				angle, err := meanOf(fmt.Sprintf("%s-%g/%s", half.name, x, m.name), "released-minimum-norm")(runs)
				if err != nil {
					return err
				}
				if len(angle) == 1 {
					line.X, line.Y = append(line.X, x), append(line.Y, angle[0])
				}
			}
			panel.Lines = append(panel.Lines, line)
		}
		panels = append(panels, panel)
	}
	return report.Grid(figures, "dfc-fig4", "Figure 4 of Meulemans et al. (2021)", 2, panels)
}
