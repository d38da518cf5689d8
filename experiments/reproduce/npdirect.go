package reproduce

import "fmt"

// npDirect is what Lansdell, Prakash and Kording (2019) only suggest: learned
// feedback that goes directly from the output to every hidden layer, on the task of
// their Figure 2. There is nothing published to compare with.
var npDirect = Entry{
	ID:         "np-direct",
	Title:      "Direct feedback learned by node perturbation on MNIST",
	Source:     npPaper + ", discussion (no figure)",
	Cells:      npDirectCells,
	Quantities: npDirectQuantities,
	Draw:       drawNPDirect,
}

var (
	npChained       = npMethod{"chain", "learned, chain", nil, 0}
	npDirected      = npMethod{"direct", "learned, direct", []string{"feedback.path=direct"}, 2}
	npDirectMethods = []npMethod{npDirected, npChained, npDFA}
)

func npDirectCells(b Budget) []Cell {
	epochs, seeds := 50, 3
	if b == Short {
		epochs, seeds = 6, 1
	}
	var cells []Cell
	for seed := range seeds {
		for _, m := range npDirectMethods {
			cells = append(cells, m.cell(learnedMNIST, seed+1, epochs, npAngles))
		}
	}
	return cells
}

func npDirectQuantities(b Budget) []Quantity {
	var all []Quantity
	for layer := 1; layer <= 2; layer++ {
		all = append(all, Quantity{Name: fmt.Sprintf("angle to the gradient in layer %d, learned over fixed", layer), Published: claimed("none"),
			Expected: below(0.5), Measure: compared("direct", "dfa", finalTheory(fmt.Sprintf("delta-angle-%d", layer)), quotient)})
	}
	return append(all, Quantity{Name: "test error, direct less chain", Unit: "%", Published: claimed("none"),
		Expected: Interval{-2, 2}, Measure: compared("direct", "chain", testErrorPercent, excess)})
}

func drawNPDirect(figures string, _ Budget, runs Runs, _ []Outcome) error {
	return drawNP(figures, "np-direct", "Direct feedback learned by node perturbation", 3, runs, npDirectMethods, []npPanel{
		{"angle to gradient, layer 2 (deg)", "theory.csv", "delta-angle-2", 1},
		{"angle to gradient, layer 1 (deg)", "theory.csv", "delta-angle-1", 1},
		{"test error (%)", "metrics.csv", "test_error", 100},
	})
}
