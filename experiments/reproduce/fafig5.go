package reproduce

import (
	"fmt"
	"path/filepath"
	"slices"

	"credo/analysis"
	"credo/experiments/report"
	"credo/internal/npz"
	"gonum.org/v1/gonum/stat"
)

// faFig5 is Figure 5 of Lillicrap et al. (2016): hidden units' outgoing weights turn
// towards their feedback weights (A), and why: with W_0 learning alone, then W
// alone, then W_0 again, what B wrote into W_0 comes to W, and only then does the
// hidden layer learn (C). A linear network without first weights shows where that
// leads: W becomes B^+/t, for a first phase of length t and white inputs.
//
// In credo W_0 is W1 and W is W2.
var faFig5 = Entry{
	ID:         "fa-fig5",
	Title:      "Forward weights align with feedback weights, by way of the hidden layer",
	Source:     faPaper + ", Figure 5, panels A and C",
	Cells:      faFig5Cells,
	Quantities: faFig5Quantities,
	Draw:       drawFAFig5,
}

// Epochs of 1000 samples: the phases of panel C, and where they end.
const phaseOne, phaseTwo, phaseThree = 20, 20, 30

func faFig5Cells(b Budget) []Cell {
	seeds := 1
	if b == Full {
		seeds = 5
	}
	const task = "quadratic-fa.toml"
	phased := []string{"network.init_scale=[0.3, 0.001]", "training.lr=1e-4"}
	one, two := phaseOne, phaseOne+phaseTwo
	return slices.Concat(
		seeded("fa", task, seeds),
		seeded("bp", task, seeds, "method.rule=bp", `record.theory=["nse"]`),
		seeded("phases", task, seeds, append(phased, fmt.Sprintf("training.epochs=%d", two+phaseThree+1),
			fmt.Sprintf(`training.freeze=["W2 1-%d", "b2 1-%d", "W1 %d-%d", "b1 %d-%d", "W2 %d-", "b2 %d-"]`, one, one, one+1, two, one+1, two, two+1, two+1))...),
		seeded("without", task, seeds, append(phased, fmt.Sprintf("training.epochs=%d", phaseTwo+phaseThree+1),
			fmt.Sprintf(`training.freeze=["W1 1-%d", "b1 1-%d", "W2 %d-", "b2 %d-"]`, phaseTwo, phaseTwo, phaseTwo+1, phaseTwo+1))...),
		seeded("linear", "linear-fa.toml", seeds, "data.train=1000", "data.batch=1000", "network.init_scale=0",
			"training.lr=0.1", "training.epochs=401", `training.freeze=["W2 1-5", "W1 6-"]`,
			`record.theory=["nse", "weight-angle", "pseudoinverse-weight-angle"]`),
	)
}

func faFig5Quantities(Budget) []Quantity {
	nse := func(cell string, epoch int) func(Runs) ([]float64, error) { return atEpoch(cell+"/*", "nse", epoch) }
	two, three := phaseOne+phaseTwo+1, phaseOne+phaseTwo+phaseThree+1
	return []Quantity{
		{Name: "A: mean angle of units after 20,000 samples", Unit: "deg", Published: claimed("below 90"),
			Expected: Interval{56, 75}, Measure: atEpoch("fa/*", "unit-angle-1", 21)},
		{Name: "A: share of units below 90 degrees at the end", Unit: "%", Published: claimed("most"),
			Expected: Interval{75, 100}, Measure: alignedUnits},
		{Name: "A: mean angle of units, backpropagation, which does not know B", Unit: "deg", Published: claimed("about 90"),
			Expected: Interval{88, 92}, Measure: unrelatedUnits},
		{Name: "C: mean angle of units after the second phase", Unit: "deg", Published: claimed("below 90"),
			Expected: Interval{66, 86}, Measure: atEpoch("phases/*", "unit-angle-1", two)},
		{Name: "C: error that the third phase takes away", Published: claimed("learning in the hidden layer becomes effective"),
			Expected: above(0.01), Measure: apart(nse("phases", two), nse("phases", three))},
		{Name: "C: the same without the first phase", Published: claimed("ineffective"),
			Expected: below(0), Measure: apart(nse("without", phaseTwo+1), nse("without", phaseTwo+phaseThree+1))},
		{Name: "linear network: angle of B to W^+ after both phases", Unit: "deg", Published: claimed("W aligns with the pseudoinverse of B"),
			Expected: below(5), Measure: atEpoch("linear/*", "pseudoinverse-weight-angle-1", 401)},
	}
}

