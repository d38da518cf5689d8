package compare

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// WriteText writes the table for people: a line a member, with standard
// deviations over its seeds.
func (p *Page) WriteText(w io.Writer) error {
	if p.Title != "" {
		fmt.Fprintln(w, p.Title)
	}
	if len(p.Differ) > 0 {
		fmt.Fprintln(w, "differing in", strings.Join(p.Differ, ", "))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	header := []string{"", "runs"}
	for _, q := range p.measures {
		if q.short {
			header = append(header, q.label)
		}
	}
	fmt.Fprintln(table, strings.Join(header, "\t"))
	for _, m := range p.Members {
		cells := []string{m.Name, strconv.Itoa(len(m.Runs))}
		for _, q := range p.measures {
			if q.short {
				cells = append(cells, q.text(m))
			}
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, line := range p.Warnings {
		fmt.Fprintln(w, "warning:", line)
	}
	return nil
}

// text is the measure of a member in the table.
func (q measure) text(m *Member) string {
	s, ok := m.Measures[q.name]
	switch {
	case !ok:
		return "-"
	case q.cost && s.Mean >= 100:
		return fmt.Sprintf("%.0f", s.Mean)
	case q.cost:
		return fmt.Sprintf("%.3g", s.Mean)
	case s.Std == nil:
		return fmt.Sprintf("%.4g", q.scale*s.Mean)
	}
	return fmt.Sprintf("%.4g +- %.2g", q.scale*s.Mean, q.scale**s.Std)
}

// WriteCSV writes a row for every member: its settings where members differ,
// then mean and standard deviation of every measure, in the units of --json.
func (p *Page) WriteCSV(w io.Writer) error {
	table := csv.NewWriter(w)
	header := append([]string{"member", "runs"}, p.Differ...)
	for _, q := range p.measures {
		header = append(header, q.name, q.name+"_std")
	}
	table.Write(header)
	for _, m := range p.Members {
		row := []string{m.Name, strconv.Itoa(len(m.Runs))}
		for _, key := range p.Differ {
			row = append(row, m.Settings[key])
		}
		for _, q := range p.measures {
			s, ok := m.Measures[q.name]
			mean, std := "", ""
			if ok {
				mean = strconv.FormatFloat(s.Mean, 'g', -1, 64)
			}
			if s.Std != nil {
				std = strconv.FormatFloat(*s.Std, 'g', -1, 64)
			}
			row = append(row, mean, std)
		}
		table.Write(row)
	}
	table.Flush()
	return table.Error()
}
