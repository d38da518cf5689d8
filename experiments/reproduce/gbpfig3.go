package reproduce

import (
	"context"
	"fmt"
	"math"
	"slices"

	"credo/analysis"
	"credo/experiments"
	"credo/experiments/report"
	"credo/models"
	"gonum.org/v1/gonum/stat"
)

// gbpFig3 is Figure 3 of Li and Huang (2020): what distributions of weights look
// like after training. (c), that entropy falls with the number of training images,
// is not among its numbers: at equal epochs it does not.
var gbpFig3 = Entry{
	ID:         "gbp-fig3",
	Title:      "Distributions of weights and their entropy after training",
	Source:     gbpPaper + ", Figure 3, panels a to c",
	Cells:      gbpFig3Cells,
	Quantities: gbpFig3Quantities,
	Draw:       drawGBPFig3,
}

func gbpFig3Cells(b Budget) []Cell {
	cells := []Cell{gbpCell(b, "gbp", fourLayers, 10000, 1), gbpCell(b, "gbp", fiveLayers, 10000, 1)}
	if b == Full {
		for _, seed := range []int{2, 3} {
			cells = append(cells, gbpCell(b, "gbp", fourLayers, 10000, seed))
		}
		for _, n := range fig2bSamples(b)[1:] {
			cells = append(cells, gbpCell(b, "gbp", fiveLayers, n, 1))
		}
	}
	return cells
}

func gbpFig3Quantities(Budget) []Quantity {
	four, five := fourLayers+"/gbp/train-10000/*", fiveLayers+"/gbp/train-10000/*"
	all := []Quantity{
		{Name: "a: pi of layer 1, least end bin less the middle ones' mean", Published: claimed("U-shaped"), Expected: above(0), Measure: trained(four, uShape)},
		{Name: "a: median m of layer 1 over the quartiles' distance", Published: claimed("centred at 0"), Expected: Interval{-0.15, 0.15}, Measure: trained(four, offCentre)},
		{Name: "a: fraction of Xi below 0.05, layer 1", Published: claimed("L-shaped"), Expected: Interval{0.5, 0.95}, Measure: trained(four, smallVariances)},
		{Name: "b: fraction of entropies that are 0, layer 3", Published: claimed("peaks at 0"), Expected: Interval{0.1, 0.45}, Measure: trained(four, zeroEntropies)},
	}
	for _, live := range []bool{false, true} {
		label := inputsLabel(live)
		all = append(all,
			Quantity{Name: "c: hump of the entropy over layers, " + fourLayers + label, Unit: "nats", Published: claimed("rises, then falls"), Expected: above(0),
				Measure: trained(four, humpOf(live, entropyOf))},
			Quantity{Name: "c: hump of the entropy over layers, " + fiveLayers + label, Unit: "nats", Published: claimed("rises, then falls"), Expected: above(0),
				Measure: trained(five, humpOf(live, entropyOf))})
	}
	return append(all, Quantity{Name: "hump of the sparsity over layers, " + fourLayers, Published: claimed("rises, then falls"), Expected: above(0),
		Measure: trained(four, humpOf(false, sparsityOf))})
}

func humpOf(live bool, of func(analysis.Structure) float64) func(*experiments.Trained) (float64, error) {
	return func(t *experiments.Trained) (float64, error) { return hump(structures(t, live), of), nil }
}

// uShape is how far the lower of the histogram's ends is above the mean of its
// four middle bins, of ten, as fractions.
func uShape(t *experiments.Trained) (float64, error) {
	h := histogram(t.Weights.Pi[0].Data, 0, 1, 10)
	return min(h.Y[0], h.Y[9]) - stat.Mean(h.Y[3:7], nil), nil
}

// offCentre is the median of m over the distance of the quartiles.
func offCentre(t *experiments.Trained) (float64, error) {
	m := slices.Sorted(slices.Values(t.Weights.W[0].Data))
	quantile := func(p float64) float64 { return stat.Quantile(p, stat.Empirical, m, nil) }
	return quantile(0.5) / (quantile(0.75) - quantile(0.25)), nil
}