// alignedUnits measures the share of hidden units whose weights are at less than 90
// degrees to their feedback.
func alignedUnits(runs Runs) ([]float64, error) {
	return runs.each("fa/*", func(r Ran) (float64, error) {
		angles, err := unitAngles(r, r)
		below := 0
		for _, a := range angles {
			if a < 90 {
				below++
			}
		}
		return 100 * float64(below) / float64(len(angles)), err
	})
}

// unrelatedUnits measures the mean angle between what backpropagation learned and
// the feedback of the run of the same seed that has some.
func unrelatedUnits(runs Runs) ([]float64, error) {
	return runs.each("bp/*", func(r Ran) (float64, error) {
		fa := runs.Named("fa" + r.Name[len("bp"):])
		if len(fa) == 0 {
			return 0, fmt.Errorf("there is no run of feedback alignment to compare with")
		}
		angles, err := unitAngles(r, fa[0])
		return stat.Mean(angles, nil), err
	})
}

// unitAngles returns the angles between the columns of one run's W2 and the rows of
// another's B.
func unitAngles(forward, back Ran) ([]float64, error) {
	w, err := npz.Read(filepath.Join(forward.Dir, "arrays.npz"))
	if err != nil {
		return nil, err
	}
	b, err := npz.Read(filepath.Join(back.Dir, "arrays.npz"))
	if err != nil {
		return nil, err
	}
	units, outputs := b["Q1"].Shape[0], b["Q1"].Shape[1]
	angles, column := make([]float64, units), make([]float64, outputs)
	for j := range angles {
		for k := range column {
			column[k] = w["W2"].Data[k*units+j]
		}
		angles[j] = analysis.Angle(b["Q1"].Data[j*outputs:(j+1)*outputs], column)
	}
	return angles, nil
}

func drawFAFig5(figures string, _ Budget, runs Runs, _ []Outcome) error {
	curve := func(cell, column, label string, colour, shift int) (report.Line, error) {
		curves, err := runs.columns(cell+"/*", "theory.csv", column)
		line := overRuns(curves, func(epoch int) float64 { return float64(epoch - 1 + shift) }, mean)
		line.Label, line.Component = label, colour
		return line, err
	}
	panels := []report.GridPanel{
		{Panel: report.Panel{YLabel: "A: angle of units (deg)"}, XLabel: "samples (thousands)"},
		{Panel: report.Panel{YLabel: "A: share of units below"}, XLabel: "angle (deg)"},
		{Panel: report.Panel{YLabel: "C: angle of units (deg)"}, XLabel: "samples (thousands)"},
		{Panel: report.Panel{YLabel: "C: normalised squared error"}, XLabel: "samples (thousands)"},
	}
	for _, l := range []struct {
		panel, colour, shift int
		cell, column, label  string
	}{
		{0, 2, 0, "fa", "unit-angle-1", "feedback alignment"},
		{2, 4, 0, "phases", "unit-angle-1", "W_0, then W, then W_0"},
		{2, 3, phaseOne, "without", "unit-angle-1", "without the first phase"},
		{3, 4, 0, "phases", "nse", ""},
		{3, 3, phaseOne, "without", "nse", ""},
	} {
		line, err := curve(l.cell, l.column, l.label, l.colour, l.shift)
		if err != nil {
			return err
		}
		panels[l.panel].Lines = append(panels[l.panel].Lines, line)
	}
	var err error
	if panels[1].Lines, err = shares(runs); err != nil {
		return err
	}
	return report.Grid(figures, "fa-fig5", "Figure 5 of Lillicrap et al. (2016)", 2, panels)
}

// shares draws how many units of the first seed are below an angle at the end.
func shares(runs Runs) ([]report.Line, error) {
	fa, bp := runs.Named("fa/*"), runs.Named("bp/*")
	var lines []report.Line
	for k, forward := range []Runs{fa, bp} {
		if len(forward) == 0 || len(fa) == 0 {
			continue
		}
		angles, err := unitAngles(forward[0], fa[0])
		if err != nil {
			return nil, err
		}
		slices.Sort(angles)
		line := report.Line{Label: []string{"feedback alignment", "backpropagation"}[k], Component: []int{2, 0}[k], X: angles}
		for n := range angles {
			line.Y = append(line.Y, float64(n+1)/float64(len(angles)))
		}
		lines = append(lines, line)
	}
	return lines, nil
}
