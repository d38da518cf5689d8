package report

import (
	"bytes"
	"errors"
	"image/color"
	"io"
	"path/filepath"
	"slices"

	"credo/internal/wholefile"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// figure is rows of panels below a title, with one legend to the right of each row;
// a panel may be nil after the first of its row.
type figure struct {
	title         string
	width, height vg.Length
	plots         [][]*plot.Plot
	legends       []plot.Legend
	equal         []*plot.Plot // on whose axes a unit is equally long
}

const (
	margin = 0.25 * vg.Centimeter
	gap    = 0.45 * vg.Centimeter
	dpi    = 200
)

// write draws the figure into dir/name.svg and dir/name.png.
func (f figure) write(dir, name string) error {
	if len(f.plots) == 0 || len(f.plots[0]) == 0 {
		return errors.New("report: " + name + ": no finite point to draw")
	}
	base := filepath.Join(dir, name)
	if err := wholefile.Write(base+".svg", f.writeSVG); err != nil {
		return err
	}
	return wholefile.Write(base+".png", f.writePNG)
}

func (f figure) writePNG(w io.Writer) error {
	c := vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(f.width, f.height), vgimg.UseDPI(dpi))}
	f.draw(draw.New(c))
	_, err := c.WriteTo(w)
	return err
}

// writeSVG names fonts of the same metric for readers who lack Liberation Sans.
func (f figure) writeSVG(w io.Writer) error {
	c := vgsvg.New(f.width, f.height)
	f.draw(draw.New(c))
	var svg bytes.Buffer
	if _, err := c.WriteTo(&svg); err != nil {
		return err
	}
	const have, want = "font-family:Liberation Sans", "font-family:Liberation Sans,Arial,Helvetica,sans-serif"
	_, err := w.Write(bytes.ReplaceAll(svg.Bytes(), []byte(have), []byte(want)))
	return err
}

func (f figure) draw(c draw.Canvas) {
	c.SetColor(color.White)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, margin, -margin, margin, -margin)
	c = f.drawTitle(c)

	legendWidth := vg.Length(0)
	for i := range f.legends {
		legendWidth = max(legendWidth, f.legends[i].Rectangle(c).Size().X)
	}
	tiles := draw.Tiles{Rows: len(f.plots), Cols: len(f.plots[0]), PadX: gap, PadY: gap / 2}
	panels := plot.Align(f.plots, tiles, draw.Crop(c, 0, -legendWidth-gap, 0, 0))
	f.equalise(panels)
	for r, row := range f.plots {
		for i, p := range row {
			if p != nil {
				p.Draw(panels[r][i])
			}
		}
		beside := c
		beside.Min.X = c.Max.X - legendWidth
		beside.Max.Y = panels[r][0].Max.Y
		f.legends[r].Draw(beside)
	}
}

// equalise widens one axis of the plots whose units are to be equally long.
func (f figure) equalise(panels [][]draw.Canvas) {
	for r, row := range f.plots {
		for i, p := range row {
			if p == nil || !slices.Contains(f.equal, p) {
				continue
			}
			size := p.DataCanvas(panels[r][i]).Size()
			unit := max((p.X.Max-p.X.Min)/float64(size.X), (p.Y.Max-p.Y.Min)/float64(size.Y))
			widen(&p.X, unit*float64(size.X))
			widen(&p.Y, unit*float64(size.Y))
		}
	}
}

// widen gives an axis a range, about its middle.
func widen(axis *plot.Axis, span float64) {
	middle := (axis.Min + axis.Max) / 2
	axis.Min, axis.Max = middle-span/2, middle+span/2
}

// drawTitle writes the title at the top left and returns the canvas below.
func (f figure) drawTitle(c draw.Canvas) draw.Canvas {
	if f.title == "" {
		return c
	}
	style := sans(text.Style{Handler: plot.DefaultTextHandler, XAlign: text.XLeft, YAlign: text.YTop}, 12)
	c.FillText(style, vg.Point{X: c.Min.X, Y: c.Max.Y}, f.title)
	return draw.Crop(c, 0, 0, 0, -style.Height(f.title)-gap/2)
}
