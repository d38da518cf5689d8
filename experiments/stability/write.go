package stability

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"credo/experiments"
	"credo/internal/wholefile"
)

// open makes the folder, which must be empty, and leaves the resolved scenario there.
func (s *Study) open() error {
	var err error
	if s.Out = s.opt.Dir; s.Out == "" {
		s.Out, err = experiments.FreshDir(s.subject.Name)
	} else if entries, _ := os.ReadDir(s.Out); len(entries) > 0 {
		return &experiments.InputError{Err: fmt.Errorf("%s is not empty: name another folder with --out", s.Out)}
	} else {
		err = os.MkdirAll(s.Out, 0o777)
	}
	if err != nil {
		return err
	}
	return wholefile.Write(filepath.Join(s.Out, "scenario.toml"), func(w io.Writer) error {
		_, err := w.Write(s.subject.Scenario.Encode())
		return err
	})
}

// write leaves stability.json, stability.csv, stability.txt, and figures of a study
// that is done.
func (s *Study) write() error {
	err := errors.Join(
		wholefile.Write(filepath.Join(s.Out, "stability.json"), func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(s)
		}),
		wholefile.Write(filepath.Join(s.Out, "stability.csv"), s.WriteCSV),
		wholefile.Write(filepath.Join(s.Out, "stability.txt"), s.WriteText),
	)
	if s.Status != "done" {
		return err
	}
	figures := filepath.Join(s.Out, "figures")
	return errors.Join(err, os.MkdirAll(figures, 0o777), s.draw(figures))
}

// column is a number of a sample: of either state if it has both.
type column struct {
	name string
	of   func(p *Point) float64
}

var columns = []column{
	{"abscissa", func(p *Point) float64 { return p.Abscissa }},
	{"numerical_abscissa", func(p *Point) float64 { return p.NumericalAbscissa }},
	{"condition3", func(p *Point) float64 { return p.Condition3 }},
	{"frequency", func(p *Point) float64 { return p.Mode.Frequency }},
	{"damping", func(p *Point) float64 { return float64(p.Mode.Damping) }},
}

// WriteCSV writes a row for every sample; a cell is empty where there is no rest
// state.
func (s *Study) WriteCSV(w io.Writer) error {
	table := csv.NewWriter(w)
	header := []string{"index"}
	for _, state := range []string{"feedforward_", "rest_"} {
		for _, c := range columns {
			header = append(header, state+c.name)
		}
	}
	table.Write(header)
	for _, sample := range s.Samples {
		row := []string{strconv.Itoa(sample.Index)}
		for _, p := range []*Point{sample.Feedforward, sample.Rest} {
			for _, c := range columns {
				cell := ""
				if p != nil {
					cell = strconv.FormatFloat(c.of(p), 'g', -1, 64)
				}
				row = append(row, cell)
			}
		}
		table.Write(row)
	}
	table.Flush()
	return table.Error()
}
