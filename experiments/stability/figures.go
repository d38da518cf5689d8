package stability

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"credo/experiments/report"
)

// draw draws what there is to show.
func (s *Study) draw(dir string) error {
	return errors.Join(s.drawDistribution(dir), s.drawSpectrum(dir), s.drawNyquist(dir), s.drawModes(dir), s.drawGrowth(dir), s.drawTraining(dir), s.drawMapOf(dir))
}

// rateUnit is the unit of rates and abscissas in figures.
const rateUnit = "(1/time)"

// drawDistribution shows the abscissas of all samples, and Condition 3 beside them.
func (s *Study) drawDistribution(dir string) error {
	var begin, rest []float64
	proxy := report.Marks{Label: "a sample", Style: 0}
	for _, sample := range s.Samples {
		begin = append(begin, sample.Feedforward.Abscissa)
		if p := sample.Rest; p != nil {
			rest = append(rest, p.Abscissa)
			proxy.X, proxy.Y = append(proxy.X, p.Condition3), append(proxy.Y, p.Abscissa)
		}
	}
	share := report.Plane{
		Title: "abscissa", XLabel: "spectral abscissa " + rateUnit, YLabel: "share of samples below",
		Lines: []report.Line{cumulative("feedforward", begin, 0), cumulative("at rest", rest, 1), edge(1, 0, 1)},
	}
	against := report.Plane{
		Title: "Condition 3 at rest", XLabel: "min Re eig(JQ) + 1/g", YLabel: "spectral abscissa " + rateUnit,
		Marks: []report.Marks{proxy},
	}
	if len(proxy.X) > 0 {
		against.Lines = []report.Line{
			edge(1, min(0, slices.Min(proxy.Y)), max(0, slices.Max(proxy.Y))),
			{Component: 6, Dashed: true, X: []float64{min(0, slices.Min(proxy.X)), max(0, slices.Max(proxy.X))}, Y: []float64{0, 0}},
		}
	}
	return report.Sheet{Title: s.title(), Columns: 2, Width: 7.5, Height: 6.5, Panels: []report.Plane{share, against}}.Write(dir, "abscissa")
}

// edge is the line x = 0 on which stability ends.
func edge(label int, low, high float64) report.Line {
	l := report.Line{Component: 6, Dashed: true, X: []float64{0, 0}, Y: []float64{low, high}}
	if label == 1 {
		l.Label = "edge of stability"
	}
	return l
}

// cumulative is the share of values below x, as steps.
func cumulative(label string, values []float64, component int) report.Line {
	l := report.Line{Label: label, Component: component, Dashed: component > 0}
	sorted := slices.Sorted(slices.Values(values))
	for k, x := range sorted {
		n := float64(len(sorted))
		l.X, l.Y = append(l.X, x, x), append(l.Y, float64(k)/n, float64(k+1)/n)
	}
	return l
}

func (s *Study) title() string {
	if s.subject.Scenario.Title != "" {
		return s.subject.Scenario.Title
	}
	return s.subject.Name
}

// drawSpectrum shows the eigenvalues of all samples, and those of the worst with its
// pseudospectra.
func (s *Study) drawSpectrum(dir string) error {
	all, worst := report.Marks{Label: "all samples", Style: 5, Size: 1.2}, report.Marks{Label: "worst sample", Style: 1, Size: 2.4}
	for k, sample := range s.worst() {
		p := sample.nearest()
		for _, l := range p.Eigenvalues {
			all.X, all.Y = append(all.X, l[0]), append(all.Y, l[1])
			if k == 0 {
				worst.X, worst.Y = append(worst.X, l[0]), append(worst.Y, l[1])
			}
		}
	}
	p := report.Plane{XLabel: "Re " + rateUnit, YLabel: "Im " + rateUnit, Marks: []report.Marks{all, worst, s.unseen()}}
	high := 1.1 * slices.Max(all.Y)
	if f := s.Worst.field; f.sigma != nil {
		p.Field = &report.Field{Label: "its pseudospectrum, ε =", X: f.re, Y: f.im, Z: f.sigma, Levels: s.subject.Scenario.Stability.Epsilon}
		high = slices.Max(f.im)
		p.X, p.Y = &[2]float64{min(f.re[0], slices.Min(all.X)), max(slices.Max(f.re), slices.Max(all.X))}, &[2]float64{-high, high}
	}
	p.Lines = []report.Line{edge(1, -high, high)}
	return report.Sheet{Title: s.title(), Columns: 1, Width: 13, Height: 9, Panels: []report.Plane{p}}.Write(dir, "spectrum")
}

// unseen is the eigenvalue of whatever in the voltages does not reach the output, which
// is defective: hence the rings of the pseudospectrum round it.
func (s *Study) unseen() report.Marks {
	return report.Marks{Label: "-1/tau_v, unseen at the output", Style: 6, Size: 2.4, X: []float64{-1 / s.start.Settings.TauV}, Y: []float64{0}}
}

