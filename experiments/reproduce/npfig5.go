package reproduce

import (
	"fmt"
	"slices"

	"credo/experiments/report"
)

// npFig5 is Figure 5 in the appendix of Lansdell, Prakash and Kording (2019): with
// the forward weights held, the feedback weights come to their limit; and, panels D
// and E, how far they come in wider networks.
var npFig5 = Entry{
	ID:         "np-fig5",
	Title:      "Feedback learned by node perturbation for fixed weights",
	Source:     npPaper + ", appendix, Figure 5, panels A to E",
	Cells:      npFig5Cells,
	Quantities: npFig5Quantities,
	Draw:       drawNPFig5,
}

var npFig5Learned = npFig2Learned[1:]

// npFig5Widths are the widths of the first hidden layer of panels D and E.
var npFig5Widths = []int{30, 100, 300, 1000}

func npFig5Wide(n int) npMethod {
	return npMethod{fmt.Sprintf("width-%d", n), fmt.Sprintf("%d neurons", n), []string{"method.noise=1e-2", fmt.Sprintf("network.layers=[784, %d, 50, 10]", n)}, 0}
}

// npFig5Cells measure at the beginning of epochs, so that the last sees all but one.
func npFig5Cells(b Budget) []Cell {
	epochs, seeds := 1000, 3
	if b == Short {
		epochs, seeds = 11, 2
	}
	measures := slices.Concat(npAngles, npMirrors)
	held := []string{"training.lr=0", "feedback.pretrain=0", "data.test=1000"}
	var cells []Cell
	for seed := range seeds {
		for _, m := range npFig5Learned {
			cells = append(cells, m.cell(learnedMNIST, seed+1, epochs, measures, held...))
		}
		if b == Full {
			for _, n := range npFig5Widths {
				cells = append(cells, npFig5Wide(n).cell(learnedMNIST, seed+1, epochs, measures, held...))
			}
		}
	}
	return cells
}

func npFig5Quantities(b Budget) []Quantity {
	errorBound, angleBound, lowerBound := 0.2, 2.0, 12.0 // after 10 epochs
	if b == Full {
		errorBound, angleBound, lowerBound = 0.04, 0.5, 2
	}
	var all []Quantity
	for _, m := range npFig5Learned {
		for _, q := range []struct {
			name, unit, column, claim string
			bound                     float64
		}{
			{"|B2 - W3^T|/|W3|", "", "relative-error-2", "0.008 after 1000 epochs", errorBound},
			{"angle in layer 2", "deg", "delta-angle-2", "0.2 after 1000 epochs", angleBound},
			{"angle in layer 1", "deg", "delta-angle-1", "1.2 after 1000 epochs", lowerBound},
		} {
			all = append(all, Quantity{Name: q.name + ", " + m.title, Unit: q.unit, Published: claimed(q.claim), Expected: below(q.bound),
				Measure: func(runs Runs) ([]float64, error) { return runs.each(m.name+"/*", finalTheory(q.column)) }})
		}
	}
	return all
}

func drawNPFig5(figures string, b Budget, runs Runs, _ []Outcome) error {
	methods := slices.Clone(npFig5Learned)
	title := "Appendix, Figure 5 of " + npPaper
	panels := []npPanel{
		{"A: |B2 - W3^T| / |W3|", "theory.csv", "relative-error-2", 1},
		{"A: |B1 - W2^T| / |W2|", "theory.csv", "relative-error-1", 1},
		{"B: angle, layer 2 (deg)", "theory.csv", "delta-angle-2", 1},
		{"B: angle, layer 1 (deg)", "theory.csv", "delta-angle-1", 1},
		{"C: sign congruence, B2 (%)", "theory.csv", "sign-congruence-2", 100},
		{"C: sign congruence, B1 (%)", "theory.csv", "sign-congruence-1", 100},
	}
	if err := drawNP(figures, "np-fig5", title, 2, runs, methods, panels); err != nil || b == Short {
		return err
	}
	return drawNPFig5Widths(figures, title, runs)
}

// drawNPFig5Widths draws panels D and E: where the first layer's feedback ends,
// over its width.
func drawNPFig5Widths(figures, title string, runs Runs) error {
	var panels []report.GridPanel
	for _, p := range []struct{ label, column string }{{"D: |B1 - W2^T| / |W2|", "relative-error-1"}, {"E: angle, layer 1 (deg)", "delta-angle-1"}} {
		panel, line := report.GridPanel{Panel: report.Panel{YLabel: p.label}, XLabel: "neurons", LogX: true}, report.Line{Label: "NP, c = 1e-2"}
		for _, n := range npFig5Widths {
			values, err := runs.each(npFig5Wide(n).name+"/*", finalTheory(p.column))
			if err != nil {
				return err
			}
			if o := (Outcome{Values: values}); len(values) > 0 {
				line.X, line.Y = append(line.X, float64(n)), append(line.Y, o.Mean())
			}
		}
		panel.Lines = []report.Line{line}
		panels = append(panels, panel)
	}
	return report.Grid(figures, "np-fig5-width", title, 2, panels)
}
