package compare

import (
	"math"
	"slices"

	"credo/experiments/report"
	"gonum.org/v1/gonum/floats"
)

// draw draws what there is over epochs, and the test loss over the time that
// training took.
func (p *Page) draw(figures string) error {
	var panels []report.GridPanel
	for _, q := range []struct {
		column, label string
		scale         float64
	}{
		{"train_loss", "training loss", 1}, {"test_loss", "test loss", 1},
		{"train_error", "training error (%)", 100}, {"test_error", "test error (%)", 100},
	} {
		panels = append(panels, p.panel(q.label, q.scale, func(r Run) []float64 { return r.Metrics[q.column] }))
	}
	for _, q := range theory(p.runs()) {
		panels = append(panels, p.panel(q.label, 1, func(r Run) []float64 { return r.Theory[q.name] }))
	}
	panels = append(panels, p.overTime())
	if !slices.ContainsFunc(panels, func(g report.GridPanel) bool { return len(g.Lines) > 0 }) {
		return nil // no run has come to the end of an epoch
	}
	return report.Overlay(figures, "comparison", p.Title, 3, panels)
}

func (p *Page) runs() []Run {
	var all []Run
	for _, m := range p.Members {
		all = append(all, m.runs...)
	}
	return all
}

// panel overlays the members' curves over epochs.
func (p *Page) panel(label string, scale float64, column func(Run) []float64) report.GridPanel {
	g := report.GridPanel{Panel: report.Panel{YLabel: label}, XLabel: "epoch"}
	for _, m := range p.Members {
		line := m.curve(column)
		if len(line.X) == 0 {
			continue
		}
		floats.Scale(scale, line.Y)
		floats.Scale(scale, line.Spread)
		g.Lines = append(g.Lines, line)
	}
	return g
}

// curve is the mean over the member's runs at each epoch, and the standard
// deviation where there are several runs.
func (m *Member) curve(column func(Run) []float64) report.Line {
	at := map[float64][]float64{}
	for _, r := range m.runs {
		for k, y := range column(r) {
			if epoch := r.Metrics["epoch"]; k < len(epoch) && finite(y) {
				at[epoch[k]] = append(at[epoch[k]], y)
			}
		}
	}
	line := report.Line{Label: m.Name}
	for _, r := range m.runs {
		line.X = append(line.X, r.Metrics["epoch"]...)
	}
	slices.Sort(line.X)
	line.X = slices.DeleteFunc(slices.Compact(line.X), func(x float64) bool { return at[x] == nil })
	for _, x := range line.X {
		s := newSpread(at[x])
		line.Y = append(line.Y, s.Mean)
		if len(m.runs) > 1 {
			std := math.NaN()
			if s.Std != nil {
				std = *s.Std
			}
			line.Spread = append(line.Spread, std)
		}
	}
	return line
}

// overTime overlays the test losses, or training losses where there is no test,
// over the seconds of training up to each epoch, as if all epochs took as long.
func (p *Page) overTime() report.GridPanel {
	loss := "test_loss"
	if !slices.ContainsFunc(p.measures, func(q measure) bool { return q.name == loss }) {
		loss = "train_loss"
	}
	g := report.GridPanel{XLabel: "seconds of training"}
	g.YLabel = map[string]string{"test_loss": "test loss", "train_loss": "training loss"}[loss]
	var ends []float64
	for _, m := range p.Members {
		seconds, timed := m.Measures["seconds"]
		line := m.curve(func(r Run) []float64 { return r.Metrics[loss] })
		if !timed || len(line.X) == 0 || line.X[0] == 0 { // epoch 0: nothing was trained
			continue
		}
		perEpoch := seconds.Mean / meanEpochs(m.runs)
		floats.Scale(perEpoch, line.X)
		g.Lines, ends = append(g.Lines, line), append(ends, line.X[len(line.X)-1])
	}
	g.LogX = len(ends) > 0 && floats.Max(ends) > 10*floats.Min(ends)
	return g
}

// meanEpochs is over the runs whose seconds are known.
func meanEpochs(runs []Run) float64 {
	s, _ := measure{of: costOf(func(r Run) float64 { return float64(r.Manifest.Final.Epochs) })}.spread(runs)
	return s.Mean
}
