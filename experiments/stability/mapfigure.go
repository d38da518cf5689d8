package stability

import (
	"fmt"
	"strings"

	"credo/experiments/report"
)

// drawMapOf shows where how many samples are stable, and along the boundaries of the
// worst sample how fast it oscillates.
func (s *Study) drawMapOf(dir string) error {
	m := s.Map
	if m == nil {
		return nil
	}
	where := report.Plane{
		Title: "samples that are stable, " + atWords(m.At), XLabel: axisLabel(m.X), YLabel: axisLabel(m.Y), LogX: m.X.Log, LogY: m.Y.Log,
		X: ends(m.X), Y: ends(m.Y),
		Field: &report.Field{Label: "share stable", X: m.X.Values, Y: m.Y.Values, Filled: true, High: 1},
	}
	for _, row := range m.StableFraction {
		where.Field.Z = append(where.Field.Z, row...)
	}
	for k, c := range m.fractions.Contours(0.5) {
		l := report.Line{Component: 6, Dashed: true, X: c.X, Y: c.Y}
		if k == 0 {
			l.Label = "half of the samples"
		}
		where.Lines = append(where.Lines, l)
	}
	along := report.Plane{Title: "frequency at the edge", XLabel: axisLabel(m.X), YLabel: "cycles per unit of time", LogX: m.X.Log, X: ends(m.X)}
	for _, b := range m.Boundaries {
		for _, piece := range b.edges() {
			where.Lines = append(where.Lines, report.Line{Label: piece.label(m.BoundariesOf), Component: piece.component(), X: piece.X, Y: piece.Y})
			if piece.Kind == "hopf" {
				along.Lines = append(along.Lines, report.Line{Component: piece.component(), X: piece.X, Y: piece.Frequency})
			}
		}
	}
	panels := []report.Plane{where}
	if len(along.Lines) > 0 {
		panels = append(panels, along)
	}
	return report.Sheet{Title: s.title(), Columns: len(panels), Width: 9, Height: 8, Panels: panels}.Write(dir, "map")
}

func atWords(at string) string {
	if at == "rest" {
		return "at rest"
	}
	return "feedforward"
}

// axisLabel is what a key is called, and its unit.
func axisLabel(a Axis) string {
	_, name, _ := strings.Cut(a.Key, ".")
	switch {
	case name == "":
		return "factor on the feedback weights"
	case strings.HasPrefix(a.Key, "timescales."):
		return fmt.Sprintf("%s (time)", name)
	}
	return name
}

func ends(a Axis) *[2]float64 { return &[2]float64{a.Values[0], a.Values[len(a.Values)-1]} }

// edges are the pieces of b with the sample stable on one side.
func (b Boundary) edges() []Boundary {
	var pieces []Boundary
	open := false
	for k := range b.X {
		if b.Unstable[k] != 0 {
			open = false
			continue
		}
		if !open {
			pieces, open = append(pieces, Boundary{Kind: b.Kind}), true
		}
		p := &pieces[len(pieces)-1]
		p.X, p.Y, p.Frequency = append(p.X, b.X[k]), append(p.Y, b.Y[k]), append(p.Frequency, b.Frequency[k])
	}
	return pieces
}

func (b Boundary) label(sample int) string {
	if b.Kind == "hopf" {
		return fmt.Sprintf("Hopf curve of sample %d", sample)
	}
	return fmt.Sprintf("sample %d drifts beyond", sample)
}

func (b Boundary) component() int {
	if b.Kind == "hopf" {
		return 1
	}
	return 3
}
