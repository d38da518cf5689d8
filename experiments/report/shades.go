package report

import (
	"fmt"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// shade is the colour of a filled field at x in [0, 1]: viridis, half way to white, so
// that lines show on it.
func shade(x float64) color.Color {
	c := ramp(x)
	pale := func(v uint8) uint8 { return v/2 + 0x80 }
	return color.RGBA{pale(c.R), pale(c.G), pale(c.B), 0xFF}
}

// mark puts marks into the legend.
func (g *grid) mark(m Marks) {
	if g.shows(m.Label) {
		g.legend.Add(m.Label, &plotter.Scatter{GlyphStyle: m.glyph()})
	}
}

// shade puts a field's levels, or the ends of its colours, into the legend.
func (g *grid) shade(f *Field) {
	if f.Filled {
		for _, x := range []float64{0, 0.25, 0.5, 0.75, 1} {
			if label := fmt.Sprintf("%s %.3g", f.Label, f.Low+x*(f.High-f.Low)); g.shows(label) {
				g.legend.Add(label, block{shade(x)})
			}
		}
	}
	for k, level := range f.Levels {
		if label := fmt.Sprintf("%s %.3g", f.Label, level); !f.Filled && g.shows(label) {
			g.legend.Add(label, &plotter.Line{LineStyle: f.levelLine(k)})
		}
	}
}

// block is a filled rectangle of a legend.
type block struct{ color color.Color }

// Thumbnail implements [plot.Thumbnailer].
func (b block) Thumbnail(c *draw.Canvas) {
	c.SetColor(b.color)
	c.Fill(vg.Rectangle{Min: c.Min, Max: c.Max}.Path())
}

var _ plot.Thumbnailer = block{}
