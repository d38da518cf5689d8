package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Comparison is a panel of [Compare]: numbers as published and as measured.
type Comparison struct {
	Title, XLabel string
	Rows          []ComparisonRow
}

// ComparisonRow is one number: the published mean with its standard deviation,
// and the values measured, one a run; there may be none.
type ComparisonRow struct {
	Label     string
	Mean, Std float64
	Measured  []float64
}

// Compare draws panels side by side into dir/name.svg and dir/name.png: a grey
// bar of three published standard deviations to either side of the published
// mean, and a dot a run. An axis is logarithmic where its values are positive
// and span more than a decade.
func Compare(dir, name, title string, panels []Comparison) error {
	f := figure{title: title, plots: make([][]*plot.Plot, 1), legends: []plot.Legend{comparisonLegend()}}
	rows := 0
	for _, panel := range panels {
		f.plots[0] = append(f.plots[0], comparisonPanel(panel))
		rows = max(rows, len(panel.Rows))
	}
	f.width = vg.Length(5+7*float64(len(panels))) * vg.Centimeter
	f.height = vg.Length(3+0.8*float64(rows)) * vg.Centimeter
	return f.write(dir, name)
}

var (
	publishedLine = draw.LineStyle{Color: gridInk, Width: 7}
	publishedMark = draw.GlyphStyle{Color: frameInk, Radius: 3, Shape: draw.RingGlyph{}}
	measuredMark  = draw.GlyphStyle{Color: palette[0], Radius: 2.2, Shape: draw.CircleGlyph{}}
)

func comparisonLegend() plot.Legend {
	legend := newLegend()
	legend.Add("published, 3 s.d.", &plotter.Line{LineStyle: publishedLine}, &plotter.Scatter{GlyphStyle: publishedMark})
	legend.Add("measured, a run", &plotter.Scatter{GlyphStyle: measuredMark})
	return legend
}

func comparisonPanel(c Comparison) *plot.Plot {
	p := newPanel()
	p.Title.Text = c.Title
	p.Title.TextStyle = sans(p.Title.TextStyle, 10)
	p.X.Label.Text = c.XLabel
	at := func(x float64) float64 { return x }
	if c.overDecade() {
		at = math.Log10
		p.X.Tick.Marker = logTicks{}
	} else {
		p.X.Tick.Marker = linearTicks{most: 5}
	}
	var names []plot.Tick
	for k, r := range c.Rows {
		y := float64(len(c.Rows) - 1 - k)
		names = append(names, plot.Tick{Value: y, Label: r.Label})
		low, high := max(r.Mean-3*r.Std, 0.1*r.Mean), r.Mean+3*r.Std
		p.Add(&plotter.Line{XYs: plotter.XYs{{X: at(low), Y: y}, {X: at(high), Y: y}}, LineStyle: publishedLine},
			&plotter.Scatter{XYs: plotter.XYs{{X: at(r.Mean), Y: y}}, GlyphStyle: publishedMark})
		var points plotter.XYs
		for _, x := range r.Measured {
			if finite(at(x)) {
				points = append(points, plotter.XY{X: at(x), Y: y})
			}
		}
		if len(points) > 0 {
			p.Add(&plotter.Scatter{XYs: points, GlyphStyle: measuredMark})
		}
	}
	p.Y.Tick.Marker = plot.ConstantTicks(names)
	p.Y.Min, p.Y.Max = -0.6, float64(len(c.Rows))-0.4
	pad(&p.X)
	return p
}

// overDecade tells whether all numbers are positive and span more than a power of ten.
func (c Comparison) overDecade() bool {
	var all series
	for _, r := range c.Rows {
		for _, x := range append([]float64{r.Mean}, r.Measured...) {
			all.x, all.y = append(all.x, 0), append(all.y, x)
		}
	}
	return overDecade([]series{all})
}
