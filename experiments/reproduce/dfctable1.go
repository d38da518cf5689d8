package reproduce

import (
	"errors"
	"fmt"
	"strings"

	"credo/experiments/report"
)

const dfcPaper = "Meulemans et al. (2021), Credit Assignment in Neural Networks through Deep Feedback Control"

// dfcTable1 is Table 1 of Meulemans et al. (2021): eight methods on four tasks.
var dfcTable1 = Entry{
	ID:         "dfc-table1",
	Title:      "Deep Feedback Control beside backpropagation and direct feedback alignment",
	Source:     dfcPaper + ", Table 1",
	Cells:      table1Cells,
	Quantities: table1Quantities,
	Draw:       drawTable1,
}

// eachEntry calls do for every entry of the table that b has.
func eachEntry(b Budget, do func(t, m int)) {
	for t := range tasks {
		for m := range methods {
			if b == Full || t < len(methods[m].short) && methods[m].short[t] != (Interval{}) {
				do(t, m)
			}
		}
	}
}

// table1Cells are the runs of the methods on the tasks, one a published seed;
// at budget short of the first seed alone.
func table1Cells(b Budget) []Cell {
	var cells []Cell
	eachEntry(b, func(t, m int) {
		task, method := tasks[t], methods[m]
		if task.wide && method.level == "response" {
			return // which has no closed form for so many outputs
		}
		if b == Short {
			cells = append(cells, method.cell(task, seeds[0], task.shortEpochs, fmt.Sprintf("data.train=%d", task.shortTrain)))
			return
		}
		for _, seed := range seeds {
			cells = append(cells, method.cell(task, seed, task.epochs))
		}
	})
	return cells
}

// cell is one run of m on t.
func (m method) cell(t task, seed, epochs int, set ...string) Cell {
	c := Cell{
		Name:     fmt.Sprintf("%s/%s/seed-%d", t.name, m.name, seed),
		Scenario: t.name + "-" + m.scenario + ".toml",
		Set:      append([]string{fmt.Sprintf("seed=%d", seed), fmt.Sprintf("training.epochs=%d", epochs)}, set...),
	}
	if m.level != "" {
		c.Set = append(c.Set, "method.level="+m.level)
	}
	if m.control() && !t.wide {
		c.Set = append(c.Set, `record.theory=["condition2","condition3","abscissa"]`)
	}
	if m.level == "response" {
		c.Set = append(c.Set, fmt.Sprintf("timescales.presentation=%g", t.lengths[m.feedback]))
	}
	return c
}

// control says whether m is one of DFC's variants.
func (m method) control() bool { return strings.HasPrefix(m.name, "dfc") }

func table1Quantities(b Budget) []Quantity {
	var all []Quantity
	eachEntry(b, func(t, m int) {
		task, method := tasks[t], methods[m]
		q := Quantity{
			Name: task.title + ", " + method.title, Unit: task.unit, Less: true,
			Published: published(method.published[t][0], method.published[t][1]),
			Measure: func(runs Runs) ([]float64, error) {
				return runs.each(task.name+"/"+method.name+"/seed-*", task.measure)
			},
		}
		q.Expected = around(q.Published)
		if b == Short {
			q.Expected = method.short[t]
		}
		all = append(all, q)
	})
	return all
}

var errNoValidation = errors.New("no validation data to choose an epoch by")

// bestTestError is the test error in percent at the best validation epoch.
func bestTestError(r Ran) (float64, error) {
	if r.Result.Best == nil || r.Result.Best.TestError == nil {
		return 0, errNoValidation
	}
	return 100 * *r.Result.Best.TestError, nil
}

// bestTestLoss is the test loss at the best validation epoch.
func bestTestLoss(r Ran) (float64, error) {
	if r.Result.Best == nil || r.Result.Best.TestLoss == nil {
		return 0, errNoValidation
	}
	return *r.Result.Best.TestLoss, nil
}

// lastTrainLoss is the running training loss of the last epoch.
func lastTrainLoss(r Ran) (float64, error) { return *r.Result.TrainLoss, nil }

func drawTable1(figures string, b Budget, _ Runs, outcomes []Outcome) error {
	panels := make([]report.Comparison, len(tasks))
	k := 0
	eachEntry(b, func(t, m int) {
		panels[t].Title, panels[t].XLabel = tasks[t].title, tasks[t].axis
		panels[t].Rows = append(panels[t].Rows, comparisonRow(methods[m].title, outcomes[k]))
		k++
	})
	return drawComparison(figures, "dfc-table1", "Table 1 of Meulemans et al. (2021)", b, panels)
}
