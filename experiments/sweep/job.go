package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"credo/experiments"
)

// Job is a run among others, in a folder of its own.
type Job struct {
	Name     string // what people call it
	Dir      string // its run directory
	Scenario *experiments.Scenario
}

// Finished returns the result of the job's run; nil if it is not done. A run of
// another scenario is refused: it is some other result's.
func (j Job) Finished() (*experiments.Result, error) {
	manifest, err := experiments.ReadManifest(j.Dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := j.compare(); err != nil {
		return nil, err
	}
	if manifest.Status != "done" || manifest.Final == nil {
		return nil, nil
	}
	manifest.Final.Out = j.Dir
	return manifest.Final, nil
}

// compare refuses a run directory whose scenario is not the job's, as read with
// today's defaults.
func (j Job) compare() error {
	path := filepath.Join(j.Dir, "scenario.toml")
	have, err := experiments.Load(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have.Encode(), j.Scenario.Encode()) {
		return &experiments.InputError{Err: fmt.Errorf("%s is not what %s needs today: remove %s, or name another folder with --out", path, j.Name, j.Dir)}
	}
	return nil
}

// run does the job, from where an earlier call stopped.
func (j Job) run(ctx context.Context, workers int, progress experiments.Progress) (*experiments.Result, error) {
	if done, err := j.Finished(); err != nil || done != nil {
		return done, err
	}
	opt := experiments.Options{Dir: j.Dir, Workers: workers, Progress: progress}
	if _, err := os.Stat(filepath.Join(j.Dir, "manifest.json")); err == nil {
		return experiments.Resume(ctx, j.Dir, opt)
	}
	return experiments.Run(ctx, j.Scenario, opt)
}

// do runs the job and tells how it goes, unless the call is being interrupted.
func (j Job) do(ctx context.Context, workers int, progress *progress) error {
	if ctx.Err() != nil {
		return nil
	}
	if err := os.MkdirAll(j.Dir, 0o777); err != nil {
		return err
	}
	watch := progress.begin(j.Name)
	result, err := j.run(ctx, workers, watch)
	switch {
	case errors.Is(err, experiments.ErrInterrupted):
		return nil
	case err != nil:
		err = fmt.Errorf("%s: %w", j.Name, err)
		watch.line("failed: %v", err)
		return err
	}
	watch.done(result)
	return nil
}
