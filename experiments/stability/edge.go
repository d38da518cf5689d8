package stability

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// writeEdge says what happens at the edge: which sample is the first to leave, and how.
func (s *Study) writeEdge(b *strings.Builder) {
	fmt.Fprintln(b, "\nat the edge")
	fmt.Fprintln(b, " ", s.edgeBy("a gain of the loop of", "times what it is", func(m *Margins) (Number, Number) { return m.Gain, m.GainFrequency }))
	fmt.Fprintln(b, " ", s.edgeBy("a delay of the control signal of", "more", func(m *Margins) (Number, Number) { return m.Delay, m.DelayFrequency }))
	if s.Map != nil {
		for _, boundary := range s.Map.Boundaries {
			for _, piece := range boundary.edges() {
				fmt.Fprintln(b, " ", piece.sentence(s.Map))
			}
		}
	}
}

// edgeBy says what the least of a margin does.
func (s *Study) edgeBy(what, unit string, of func(*Margins) (margin, frequency Number)) string {
	least, cycles, index := Number(math.Inf(1)), Number(0), -1
	for _, sample := range s.Samples {
		if m, f := of(sample.Margins); m < least {
			least, cycles, index = m, f, sample.Index
		}
	}
	if index < 0 {
		return fmt.Sprintf("%s any size takes no stable sample beyond it", what)
	}
	how := fmt.Sprintf("oscillates at %.3g cycles per unit of time", float64(cycles))
	if cycles == 0 {
		how = "drifts off"
	}
	return fmt.Sprintf("%s %.3g %s: sample %d %s", what, float64(least), unit, index, how)
}

// sentence says what a piece of a boundary is.
func (b Boundary) sentence(m *Map) string {
	where := fmt.Sprintf("on the map, %s %.3g to %.3g: sample %d ", m.X.Key, slices.Min(b.X), slices.Max(b.X), b.Sample)
	if b.Kind == "static" {
		return where + "drifts off beyond the boundary"
	}
	soft, known := 0, 0
	for _, l1 := range b.L1 {
		if !math.IsNaN(float64(l1)) {
			known++
		}
		if l1 < 0 {
			soft++
		}
	}
	text := fmt.Sprintf("%soscillates beyond the Hopf curve, at %.3g to %.3g cycles per unit of time", where, slices.Min(b.Frequency), slices.Max(b.Frequency))
	switch {
	case known > 0 && soft == known:
		text += ", softly at first (supercritical)"
	case known > 0 && soft == 0:
		text += ", suddenly (subcritical)"
	case known > 0:
		text += fmt.Sprintf(", softly at first (supercritical) at %d of %d points, suddenly at the others", soft, known)
	}
	return text
}
