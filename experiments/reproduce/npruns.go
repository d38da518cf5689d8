package reproduce

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/report"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
)

const npPaper = "Lansdell, Prakash and Kording (2019)"

const (
	learnedMNIST       = "mnist-learned-feedback.toml"
	learnedAutoencoder = "autoencoder-learned-feedback.toml"
)

// npMethod is a line of the figures on learned feedback: a scenario's rule and
// what goes with it.
type npMethod struct {
	name, title string
	set         []string
	colour      int
}

// npLearned is learned feedback with noise of standard deviation c.
func npLearned(c string, colour int) npMethod {
	return npMethod{"np-" + c, "NP, c = " + c, []string{"method.noise=" + c}, colour}
}

// Rules with another feedback than the scenario's, or with none.
var (
	npFA       = npMethod{"fa", "FA", append(fixedFeedback("fa-chain", "layerwise"), "feedback.init_scale=1.2"), 4} // about as W: sqrt(2/n_i)
	npDFA      = npMethod{"dfa", "DFA", fixedFeedback("dfa", "direct"), 4}
	npMatching = npMethod{"matching", "matching", fixedFeedback("matching", "layerwise"), 3}
	npBP       = npMethod{"bp", "BP", fixedFeedback("bp", "direct"), 5}
)

func fixedFeedback(rule, path string) []string {
	return []string{"method.rule=" + rule, "feedback.path=" + path, "feedback.init=random", "feedback.optimizer=implicit", "feedback.pretrain=0"}
}

// cell is a run of the method for so many epochs with measures of its feedback.
func (m npMethod) cell(scenario string, seed, epochs int, measures []string, set ...string) Cell {
	all := append([]string{fmt.Sprintf("seed=%d", seed), fmt.Sprintf("training.epochs=%d", epochs), recorded(measures)}, m.set...)
	return Cell{Name: fmt.Sprintf("%s/seed-%d", m.name, seed), Scenario: scenario, Set: append(all, set...)}
}

// What is measured of feedback weights.
var (
	npAngles  = []string{"delta-angle"}
	npMirrors = []string{"relative-error", "sign-congruence"}
)

// finalTheory returns the last value of a column of theory.csv.
func finalTheory(name string) func(Ran) (float64, error) {
	return func(r Ran) (float64, error) {
		column, err := r.theory(name)
		if err != nil {
			return 0, err
		}
		return column[len(column)-1], nil
	}
}

// testErrorPercent is a run's test error.
func testErrorPercent(r Ran) (float64, error) { return 100 * *r.Result.TestError, nil }

// compared returns what f makes of a value of each of two methods, seed by seed.
func compared(a, b string, value func(Ran) (float64, error), f func(x, y float64) float64) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		x, err := runs.each(a+"/*", value)
		if err != nil {
			return nil, err
		}
		y, err := runs.each(b+"/*", value)
		if err != nil || len(x) != len(y) {
			return nil, err
		}
		for k := range x {
			x[k] = f(x[k], y[k])
		}
		return x, nil
	}
}

func quotient(x, y float64) float64 { return x / y }
func excess(x, y float64) float64   { return x - y }

// npLine is the mean of a column of a file of the runs of a method, over seeds.
func npLine(runs Runs, m npMethod, file, column string, scale float64) (report.Line, error) {
	line := report.Line{Label: m.title, Component: m.colour}
	var all [][]float64
	for _, ran := range runs.Named(m.name + "/*") {
		columns, err := experiments.ReadColumns(filepath.Join(ran.Dir, file))
		if errors.Is(err, fs.ErrNotExist) {
			continue // nothing is measured of a method without feedback
		}
		if err != nil {
			return line, err
		}
		if y, ok := columns[column]; ok {
			floats.Scale(scale, y)
			all = append(all, y)
		}
	}
	if len(all) == 0 {
		return line, nil
	}
	seed := make([]float64, len(all))
	for k := range all[0] {
		for s := range all {
			seed[s] = all[s][k]
		}
		mean, std := stat.PopMeanStdDev(seed, nil)
		line.X, line.Y, line.Spread = append(line.X, float64(k+1)), append(line.Y, mean), append(line.Spread, std)
	}
	return line, nil
}

// npPanel is a column of theory.csv or metrics.csv over epochs.
type npPanel struct {
	label, file, column string
	scale               float64
}

// drawNP draws panels over epochs, so many in a row.
func drawNP(figures, name, title string, columns int, runs Runs, methods []npMethod, panels []npPanel) error {
	var drawn []report.GridPanel
	for _, p := range panels {
		panel := report.GridPanel{Panel: report.Panel{YLabel: p.label}, XLabel: "epoch of 1000 minibatches"}
		for _, m := range methods {
			line, err := npLine(runs, m, p.file, p.column, p.scale)
			if err != nil {
				return err
			}
			if len(line.X) > 0 {
				panel.Lines = append(panel.Lines, line)
			}
		}
		drawn = append(drawn, panel)
	}
	return report.Grid(figures, name, title, columns, drawn)
}
