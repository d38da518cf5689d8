package reproduce

import (
	"slices"

	"credo/experiments/report"
)

// comparisonRow is an outcome as a row of a figure.
func comparisonRow(label string, o Outcome) report.ComparisonRow {
	return report.ComparisonRow{Label: label, Mean: *o.Published.Mean, Std: *o.Published.Std, Measured: o.Values}
}

// drawComparison draws the panels in which something has been measured.
func drawComparison(figures, name, title string, b Budget, panels []report.Comparison) error {
	panels = slices.DeleteFunc(panels, func(p report.Comparison) bool {
		return !slices.ContainsFunc(p.Rows, func(r report.ComparisonRow) bool { return len(r.Measured) > 0 })
	})
	if b == Short {
		title += ", short runs beside the published full ones"
	}
	return report.Compare(figures, name, title, panels)
}
