package reproduce

import (
	"fmt"
	"math"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/report"
	"gonum.org/v1/gonum/stat"
)

// npFig4 is Figure 4 of Lansdell, Prakash and Kording (2019): a recurrent network
// learns delayed XOR. The paper's step sizes, noise and length are lost; those
// here are ours, and its panels have curves without numbers. Feedback there had
// deviation 1, so that B's spectral radius was 7 and feedback alignment failed;
// at 1/sqrt(n) it learns, and nothing here says that it must not. The released
// program regresses feedback on the noise of the wrong step: "NP, released index".
var npFig4 = Entry{
	ID:         "np-fig4",
	Title:      "Delayed XOR: feedback learned by node perturbation, back in time",
	Source:     "Lansdell, Prakash and Kording (2019), Figure 4, panels A and B",
	Cells:      npFig4Cells,
	Quantities: npFig4Quantities,
	Draw:       drawNPFig4,
}

// npFig4Method is a line of the panels; claim says whether the paper's learns.
type npFig4Method struct {
	name, title, scenario string
	set                   []string
	claim                 string
}

var npFig4Methods = []npFig4Method{
	{"bptt", "BPTT", "delayed-xor-bp.toml", nil, "learns"},
	{"np", "NP", "delayed-xor-learned-feedback.toml", nil, "learns"},
	{"fa", "FA", "delayed-xor-fa-chain.toml", nil, "none for B of this scale"},
	{npFig4Released, "NP, released index", "delayed-xor-learned-feedback.toml", []string{"method.noise_index=same"}, "none for these rates"},
}

const npFig4Released = "np-released"

// lossOfZero is what a step costs where the answer is always 0: half of 1, the
// answer's square, at one step in twenty.
const lossOfZero = 0.025

// npFig4Cells runs the released index for as long at both budgets: it diverges
// for some seeds later on.
func npFig4Cells(b Budget) []Cell {
	seeds, epochs := 10, 200
	if b == Short {
		seeds, epochs = 3, 10
	}
	var cells []Cell
	for _, m := range npFig4Methods {
		n := epochs
		if m.name == npFig4Released {
			n = 10
		}
		for seed := 1; seed <= seeds; seed++ {
			cells = append(cells, Cell{
				Name: fmt.Sprintf("%s/seed-%d", m.name, seed), Scenario: m.scenario,
				Set: append([]string{fmt.Sprintf("seed=%d", seed), fmt.Sprintf("training.epochs=%d", n)}, m.set...),
			})
		}
	}
	return cells
}

// npFig4Quantities are the losses in the end, how much later than BPTT learned
// feedback has half of what an answer of 0 costs, and angles averaged over the
// first 10 epochs, which runs of both budgets have. Panel A has no numbers: task
// learned means that all but a tenth of what an answer of 0 costs is gone after 10
// epochs, and all but a hundredth after 200. The released index fits noise that has
// little to do with the error: it must cost more than the right one.
func npFig4Quantities(b Budget) []Quantity {
	left := map[Budget]float64{Short: 0.1, Full: 0.01}[b]
	var all []Quantity
	for _, m := range npFig4Methods[:3] {
		all = append(all, Quantity{Name: "A: loss a step, " + m.title, Published: claimed(m.claim), Expected: below(left * lossOfZero),
			Measure: func(runs Runs) ([]float64, error) { return runs.each(m.name+"/*", finalLoss) }})
	}
	angle := func(method string) func(Runs) ([]float64, error) {
		return func(runs Runs) ([]float64, error) { return runs.each(method+"/*", earlyAngle) }
	}
	return append(all,
		Quantity{Name: "A: loss after 10 epochs, released index over right one", Published: claimed(npFig4Methods[3].claim), Expected: above(1),
			Measure: bySeed(npFig4Released, "np", earlyLoss, func(released, right float64) float64 { return released / right })},
		Quantity{Name: "A: epochs to half the loss of 0, NP over BPTT", Published: claimed("comparable"), Expected: Interval{1, 3},
			Measure: bySeed("np", "bptt", epochsToLearn, func(np, bptt float64) float64 { return np / bptt })},
		Quantity{Name: "B: angle, FA", Unit: "deg", Published: claimed("near 90"), Expected: Interval{70, 90}, Measure: angle("fa")},
		Quantity{Name: "B: angle, NP, released index", Unit: "deg", Published: claimed("near 90"), Expected: Interval{60, 90}, Measure: angle(npFig4Released)},
		Quantity{Name: "B: angle, released index over right one", Unit: "deg", Published: claimed("none; above 0 in theory"), Expected: above(0),
			Measure: bySeed(npFig4Released, "np", earlyAngle, func(released, right float64) float64 { return released - right })},
	)
}

