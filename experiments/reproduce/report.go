package reproduce

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"

	"credo/experiments"
	"credo/internal/wholefile"
)

// Report is what credo reproduce prints of a result with --json.
type Report struct {
	ID        string            `json:"id"`
	Title     string            `json:"title"`
	Source    string            `json:"source"`
	Budget    Budget            `json:"budget,omitempty"`
	Published []PublishedNumber `json:"published"`
	Measured  []MeasuredNumber  `json:"measured,omitempty"`
	Verdict   Verdict           `json:"verdict,omitempty"`
	Out       string            `json:"out,omitempty"`
	outcomes  []Outcome         // what Measured was made of
	runs      Runs              // the cells that are done
	cells     int               // of how many
}

// PublishedNumber is a quantity as the paper has it.
type PublishedNumber struct {
	Name string `json:"name"`
	Unit string `json:"unit,omitempty"`
	Published
}

// MeasuredNumber is the same quantity as measured: mean and standard deviation
// over runs, absent where there are too few.
type MeasuredNumber struct {
	Name     string   `json:"name"`
	Mean     *float64 `json:"mean,omitempty"`
	Std      *float64 `json:"std,omitempty"`
	Runs     int      `json:"runs"`
	Expected string   `json:"expected"`
	Verdict  Verdict  `json:"verdict"`
}

// List returns what an entry publishes, nothing measured.
func List(entries []Entry) []Report {
	var reports []Report
	for _, e := range entries {
		reports = append(reports, listed(e, Full))
	}
	return reports
}

func listed(e Entry, b Budget) Report {
	r := Report{ID: e.ID, Title: e.Title, Source: e.Source}
	for _, q := range e.Quantities(b) {
		r.Published = append(r.Published, PublishedNumber{q.Name, q.Unit, q.Published})
	}
	return r
}

// conclude measures an entry from the cells that are done, and writes its
// report and its figure.
func conclude(e Entry, opt Options) (Report, error) {
	r := listed(e, opt.Budget)
	r.Budget, r.Out = opt.Budget, opt.folder(e)
	for _, c := range e.Cells(opt.Budget) {
		job, err := c.job(e, r.Out)
		if err != nil {
			return r, err
		}
		result, err := job.Finished()
		if err != nil {
			return r, err
		}
		if result != nil {
			r.runs = append(r.runs, Ran{c, job.Dir, result})
		}
		r.cells++
	}
	for _, q := range e.Quantities(opt.Budget) {
		o, err := q.judge(r.runs)
		if err != nil {
			return r, fmt.Errorf("%s: %s: %w", e.ID, q.Name, err)
		}
		r.outcomes = append(r.outcomes, o)
		r.Measured = append(r.Measured, MeasuredNumber{q.Name, number(o.Mean()), number(o.Std()), len(o.Values), q.Expected.String(), o.Verdict})
	}
	r.Verdict = overall(r.outcomes)
	return r, r.write(e)
}

// number is nil where x does not exist.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// write leaves report.json, report.txt, cells.csv and the figure in the entry's folder.
func (r Report) write(e Entry) error {
	figures := filepath.Join(r.Out, "figures")
	if err := os.MkdirAll(figures, 0o777); err != nil {
		return err
	}
	failed := []error{
		wholefile.Write(filepath.Join(r.Out, "report.json"), func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "  ")
			return encoder.Encode(r)
		}),
		wholefile.Write(filepath.Join(r.Out, "report.txt"), r.WriteText),
		wholefile.Write(filepath.Join(r.Out, "cells.csv"), func(w io.Writer) error { return writeCells(w, r.runs) }),
	}
	if r.Verdict != NotRun {
		failed = append(failed, e.Draw(figures, r.Budget, r.runs, r.outcomes))
	}
	return errors.Join(failed...)
}

// WriteText writes the report for people: a line a number.
func (r Report) WriteText(w io.Writer) error {
	fmt.Fprintf(w, "%s: %s\n%s\n", r.ID, r.Title, r.Source)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	if r.Measured == nil {
		for _, p := range r.Published {
			fmt.Fprintf(table, "  %s\t%s\n", p.Name, p.text())
		}
		return table.Flush()
	}
	fmt.Fprintln(table, "  \tpublished\tmeasured\truns\texpected\tverdict")
	for k, o := range r.outcomes {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%d\t%s\t%s\n", o.Name, r.Published[k].text(), o.text(), len(o.Values), o.Expected, o.Verdict)
	}
	fmt.Fprintf(table, "  %s (%d of %d cells done; %s budget; %s)\n", r.Verdict, len(r.runs), r.cells, r.Budget, r.Out)
	return table.Flush()
}

func (p PublishedNumber) text() string {
	if p.Claim != "" {
		return p.Claim
	}
	if p.Std == nil {
		return fmt.Sprintf("%.4g %s", *p.Mean, p.Unit)
	}
	return fmt.Sprintf("%.4g +- %.2g %s", *p.Mean, *p.Std, p.Unit)
}

func (o Outcome) text() string {
	switch {
	case len(o.Values) == 0:
		return "-"
	case len(o.Values) == 1:
		return fmt.Sprintf("%.4g %s", o.Values[0], o.Unit)
	}
	return fmt.Sprintf("%.4g +- %.2g %s", o.Mean(), o.Std(), o.Unit)
}

// writeCells writes a row for every cell that is done: what it came to, what it
// took, and the command that repeats it.
func writeCells(w io.Writer, runs Runs) error {
	table := csv.NewWriter(w)
	table.Write([]string{"cell", "epochs", "best_epoch", "validation_error", "validation_loss", "test_error", "test_loss",
		"last_train_loss", "unstable_samples", "samples_per_second", "credo", "blas", "command"})
	for _, ran := range runs {
		manifest, err := experiments.ReadManifest(ran.Dir)
		if err != nil {
			return err
		}
		r, best := ran.Result, experiments.Best{}
		if r.Best != nil {
			best = *r.Best
		}
		table.Write([]string{ran.Name, strconv.Itoa(r.Epochs), strconv.Itoa(best.Epoch),
			field(best.ValidationError), field(best.ValidationLoss), field(best.TestError), field(best.TestLoss), field(r.TrainLoss),
			strconv.Itoa(r.UnstableSamples), fmt.Sprintf("%.0f", r.SamplesPerSecond), manifest.Revision, manifest.BLAS, ran.command()})
	}
	table.Flush()
	return table.Error()
}

func field(x *float64) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf("%.6g", *x)
}

// command is how a user trains the cell alone.
func (c Cell) command() string {
	text := "credo run experiments/scenarios/" + c.Scenario
	for _, set := range c.Set {
		text += " --set '" + set + "'"
	}
	return text
}
