package compare

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"credo/experiments"
	"credo/internal/wholefile"
)

// Page is a comparison of runs of one task.
type Page struct {
	Title    string    `json:"title"`
	Differ   []string  `json:"differ"` // the keys that members do not agree on
	Members  []*Member `json:"members"`
	Warnings []string  `json:"warnings"`
	Out      string    `json:"out,omitempty"`

	measures []measure // that some member has
}

// Compare compares runs, of which there must be one. Runs of different tasks
// are refused.
func Compare(runs []Run) (*Page, error) {
	if err := sameTask(runs); err != nil {
		return nil, err
	}
	p := &Page{Members: members(runs), Title: title(runs), Warnings: warnings(runs)}
	p.Differ = differing(p.Members)
	for _, m := range p.Members {
		m.Measures = map[string]Spread{}
	}
	for _, q := range slices.Concat(measures, theory(runs), costs) {
		found := false
		for _, m := range p.Members {
			if s, ok := q.spread(m.runs); ok {
				m.Measures[q.name] = s
				found = true
			}
		}
		if found {
			p.measures = append(p.measures, q)
		}
	}
	return p, nil
}

// title is that of the runs, if they have one in common.
func title(runs []Run) string {
	first := runs[0].Scenario.Title
	if slices.ContainsFunc(runs, func(r Run) bool { return r.Scenario.Title != first }) {
		return ""
	}
	return first
}

// warnings say what a reader of the numbers should know.
func warnings(runs []Run) []string {
	all := []string{}
	for _, r := range runs {
		if s := r.Manifest.Status; s != "done" {
			all = append(all, fmt.Sprintf("%s is %s after %d of %d epochs: means of later epochs are without it", r.Dir, s, r.epochs(), r.Scenario.Training.Epochs))
		}
	}
	for _, c := range []struct {
		what string
		of   func(experiments.Manifest) any
	}{
		{"numbers of workers", func(m experiments.Manifest) any { return m.Workers }},
		{"processors", func(m experiments.Manifest) any { return m.CPU }},
		{"linear algebra", func(m experiments.Manifest) any { return m.BLAS }},
	} {
		if slices.ContainsFunc(runs, func(r Run) bool { return c.of(r.Manifest) != c.of(runs[0].Manifest) }) {
			all = append(all, "the runs had different "+c.what+": their speeds do not compare")
		}
	}
	return all
}

// Write leaves comparison.json, comparison.csv, comparison.txt and the figure in dir.
func (p *Page) Write(dir string) error {
	p.Out = dir
	figures := filepath.Join(dir, "figures")
	if err := os.MkdirAll(figures, 0o777); err != nil {
		return err
	}
	return errors.Join(
		wholefile.Write(filepath.Join(dir, "comparison.json"), func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(p)
		}),
		wholefile.Write(filepath.Join(dir, "comparison.csv"), p.WriteCSV),
		wholefile.Write(filepath.Join(dir, "comparison.txt"), p.WriteText),
		p.draw(figures),
	)
}
