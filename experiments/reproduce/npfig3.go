package reproduce

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"credo/experiments"
	"credo/experiments/report"
	"gonum.org/v1/gonum/floats"
)

// npFig3 is Figure 3 of Lansdell, Prakash and Kording (2019): autoencoders of MNIST
// with a code of two neurons. Losses are summed over 32 images, as published; there
// backpropagation and feedback alignment had half the learning rate, and the shipped
// model of learned feedback 50 neurons in the outer hidden layers, not 200.
var npFig3 = Entry{
	ID:         "np-fig3",
	Title:      "Autoencoders with learned feedback",
	Source:     npPaper + ", Figure 3",
	Cells:      npFig3Cells,
	Quantities: npFig3Quantities,
	Draw:       drawNPFig3,
}

var (
	npFig3Learned = npMethod{"np", "NP", nil, 0}
	npFig3Adam    = npMethod{"adam", "Adam", append(fixedFeedback("bp", "direct"), "training.optimizer=adam", "training.lr=1e-3", "training.reduce=mean"), 6}
	npFig3Methods = []npMethod{npFig3Learned, npFA, npMatching, npBP, npFig3Adam}
)

func npFig3Cells(b Budget) []Cell {
	epochs, seeds, methods, set := 1000, 5, npFig3Methods, []string{}
	if b == Short {
		epochs, seeds, methods, set = 2, 1, []npMethod{npFig3Learned, npFA, npFig3Adam}, []string{"data.train=16000", "data.test=2000"}
	}
	var cells []Cell
	for seed := range seeds {
		for _, m := range methods {
			var measures []string
			if !slices.Contains(m.set, "method.rule=bp") {
				measures = npAngles
			}
			cells = append(cells, m.cell(learnedAutoencoder, seed+1, epochs, measures, set...))
		}
	}
	return cells
}

// of32 is a run's lowest test loss, summed over 32 images.
func of32(r Ran) (float64, error) {
	columns, err := experiments.ReadColumns(filepath.Join(r.Dir, "metrics.csv"))
	if err != nil {
		return 0, err
	}
	return 32 * floats.Min(columns["test_loss"]), nil
}

func npFig3Quantities(b Budget) []Quantity {
	if b == Short {
		return []Quantity{
			{Name: "angle to the gradient at the top, FA less NP", Unit: "deg", Published: claimed("none"), Expected: above(10), Measure: compared("fa", "np", finalTheory("delta-angle-3"), excess)},
			{Name: "angle to the gradient at the top, NP", Unit: "deg", Published: claimed("none"), Expected: below(80), Measure: func(runs Runs) ([]float64, error) { return runs.each("np/*", finalTheory("delta-angle-3")) }},
		}
	}
	var all []Quantity
	for _, p := range []struct {
		method    string
		published Published
		expected  Interval
	}{
		{"np", published(515.3, 7.1), Interval{490, 540}}, {"bp", published(609.8, 24.9), Interval{530, 690}}, {"fa", published(759.2, 5.7), Interval{740, 780}},
		{"adam", claimed("538.2"), Interval{500, 570}}, {"matching", claimed("643.4"), Interval{560, 720}},
	} {
		all = append(all, Quantity{Name: "best test loss of 32 images, " + p.method, Published: p.published, Expected: p.expected, Less: true,
			Measure: func(runs Runs) ([]float64, error) { return runs.each(p.method+"/*", of32) }})
	}
	return all
}

func drawNPFig3(figures string, _ Budget, runs Runs, _ []Outcome) error {
	err := drawNP(figures, "np-fig3", "Figure 3a of "+npPaper, 2, runs, npFig3Methods, []npPanel{
		{"loss of 32 test images", "metrics.csv", "test_loss", 32},
		{"angle to gradient, layer 3 (deg)", "theory.csv", "delta-angle-3", 1},
	})
	if err != nil {
		return err
	}
	return drawNPFig3Networks(figures, runs)
}

// drawNPFig3Networks draws what the first network of every method makes of the test
// images: their code, and the images that it makes of the first of each digit.
func drawNPFig3Networks(figures string, runs Runs) error {
	var codes []report.ClassPanel
	var samples []report.ImageRow
	for _, m := range npFig3Methods {
		ran := runs.Named(m.name + "/seed-1")
		if len(ran) == 0 {
			continue
		}
		code, err := codeOf(ran[0], m.title)
		if err != nil {
			return err
		}
		codes = append(codes, code)
		if len(samples) == 0 {
			shown, err := imagesOf(ran[0], 0, "input")
			if err != nil {
				return err
			}
			samples = append(samples, shown)
		}
		made, err := imagesOf(ran[0], 4, m.title)
		if err != nil {
			return err
		}
		samples = append(samples, made)
	}
	err := report.Classes(figures, "np-fig3-code", fmt.Sprintf("Figure 3b of %s: the code, by digit", npPaper), 10, codes)
	if err != nil {
		return err
	}
	return report.Images(figures, "np-fig3-samples", fmt.Sprintf("Figure 3c of %s: images from the code", npPaper), 28, samples)
}

// codeOf returns the code, layer 2, of the test images.
func codeOf(r Ran, label string) (report.ClassPanel, error) {
	panel := report.ClassPanel{Label: label}
	rates, classes, err := experiments.TestRates(context.Background(), r.Dir, 2)
	for k := range classes {
		panel.X, panel.Y = append(panel.X, rates.Data[2*k]), append(panel.Y, rates.Data[2*k+1])
	}
	panel.Class = classes
	return panel, err
}

// imagesOf returns layer 0 or the output for the first test image of each digit.
func imagesOf(r Ran, layer int, label string) (report.ImageRow, error) {
	row := report.ImageRow{Label: label}
	rates, classes, err := experiments.TestRates(context.Background(), r.Dir, layer)
	for digit := range 10 {
		if k := slices.Index(classes, digit); k >= 0 {
			row.Images = append(row.Images, rates.Data[k*rates.Stride:][:rates.Cols])
		}
	}
	return row, err
}