func smallVariances(t *experiments.Trained) (float64, error) {
	return fraction(t.Weights.Xi[0].Data, func(xi float64) bool { return xi < 0.05 }), nil
}

func zeroEntropies(t *experiments.Trained) (float64, error) {
	return fraction(entropies(t.Weights, t.Net.Depth()-1), func(s float64) bool { return s == 0 }), nil
}

func fraction(x []float64, is func(float64) bool) float64 {
	n := 0.0
	for _, v := range x {
		if is(v) {
			n++
		}
	}
	return n / float64(len(x))
}

// entropies are those of eq. (8) of a layer's weights.
func entropies(w *models.Weights, i int) []float64 {
	var all []float64
	for k := range w.W[i].Data {
		all = append(all, analysis.Entropy(w.Weight(i, k), analysis.PublishedEntropy))
	}
	return all
}

// histogram returns the fractions of x in equal bins, over their middles; what is
// outside counts in the first or the last.
func histogram(x []float64, low, high float64, bins int) report.Line {
	width := (high - low) / float64(bins)
	line := report.Line{X: make([]float64, bins), Y: make([]float64, bins)}
	for k := range line.X {
		line.X[k] = low + (float64(k)+0.5)*width
	}
	for _, v := range x {
		k := min(max(int(math.Floor((v-low)/width)), 0), bins-1)
		line.Y[k] += 1 / float64(len(x))
	}
	return line
}

// overLayers is a measure of the layers over their numbers.
func overLayers(layers []analysis.Structure, of func(analysis.Structure) float64) report.Line {
	var line report.Line
	for i, s := range layers {
		line.X, line.Y = append(line.X, float64(i+1)), append(line.Y, of(s))
	}
	return line
}

// drawGBPFig3 draws a histogram of every parameter and of the entropy, a line a
// layer of the first four-layer network, and the layers' mean entropies.
func drawGBPFig3(figures string, _ Budget, runs Runs, _ []Outcome) error {
	panels := []report.GridPanel{
		{Panel: report.Panel{YLabel: "fraction of weights"}, XLabel: "a: pi"}, {Panel: report.Panel{YLabel: "fraction of weights"}, XLabel: "a: m"},
		{Panel: report.Panel{YLabel: "fraction of weights"}, XLabel: "a: Xi"}, {Panel: report.Panel{YLabel: "fraction of weights"}, XLabel: "b: entropy (nats)"},
		{Panel: report.Panel{YLabel: "mean entropy (nats)"}, XLabel: "c: layer"}, {Panel: report.Panel{YLabel: "mean entropy (nats)"}, XLabel: "c: layer, live inputs"},
	}
	if four := runs.Named(fourLayers + "/gbp/train-10000/seed-1"); len(four) == 1 {
		t, err := experiments.ReadTrained(context.Background(), four[0].Dir)
		if err != nil {
			return err
		}
		for i := range t.Net.Depth() {
			for k, line := range []report.Line{
				histogram(t.Weights.Pi[i].Data, 0, 1, 20), histogram(t.Weights.W[i].Data, -8, 8, 40),
				histogram(t.Weights.Xi[i].Data, 0, 1, 20), histogram(entropies(t.Weights, i), -3, 3, 60),
			} {
				line.Label, line.Component = fmt.Sprintf("layer %d", i+1), i
				panels[k].Lines = append(panels[k].Lines, line)
			}
		}
	}
	for k, r := range runs.Named("*/gbp/*/seed-1") {
		t, err := experiments.ReadTrained(context.Background(), r.Dir)
		if err != nil {
			return err
		}
		for p, live := range []bool{false, true} {
			line := overLayers(structures(t, live), entropyOf)
			line.Label, line.Component = r.Name[:len(r.Name)-len("/seed-1")], k+3
			panels[4+p].Lines = append(panels[4+p].Lines, line)
		}
	}
	return report.Grid(figures, "gbp-fig3", "Figure 3 of Li and Huang (2020)", 2, panels)
}
