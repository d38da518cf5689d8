package reproduce

import (
	"context"
	"fmt"

	"credo/analysis"
	"credo/experiments"
	"credo/experiments/report"
	"credo/internal/stream"
	"credo/models"
	"gonum.org/v1/gonum/stat"
)

// gbpFig4 is Figure 4 of Li and Huang (2020): the error after changes of important
// and unimportant weights of the first layer, and how many there are of them.
var gbpFig4 = Entry{
	ID:     "gbp-fig4",
	Title:  "Perturbation of very important and of unimportant weights",
	Source: gbpPaper + ", Figure 4, panels a and b",
	Cells: func(b Budget) []Cell {
		return []Cell{gbpCell(b, "gbp", fourLayers, 10000, 1)}
	},
	Quantities: gbpFig4Quantities,
	Draw:       drawGBPFig4,
}

var fig4Perturbations = []struct {
	name string
	how  analysis.Perturbation
}{{"VIP off", analysis.OffVIP}, {"as many of all off", analysis.OffAny}, {"UIP random", analysis.RandomUIP}}

// gbpFig4Quantities take a perturbation to be harmless if it costs less than two
// standard deviations of the errors of drawn networks: then it hides among them. (The
// difference of two means over 10 networks has 0.45 of one for its standard error.)
func gbpFig4Quantities(Budget) []Quantity {
	of := func(measure func(*experiments.Trained) (float64, error)) func(Runs) ([]float64, error) {
		return trained(fourLayers+"/*/*/*", measure)
	}
	return []Quantity{
		{Name: "a: error with all VIPs off less that with none", Unit: "%", Published: claimed("VIPs hurt most"), Expected: above(0),
			Measure: of(perturbationCost(analysis.OffVIP))},
		{Name: "a: error with all VIPs off less that with as many of all", Unit: "%", Published: claimed("VIPs hurt most"), Expected: above(0),
			Measure: of(func(t *experiments.Trained) (float64, error) {
				vip, err := perturbedError(t, analysis.OffVIP, 1)
				if err != nil {
					return 0, err
				}
				others, err := perturbedError(t, analysis.OffAny, 1)
				return vip - others, err
			})},
		{Name: "a: the same with all UIPs random, in deviations of drawn networks", Published: claimed("UIPs do not hurt"), Expected: Interval{-2, 2},
			Measure: of(relativeCost(analysis.RandomUIP))},
		{Name: "b: VIPs of the first layer over those of the last", Published: claimed("fewer when deeper"), Expected: above(1),
			Measure: of(func(t *experiments.Trained) (float64, error) {
				first, last := t.Weights.W[0], t.Weights.W[t.Net.Depth()-1]
				s := structures(t, false)
				return s[0].VIP * float64(len(first.Data)) / (s[len(s)-1].VIP * float64(len(last.Data))), nil
			})},
	}
}

// perturbedError is the mean error in percent of drawn networks whose first layer
// is perturbed, each in its own way.
func perturbedError(t *experiments.Trained, how analysis.Perturbation, f float64) (float64, error) {
	mean, _, err := perturbedErrors(t, how, f)
	return mean, err
}

func perturbedErrors(t *experiments.Trained, how analysis.Perturbation, f float64) (mean, std float64, err error) {
	var all []float64
	w := models.NewWeights(t.Net)
	for k := range uint64(drawnNetworks) {
		w.Copy(t.Weights)
		analysis.Perturb(w, 0, how, f, stream.New(1, "perturbation", uint64(how), k))
		x, err := t.SampledError(context.Background(), w, firstDrawn+k)
		if err != nil {
			return 0, 0, err
		}
		all = append(all, 100*x)
	}
	mean, std = stat.MeanStdDev(all, nil)
	return mean, std, nil
}

func perturbationCost(how analysis.Perturbation) func(*experiments.Trained) (float64, error) {
	return func(t *experiments.Trained) (float64, error) {
		all, err := perturbedError(t, how, 1)
		if err != nil {
			return 0, err
		}
		none, err := perturbedError(t, how, 0)
		return all - none, err
	}
}

// relativeCost is perturbationCost over the standard deviation of the errors of
// networks that are drawn but not perturbed.
func relativeCost(how analysis.Perturbation) func(*experiments.Trained) (float64, error) {
	return func(t *experiments.Trained) (float64, error) {
		all, err := perturbedError(t, how, 1)
		if err != nil {
			return 0, err
		}
		none, std, err := perturbedErrors(t, how, 0)
		return (all - none) / std, err
	}
}

func drawGBPFig4(figures string, b Budget, runs Runs, _ []Outcome) error {
	t, err := experiments.ReadTrained(context.Background(), runs[0].Dir)
	if err != nil {
		return err
	}
	steps := map[Budget]int{Short: 2, Full: 10}[b]
	errors := report.GridPanel{Panel: report.Panel{YLabel: "test error (%)"}, XLabel: "a: fraction perturbed, first layer"}
	for c, p := range fig4Perturbations {
		line := report.Line{Label: p.name, Component: c}
		for k := range steps + 1 {
			f := float64(k) / float64(steps)
			mean, std, err := perturbedErrors(t, p.how, f)
			if err != nil {
				return err
			}
			line.X, line.Y, line.Spread = append(line.X, f), append(line.Y, mean), append(line.Spread, std)
		}
		errors.Lines = append(errors.Lines, line)
	}
	fractions := report.GridPanel{Panel: report.Panel{YLabel: "fraction of weights"}, XLabel: fmt.Sprintf("b: layer, %s", fourLayers)}
	vip := overLayers(structures(t, false), func(s analysis.Structure) float64 { return s.VIP })
	uip := overLayers(structures(t, false), func(s analysis.Structure) float64 { return s.UIP })
	vip.Label, vip.Component, uip.Label, uip.Component = "VIP", 3, "UIP", 4
	fractions.Lines = []report.Line{vip, uip}
	return report.Grid(figures, "gbp-fig4", "Figure 4 of Li and Huang (2020)", 2, []report.GridPanel{errors, fractions})
}
