package reproduce

import (
	"fmt"
	"path/filepath"

	"credo/analysis"
	"credo/experiments/report"
	"credo/internal/npz"
)

// faFig4 is Figure 4 of Lillicrap et al. (2016): a network that integrates its
// activity and spikes learns MNIST while forward and feedback pathways and plasticity
// all go on. How many images the published network saw is not known. The short
// budget has a tenth of its neurons and ten streams of images that share the weights.
var faFig4 = Entry{
	ID:         "fa-fig4",
	Title:      "A network that integrates and spikes learns MNIST by feedback alignment",
	Source:     faPaper + ", Figure 4 and text",
	Cells:      faFig4Cells,
	Quantities: faFig4Quantities,
	Draw:       drawFAFig4,
}

// faFig4Images is how many images an epoch of each budget has.
var faFig4Images = map[Budget]int{Short: 10_000, Full: 60_000}

func faFig4Cells(b Budget) []Cell {
	set := []string{`record.theory=["weight-angle"]`, fmt.Sprintf("data.train=%d", faFig4Images[b])}
	if b == Short {
		set = append(set, "network.layers=[784, 200, 200, 200, 100]", "data.outputs_per_class=10", "data.batch=10", "training.epochs=4")
	}
	return []Cell{{Name: "spiking-fa", Scenario: "mnist-spiking-fa.toml", Set: set}}
}

func faFig4Quantities(b Budget) []Quantity {
	name, claim, most := "test error", "1.8 %", 2.1
	if b == Short {
		name, claim, most = "test error of 200 neurons a layer after 40,000 images", "learns", 30
	}
	all := []Quantity{{Name: name, Unit: "%", Published: claimed(claim), Expected: below(most), Measure: func(runs Runs) ([]float64, error) {
		return runs.each("*", func(r Ran) (float64, error) { return 100 * *r.Result.TestError, nil })
	}}}
	for layer := 1; layer <= 3; layer++ {
		all = append(all, Quantity{Name: fmt.Sprintf("angle of B_%d to W_%d^T", layer, layer+1), Unit: "deg", Published: claimed("the forward weights align"),
			Expected: below(85), Measure: func(runs Runs) ([]float64, error) {
				return runs.each("*", func(r Ran) (float64, error) { return r.weightAngle(layer) })
			}})
	}
	return all
}

// weightAngle returns the angle in degrees between B_i and W_{i+1}^T, hidden layer i
// being layer, as the run ended.
func (r Ran) weightAngle(layer int) (float64, error) {
	f, err := npz.Open(filepath.Join(r.Dir, "arrays.npz"))
	if err != nil {
		return 0, err
	}
	defer f.Close()
	back, err := f.Array(fmt.Sprint("Q", layer))
	if err != nil {
		return 0, err
	}
	forward, err := f.Array(fmt.Sprint("W", layer+1))
	if err != nil {
		return 0, err
	}
	rows, cols := forward.Shape[0], forward.Shape[1]
	transposed := make([]float64, rows*cols)
	for i := range rows {
		for j := range cols {
			transposed[j*rows+i] = forward.Data[i*cols+j]
		}
	}
	return analysis.Angle(back.Data, transposed), nil
}

// drawFAFig4 draws the test error and the angles over the images seen.
func drawFAFig4(figures string, b Budget, runs Runs, _ []Outcome) error {
	if len(runs) == 0 {
		return nil
	}
	seen := func(epochs int) float64 { return float64(epochs*faFig4Images[b]) / 1000 }
	tests, err := runs.columns("*", "metrics.csv", "test_error")
	if err != nil {
		return err
	}
	line := overRuns(tests, seen, mean)
	for k := range line.Y {
		line.Y[k] *= 100
	}
	learning := report.GridPanel{Panel: report.Panel{YLabel: "test error (%)", Lines: []report.Line{line}}, XLabel: "thousand images"}
	angles := report.GridPanel{Panel: report.Panel{YLabel: "B to W^T (deg)"}, XLabel: "thousand images"}
	for layer := 1; layer <= 3; layer++ {
		column, err := runs[0].theory(fmt.Sprint("weight-angle-", layer))
		if err != nil {
			return err
		}
		last, err := runs[0].weightAngle(layer)
		if err != nil {
			return err
		}
		line := overRuns([][]float64{append(column, last)}, func(epoch int) float64 { return seen(epoch - 1) }, mean)
		line.Label, line.Component = fmt.Sprint("hidden layer ", layer), layer
		angles.Lines = append(angles.Lines, line)
	}
	return report.Grid(figures, "fa-fig4", "Figure 4 of Lillicrap et al. (2016)", 2, []report.GridPanel{learning, angles})
}
