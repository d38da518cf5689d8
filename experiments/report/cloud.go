package report

import (
	"image/color"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Points are points of the plane with a name.
type Points struct {
	Label string
	X, Y  []float64 // of the same length
}

// Cloud draws many points with contours of their density, and the marked ones
// on top, a single one as a mark and several as a line, into dir/name.svg and
// dir/name.png. The error says that a file could not be written.
func Cloud(dir, name, title, xLabel, yLabel string, cloud Points, marked []Points) error {
	p, legend := newPanel(), newLegend()
	p.X.Label.Text, p.Y.Label.Text = xLabel, yLabel
	dot := draw.GlyphStyle{Color: color.NRGBA{0x00, 0x72, 0xB2, 0x50}, Radius: 1.2, Shape: draw.CircleGlyph{}}
	p.Add(&plotter.Scatter{XYs: cloud.xys(), GlyphStyle: dot}, newContours(cloud))
	legend.Add(cloud.Label, &plotter.Scatter{GlyphStyle: dot})
	for k, m := range marked {
		s := series{label: m.Label, x: m.X, y: m.Y, look: markedLook(k + 1)}
		s.look.line.Dashes, s.look.marked, s.look.mark.Radius = nil, len(m.X) == 1, 2.5
		addLines(p, []series{s})
		legend.Add(m.Label, s.thumbnails()...)
	}
	pad(&p.X)
	pad(&p.Y)
	f := figure{title: title, width: 18 * vg.Centimeter, height: 10 * vg.Centimeter, plots: [][]*plot.Plot{{p}}, legends: []plot.Legend{legend}}
	return f.write(dir, name)
}

func (p Points) xys() plotter.XYs {
	points := make(plotter.XYs, len(p.X))
	for k := range points {
		points[k] = plotter.XY{X: p.X[k], Y: p.Y[k]}
	}
	return points
}

// newContours draws the density at six heights, evenly from its peak down.
func newContours(p Points) *plotter.Contour {
	d := newDensity(p)
	peak := floats.Max(d.z)
	contours := plotter.NewContour(d, []float64{peak / 7, 2 * peak / 7, 3 * peak / 7, 4 * peak / 7, 5 * peak / 7, 6 * peak / 7}, nil)
	contours.LineStyles = []draw.LineStyle{{Color: frameInk, Width: 0.6}}
	return contours
}

// density is that of points under Gaussian kernels of Scott's bandwidth,
// n^(-1/6) standard deviations, on a square grid; it is a plotter.GridXYZ.
type density struct{ x, y, z []float64 }

const densityGrid = 48

func newDensity(p Points) *density {
	d := &density{z: make([]float64, densityGrid*densityGrid)}
	scott := math.Pow(float64(len(p.X)), -1.0/6)
	hx, hy := scott*stat.StdDev(p.X, nil), scott*stat.StdDev(p.Y, nil)
	d.x, d.y = gridOver(p.X, hx), gridOver(p.Y, hy)
	for k := range p.X {
		for r, y := range d.y {
			b := (y - p.Y[k]) / hy
			for c, x := range d.x {
				a := (x - p.X[k]) / hx
				d.z[r*densityGrid+c] += math.Exp(-(a*a + b*b) / 2)
			}
		}
	}
	return d
}

func gridOver(x []float64, margin float64) []float64 {
	return floats.Span(make([]float64, densityGrid), floats.Min(x)-3*margin, floats.Max(x)+3*margin)
}

// Dims, X, Y and Z implement [plotter.GridXYZ].
func (d *density) Dims() (c, r int)   { return densityGrid, densityGrid }
func (d *density) X(c int) float64    { return d.x[c] }
func (d *density) Y(r int) float64    { return d.y[r] }
func (d *density) Z(c, r int) float64 { return d.z[r*densityGrid+c] }