// npFig4Curve returns a column of the run's metrics.csv.
func npFig4Curve(r Ran, column string) ([]float64, error) {
	columns, err := experiments.ReadColumns(filepath.Join(r.Dir, "metrics.csv"))
	return columns[column], err
}

func finalLoss(r Ran) (float64, error) {
	loss, err := npFig4Curve(r, "train_loss")
	if err != nil {
		return 0, err
	}
	return loss[len(loss)-1], nil
}

// earlyLoss is the loss of epoch 10.
func earlyLoss(r Ran) (float64, error) {
	loss, err := npFig4Curve(r, "train_loss")
	if err != nil {
		return 0, err
	}
	return loss[min(10, len(loss))-1], nil
}

// earlyAngle is the mean angle of the first 10 epochs.
func earlyAngle(r Ran) (float64, error) {
	angle, err := npFig4Curve(r, "feedback_angle")
	if err != nil {
		return 0, err
	}
	return stat.Mean(angle[:min(10, len(angle))], nil), nil
}

// epochsToLearn is the first epoch with less than half the loss of an answer of 0.
func epochsToLearn(r Ran) (float64, error) {
	loss, err := npFig4Curve(r, "train_loss")
	if err != nil {
		return 0, err
	}
	for k, l := range loss {
		if l < lossOfZero/2 {
			return float64(k + 1), nil
		}
	}
	return math.Inf(1), nil
}

// bySeed compares a value of two methods, for the seeds that both have run.
func bySeed(a, b string, value func(Ran) (float64, error), compare func(a, b float64) float64) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		var values []float64
		for _, ran := range runs.Named(a + "/*") {
			other := runs.Named(b + ran.Name[len(a):])
			if len(other) == 0 {
				continue
			}
			x, err := value(ran)
			if err != nil {
				return nil, err
			}
			y, err := value(other[0])
			if err != nil {
				return nil, err
			}
			values = append(values, compare(x, y))
		}
		return values, nil
	}
}

// drawNPFig4 draws loss and the angle of B d to W^T d, means over seeds
// with their standard errors, as the paper does.
func drawNPFig4(figures string, _ Budget, runs Runs, _ []Outcome) error {
	var panels []report.GridPanel
	for _, half := range []struct{ column, label string }{
		{"train_loss", "A: loss a step"}, {"feedback_angle", "B: angle (deg)"},
	} {
		panel := report.GridPanel{Panel: report.Panel{YLabel: half.label}, XLabel: "epoch"}
		for k, m := range npFig4Methods {
			if m.name == "bptt" && half.column == "feedback_angle" {
				continue
			}
			line, err := meanCurve(runs.Named(m.name+"/*"), half.column)
			if err != nil {
				return err
			}
			line.Label, line.Component = m.title, k
			panel.Lines = append(panel.Lines, line)
		}
		panels = append(panels, panel)
	}
	return report.Grid(figures, "np-fig4", "Figure 4 of Lansdell, Prakash and Kording (2019)", 2, panels)
}

// meanCurve averages a column of metrics.csv over runs, epoch by epoch, with its
// standard error.
func meanCurve(runs Runs, column string) (report.Line, error) {
	var curves [][]float64
	for _, ran := range runs {
		curve, err := npFig4Curve(ran, column)
		if err != nil {
			return report.Line{}, err
		}
		curves = append(curves, curve)
	}
	var line report.Line
	for k := 0; len(curves) > 0 && k < len(curves[0]); k++ {
		var values []float64
		for _, c := range curves {
			values = append(values, c[k])
		}
		mean, std := stat.MeanStdDev(values, nil)
		line.X, line.Y = append(line.X, float64(k+1)), append(line.Y, mean)
		line.Spread = append(line.Spread, stat.StdErr(std, float64(len(values))))
	}
	return line, nil
}
