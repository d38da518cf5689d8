package reproduce

import (
	"context"
	"fmt"
	"math"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/report"
	"gonum.org/v1/gonum/stat"
)

// gbpFig2A is Figure 2a of Li and Huang (2020): test error over epochs of
// backpropagation on distributions, one network drawn an epoch, beside that of
// backpropagation.
var gbpFig2A = Entry{
	ID:         "gbp-fig2a",
	Title:      "Test error of backpropagation on weight distributions over epochs",
	Source:     gbpPaper + ", Figure 2, panel a",
	Cells:      fig2aCells,
	Quantities: fig2aQuantities,
	Draw:       drawFig2a,
}

func fig2aCells(b Budget) []Cell {
	networks, seeds := []string{fourLayers, threeLayers}, []int{1, 2, 3}
	if b == Short {
		networks, seeds = networks[:1], seeds[:1]
	}
	var cells []Cell
	for _, layers := range networks {
		for _, seed := range seeds {
			cells = append(cells, gbpCell(b, "gbp", layers, 10000, seed), gbpCell(b, "bp", layers, 10000, seed))
		}
	}
	return cells
}

func fig2aQuantities(b Budget) []Quantity {
	all := fig2aErrors(fourLayers, map[Budget][2]float64{Full: {3.74, 4.21}, Short: {4.5, 5.1}}[b])
	all = append(all, Quantity{Name: "error of drawn networks less that without noise, " + fourLayers, Unit: "%",
		Published: claimed("noise is what the distributions are for"), Expected: above(0), Measure: trained(fourLayers+"/gbp/*/*", noiseCost)})
	if b == Full {
		all = append(all, fig2aErrors(threeLayers, [2]float64{3.82, 4.40})...)
	}
	return all
}

// fig2aErrors are the errors of both rules at the end, and their difference seed
// by seed. They are expected around what an independent program measured of gBP and
// BP, in percent: after 100 of the 200 epochs (four layers: three seeds, 0.02 apart;
// three layers: one), and after 20 for budget short, whose rate falls faster.
func fig2aErrors(layers string, measured [2]float64) []Quantity {
	last := func(rule string) func(Runs) ([]float64, error) {
		return func(runs Runs) ([]float64, error) { return runs.each(layers+"/"+rule+"/*/*", lastTestError) }
	}
	return []Quantity{
		{Name: "test error, gBP, " + layers, Unit: "%", Published: claimed("a curve, no number"), Expected: aroundError(measured[0]), Measure: last("gbp")},
		{Name: "test error, BP, " + layers, Unit: "%", Published: claimed("a curve, no number"), Expected: aroundError(measured[1]), Measure: last("bp")},
		{Name: "BP's error less gBP's, " + layers, Unit: "%", Published: claimed("as good as BP or better"), Expected: above(0),
			Measure: func(runs Runs) ([]float64, error) {
				gbp, err := last("gbp")(runs)
				if err != nil {
					return nil, err
				}
				bp, err := last("bp")(runs)
				if err != nil || len(bp) != len(gbp) {
					return nil, err
				}
				for k := range bp {
					bp[k] -= gbp[k]
				}
				return bp, nil
			}},
	}
}

// noiseCost is the mean error of drawn networks less that of the means, in percent.
func noiseCost(t *experiments.Trained) (float64, error) {
	drawn, err := sampledErrors(t)
	if err != nil {
		return 0, err
	}
	mean, err := t.MeanError(context.Background())
	return stat.Mean(drawn, nil) - 100*mean, err
}

func drawFig2a(figures string, b Budget, runs Runs, _ []Outcome) error {
	var panels []report.GridPanel
	for _, layers := range []string{threeLayers, fourLayers} {
		panel := report.GridPanel{Panel: report.Panel{YLabel: "test error (%)"}, XLabel: "epoch, " + layers}
		for k, rule := range []string{"gbp", "bp"} {
			line, err := meanErrors(runs.Named(layers + "/" + rule + "/*/*"))
			if err != nil {
				return err
			}
			line.Label, line.Component = map[string]string{"gbp": "gBP", "bp": "BP"}[rule], k
			if len(line.X) > 0 {
				panel.Lines = append(panel.Lines, line)
			}
		}
		if len(panel.Lines) > 0 {
			panels = append(panels, panel)
		}
	}
	return report.Grid(figures, "gbp-fig2a", "Figure 2a of Li and Huang (2020)", len(panels), panels)
}

// meanErrors is the mean test error of runs over epochs, with a standard deviation.
func meanErrors(runs Runs) (report.Line, error) {
	var line report.Line
	var curves [][]float64
	for _, r := range runs {
		columns, err := experiments.ReadColumns(filepath.Join(r.Dir, "metrics.csv"))
		if err != nil {
			return line, err
		}
		curves = append(curves, columns["test_error"])
	}
	for k := 0; len(curves) > 0 && k < len(curves[0]); k++ {
		var at []float64
		for _, c := range curves {
			at = append(at, 100*c[k])
		}
		mean, std := stat.PopMeanStdDev(at, nil)
		line.X, line.Y, line.Spread = append(line.X, float64(k+1)), append(line.Y, mean), append(line.Spread, std)
	}
	return line, nil
}

