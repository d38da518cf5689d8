package reproduce

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/scenarios"
	"credo/experiments/sweep"
)

// Options say how results are measured.
type Options struct {
	Budget  Budget
	Dir     string   // where everything is written; empty: runs/reproduce
	Only    []string // patterns (path.Match) of the cells to train; empty: all
	Workers int      // cells at a time; 0: one a processor
	Say     func(line string)
}

// Run measures entries. Cells that are done in Dir stay as they are, and those
// begun are gone on with, so that the same call after an interruption takes up
// where it stopped. A cancelled context ends it with a checkpoint in every cell
// under way: the error is then [experiments.ErrInterrupted], and there is no
// report. A cell that fails does not keep the others from running: the reports
// are of what has run, and the error says what has not.
func Run(ctx context.Context, entries []Entry, opt Options) ([]Report, error) {
	if opt.Dir == "" {
		opt.Dir = filepath.Join("runs", "reproduce")
	}
	if opt.Say == nil {
		opt.Say = func(string) {}
	}
	jobs, err := opt.jobs(entries)
	if err != nil {
		return nil, err
	}
	failed := errors.Join(sweep.Together(ctx, jobs, opt.Workers, opt.Say)...)
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%w; the same command goes on from there", experiments.ErrInterrupted)
	}
	var reports []Report
	for _, e := range entries {
		report, err := conclude(e, opt)
		failed = errors.Join(failed, err)
		reports = append(reports, report)
	}
	return reports, failed
}

// folder returns where an entry's runs and report are.
func (o Options) folder(e Entry) string {
	return filepath.Join(o.Dir, e.ID+"-"+string(o.Budget))
}

func cellFolder(entry string, c Cell) string {
	return filepath.Join(entry, "cells", filepath.FromSlash(c.Name))
}

// job is the cell's run, below an entry's folder.
func (c Cell) job(e Entry, folder string) (sweep.Job, error) {
	s, err := scenarios.Load(c.Scenario, c.Set...)
	return sweep.Job{Name: e.ID + " " + c.Name, Dir: cellFolder(folder, c), Scenario: s}, err
}

// jobs returns the cells that are wanted and not done.
func (o Options) jobs(entries []Entry) ([]sweep.Job, error) {
	var jobs []sweep.Job
	matched := make([]bool, len(o.Only))
	for _, e := range entries {
		for _, c := range e.Cells(o.Budget) {
			wanted, err := o.wants(c, matched)
			if err != nil {
				return nil, err
			}
			job, err := c.job(e, o.folder(e))
			if err != nil {
				return nil, err
			}
			done, err := job.Finished()
			if err != nil {
				return nil, err
			}
			if wanted && done == nil {
				jobs = append(jobs, job)
			}
		}
	}
	for k, pattern := range o.Only {
		if !matched[k] {
			return nil, &experiments.InputError{Err: fmt.Errorf("no cell matches %q; cells are called, for instance, %s", pattern, exampleCell(entries, o.Budget))}
		}
	}
	return jobs, nil
}

// wants says whether c is to be trained, and marks the patterns that it matches.
func (o Options) wants(c Cell, matched []bool) (bool, error) {
	wanted := len(o.Only) == 0
	for k, pattern := range o.Only {
		ok, err := path.Match(pattern, c.Name)
		if err != nil {
			return false, &experiments.InputError{Err: fmt.Errorf("%q is no pattern of cells: %w", pattern, err)}
		}
		matched[k] = matched[k] || ok
		wanted = wanted || ok
	}
	return wanted, nil
}

func exampleCell(entries []Entry, b Budget) string {
	for _, e := range entries {
		if cells := e.Cells(b); len(cells) > 0 {
			return cells[0].Name
		}
	}
	return "none here"
}
