package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// series is a line of a panel with its look.
type series struct {
	label  string
	x, y   []float64
	spread []float64 // half the height of a band around the line; nil: none
	look   look
}

// mostMarks is how many points of a line are marked at most, about.
const mostMarks = 20

// addLines adds the lines to p, which makes its axes span them.
func addLines(p *plot.Plot, lines []series) {
	for _, s := range lines {
		s.addBand(p)
	}
	for _, s := range lines {
		every := 1 + (len(s.x)-1)/mostMarks
		for _, piece := range s.pieces() {
			// The pieces are finite and not empty, which is all that plotter asks for.
			line := plotter.Line{XYs: piece, LineStyle: s.look.line}
			p.Add(&line)
			if s.look.marked || len(piece) == 1 {
				p.Add(&plotter.Scatter{XYs: everyNth(piece, every), GlyphStyle: s.look.mark})
			}
		}
	}
}

// addBand shades what lies within spread of the line.
func (s series) addBand(p *plot.Plot) {
	if s.spread == nil {
		return
	}
	var upper, lower plotter.XYs
	for i, x := range s.x {
		if d := s.spread[i]; finite(x) && finite(s.y[i]) && finite(d) {
			upper, lower = append(upper, plotter.XY{X: x, Y: s.y[i] + d}), append(lower, plotter.XY{X: x, Y: s.y[i] - d})
		}
	}
	if len(upper) < 2 {
		return
	}
	slices.Reverse(lower)
	c := color.NRGBAModel.Convert(s.look.line.Color).(color.NRGBA)
	c.A = 0x33
	p.Add(&plotter.Polygon{XYs: []plotter.XYs{append(upper, lower...)}, Color: c})
}

// thumbnails are what stands beside the label in a legend.
func (s series) thumbnails() []plot.Thumbnailer {
	thumbnails := []plot.Thumbnailer{&plotter.Line{LineStyle: s.look.line}}
	if s.look.marked {
		thumbnails = append(thumbnails, &plotter.Scatter{GlyphStyle: s.look.mark})
	}
	return thumbnails
}

// pieces are the runs of finite points.
func (s series) pieces() []plotter.XYs {
	if len(s.x) != len(s.y) {
		panic(fmt.Sprintf("report: line %q has %d values over %d", s.label, len(s.y), len(s.x)))
	}
	var pieces []plotter.XYs
	gap := true
	for i, x := range s.x {
		if !finite(x) || !finite(s.y[i]) {
			gap = true
			continue
		}
		if gap {
			pieces = append(pieces, nil)
			gap = false
		}
		last := &pieces[len(pieces)-1]
		*last = append(*last, plotter.XY{X: x, Y: s.y[i]})
	}
	return pieces
}

// everyNth is every n-th point, and the last.
func everyNth(points plotter.XYs, n int) plotter.XYs {
	var chosen plotter.XYs
	for i := (len(points) - 1) % n; i < len(points); i += n {
		chosen = append(chosen, points[i])
	}
	return chosen
}

func hasFinite(lines []series) bool {
	for _, s := range lines {
		if len(s.pieces()) > 0 {
			return true
		}
	}
	return false
}

// overDecade tells whether all values are positive and span more than a power of ten.
func overDecade(lines []series) bool {
	lowest, highest := math.Inf(1), math.Inf(-1)
	for _, s := range lines {
		for _, piece := range s.pieces() {
			for _, point := range piece {
				lowest, highest = min(lowest, point.Y), max(highest, point.Y)
			}
		}
	}
	return lowest > 0 && highest > 10*lowest
}

// logarithms are the lines with decimal logarithms of their values; a small
// spread s of y is one of s/y in ln y.
func logarithms(lines []series) []series {
	out := slices.Clone(lines)
	for i, l := range lines {
		out[i].y, out[i].spread = logarithm(l.y), nil
		for k, s := range l.spread {
			out[i].spread = append(out[i].spread, s/l.y[k]/math.Ln10)
		}
	}
	return out
}

func logarithm(x []float64) []float64 {
	out := make([]float64, len(x))
	for k := range x {
		out[k] = math.Log10(x[k])
	}
	return out
}

func finite(x float64) bool { return x-x == 0 }
