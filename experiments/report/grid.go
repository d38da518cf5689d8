package report

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// GridPanel is one of the panels of [Grid].
type GridPanel struct {
	Panel
	XLabel string
	LogX   bool // a logarithmic abscissa
	LogY   bool // logarithmic values, of lines without a band; what is not positive is a gap
}

// Grid draws panels, several in a row, into dir/name.svg and dir/name.png. Lines
// of one label look alike in all panels and stand in one legend, beside the first
// row. It panics where X and Y differ in length or the last row is not full; the
// error says that a file could not be written.
func Grid(dir, name, title string, columns int, panels []GridPanel) error {
	if len(panels) == 0 || len(panels)%columns != 0 {
		panic(fmt.Sprintf("report: %d panels do not fill rows of %d", len(panels), columns))
	}
	f := figure{title: title, width: vg.Length(5+6.5*float64(columns)) * vg.Centimeter}
	legend, shown := newLegend(), map[string]bool{}
	for k, panel := range panels {
		if k%columns == 0 {
			f.plots, f.legends = append(f.plots, nil), append(f.legends, newLegend())
		}
		lines := panel.series()
		last := len(f.plots) - 1
		f.plots[last] = append(f.plots[last], panel.plot(lines))
		for _, s := range lines {
			if s.label != "" && !shown[s.label] {
				shown[s.label] = true
				legend.Add(s.label, s.thumbnails()...)
			}
		}
	}
	f.legends[0] = legend
	f.height = vg.Length(1.5+5*float64(len(f.plots))) * vg.Centimeter
	return f.write(dir, name)
}

func (g GridPanel) plot(lines []series) *plot.Plot {
	p := newPanel()
	p.Y.Label.Text, p.X.Label.Text = g.YLabel, g.XLabel
	p.X.Tick.Marker = linearTicks{most: 5}
	if g.LogX {
		for i := range lines {
			lines[i].x = logarithm(lines[i].x)
		}
		p.X.Tick.Marker = logTicks{}
	}
	if g.LogY {
		lines = logarithms(lines)
		p.Y.Tick.Marker = logTicks{}
	}
	addLines(p, lines)
	if g.LogY {
		pad(&p.Y)
	} else {
		padValues(&p.Y)
	}
	pad(&p.X)
	return p
}
