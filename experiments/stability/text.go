package stability

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat"
)

// WriteText writes for people what was found: how many samples are stable, how far
// from the edge, which are the worst, and what happens there.
func (s *Study) WriteText(w io.Writer) error {
	var b strings.Builder
	s.writeHeader(&b)
	if len(s.Samples) > 0 {
		s.writeQuantiles(&b)
		s.writeWorst(&b)
		s.writeCloser(&b)
		s.writeEdge(&b)
		s.writeProxy(&b)
		s.writeTraining(&b)
	}
	for _, line := range s.Warnings {
		fmt.Fprintln(&b, "warning:", line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (s *Study) writeHeader(b *strings.Builder) {
	scenario := s.subject.Scenario
	if scenario.Title != "" {
		fmt.Fprintln(b, scenario.Title)
	}
	n, without, stable, start := len(s.Samples), 0, 0, 0
	for _, sample := range s.Samples {
		if sample.Rest == nil {
			without++
		}
		if sample.Stable() {
			stable++
		}
		if sample.Feedforward.Stable {
			start++
		}
	}
	fmt.Fprintf(b, "%d %s samples: %d stable at the feedforward point, %d at rest", n, scenario.Stability.Split, start, stable)
	if without > 0 {
		fmt.Fprintf(b, " (%d without a rest state)", without)
	}
	fmt.Fprintln(b)
}

// quantity is a number of a sample in the table for people; what does not exist is NaN.
type quantity struct {
	label string
	of    func(Sample) float64
}

// atFeedforward and atRest are quantities of the loop at a state.
func atFeedforward(of func(*Point) float64) func(Sample) float64 {
	return func(s Sample) float64 { return of(s.Feedforward) }
}

func atRest(of func(*Point) float64) func(Sample) float64 {
	return func(s Sample) float64 {
		if s.Rest == nil {
			return math.NaN()
		}
		return of(s.Rest)
	}
}

var quantities = []quantity{
	{"abscissa, feedforward", atFeedforward(func(p *Point) float64 { return p.Abscissa })},
	{"abscissa, rest", atRest(func(p *Point) float64 { return p.Abscissa })},
	{"numerical abscissa, rest", atRest(func(p *Point) float64 { return p.NumericalAbscissa })},
	{"Condition 3 margin, rest", atRest(func(p *Point) float64 { return p.Condition3 })},
	{"gain margin", func(s Sample) float64 { return float64(s.Margins.Gain) }},
	{"phase margin (degrees)", func(s Sample) float64 { return float64(s.Margins.Phase) }},
	{"delay margin", func(s Sample) float64 { return float64(s.Margins.Delay) }},
	{"sensitivity peak", func(s Sample) float64 { return float64(s.Margins.Sensitivity) }},
}

func (s *Study) writeQuantiles(b *strings.Builder) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nover samples\tleast\t10 %\tmedian\t90 %\tlargest")
	for _, q := range quantities {
		values := existing(s.Samples, q.of)
		if len(values) == 0 {
			continue
		}
		fmt.Fprint(table, q.label)
		for _, p := range []float64{0, 0.1, 0.5, 0.9, 1} {
			fmt.Fprintf(table, "\t%.3g", stat.Quantile(p, stat.Empirical, values, nil))
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}

// worst are the samples, those nearest to the edge or furthest beyond it first: what
// has no rest state, then by the abscissa there.
func (s *Study) worst() []Sample {
	order := slices.Clone(s.Samples)
	rank := func(sample Sample) float64 {
		if sample.Rest == nil {
			return math.Inf(1)
		}
		return sample.Rest.Abscissa
	}
	slices.SortStableFunc(order, func(a, b Sample) int {
		switch x, y := rank(a), rank(b); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return order
}

const shownWorst = 5

func (s *Study) writeWorst(b *strings.Builder) {
	table := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\nworst samples\tabscissa\tCondition 3\tgain\tdelay\tslowest mode")
	for _, sample := range s.worst()[:min(shownWorst, len(s.Samples))] {
		p, where := sample.Rest, ""
		if p == nil {
			p, where = sample.Feedforward, " (feedforward: no rest state)"
		}
		fmt.Fprintf(table, "%d%s\t%.3g\t%.3g\t%.3g\t%.3g\t%s\n", sample.Index, where, p.Abscissa, p.Condition3, sample.Margins.Gain, sample.Margins.Delay, p.motion())
	}
	table.Flush()
}

// motion says how the mode at the abscissa moves, and where most.
func (p *Point) motion() string {
	verb := "decays"
	if !p.Stable {
		verb = "grows"
	}
	where := ""
	if name, share := p.Mode.seat(); share > 0 {
		where = fmt.Sprintf(", %.0f %% of it in %s", 100*share, name)
	}
	if p.Mode.Frequency == 0 {
		return verb + " without oscillation" + where
	}
	return fmt.Sprintf("%s, oscillating at %.3g cycles per unit of time, damping %.2g%s", verb, p.Mode.Frequency, p.Mode.Damping, where)
}

// seat is where most of the mode's energy is, and how much.
func (m Mode) seat() (name string, share float64) {
	name, share = "the controller", float64(m.Controller)
	for i, x := range m.Layers {
		if float64(x) > share {
			name, share = fmt.Sprintf("layer %d", i+1), float64(x)
		}
	}
	for k, x := range m.Path {
		if float64(x) > share {
			name, share = fmt.Sprintf("feedback layer %d", k+1), float64(x)
		}
	}
	return name, share
}

func (s *Study) writeProxy(b *strings.Builder) {
	for _, c := range []struct {
		name string
		Proxy
	}{{"feedforward", s.Condition3.Feedforward}, {"rest", s.Condition3.Rest}} {
		if n := c.Right + c.FalseAlarm + c.Missed; n > 0 {
			fmt.Fprintf(b, "Condition 3, %s: right for %d of %d samples, %d false alarms, %d missed\n", c.name, c.Right, n, c.FalseAlarm, c.Missed)
		}
	}
}

// writeCloser says of the worst sample what eigenvalues do not.
func (s *Study) writeCloser(b *strings.Builder) {
	w := s.Worst
	if w == nil {
		return
	}
	fmt.Fprintf(b, "\nsample %d at %s: ", w.Index, map[string]string{"rest": "rest", "feedforward": "the feedforward point"}[w.At])
	if math.IsInf(float64(w.Growth.Factor), 1) {
		fmt.Fprintln(b, "deviations grow without bound")
	} else {
		fmt.Fprintf(b, "some deviations grow %.3g-fold until t = %.3g before they decay\n", w.Growth.Factor, w.Growth.Time)
	}
	for _, p := range w.Pseudo {
		fmt.Fprintf(b, "  perturbations of norm %.3g move its abscissa to %.3g\n", p.Epsilon, p.Abscissa)
	}
}
