package report

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// GridPanel is one of the panels of [Grid] and [Overlay].
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
	g := newGrid(title, columns)
	for _, panel := range panels {
		lines := panel.series()
		g.add(panel.plot(lines), lines)
	}
	return g.write(dir, name)
}

// grid is a figure that is filled row by row, with one legend for all panels.
type grid struct {
	figure
	columns     int
	panelHeight vg.Length
	legend      plot.Legend
	shown       []string // labels in the legend
}

func newGrid(title string, columns int) *grid {
	width := vg.Length(5+6.5*float64(columns)) * vg.Centimeter
	return &grid{figure: figure{title: title, width: width}, columns: columns, panelHeight: 5 * vg.Centimeter, legend: newLegend()}
}

// add puts a panel after the last one, and its lines into the legend.
func (g *grid) add(p *plot.Plot, lines []series) {
	last := len(g.plots) - 1
	if last < 0 || len(g.plots[last]) == g.columns {
		g.plots, g.legends = append(g.plots, nil), append(g.legends, newLegend())
		last++
	}
	g.plots[last] = append(g.plots[last], p)
	for _, s := range lines {
		if g.shows(s.label) {
			g.legend.Add(s.label, s.thumbnails()...)
		}
	}
}

// shows tells whether a label is one for the legend that does not have it yet, and
// notes it.
func (g *grid) shows(label string) bool {
	if label == "" || slices.Contains(g.shown, label) {
		return false
	}
	g.shown = append(g.shown, label)
	return true
}

// write draws the figure; what is left of the last row stays empty.
func (g *grid) write(dir, name string) error {
	if last := len(g.plots) - 1; last >= 0 {
		g.plots[last] = append(g.plots[last], make([]*plot.Plot, g.columns-len(g.plots[last]))...)
		g.legends[0] = g.legend
	}
	g.height = 1.5*vg.Centimeter + vg.Length(len(g.plots))*g.panelHeight
	return g.figure.write(dir, name)
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
