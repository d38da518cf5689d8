package reproduce

import (
	"fmt"
	"strings"

	"credo/experiments/report"
)

// dfcTable2 is Table 2 of Meulemans et al. (2021): the test error on MNIST over
// the target stepsize lambda and the leak alpha, as published: lambda at
// alpha = 0.0015, alpha at lambda = 0.08.
var dfcTable2 = Entry{
	ID:         "dfc-table2",
	Title:      "Deep Feedback Control on MNIST over target stepsize and leak",
	Source:     dfcPaper + ", Table 2",
	Cells:      table2Cells,
	Quantities: table2Quantities,
	Draw:       drawTable2,
}

// setting is a row of either half of the table.
type setting struct {
	name          string
	lambda, alpha float64
	published     [2][2]float64 // DFC-SS, DFC: mean and standard deviation
}

var table2Settings = []setting{
	{name: "lambda-1e-3", lambda: 1e-3, alpha: 0.0015, published: [2][2]float64{{2.26, 0.11}, {2.29, 0.04}}},
	{name: "lambda-1e-2", lambda: 1e-2, alpha: 0.0015, published: [2][2]float64{{2.25, 0.05}, {2.31, 0.04}}},
	{name: "lambda-1e-1", lambda: 1e-1, alpha: 0.0015, published: [2][2]float64{{2.27, 0.07}, {2.30, 0.06}}},
	{name: "lambda-0.5", lambda: 0.5, alpha: 0.0015, published: [2][2]float64{{2.31, 0.15}, {2.34, 0.15}}},
	{name: "alpha-1e-4", lambda: 0.08, alpha: 1e-4, published: [2][2]float64{{2.31, 0.12}, {2.28, 0.06}}},
	{name: "alpha-1e-3", lambda: 0.08, alpha: 1e-3, published: [2][2]float64{{2.28, 0.15}, {2.31, 0.11}}},
	{name: "alpha-1e-2", lambda: 0.08, alpha: 1e-2, published: [2][2]float64{{2.26, 0.05}, {2.32, 0.12}}},
	{name: "alpha-1e-1", lambda: 0.08, alpha: 1e-1, published: [2][2]float64{{2.28, 0.11}, {2.34, 0.16}}},
}

var table2Methods = []struct{ name, title, level string }{
	{"dfc-ss", "DFC-SS", "steady"},
	{"dfc", "DFC", "response"},
}

// table2Epsilon is Adam's epsilon at lambda = 0.07794: updates are proportional
// to lambda, and with epsilon in proportion the optimizer does not see it.
const table2Epsilon = 4.723e-8 / 0.07794471151

// table2Short is where all of them lie at budget short: lambda and alpha make
// little difference.
var table2Short = Interval{6, 12}

func table2Cells(b Budget) []Cell {
	epochs, chosen := 100, seeds
	if b == Short {
		epochs, chosen = 1, seeds[:1]
	}
	var cells []Cell
	for _, s := range table2Settings {
		for _, m := range table2Methods {
			for _, seed := range chosen {
				c := Cell{
					Name:     fmt.Sprintf("%s/%s/seed-%d", s.name, m.name, seed),
					Scenario: "mnist-dfc-ss-learned.toml",
					Set: []string{
						fmt.Sprintf("seed=%d", seed), fmt.Sprintf("training.epochs=%d", epochs), "method.level=" + m.level,
						fmt.Sprintf("method.target_stepsize=%g", s.lambda), fmt.Sprintf("controller.alpha=%g", s.alpha),
						fmt.Sprintf("training.epsilon=%g", table2Epsilon*s.lambda),
					},
				}
				if b == Short {
					c.Set = append(c.Set, "data.train=10000")
				}
				cells = append(cells, c)
			}
		}
	}
	return cells
}

func table2Quantities(b Budget) []Quantity {
	var all []Quantity
	for _, s := range table2Settings {
		for k, m := range table2Methods {
			q := Quantity{
				Name: strings.Replace(s.name, "-", " ", 1) + ", " + m.title, Unit: "%", Less: true,
				Published: published(s.published[k][0], s.published[k][1]),
				Measure: func(runs Runs) ([]float64, error) {
					return runs.each(s.name+"/"+m.name+"/seed-*", bestTestError)
				},
			}
			q.Expected = around(q.Published)
			if b == Short {
				q.Expected = table2Short
			}
			all = append(all, q)
		}
	}
	return all
}

func drawTable2(figures string, b Budget, _ Runs, outcomes []Outcome) error {
	panels := make([]report.Comparison, len(table2Methods))
	for k, m := range table2Methods {
		panels[k].Title, panels[k].XLabel = m.title, "test error (%)"
		for i, s := range table2Settings {
			row := comparisonRow(strings.Replace(s.name, "-", " ", 1), outcomes[i*len(table2Methods)+k])
			panels[k].Rows = append(panels[k].Rows, row)
		}
	}
	return drawComparison(figures, "dfc-table2", "Table 2 of Meulemans et al. (2021)", b, panels)
}
