package sweep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"credo/experiments"
	"credo/experiments/compare"
	"credo/experiments/schema"
	"credo/internal/wholefile"
)

// Options say where and how a sweep runs: they change no result.
type Options struct {
	Dir     string // the folder of all members; empty: a fresh one under runs/
	Workers int    // members at a time; 0: one a processor
	Say     func(line string)
}

// Run runs the members of a sweep, each in the folder below opt.Dir that it is
// called after, and compares them at the end. Members that are done there stay as
// they are, and those begun are gone on with: the same call after an interruption
// takes up where it stopped, and a call with more members adds them. The summary
// is never nil after the folder exists; after an interruption the error is
// [experiments.ErrInterrupted].
func Run(ctx context.Context, members []schema.Member, opt Options) (*Summary, error) {
	dir, err := claim(opt.Dir, members[0].File)
	if err != nil {
		return nil, err
	}
	if opt.Say == nil {
		opt.Say = func(string) {}
	}
	jobs, err := pending(dir, members)
	if err != nil {
		return nil, err
	}
	err = wholefile.Write(filepath.Join(dir, compare.SweepFile), func(w io.Writer) error {
		_, err := w.Write(schema.EncodeMembers(members))
		return err
	})
	if err != nil {
		return nil, err
	}
	failures := map[string]error{}
	for k, err := range Together(ctx, jobs, opt.Workers, opt.Say) {
		if err != nil {
			failures[jobs[k].Name] = err
		}
	}
	return conclude(dir, members, failures)
}

// Resume goes on with the sweep in dir. One that is done is left as it is.
func Resume(ctx context.Context, dir string, opt Options) (*Summary, error) {
	members, err := schema.LoadMembers(filepath.Join(dir, compare.SweepFile))
	if err != nil {
		return nil, err
	}
	opt.Dir = dir
	return Run(ctx, members, opt)
}

// Is says whether dir is the folder of a sweep.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, compare.SweepFile))
	return err == nil
}

// claim makes the folder of a sweep, or a fresh one if dir is empty. A folder
// that holds something else is refused.
func claim(dir, file string) (string, error) {
	if dir == "" {
		return experiments.FreshDir(strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)))
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return dir, err
	case len(entries) > 0 && !Is(dir):
		return dir, &experiments.InputError{Err: fmt.Errorf("%s is not empty, and no sweep: name another folder with --out", dir)}
	}
	return dir, os.MkdirAll(dir, 0o777)
}

// pending returns the jobs of the members that are not done.
func pending(dir string, members []schema.Member) ([]Job, error) {
	var jobs []Job
	for _, m := range members {
		j := Job{Name: m.Name, Dir: memberDir(dir, m), Scenario: m.Scenario}
		done, err := j.Finished()
		if err != nil {
			return nil, err
		}
		if done == nil {
			jobs = append(jobs, j)
		}
	}
	return jobs, nil
}

func memberDir(dir string, m schema.Member) string {
	return filepath.Join(dir, filepath.FromSlash(m.Name))
}
