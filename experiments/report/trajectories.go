package report

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Panel is one of the panels of [Trajectories].
type Panel struct {
	YLabel string // words and unit, as "output r_L"
	Lines  []Line
}

// Line is a trajectory: Y over the times X, of the same length.
type Line struct {
	Label     string // "": not in the legend
	Component int    // >= 0: lines of one component have one colour
	Dashed    bool   // as for a target
	Plain     bool   // without marks, where lines are compared
	X, Y      []float64
	Spread    []float64 // half the height of a band around the line; nil: none
}

// series returns the panel's lines with their looks.
func (p Panel) series() []series {
	components := 0
	for _, l := range p.Lines {
		components = max(components, l.Component+1)
	}
	lines := make([]series, len(p.Lines))
	for i, l := range p.Lines {
		lines[i] = series{label: l.Label, x: l.X, y: l.Y, spread: l.Spread, look: plainLook(l.Component, components, l.Dashed)}
	}
	return lines
}

// Trajectories draws panels over one time axis, one below the other, into
// dir/name.svg and dir/name.png. A long legend lists
// some of the lines, from the first to the last.
// It panics where X and Y differ in length; the error says that there is no finite
// point, or that a file could not be written.
func Trajectories(dir, name, title string, panels []Panel) error {
	return stack(dir, name, title, "time (in the unit of the time constants)", panels)
}

// OverEpochs draws panels over epochs as [Trajectories] does over time.
func OverEpochs(dir, name, title string, panels []Panel) error {
	return stack(dir, name, title, "epoch", panels)
}

func stack(dir, name, title, xLabel string, panels []Panel) error {
	f := figure{title: title, width: 18 * vg.Centimeter}
	first, last := math.Inf(1), math.Inf(-1)
	for _, panel := range panels {
		lines := panel.series()
		if !hasFinite(lines) {
			continue
		}
		p := newPanel()
		p.Y.Label.Text = panel.YLabel
		addLines(p, lines)
		pad(&p.Y)
		first, last = min(first, p.X.Min), max(last, p.X.Max)
		f.plots = append(f.plots, []*plot.Plot{p})
		f.legends = append(f.legends, shortLegend(lines))
	}
	for i, row := range f.plots {
		x := &row[0].X
		x.Min, x.Max = first, last
		widenEmpty(x)
		if i == len(f.plots)-1 {
			x.Label.Text = xLabel
		} else {
			hideLabels(x)
		}
	}
	f.height = vg.Length(max(8, 2+4*float64(len(f.plots)))) * vg.Centimeter
	return f.write(dir, name)
}

// shortLegend lists the labelled lines, or of more than fit beside a panel some, evenly from the first to the last.
func shortLegend(lines []series) plot.Legend {
	const most = 6
	labelled := slices.DeleteFunc(slices.Clone(lines), func(s series) bool { return s.label == "" })
	entries := min(len(labelled), most)
	legend := newLegend()
	for i := range entries {
		s := labelled[i*(len(labelled)-1)/max(1, entries-1)]
		legend.Add(s.label, s.thumbnails()...)
	}
	return legend
}
