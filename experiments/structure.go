package experiments

import (
	"fmt"

	"credo/analysis"
	"credo/experiments/report"
	"credo/experiments/schema"
)

// structure measures what record.theory names of distributions of weights, layer
// by layer, in the order of theoryColumns.
func (r *run) structure() []*float64 {
	var values []*float64
	layers := make([]analysis.Structure, r.trainer.net.Depth())
	for i := range layers {
		layers[i] = analysis.StructureOf(r.trainer.w, i, nil)
	}
	for _, name := range r.scenario.Record.Theory {
		for i := range layers {
			values = append(values, measureOf(&layers[i], name))
		}
	}
	return values
}

func measureOf(s *analysis.Structure, name string) *float64 {
	return map[string]*float64{
		"sparsity": &s.Sparsity, "entropy": &s.Entropy, "published-entropy": &s.PublishedEntropy, "vip": &s.VIP, "uip": &s.UIP,
	}[name]
}

// theoryColumns names the numbers that record.theory measures: one a measure, or,
// of distributions of weights, one a layer, as sparsity1.
func theoryColumns(s *Scenario) []string {
	if !s.HasDistributions() {
		return s.Record.Theory
	}
	var columns []string
	for _, name := range s.Record.Theory {
		for i := range len(s.Network.Layers) - 1 {
			columns = append(columns, fmt.Sprintf("%s%d", name, i+1))
		}
	}
	return columns
}

// structurePanels returns a panel for every measure of distributions over epochs,
// with a line a layer.
func structurePanels(s *Scenario, history []Metrics) []report.Panel {
	var panels []report.Panel
	depth := len(s.Network.Layers) - 1
	for k, name := range s.Record.Theory {
		panel := report.Panel{YLabel: schema.TheoryLabel(name)}
		for i := range depth {
			line := report.Line{Label: fmt.Sprintf("layer %d", i+1), Component: i}
			for _, m := range history {
				line.X, line.Y = append(line.X, float64(m.Epoch)), append(line.Y, *m.Theory[k*depth+i])
			}
			panel.Lines = append(panel.Lines, line)
		}
		panels = append(panels, panel)
	}
	return panels
}
