package report

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// ClassPanel is one of the panels of [Classes]: points of the plane, each of a
// class 0, 1, ..
type ClassPanel struct {
	Label string
	X, Y  []float64
	Class []int // of the same length
}

// Classes draws panels beside each other, in which points of one class have one
// colour, into dir/name.svg and dir/name.png. The error says that a file could not
// be written.
func Classes(dir, name, title string, classes int, panels []ClassPanel) error {
	f := figure{title: title, width: vg.Length(3+6.5*float64(len(panels))) * vg.Centimeter, height: 7.5 * vg.Centimeter, plots: make([][]*plot.Plot, 1)}
	legend := newLegend()
	for k, panel := range panels {
		p := newPanel()
		p.X.Label.Text = panel.Label
		for class := range classes {
			dots := &plotter.Scatter{XYs: panel.of(class), GlyphStyle: classLook(class, classes)}
			p.Add(dots)
			if k == 0 {
				legend.Add(strconv.Itoa(class), dots)
			}
		}
		pad(&p.X)
		pad(&p.Y)
		f.plots[0] = append(f.plots[0], p)
	}
	f.legends = []plot.Legend{legend}
	return f.write(dir, name)
}

func (c ClassPanel) of(class int) plotter.XYs {
	var points plotter.XYs
	for k, own := range c.Class {
		if own == class && finite(c.X[k]) && finite(c.Y[k]) {
			points = append(points, plotter.XY{X: c.X[k], Y: c.Y[k]})
		}
	}
	return points
}

func classLook(class, classes int) draw.GlyphStyle {
	look := plainLook(class, classes, false).mark
	look.Radius, look.Shape = 1, marks[class%3]
	return look
}