// gbpFig2B is Figure 2b of Li and Huang (2020): the error of drawn networks over
// the number of training images, and the sparsity of the layers of a deep network.
var gbpFig2B = Entry{
	ID:         "gbp-fig2b",
	Title:      "Error of drawn networks over the training set, and sparsity over layers",
	Source:     gbpPaper + ", Figure 2, panel b",
	Cells:      fig2bCells,
	Quantities: fig2bQuantities,
	Draw:       drawFig2b,
}

// aroundError is an error in percent give or take three standard deviations of what
// a network with that probability of error does on 10,000 images.
func aroundError(percent float64) Interval {
	std := math.Sqrt(percent * (100 - percent) / 10000)
	return Interval{percent - 3*std, percent + 3*std}
}

// fig2bSamples are the sizes of the training set; at budget short two.
func fig2bSamples(b Budget) []int {
	if b == Short {
		return []int{2500, 10000}
	}
	return []int{10000, 20000, 30000, 40000}
}

func fig2bCells(b Budget) []Cell {
	var cells []Cell
	for _, n := range fig2bSamples(b) {
		if b == Full {
			cells = append(cells, gbpCell(b, "gbp", fourLayers, n, 1))
		}
		cells = append(cells, gbpCell(b, "gbp", fiveLayers, n, 1))
	}
	return cells
}

func fig2bQuantities(b Budget) []Quantity {
	networks, sizes := []string{fiveLayers}, fig2bSamples(b)
	if b == Full {
		networks = append(networks, fourLayers)
	}
	var all []Quantity
	for _, layers := range networks {
		few, many := fmt.Sprintf("%s/gbp/train-%d/*", layers, sizes[0]), fmt.Sprintf("%s/gbp/train-%d/*", layers, sizes[len(sizes)-1])
		all = append(all, Quantity{Name: fmt.Sprintf("error on %d images less that on %d, %s", sizes[0], sizes[len(sizes)-1], layers), Unit: "%",
			Published: claimed("error falls with T"), Expected: above(0), Measure: func(runs Runs) ([]float64, error) {
				a, errA := trained(few, meanDrawn)(runs)
				c, errC := trained(many, meanDrawn)(runs)
				if errA != nil || errC != nil || len(a) == 0 || len(c) == 0 {
					return nil, firstOf(errA, errC)
				}
				return []float64{a[0] - c[0]}, nil
			}})
	}
	for _, live := range []bool{false, true} {
		all = append(all, Quantity{Name: "hump of the sparsity over layers, " + fiveLayers + inputsLabel(live), Published: claimed("rises, then falls"), Expected: above(0),
			Measure: trained(fiveLayers+"/gbp/train-10000/*", func(t *experiments.Trained) (float64, error) { return hump(structures(t, live), sparsityOf), nil })})
	}
	return all
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// inputsLabel says whether weights of inputs count that are black in every image.
func inputsLabel(live bool) string {
	if live {
		return ", live inputs alone"
	}
	return ""
}

func meanDrawn(t *experiments.Trained) (float64, error) {
	drawn, err := sampledErrors(t)
	if err != nil {
		return 0, err
	}
	return stat.Mean(drawn, nil), nil
}

func drawFig2b(figures string, b Budget, runs Runs, _ []Outcome) error {
	errorPanel := report.GridPanel{Panel: report.Panel{YLabel: "test error (%)"}, XLabel: "training images"}
	sparsity := report.GridPanel{Panel: report.Panel{YLabel: "mean pi"}, XLabel: "layer, " + fiveLayers}
	for c, layers := range []string{fourLayers, fiveLayers} {
		line := report.Line{Label: layers, Component: c}
		for k, n := range fig2bSamples(b) {
			for _, r := range runs.Named(fmt.Sprintf("%s/gbp/train-%d/*", layers, n)) {
				t, err := experiments.ReadTrained(context.Background(), r.Dir)
				if err != nil {
					return err
				}
				drawn, err := sampledErrors(t)
				if err != nil {
					return err
				}
				mean, std := stat.MeanStdDev(drawn, nil)
				line.X, line.Y, line.Spread = append(line.X, float64(n)), append(line.Y, mean), append(line.Spread, std)
				if layers == fiveLayers {
					over := overLayers(structures(t, false), sparsityOf)
					over.Label, over.Component = fmt.Sprintf("T = %d", n), k+2
					sparsity.Lines = append(sparsity.Lines, over)
				}
			}
		}
		if len(line.X) > 0 {
			errorPanel.Lines = append(errorPanel.Lines, line)
		}
	}
	return report.Grid(figures, "gbp-fig2b", "Figure 2b of Li and Huang (2020)", 2, []report.GridPanel{errorPanel, sparsity})
}
