package reproduce

import (
	"slices"

	"credo/experiments/report"
)

const faPaper = "Lillicrap et al. (2016), Nature Communications 7:13276"

// faFig2 is Figure 2 of Lillicrap et al. (2016): a linear 30-20-10 network learns a
// linear map, and the errors that feedback alignment sends turn towards those of
// backpropagation. Learning rates are not published: that of feedback alignment
// is about the largest with which all seeds converge, backpropagation has the same,
// and node perturbation's is half of one with which it diverges.
var faFig2 = Entry{
	ID:         "fa-fig2",
	Title:      "Feedback alignment learns a linear map as fast as backpropagation",
	Source:     faPaper + ", Figure 2, panels A and B",
	Cells:      func(Budget) []Cell { return faFig2Cells() },
	Quantities: faFig2Quantities,
	Draw:       drawFAFig2,
}

// faRule is a rule as a line of a figure.
type faRule struct {
	name, title string
	set         []string
	colour      int
}

var (
	faFig2Angles = []string{"delta-angle", "pseudoinverse-delta-angle", "weight-angle", "pseudoinverse-weight-angle"}
	faFig2Rules  = []faRule{
		{"shallow", "shallow", []string{"method.rule=shallow", "training.lr=0.005", `record.theory=["nse"]`}, 3},
		{"node", "node perturbation", []string{"method.rule=node-perturbation", "method.noise=0.01", "training.lr=0.002", `record.theory=["nse"]`}, 1},
		{"bp", "backpropagation", []string{"method.rule=bp", `record.theory=["nse"]`}, 0},
		{"fa", "feedback alignment", []string{recorded(append([]string{"nse"}, faFig2Angles...))}, 2},
	}
)

// An epoch of linear-fa.toml is ten samples, and is measured as it begins.
const faFig2Seeds, faFig2Samples = 20, 10

func faFig2Cells() []Cell {
	var cells []Cell
	for _, r := range faFig2Rules {
		cells = append(cells, seeded(r.name, "linear-fa.toml", faFig2Seeds, r.set...)...)
	}
	return cells
}

// after returns the epoch that begins after so many samples.
func after(samples int) int { return samples/faFig2Samples + 1 }

func faFig2Quantities(Budget) []Quantity {
	return []Quantity{
		{Name: "A: samples to an error of 1 %, feedback alignment", Published: claimed("as quickly as backpropagation"),
			Expected: Interval{221, 299}, Measure: samplesTo("fa", 0.01)},
		{Name: "A: samples to an error of 1 %, backpropagation", Published: claimed("rapidly towards zero"),
			Expected: Interval{327, 443}, Measure: samplesTo("bp", 0.01)},
		{Name: "A: samples that backpropagation takes more", Published: claimed("just as quickly"),
			Expected: above(0), Measure: apart(samplesTo("bp", 0.01), samplesTo("fa", 0.01))},
		{Name: "A: samples to an error of 1 %, node perturbation", Published: claimed("slowly"),
			Expected: Interval{1407, 1903}, Measure: samplesTo("node", 0.01)},
		{Name: "A: samples that node perturbation takes more than backpropagation", Published: claimed("much slower"),
			Expected: above(0), Measure: apart(samplesTo("node", 0.01), samplesTo("bp", 0.01))},
		{Name: "A: error after 4000 samples, shallow", Published: claimed("hardly decreases"),
			Expected: Interval{0.9, 1}, Measure: atEpoch("shallow/*", "nse", after(4000))},
		{Name: "B: angle of B e to W^T e at first", Unit: "deg", Published: claimed("about 90"),
			Expected: Interval{80, 100}, Measure: atEpoch("fa/*", "delta-angle-1", after(0))},
		{Name: "B: the same after 100 samples", Unit: "deg", Published: claimed("soon shrinks"),
			Expected: below(45), Measure: atEpoch("fa/*", "delta-angle-1", after(100))},
		{Name: "B: the same after 4000 samples", Unit: "deg", Published: claimed("never reaches zero"),
			Expected: Interval{10, 45}, Measure: atEpoch("fa/*", "delta-angle-1", after(4000))},
		{Name: "angle of B e to W^T e over that to W^+ e after 400 samples", Unit: "deg", Published: claimed("W aligns with the pseudoinverse of B"),
			Expected: above(0), Measure: apart(atEpoch("fa/*", "delta-angle-1", after(400)), atEpoch("fa/*", "pseudoinverse-delta-angle-1", after(400)))},
		{Name: "angle of B to W^T over that to W^+ after 4000 samples", Unit: "deg", Published: claimed("W aligns with the pseudoinverse of B"),
			Expected: above(0), Measure: apart(atEpoch("fa/*", "weight-angle-1", after(4000)), atEpoch("fa/*", "pseudoinverse-weight-angle-1", after(4000)))},
	}
}

// samplesTo measures the median over seeds of the samples after which a rule's
// error is first below bound; without seeds that get there, nothing.
func samplesTo(rule string, bound float64) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		curves, err := runs.columns(rule+"/*", "theory.csv", "nse")
		var samples []float64
		for _, nse := range curves {
			if k := slices.IndexFunc(nse, func(x float64) bool { return x < bound }); k >= 0 {
				samples = append(samples, float64(k*faFig2Samples))
			}
		}
		if err != nil || len(samples) == 0 {
			return nil, err
		}
		return []float64{middle(samples)}, nil
	}
}

// drawFAFig2 draws the error of every rule, the median over seeds as it falls by
// decades, and the mean angles.
func drawFAFig2(figures string, _ Budget, runs Runs, _ []Outcome) error {
	errors := report.GridPanel{Panel: report.Panel{YLabel: "A: normalised squared error"}, XLabel: "samples", LogY: true}
	for _, r := range faFig2Rules {
		curves, err := runs.columns(r.name+"/*", "theory.csv", "nse")
		if err != nil {
			return err
		}
		for k := range curves { // the paper's abscissa, where there is something to see
			curves[k] = curves[k][:min(len(curves[k]), after(2000))]
		}
		line := overRuns(curves, samplesBefore, middle)
		line.Label, line.Component = r.title, r.colour
		if end := slices.IndexFunc(line.Y, func(y float64) bool { return y < 1e-4 }); end > 0 {
			line.X, line.Y = line.X[:end], line.Y[:end]
		}
		errors.Lines = append(errors.Lines, line)
	}
	angles := report.GridPanel{Panel: report.Panel{YLabel: "B: angle (deg)"}, XLabel: "samples"}
	for k, a := range []struct{ column, label string }{
		{"delta-angle-1", "B e to W^T e"}, {"pseudoinverse-delta-angle-1", "B e to W^+ e"},
	} {
		curves, err := runs.columns("fa/*", "theory.csv", a.column)
		if err != nil {
			return err
		}
		for k := range curves {
			curves[k] = curves[k][:min(len(curves[k]), after(2000))]
		}
		line := overRuns(curves, samplesBefore, mean)
		line.Label, line.Component = a.label, 4+k
		angles.Lines = append(angles.Lines, line)
	}
	return report.Grid(figures, "fa-fig2", "Figure 2 of Lillicrap et al. (2016)", 2, []report.GridPanel{errors, angles})
}

func samplesBefore(epoch int) float64 { return float64((epoch - 1) * faFig2Samples) }
