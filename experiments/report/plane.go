package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Sheet is a figure of panels in rows, each with lines, marks and fields over a plane
// of its own, and one legend beside the first row.
type Sheet struct {
	Title         string
	Columns       int
	Width, Height float64 // of a panel, in centimetres
	Panels        []Plane
}

// Plane is one of the panels of a [Sheet].
type Plane struct {
	Title, XLabel, YLabel string
	LogX, LogY            bool
	Equal                 bool // a unit is as long on both axes
	Field                 *Field
	Lines                 []Line // a Component is a colour; Dashed: as for a reference
	Marks                 []Marks
	X, Y                  *[2]float64 // ends of the axes; nil: what is drawn
	XNames                []string    // of the abscissae 0, 1, ..; nil: they are numbers
}

// Marks are points drawn alike; a Size of 0 is usual.
type Marks struct {
	Label string
	Style int // 0, 1, ..: colour and shape
	Size  float64
	X, Y  []float64
}

// Write draws the sheet into dir/name.svg and dir/name.png. It panics where a line's X
// and Y differ in length; the error says that a file could not be written.
func (s Sheet) Write(dir, name string) error {
	g := newGrid(s.Title, s.Columns)
	for _, panel := range s.Panels {
		p, lines, marks := panel.draw()
		g.add(p, lines)
		for _, m := range marks {
			g.mark(m)
		}
		if f := panel.Field; f != nil {
			g.shade(f)
		}
		if panel.Equal {
			g.equal = append(g.equal, p)
		}
	}
	g.width = vg.Length(4.5+s.Width*float64(s.Columns)) * vg.Centimeter
	g.panelHeight = vg.Length(s.Height) * vg.Centimeter
	return g.write(dir, name)
}

// draw makes the panel; lines and marks are those of the legend.
func (p Plane) draw() (*plot.Plot, []series, []Marks) {
	q := newPanel()
	q.Title.Text, q.X.Label.Text, q.Y.Label.Text = p.Title, p.XLabel, p.YLabel
	q.Title.TextStyle = sans(q.Title.TextStyle, 10)
	q.X.Tick.Marker = linearTicks{most: 5}
	at := [2]func([]float64) []float64{same, same}
	if p.LogX {
		at[0], q.X.Tick.Marker = logarithm, logTicks{}
	}
	if p.LogY {
		at[1], q.Y.Tick.Marker = logarithm, logTicks{}
	}
	if p.Field != nil {
		p.Field.addTo(q, at)
	}
	lines := Panel{Lines: p.Lines}.series()
	for i := range lines {
		lines[i].x, lines[i].y = at[0](lines[i].x), at[1](lines[i].y)
	}
	addLines(q, lines)
	for _, m := range p.Marks {
		points := plotter.XYs{}
		for _, piece := range (series{label: m.Label, x: at[0](m.X), y: at[1](m.Y)}).pieces() {
			points = append(points, piece...)
		}
		q.Add(&plotter.Scatter{XYs: points, GlyphStyle: m.glyph()})
	}
	if p.XNames != nil {
		q.X.Tick.Marker = nameTicks(p.XNames)
	}
	p.frame(&q.X, p.X, at[0])
	p.frame(&q.Y, p.Y, at[1])
	return q, lines, p.Marks
}

// frame sets the ends of an axis.
func (p Plane) frame(axis *plot.Axis, ends *[2]float64, at func([]float64) []float64) {
	if ends == nil {
		pad(axis)
		return
	}
	e := at(ends[:])
	axis.Min, axis.Max = e[0], e[1]
}

// nameTicks are names at 0, 1, ..
func nameTicks(names []string) plot.ConstantTicks {
	var ticks plot.ConstantTicks
	for k, name := range names {
		ticks = append(ticks, plot.Tick{Value: float64(k), Label: name})
	}
	return ticks
}

func same(x []float64) []float64 { return x }

func (m Marks) glyph() draw.GlyphStyle {
	radius := m.Size
	if radius == 0 {
		radius = 2
	}
	shapes := []draw.GlyphDrawer{draw.CircleGlyph{}, draw.PyramidGlyph{}, draw.BoxGlyph{}, draw.PlusGlyph{}, draw.CrossGlyph{}, draw.RingGlyph{}}
	c := color.NRGBAModel.Convert(palette[m.Style%len(palette)]).(color.NRGBA)
	c.A = 0xC0 // so that points on each other show
	return draw.GlyphStyle{Color: c, Radius: vg.Length(radius), Shape: shapes[m.Style%len(shapes)]}
}

// Field is a number over a grid of a plane, drawn as level lines, and in colours if
// it is Filled, from the palette's dark end at Low to its light end at High.
type Field struct {
	Label     string
	X, Y      []float64
	Z         []float64 // row by row: Z[j len(X) + i]
	Levels    []float64 // of the lines, rising
	Filled    bool
	Low, High float64
}

func (f *Field) addTo(p *plot.Plot, at [2]func([]float64) []float64) {
	g := &onGrid{x: at[0](f.X), y: at[1](f.Y), z: f.Z}
	if f.Filled {
		p.Add(heat{g, f.Low, f.High})
	}
	if len(f.Levels) == 0 {
		return
	}
	lines := plotter.NewContour(g, f.Levels, nil)
	lines.LineStyles = nil
	for k := range f.Levels {
		lines.LineStyles = append(lines.LineStyles, f.levelLine(k))
	}
	p.Add(lines)
}

// levelLine is the look of level k: darker for lower ones.
func (f *Field) levelLine(k int) draw.LineStyle {
	c := ramp(float64(k) / math.Max(1, float64(len(f.Levels)-1)))
	return draw.LineStyle{Color: c, Width: 0.9}
}

// onGrid is a [plotter.GridXYZ].
type onGrid struct{ x, y, z []float64 }

// Dims, X, Y and Z implement [plotter.GridXYZ].
func (g *onGrid) Dims() (c, r int)   { return len(g.x), len(g.y) }
func (g *onGrid) X(c int) float64    { return g.x[c] }
func (g *onGrid) Y(r int) float64    { return g.y[r] }
func (g *onGrid) Z(c, r int) float64 { return g.z[r*len(g.x)+c] }
