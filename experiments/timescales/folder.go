package timescales

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"credo/experiments"
	"credo/experiments/schema"
	"credo/internal/wholefile"
)

// Is says whether dir is the folder of studies.
func Is(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "points"))
	return err == nil
}

// claim makes the folder, or a fresh one if dir is empty. A folder that holds
// something else, or studies of another scenario, is refused.
func claim(dir string, s *schema.Scenario) (string, error) {
	if dir == "" {
		fresh, err := experiments.FreshDir(strings.TrimSuffix(filepath.Base(s.File), filepath.Ext(s.File)))
		if err != nil {
			return "", err
		}
		dir = fresh
	}
	entries, err := os.ReadDir(dir)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return dir, err
	case Is(dir):
		return dir, sameScenario(filepath.Join(dir, "scenario.toml"), s)
	case len(entries) > 0:
		return dir, refuse("%s is not empty, and no study of time constants: name another folder with --out", dir)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return dir, err
	}
	err = wholefile.Write(filepath.Join(dir, "scenario.toml"), func(w io.Writer) error {
		_, err := w.Write(s.Encode())
		return err
	})
	return dir, errors.Join(err, os.MkdirAll(filepath.Join(dir, "points"), 0o777))
}

func sameScenario(path string, s *schema.Scenario) error {
	have, err := schema.Load(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(have.Encode(), s.Encode()) {
		return refuse("%s is another scenario: name another folder with --out", path)
	}
	return nil
}

func refuse(format string, args ...any) error {
	return &experiments.InputError{Err: fmt.Errorf(format, args...)}
}

// conclude says what the points come to, ratio by ratio.
func conclude(s *schema.Scenario, jobs []*job, dir string) []*Study {
	var studies []*Study
	for len(jobs) > 0 {
		l, points := jobs[0].learner, []*Point{}
		for ; len(jobs) > 0 && jobs[0].ratio.name == l.ratio.name; jobs = jobs[1:] {
			points = append(points, jobs[0].point)
		}
		studies = append(studies, newStudy(s, l, points, dir))
	}
	return studies
}

// write leaves the studies in dir, for machines and for people.
func write(studies []*Study, dir string) error {
	figures := filepath.Join(dir, "figures")
	failed := []error{
		os.MkdirAll(figures, 0o777),
		writeJSON(filepath.Join(dir, "timescales.json"), One(studies)),
		wholefile.Write(filepath.Join(dir, "timescales.csv"), func(w io.Writer) error { return writeCSV(w, studies) }),
		wholefile.Write(filepath.Join(dir, "timescales.txt"), func(w io.Writer) error { return WriteText(w, studies) }),
	}
	for _, y := range studies {
		failed = append(failed, y.Draw(figures, fileName(y.Ratio)))
	}
	return errors.Join(failed...)
}

// One is the value that --json prints: a study, or a list of several.
func One(studies []*Study) any {
	if len(studies) == 1 {
		return studies[0]
	}
	return studies
}
