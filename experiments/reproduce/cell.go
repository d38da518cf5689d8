package reproduce

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"credo/experiments"
	"credo/experiments/scenarios"
)

// finished returns the result of the cell's run in dir; nil if it is not done.
// A run of another scenario is refused: it is some other result's.
func (c Cell) finished(dir string) (*experiments.Result, error) {
	manifest, err := experiments.ReadManifest(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	if err := c.compare(dir); err != nil {
		return nil, err
	}
	if manifest.Status != "done" || manifest.Final == nil {
		return nil, nil
	}
	manifest.Final.Out = dir
	return manifest.Final, nil
}

// compare refuses a run directory whose scenario is not the cell's, as read
// with today's defaults.
func (c Cell) compare(dir string) error {
	want, err := scenarios.Load(c.Scenario, c.Set...)
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "scenario.toml")
	have, err := experiments.Load(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have.Encode(), want.Encode()) {
		return &experiments.InputError{Err: fmt.Errorf("%s is not what %s needs today: remove %s, or name another folder with --out", path, c.Name, dir)}
	}
	return nil
}

// run trains the cell in dir, from where an earlier call stopped.
func (c Cell) run(ctx context.Context, dir string, workers int, progress experiments.Progress) (*experiments.Result, error) {
	if done, err := c.finished(dir); err != nil || done != nil {
		return done, err
	}
	opt := experiments.Options{Dir: dir, Workers: workers, Progress: progress}
	if _, err := os.Stat(filepath.Join(dir, "manifest.json")); err == nil {
		return experiments.Resume(ctx, dir, opt)
	}
	s, err := scenarios.Load(c.Scenario, c.Set...)
	if err != nil {
		return nil, err
	}
	return experiments.Run(ctx, s, opt)
}
