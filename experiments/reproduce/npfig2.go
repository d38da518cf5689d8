package reproduce

import (
	"fmt"
	"math"
	"slices"
)

// npFig2 is Figure 2 of Lansdell, Prakash and Kording (2019): feedback weights
// learned by node perturbation on MNIST, beside fixed ones and backpropagation.
// Errors are those of the network without noise; the published program classified
// with it, and so read 15.92 % at c = 0.1.
var npFig2 = Entry{
	ID:         "np-fig2",
	Title:      "Feedback learned by node perturbation on MNIST",
	Source:     npPaper + ", Figure 2, panels A to D",
	Cells:      npFig2Cells,
	Quantities: npFig2Quantities,
	Draw:       drawNPFig2,
}

var (
	npFig2Learned = []npMethod{npLearned("1e-4", 0), npLearned("1e-3", 1), npLearned("1e-2", 2), npLearned("1e-1", 3)}
	npFig2Methods = append(slices.Clone(npFig2Learned), npFA, npBP)
)

func npFig2Cells(b Budget) []Cell {
	epochs, seeds, learned := 2000, 5, npFig2Learned
	if b == Short {
		epochs, seeds, learned = 6, 1, npFig2Learned[2:]
	}
	measures := slices.Concat(npAngles, npMirrors)
	var cells []Cell
	for seed := range seeds {
		for _, m := range learned {
			cells = append(cells, m.cell(learnedMNIST, seed+1, epochs, append(slices.Clone(measures), "noisy-error")))
		}
		cells = append(cells, npFA.cell(learnedMNIST, seed+1, epochs, measures), npBP.cell(learnedMNIST, seed+1, epochs, nil))
	}
	return cells
}

// npFig2Quantities are the paper's claims, which hold early too, and its numbers
// where the budget is its own.
func npFig2Quantities(b Budget) []Quantity {
	var all []Quantity
	for layer := 1; layer <= 2; layer++ {
		angle := finalTheory(fmt.Sprintf("delta-angle-%d", layer))
		all = append(all, Quantity{Name: fmt.Sprintf("B: angle to the gradient in layer %d, NP over FA", layer), Published: claimed("about half"),
			Expected: below(0.5), Measure: compared("np-1e-2", "fa", angle, quotient)})
	}
	all = append(all,
		Quantity{Name: "D: test error, NP less FA", Unit: "%", Published: claimed("NP below FA"), Expected: below(0), Measure: compared("np-1e-2", "fa", testErrorPercent, excess)},
		Quantity{Name: "D: test error, NP less BP", Unit: "%", Published: claimed("NP 3.5, BP 2.65"), Expected: npFig2Lag(b), Measure: compared("np-1e-2", "bp", testErrorPercent, excess)},
		Quantity{Name: "D: test error, c = 0.1 less c = 0.01", Unit: "%", Published: claimed("not said: measured with noise"), Expected: Interval{-0.7, 0.7}, Measure: compared("np-1e-1", "np-1e-2", testErrorPercent, excess)},
		Quantity{Name: "D: test error with noise, c = 0.1", Unit: "%", Published: claimed("15.92"), Expected: npFig2Noisy(b), Measure: func(runs Runs) ([]float64, error) {
			noisy, err := runs.each("np-1e-1/*", finalTheory("noisy-error"))
			for k := range noisy {
				noisy[k] *= 100
			}
			return noisy, err
		}},
	)
	if b == Full {
		for _, p := range []struct {
			method string
			error  float64
		}{{"np-1e-4", 3.51}, {"np-1e-3", 3.51}, {"np-1e-2", 3.64}, {"fa", 4.28}, {"bp", 2.65}} {
			all = append(all, Quantity{Name: "D: test error, " + p.method, Unit: "%", Published: claimed(fmt.Sprint(p.error)), Expected: Interval{p.error - 0.7, p.error + 0.7},
				Measure: func(runs Runs) ([]float64, error) { return runs.each(p.method+"/*", testErrorPercent) }})
		}
	}
	return all
}

// npFig2Lag allows for the feedback's own learning, early.
func npFig2Lag(b Budget) Interval {
	if b == Short {
		return below(4)
	}
	return below(1.5)
}

// npFig2Noisy: a network that has learned less suffers more from noise.
func npFig2Noisy(b Budget) Interval {
	if b == Short {
		return above(20)
	}
	return Interval{10, math.Inf(1)}
}

func drawNPFig2(figures string, _ Budget, runs Runs, _ []Outcome) error {
	return drawNP(figures, "np-fig2", "Figure 2 of "+npPaper, 2, runs, npFig2Methods, []npPanel{
		{"A: |B2 - W3^T| / |W3|", "theory.csv", "relative-error-2", 1},
		{"A: |B1 - W2^T| / |W2|", "theory.csv", "relative-error-1", 1},
		{"B: angle to gradient, layer 2 (deg)", "theory.csv", "delta-angle-2", 1},
		{"B: angle to gradient, layer 1 (deg)", "theory.csv", "delta-angle-1", 1},
		{"C: sign congruence, B2 (%)", "theory.csv", "sign-congruence-2", 100},
		{"D: test error (%)", "metrics.csv", "test_error", 100},
	})
}
