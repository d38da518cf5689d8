package timescales

import (
	"fmt"
	"math"

	"credo/experiments/report"
)

// Draw draws the distances of the pairs over the ratio, with their lines and the
// slope that theory predicts, and what the levels cost, into dir/name.svg and .png.
func (y *Study) Draw(dir, name string) error {
	title := y.Title
	if title == "" {
		title = "Learning at finite " + y.Ratio + ", " + y.Rule
	}
	weights := y.panel("distance of "+y.Compared+" (relative)", func(d Distances) []number { return d.Weights })
	if f := y.Fit; f != nil {
		weights.Lines = append(weights.Lines, y.straight(fmt.Sprintf("fit of %s, order %.2f", y.Pairs[0].Full, f.Order), f.Factor, float64(f.Order), f.Range))
		factor := number(math.Pow(float64(f.Range[0]), float64(f.Order)-y.Theory.Order)) * f.Factor / 4
		weights.Lines = append(weights.Lines, y.straight(fmt.Sprintf("theory, slope %g", y.Theory.Order), factor, y.Theory.Order, y.span()))
	}
	limit := y.straight(fmt.Sprintf("%g %%", y.LargestWithin.Percent), number(y.LargestWithin.Percent/100), 0, y.span())
	weights.Lines = append(weights.Lines, limit)
	panels := []report.GridPanel{weights}
	if y.Compared == "W" {
		loss := y.panel("distance of loss (relative)", func(d Distances) []number { return d.Loss })
		loss.Lines = append(loss.Lines, limit)
		panels = append(panels, loss)
	}
	angle := y.panel("angle of updates (deg)", func(d Distances) []number { return d.Alignment })
	return report.Overlay(dir, name, title, 2, append(panels, angle, y.costs()))
}

// span is from the least to the largest value.
func (y *Study) span() [2]number { return [2]number{y.Values[0], y.Values[len(y.Values)-1]} }

func (y *Study) axes(label string) report.GridPanel {
	return report.GridPanel{Panel: report.Panel{YLabel: label}, XLabel: y.Ratio, LogX: true, LogY: true}
}

func (y *Study) panel(label string, of func(Distances) []number) report.GridPanel {
	g := y.axes(label)
	for _, p := range y.Pairs {
		g.Lines = append(g.Lines, report.Line{Label: pair{p.Full, p.Limit}.String(), X: plain(y.Values), Y: plain(of(p.Distance))})
	}
	return g
}

// straight is factor r^order.
func (y *Study) straight(label string, factor number, order float64, over [2]number) report.Line {
	line := report.Line{Label: label, Plain: true}
	for _, r := range over {
		line.X = append(line.X, float64(r))
		line.Y = append(line.Y, float64(factor)*math.Pow(float64(r), order))
	}
	return line
}

func (y *Study) costs() report.GridPanel {
	g := y.axes("cost (evaluations)")
	for _, name := range y.levels {
		line := report.Line{Label: "cost of " + name, X: plain(y.Values)}
		for _, p := range y.Points {
			n := float64(p.Levels[name].Evaluations)
			if n == 0 {
				n = math.NaN() // nobody counted
			}
			line.Y = append(line.Y, n)
		}
		g.Lines = append(g.Lines, line)
	}
	return g
}

func plain(x []number) []float64 {
	out := make([]float64, len(x))
	for k, v := range x {
		out[k] = float64(v)
	}
	return out
}
