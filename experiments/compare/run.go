package compare

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"credo/experiments"
	"credo/experiments/schema"
)

// Run is a run directory, as far as the run has come.
type Run struct {
	Dir      string
	Scenario *experiments.Scenario
	Manifest experiments.Manifest
	Metrics  experiments.Columns
	Theory   experiments.Columns // nil without [record] theory
}

// Open reads a run directory.
func Open(dir string) (Run, error) {
	r := Run{Dir: dir}
	var err error
	if r.Manifest, err = experiments.ReadManifest(dir); err != nil {
		return r, err
	}
	if r.Scenario, err = experiments.Load(filepath.Join(dir, "scenario.toml")); err != nil {
		return r, err
	}
	if r.Metrics, err = experiments.ReadColumns(filepath.Join(dir, "metrics.csv")); err != nil {
		return r, err
	}
	r.Theory, err = experiments.ReadColumns(filepath.Join(dir, "theory.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return r, err
}

// epochs returns how many epochs are complete.
func (r Run) epochs() int { return len(r.Metrics["epoch"]) }

// Find returns the runs that paths name: run directories, or folders of them at
// any depth. In the folder of a sweep they stand in the order of its members.
func Find(paths ...string) ([]Run, error) {
	var dirs []string
	for _, path := range paths {
		below, err := runsBelow(path)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			return nil, &experiments.InputError{Err: fmt.Errorf("%s holds no run", path)}
		}
		for _, dir := range below {
			if !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	runs := make([]Run, len(dirs))
	for k, dir := range dirs {
		var err error
		if runs[k], err = Open(dir); err != nil {
			return nil, &experiments.InputError{Err: fmt.Errorf("%s cannot be compared: %w", dir, err)}
		}
	}
	return runs, nil
}

// SweepFile is the file in the folder of a sweep that says what its members are.
const SweepFile = "sweep.toml"

func runsBelow(path string) ([]string, error) {
	var dirs []string
	if members, err := schema.LoadMembers(filepath.Join(path, SweepFile)); err == nil {
		for _, m := range members {
			if dir := filepath.Join(path, filepath.FromSlash(m.Name)); isRun(dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	err := filepath.WalkDir(path, func(dir string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return &experiments.InputError{Err: fmt.Errorf("there is no %s", dir)}
		case err != nil || !entry.IsDir() || !isRun(dir):
			return err
		}
		dirs = append(dirs, filepath.Clean(dir))
		return filepath.SkipDir
	})
	return dirs, err
}

func isRun(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "manifest.json"))
	return err == nil
}
