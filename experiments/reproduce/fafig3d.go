package reproduce

import (
	"errors"
	"math"

	"credo/experiments/report"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// faFig3D is Figure 3d of Lillicrap et al. (2016): feedback alignment, like
// backpropagation, does better with two hidden layers than with one. The ranges of
// the weights, the learning rate and the number of samples are not published; with
// these the gap has opened. The control with frozen W_1 (W_0 in the paper) is of its
// Supplementary Figure 6.
var faFig3D = Entry{
	ID:         "fa-fig3d",
	Title:      "Feedback alignment makes use of depth",
	Source:     faPaper + ", Figure 3, panel D",
	Cells:      faFig3DCells,
	Quantities: faFig3DQuantities,
	Draw:       drawFAFig3D,
}

const oneHidden = "network.layers=[30, 20, 10]"

var faFig3DRules = []faRule{
	{"bp-3", "BP, 3 layers", []string{"method.rule=bp", oneHidden, `record.theory=["nse"]`}, 0},
	{"bp-4", "BP, 4 layers", []string{"method.rule=bp", `record.theory=["nse"]`}, 0},
	{"fa-3", "FA, 3 layers", []string{oneHidden, `record.theory=["nse"]`}, 2},
	{"fa-4", "FA, 4 layers", []string{`record.theory=["nse"]`}, 2},
	{"frozen", "FA, 4 layers, first frozen", []string{`training.freeze=["W1", "b1"]`, `record.theory=["nse"]`}, 3},
}

// deepEpochs is one more than are learned from: a measure is of an epoch's beginning.
const deepEpochs, deepSamples = 101, 2000

func faFig3DCells(b Budget) []Cell {
	seeds := 20
	if b == Short {
		seeds = 6
	}
	var cells []Cell
	for _, r := range faFig3DRules {
		cells = append(cells, seeded(r.name, "deep-fa.toml", seeds, r.set...)...)
	}
	return cells
}

func faFig3DQuantities(b Budget) []Quantity {
	significant := below(-3)
	if b == Short {
		significant = below(math.Log10(0.05)) // of fewer runs
	}
	final := func(rule string) func(Runs) ([]float64, error) { return atEpoch(rule+"/*", "nse", deepEpochs) }
	return []Quantity{
		{Name: "error, backpropagation, 3 layers", Published: claimed("larger"), Expected: Interval{0.055, 0.09}, Measure: final("bp-3")},
		{Name: "error, backpropagation, 4 layers", Published: claimed("smaller"), Expected: Interval{0, 0.02}, Measure: final("bp-4")},
		{Name: "error, feedback alignment, 3 layers", Published: claimed("larger"), Expected: Interval{0.07, 0.105}, Measure: final("fa-3")},
		{Name: "error, feedback alignment, 4 layers", Published: claimed("smaller"), Expected: Interval{0.03, 0.075}, Measure: final("fa-4")},
		{Name: "log10 p of 3 against 4 layers, backpropagation", Published: claimed("-11.5"), Expected: significant, Measure: tTest(final("bp-3"), final("bp-4"))},
		{Name: "log10 p of 3 against 4 layers, feedback alignment", Published: claimed("-12.0"), Expected: significant, Measure: tTest(final("fa-3"), final("fa-4"))},
		{Name: "error more with frozen first layer, feedback alignment, 4 layers", Published: claimed("worse"), Expected: above(0), Measure: apart(final("frozen"), final("fa-4"))},
	}
}

// tTest measures the decimal logarithm of the two-sided p of Student's t-test that
// two things have the same mean.
func tTest(one, other func(Runs) ([]float64, error)) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		a, errA := one(runs)
		b, errB := other(runs)
		if errA != nil || errB != nil || len(a) < 2 || len(b) < 2 {
			return nil, errors.Join(errA, errB)
		}
		return []float64{math.Log10(sameMean(a, b))}, nil
	}
}

// sameMean returns the two-sided p of Student's t-test with pooled variance.
func sameMean(a, b []float64) float64 {
	meanA, varianceA := stat.MeanVariance(a, nil)
	meanB, varianceB := stat.MeanVariance(b, nil)
	n, m := float64(len(a)), float64(len(b))
	pooled := ((n-1)*varianceA + (m-1)*varianceB) / (n + m - 2)
	t := math.Abs(meanA-meanB) / math.Sqrt(pooled*(1/n+1/m))
	return 2 * distuv.StudentsT{Sigma: 1, Nu: n + m - 2}.Survival(t)
}

// drawFAFig3D draws the mean error over training.
func drawFAFig3D(figures string, _ Budget, runs Runs, _ []Outcome) error {
	panel := report.GridPanel{Panel: report.Panel{YLabel: "normalised squared error"}, XLabel: "samples (thousands)", LogY: true}
	for k, r := range faFig3DRules {
		curves, err := runs.columns(r.name+"/*", "theory.csv", "nse")
		if err != nil {
			return err
		}
		line := overRuns(curves, func(epoch int) float64 { return float64((epoch-1)*deepSamples) / 1000 }, mean)
		line.Label, line.Component, line.Dashed = r.title, r.colour, k == 0 || k == 2
		panel.Lines = append(panel.Lines, line)
	}
	return report.Grid(figures, "fa-fig3d", "Figure 3d of Lillicrap et al. (2016)", 1, []report.GridPanel{panel})
}
