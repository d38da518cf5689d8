package reproduce

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"sync"

	"credo/experiments"
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
	if opt.Workers < 1 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	if opt.Say == nil {
		opt.Say = func(string) {}
	}
	jobs, err := opt.jobs(entries)
	if err != nil {
		return nil, err
	}
	failed := train(ctx, jobs, opt)
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

// job is a cell to train, and where.
type job struct {
	Cell
	title string
	dir   string
}

// jobs returns the cells that are wanted and not done.
func (o Options) jobs(entries []Entry) ([]job, error) {
	var jobs []job
	matched := make([]bool, len(o.Only))
	for _, e := range entries {
		for _, c := range e.Cells(o.Budget) {
			wanted, err := o.wants(c, matched)
			if err != nil {
				return nil, err
			}
			dir := cellFolder(o.folder(e), c)
			done, err := c.finished(dir)
			if err != nil {
				return nil, err
			}
			if wanted && done == nil {
				jobs = append(jobs, job{c, e.ID + " " + c.Name, dir})
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

// train runs the jobs, as many at a time as there are workers; fewer jobs than
// workers have several each.
func train(ctx context.Context, jobs []job, opt Options) error {
	if len(jobs) == 0 {
		return nil
	}
	progress := newProgress(len(jobs), opt.Say)
	share := max(1, opt.Workers/len(jobs))
	next, failures := make(chan job), make(chan error, len(jobs))
	var wait sync.WaitGroup
	for range min(opt.Workers, len(jobs)) {
		wait.Go(func() {
			for j := range next {
				failures <- j.do(ctx, share, progress)
			}
		})
	}
	for _, j := range jobs {
		next <- j
	}
	close(next)
	wait.Wait()
	close(failures)
	var all error
	for err := range failures {
		all = errors.Join(all, err)
	}
	return all
}

// do trains one cell, unless the call is being interrupted.
func (j job) do(ctx context.Context, workers int, progress *progress) error {
	if ctx.Err() != nil {
		return nil
	}
	if err := os.MkdirAll(j.dir, 0o777); err != nil {
		return err
	}
	watch := progress.begin(j.title)
	result, err := j.run(ctx, j.dir, workers, watch)
	switch {
	case errors.Is(err, experiments.ErrInterrupted):
		return nil
	case err != nil:
		watch.Say("failed: " + err.Error())
		return fmt.Errorf("%s: %w", j.title, err)
	}
	watch.done(result)
	return nil
}