// drawGrowth shows the deviation of the worst sample that grows most, beside what
// eigenvalues promise.
func (s *Study) drawGrowth(dir string) error {
	c := s.Worst.course
	if c.t == nil {
		return nil
	}
	p := s.worst()[0].nearest()
	grown := report.Line{Label: "|exp(Mt) y|, y growing most", Component: 1, X: c.t, Y: c.norm}
	slowest := report.Line{Label: "exp(αt), α: spectral abscissa", Component: 0, Dashed: true, X: c.t}
	fastest := report.Line{Label: "exp(ωt), ω: numerical abscissa", Component: 6, Dashed: true}
	for _, t := range c.t {
		slowest.Y = append(slowest.Y, math.Exp(p.Abscissa*t))
	}
	for k := range 51 {
		t := math.Log(float64(s.Worst.Growth.Factor)) / p.NumericalAbscissa * float64(k) / 50
		fastest.X, fastest.Y = append(fastest.X, t), append(fastest.Y, math.Exp(p.NumericalAbscissa*t))
	}
	return report.Sheet{Title: s.title() + ", worst sample", Columns: 1, Width: 11, Height: 7, Panels: []report.Plane{{
		XLabel: "time", YLabel: "size of the deviation", LogY: true, Lines: []report.Line{grown, slowest, fastest},
	}}}.Write(dir, "growth")
}

// nearest is the loop at the state that the sample is judged by.
func (s Sample) nearest() *Point {
	if s.Rest != nil {
		return s.Rest
	}
	return s.Feedforward
}

// drawNyquist shows the characteristic loci of the worst sample.
func (s *Study) drawNyquist(dir string) error {
	sample := s.worst()[0]
	open, err := newLoop(s.start).LoopTransfer(s.states[sample.Index].nearest(), s.start.Settings.Delay)
	if err != nil {
		return err
	}
	loci, err := open.Loci()
	if err != nil {
		return err
	}
	p := report.Plane{
		XLabel: "Re of an eigenvalue of L(iω)", YLabel: "Im", Equal: true,
		X: &[2]float64{-2.2, 1.8}, Y: &[2]float64{-2, 2},
		Marks: append(sample.Margins.marks(), report.Marks{Label: "-1", Style: 6, Size: 3, X: []float64{-1}, Y: []float64{0}}),
	}
	for _, locus := range loci.Locus {
		l := report.Line{Component: 0}
		if len(p.Lines) == 0 {
			l.Label = "characteristic loci, ω > 0"
		}
		for _, z := range locus {
			l.X, l.Y = append(l.X, real(z)), append(l.Y, imag(z))
		}
		p.Lines = append(p.Lines, l)
	}
	circle := report.Line{Label: "unit circle", Component: 6, Dashed: true}
	for k := range 201 {
		angle := 2 * math.Pi * float64(k) / 200
		circle.X, circle.Y = append(circle.X, math.Cos(angle)), append(circle.Y, math.Sin(angle))
	}
	p.Lines = append(p.Lines, circle)
	return report.Sheet{Title: s.title(), Columns: 1, Width: 11, Height: 11, Panels: []report.Plane{p}}.Write(dir, "nyquist")
}

// marks are where the loci pass -1 at the margins: on the unit circle, behind by the
// phase margin, or by what the delay margin turns at its frequency; and on the real
// axis, at -1 over the gain margin.
func (m *Margins) marks() []report.Marks {
	var all []report.Marks
	mark := func(style int, label string, x, y float64) {
		if x-x == 0 && y-y == 0 {
			all = append(all, report.Marks{Label: label, Style: style, Size: 3, X: []float64{x}, Y: []float64{y}})
		}
	}
	phase, turn := float64(m.Phase)*math.Pi/180, 2*math.Pi*float64(m.DelayFrequency*m.Delay)
	mark(1, fmt.Sprintf("phase margin %.3g degrees", float64(m.Phase)), -math.Cos(phase), -math.Sin(phase))
	mark(2, fmt.Sprintf("delay margin %.3g", float64(m.Delay)), -math.Cos(turn), -math.Sin(turn))
	if gain := float64(m.Gain); !math.IsInf(gain, 1) {
		mark(3, fmt.Sprintf("gain margin %.3g", gain), -1/gain, 0)
	}
	return all
}

// drawModes shows where the energy of every sample's slowest mode is.
func (s *Study) drawModes(dir string) error {
	var names []string
	for i := range s.start.Net.Depth() {
		names = append(names, fmt.Sprintf("layer %d", i+1))
	}
	for k := range s.worst()[0].nearest().Mode.Path {
		names = append(names, fmt.Sprintf("feedback %d", k+1))
	}
	p := report.Plane{XNames: append(names, "controller"), YLabel: "share of the slowest mode's energy", Y: &[2]float64{0, 1.02}}
	for k, sample := range slices.Backward(s.worst()) {
		m := sample.nearest().Mode
		l := report.Line{Component: 5}
		switch k {
		case 0:
			l.Label, l.Component = "worst sample", 1
		case len(s.Samples) - 1:
			l.Label = "all samples"
		}
		for i, share := range slices.Concat(m.Layers, m.Path, []Number{m.Controller}) {
			l.X, l.Y = append(l.X, float64(i)), append(l.Y, float64(share))
		}
		p.Lines = append(p.Lines, l)
	}
	return report.Sheet{Title: s.title(), Columns: 1, Width: 11, Height: 7, Panels: []report.Plane{p}}.Write(dir, "mode")
}
