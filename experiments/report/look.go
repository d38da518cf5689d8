package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// look is how a line is drawn.
type look struct {
	line   draw.LineStyle
	mark   draw.GlyphStyle
	marked bool
}

// Okabe and Ito's palette (2008) without its yellow, which white paper swallows.
var palette = []color.RGBA{
	{0x00, 0x72, 0xB2, 0xFF}, // blue
	{0xD5, 0x5E, 0x00, 0xFF}, // vermilion
	{0x00, 0x9E, 0x73, 0xFF}, // bluish green
	{0xCC, 0x79, 0xA7, 0xFF}, // reddish purple
	{0xE6, 0x9F, 0x00, 0xFF}, // orange
	{0x56, 0xB4, 0xE9, 0xFF}, // sky blue
	{0x00, 0x00, 0x00, 0xFF}, // black
}

var dashes = [][]vg.Length{nil, {5, 2}, {1.5, 2}, {6, 2, 1.5, 2}}

var marks = []draw.GlyphDrawer{draw.CircleGlyph{}, draw.BoxGlyph{}, draw.PyramidGlyph{}, draw.CrossGlyph{}, draw.RingGlyph{}}

// markedLook is the look of line i of a learning curve. Colours, dashes and marks
// have numbers that share no factor, so that 140 lines look different.
func markedLook(i int) look {
	c := palette[i%len(palette)]
	return look{
		line:   draw.LineStyle{Color: c, Width: 1.2, Dashes: dashes[i%len(dashes)]},
		mark:   draw.GlyphStyle{Color: c, Radius: 2.2, Shape: marks[i%len(marks)]},
		marked: true,
	}
}

// plainLook is the look of component i of n in a trajectory: of the palette while
// it lasts, else of a ramp in which neighbours resemble each other.
func plainLook(i, n int, dashed bool) look {
	c, width := palette[i%len(palette)], vg.Length(1.2)
	if n > len(palette) {
		c, width = ramp(float64(i)/float64(n-1)), 0.8
	}
	l := look{
		line: draw.LineStyle{Color: c, Width: width},
		mark: draw.GlyphStyle{Color: c, Radius: 1.8, Shape: draw.CircleGlyph{}},
	}
	if dashed {
		l.line.Dashes = dashes[1]
	}
	return l
}

// Stops of the viridis map of Smith and van der Walt (2015), up to its light end.
var viridis = []color.RGBA{
	{0x44, 0x01, 0x54, 0xFF}, {0x41, 0x44, 0x87, 0xFF}, {0x2A, 0x78, 0x8E, 0xFF}, {0x22, 0xA8, 0x84, 0xFF}, {0x7A, 0xD1, 0x51, 0xFF},
}

// ramp is the colour at x in [0, 1] between the stops of viridis.
func ramp(x float64) color.RGBA {
	x *= float64(len(viridis) - 1)
	i := min(int(x), len(viridis)-2)
	a, b, theta := viridis[i], viridis[i+1], x-float64(i)
	mix := func(a, b uint8) uint8 { return uint8(math.Round((1-theta)*float64(a) + theta*float64(b))) }
	return color.RGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xFF}
}

var (
	ink      = color.Gray{0x22}
	gridInk  = color.Gray{0xDD}
	frameInk = color.Gray{0x66}
)

// sans is the text style of one size, upright and sans-serif.
func sans(base text.Style, size font.Length) text.Style {
	base.Font = font.Font{Typeface: "Liberation", Variant: "Sans", Size: size}
	base.Color = ink
	return base
}

// newPanel is an empty plot with a light grid.
func newPanel() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Label.TextStyle = sans(axis.Label.TextStyle, 10)
		axis.Label.Padding = 4
		axis.Tick.Label = sans(axis.Tick.Label, 9)
		axis.Tick.LineStyle = draw.LineStyle{Color: frameInk, Width: 0.5}
		axis.Tick.Length = 4
		axis.Tick.Marker = linearTicks{most: 6}
		axis.LineStyle = draw.LineStyle{Color: frameInk, Width: 0.5}
		axis.Padding = 0
	}
	p.X.Tick.Marker = linearTicks{most: 10}
	grid := plotter.NewGrid()
	grid.Vertical = draw.LineStyle{Color: gridInk, Width: 0.4}
	grid.Horizontal = grid.Vertical
	p.Add(grid)
	return p
}

func newLegend() plot.Legend {
	legend := plot.NewLegend()
	legend.TextStyle = sans(legend.TextStyle, 9)
	legend.Top, legend.Left = true, true
	legend.ThumbnailWidth = 0.9 * vg.Centimeter
	legend.Padding = 3
	return legend
}
