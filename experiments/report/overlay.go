package report

import (
	"math"

	"gonum.org/v1/plot"
)

// Overlay draws panels in which many lines are compared, several panels in a
// row, into dir/name.svg and dir/name.png: lines of one label look alike in all
// panels, and no two labels do, whatever their Component. An ordinate is
// logarithmic where its values are positive and span more than a decade; panels
// without a finite point are left out.
// It panics where X and Y differ in length; the error says that there is no finite
// point, or that a file could not be written.
func Overlay(dir, name, title string, columns int, panels []GridPanel) error {
	labels := []string{}
	g := newGrid(title, columns)
	for _, panel := range panels {
		var lines []series
		for _, l := range panel.Lines {
			look := markedLook(indexOf(&labels, l.Label))
			look.marked = !l.Plain
			lines = append(lines, series{label: l.Label, x: l.X, y: l.Y, spread: l.Spread, look: look})
		}
		if hasFinite(lines) {
			g.add(panel.overlay(lines), lines)
		}
	}
	return g.write(dir, name)
}

// overlay is the panel with an ordinate that fits the lines.
func (g GridPanel) overlay(lines []series) *plot.Plot {
	log := !g.LogY && overDecade(lines)
	if log {
		lines = logarithms(lines)
	}
	p := g.plot(lines)
	if log {
		p.Y.Tick.Marker = logTicks{}
	}
	if !g.LogX && wholeAbscissae(lines) {
		p.X.Tick.Marker = linearTicks{most: 5, integers: true}
	}
	return p
}

// wholeAbscissae tells whether the lines are over whole numbers, as over epochs.
func wholeAbscissae(lines []series) bool {
	for _, s := range lines {
		for _, x := range s.x {
			if x != math.Trunc(x) {
				return false
			}
		}
	}
	return true
}
