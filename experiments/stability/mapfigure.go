package stability

import (
	"fmt"
	"strings"

	"credo/experiments/report"
)

// drawMapOf shows where how many samples are stable, and along the boundaries of single
// samples how fast these oscillate.
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
			line := report.Line{Label: piece.label(), Component: s.edgeColour(b), X: piece.X, Y: piece.Y}
			where.Lines = append(where.Lines, line)
			if line.Y = piece.Frequency; piece.Kind == "hopf" {
				along.Lines = append(along.Lines, line)
			}
		}
	}
	sudden := report.Marks{Label: "Bautin point", Style: 6, Size: 3}
	for _, b := range m.Boundaries {
		for _, p := range b.Bautin {
			sudden.X, sudden.Y = append(sudden.X, p[0]), append(sudden.Y, p[1])
		}
	}
	if sudden.X != nil {
		where.Marks = append(where.Marks, sudden)
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
			pieces, open = append(pieces, Boundary{Sample: b.Sample, Kind: b.Kind}), true
		}
		p := &pieces[len(pieces)-1]
		p.X, p.Y, p.Frequency = append(p.X, b.X[k]), append(p.Y, b.Y[k]), append(p.Frequency, b.Frequency[k])
		if b.L1 != nil {
			p.L1 = append(p.L1, b.L1[k])
		}
	}
	return pieces
}

func (b Boundary) label() string {
	if b.Kind == "hopf" {
		return fmt.Sprintf("Hopf curve of sample %d", b.Sample)
	}
	return fmt.Sprintf("sample %d drifts beyond", b.Sample)
}

// edgeColour tells the worst sample's curves from the other's, and drifts from
// oscillations.
func (s *Study) edgeColour(b Boundary) int {
	colour := 0
	if b.Sample == s.worst()[0].Index {
		colour = 1
	}
	if b.Kind == "static" {
		colour += 3
	}
	return colour
}
