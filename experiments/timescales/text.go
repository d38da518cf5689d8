package timescales

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText writes the studies for people: a line a value, then the order and the
// criterion of every pair.
func WriteText(w io.Writer, studies []*Study) error {
	for k, y := range studies {
		if k > 0 {
			fmt.Fprintln(w)
		}
		if err := y.writeText(w); err != nil {
			return err
		}
	}
	return nil
}

func (y *Study) writeText(w io.Writer) error {
	if y.Title != "" {
		fmt.Fprintln(w, y.Title)
	}
	fmt.Fprintf(w, "%s of rule %s: varied %s; held %s\n", y.Ratio, y.Rule, y.Varied, y.Held)
	fmt.Fprintf(w, "theory: order %g (%s)\n", y.Theory.Order, y.Theory.Law)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for k, p := range y.Pairs {
		fmt.Fprintf(table, "\t%s\t\t\t\n", pair{p.Full, p.Limit})
		fmt.Fprintf(table, "%s\t%s %%\tloss %%\tangle deg\t\n", y.Ratio, y.Compared)
		for i, point := range y.Points {
			d := y.Points[i].Distances[k]
			fmt.Fprintf(table, "%.3g\t%s\t%s\t%s\t\n", point.Value, percent(d.Weights), percent(d.Loss), short(d.Alignment))
		}
	}
	fmt.Fprintf(table, "\tevaluations (seconds)%s\n", strings.Repeat("\t", len(y.levels)))
	fmt.Fprintf(table, "%s\t%s\t\n", y.Ratio, strings.Join(y.levels, "\t"))
	for _, point := range y.Points {
		fmt.Fprintf(table, "%.3g\t%s\t\n", point.Value, point.cost(y.levels))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, p := range y.Pairs {
		fmt.Fprintf(w, "%s\n", p.sentence(y.Ratio, y.Compared))
	}
	for _, line := range y.Warnings {
		fmt.Fprintln(w, "warning:", line)
	}
	return nil
}

func (p *Point) cost(levels []string) string {
	var cells []string
	for _, name := range levels {
		l := p.Levels[name]
		cells = append(cells, fmt.Sprintf("%d (%.2g)", l.Evaluations, l.Seconds))
	}
	return strings.Join(cells, "\t")
}

// sentence is what there is to read off a pair.
func (p Pair) sentence(ratio, compared string) string {
	order := "no order"
	if f := p.Fit; f != nil {
		order = fmt.Sprintf("order %.3f (95 %%: %.3f to %.3f) up to %s = %.3g, %d points", f.Order, f.Low, f.High, ratio, f.Range[1], f.Points)
	}
	within := p.LargestWithin
	text := fmt.Sprintf("%s: %s; within %g %%: %s up to %s", pair{p.Full, p.Limit}, order, within.Percent, compared, within.Weights)
	if compared == "W" {
		text += fmt.Sprintf(", loss up to %s", within.Loss)
	}
	if p.Integration.finite() {
		text += fmt.Sprintf("; integration error %.1g %%", 100*p.Integration)
	}
	return text
}

// String writes a bound as people read it.
func (b Bound) String() string {
	if b.How == "none" {
		return "no ratio of these"
	}
	return fmt.Sprintf("%.3g (%s)", b.Ratio, b.How)
}

func percent(x number) string { return short(100 * x) }

func short(x number) string {
	if !x.finite() {
		return "-"
	}
	return fmt.Sprintf("%.3g", x)
}

// writeCSV writes a row for every value and pair.
func writeCSV(w io.Writer, studies []*Study) error {
	table := csv.NewWriter(w)
	table.Write([]string{"ratio", "value", "level", "limit", "weights", "loss", "alignment_deg", "tau_v", "tau_b", "tau_u", "tau_w", "tau_q", "presentation", "updates",
		"evaluations", "seconds", "limit_evaluations", "limit_seconds"})
	for _, y := range studies {
		for k, p := range y.Pairs {
			for _, point := range y.Points {
				d, full, limit := point.Distances[k], point.Levels[p.Full], point.Levels[p.Limit]
				table.Write([]string{y.Ratio, field(point.Value), p.Full, p.Limit, field(d.Weights), field(d.Loss), field(d.Alignment),
					field(point.TauV), field(point.TauB), field(point.TauU), field(point.TauW), field(point.TauQ), field(point.Presentation), strconv.Itoa(point.Updates),
					strconv.Itoa(full.Evaluations), field(number(full.Seconds)), strconv.Itoa(limit.Evaluations), field(number(limit.Seconds))})
			}
		}
	}
	table.Flush()
	return table.Error()
}

// field is empty where x is not a number.
func field(x number) string {
	if x != x {
		return ""
	}
	return strconv.FormatFloat(float64(x), 'g', -1, 64)
}
