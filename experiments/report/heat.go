package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// heat fills the cells of a grid, each round its point, with the colours of a field.
// Cells of a row that look alike are one rectangle, which reaches under the next, so
// that no seams show between them.
type heat struct {
	*onGrid
	low, high float64
}

// Plot implements [plot.Plotter].
func (h heat) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	c = draw.Canvas{Canvas: c.Canvas, Rectangle: c.Rectangle}
	for j := range h.y {
		bottom, top := between(h.y, j)
		for i := 0; i < len(h.x); {
			end := i
			for end < len(h.x) && h.step(end, j) == h.step(i, j) {
				end++
			}
			left, _ := between(h.x, i)
			_, right := between(h.x, end-1)
			c.SetColor(shade(float64(h.step(i, j)) / (shadeSteps - 1)))
			c.Fill(h.cut(c, toX(left), toX(right), toY(bottom), toY(top)).Path())
			i = end
		}
	}
}

// step is the colour of a cell, of [shadeSteps].
func (h heat) step(i, j int) int {
	x := (h.Z(i, j) - h.low) / (h.high - h.low)
	return int(max(0, min(1, x))*(shadeSteps-1) + 0.5)
}

// cut is a rectangle as far as it is on the canvas, with a seam's width to spare.
func (h heat) cut(c draw.Canvas, left, right, bottom, top vg.Length) vg.Rectangle {
	const seam = 0.5
	return vg.Rectangle{
		Min: vg.Point{X: max(c.Min.X, left), Y: max(c.Min.Y, bottom)},
		Max: vg.Point{X: min(c.Max.X, right+seam), Y: min(c.Max.Y, top+seam)},
	}
}

// DataRange implements [plot.DataRanger].
func (h heat) DataRange() (xmin, xmax, ymin, ymax float64) {
	return h.x[0], h.x[len(h.x)-1], h.y[0], h.y[len(h.y)-1]
}

// between is the cell of point k, half way to its neighbours.
func between(x []float64, k int) (low, high float64) {
	low, high = x[k], x[k]
	if k > 0 {
		low = (x[k-1] + x[k]) / 2
	}
	if k < len(x)-1 {
		high = (x[k] + x[k+1]) / 2
	}
	return low, high
}

// shadeSteps is how many colours there are.
const shadeSteps = 64
