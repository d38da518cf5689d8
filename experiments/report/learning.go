package report

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
)

// Measure is what a learning curve measures, and so the panel it belongs to.
type Measure int

const (
	Loss      Measure = iota // mean over samples
	ErrorRate                // fraction of samples misclassified, drawn in percent
)

// Curve is a line of [LearningCurves]: Y over the epochs X, of the same length.
// Curves of one label look alike in both panels.
type Curve struct {
	Measure Measure
	Label   string // as "training", or "run 2, test" where runs are compared
	X, Y    []float64
}

// LearningCurves draws curves over epochs into dir/name.svg and dir/name.png: the
// loss, and beside it the error if there are curves of it. An axis is logarithmic
// where its values are positive and span more than a decade.
// It panics where X and Y differ in length; the error says that there is no finite
// point, or that a file could not be written.
func LearningCurves(dir, name, title string, curves []Curve) error {
	labels := []string{}
	byMeasure := map[Measure][]series{}
	for _, c := range curves {
		s := series{label: c.Label, x: c.X, y: c.Y, look: markedLook(indexOf(&labels, c.Label))}
		if c.Measure == ErrorRate {
			s.y = percent(c.Y)
		}
		byMeasure[c.Measure] = append(byMeasure[c.Measure], s)
	}
	f := figure{title: title, width: 18 * vg.Centimeter, height: 8 * vg.Centimeter, plots: make([][]*plot.Plot, 1)}
	legend := newLegend()
	shown := map[string]bool{}
	for _, m := range []Measure{Loss, ErrorRate} {
		lines := byMeasure[m]
		if !hasFinite(lines) {
			continue
		}
		f.plots[0] = append(f.plots[0], learningPanel(m, lines))
		for _, s := range lines {
			if !shown[s.label] {
				shown[s.label] = true
				legend.Add(s.label, s.thumbnails()...)
			}
		}
	}
	f.legends = []plot.Legend{legend}
	return f.write(dir, name)
}

func learningPanel(m Measure, lines []series) *plot.Plot {
	p := newPanel()
	p.X.Label.Text = "epoch"
	p.Y.Label.Text = map[Measure]string{Loss: "loss (mean over samples)", ErrorRate: "error (% of samples)"}[m]
	p.X.Tick.Marker = linearTicks{most: 8, integers: true}
	// The data, not the axis, are made logarithmic: plot reserves room for the
	// label of a logarithmic axis in the wrong place.
	if overDecade(lines) {
		addLines(p, logarithms(lines))
		p.Y.Tick.Marker = logTicks{}
		pad(&p.Y)
	} else {
		addLines(p, lines)
		padValues(&p.Y)
	}
	pad(&p.X)
	return p
}

func percent(y []float64) []float64 {
	out := make([]float64, len(y))
	for i, yi := range y {
		out[i] = 100 * yi
	}
	return out
}

// indexOf is the index of label in labels, at whose end it is put if it is new.
func indexOf(labels *[]string, label string) int {
	for i, l := range *labels {
		if l == label {
			return i
		}
	}
	*labels = append(*labels, label)
	return len(*labels) - 1
}
