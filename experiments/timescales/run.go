package timescales

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"credo/experiments"
	"credo/experiments/schema"
	"credo/internal/wholefile"
	"gonum.org/v1/gonum/floats"
)

// Options say where and how a study runs: they change no result.
type Options struct {
	Dir     string // empty: a fresh one under runs/
	Workers int    // points at a time; 0: one a processor
	Say     func(line string)
}

// Run studies the ratios of s. Points that are done in opt.Dir, of the same
// scenario, stay as they are: the same call after an interruption takes up where
// it stopped. After a cancelled context the error is [experiments.ErrInterrupted].
func Run(ctx context.Context, s *schema.Scenario, opt Options) ([]*Study, error) {
	opt = opt.complete()
	jobs, err := prepare(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	if opt.Dir, err = claim(opt.Dir, s); err != nil {
		return nil, err
	}
	for _, j := range jobs {
		j.path = filepath.Join(opt.Dir, "points", j.name)
	}
	if err := together(ctx, jobs, opt); err != nil {
		return nil, err
	}
	studies := conclude(s, jobs, opt.Dir)
	return studies, write(studies, opt.Dir)
}

// Measure is Run without a folder: nothing is written.
func Measure(ctx context.Context, s *schema.Scenario, opt Options) ([]*Study, error) {
	opt = opt.complete()
	jobs, err := prepare(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	if err := together(ctx, jobs, opt); err != nil {
		return nil, err
	}
	return conclude(s, jobs, ""), nil
}

func (opt Options) complete() Options {
	if opt.Say == nil {
		opt.Say = func(string) {}
	}
	if opt.Workers < 1 {
		opt.Workers = runtime.GOMAXPROCS(0)
	}
	return opt
}

// prepare loads what the scenario begins with and returns its points.
func prepare(ctx context.Context, s *schema.Scenario, opt Options) ([]*job, error) {
	if err := check(s); err != nil {
		return nil, err
	}
	start, err := experiments.NewStart(ctx, s, opt.Say)
	if err != nil {
		return nil, err
	}
	var jobs []*job
	for _, name := range s.Ratios() {
		l, err := newLearner(start, name)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, jobsOf(l)...)
	}
	return jobs, nil
}

// newLearner leaves out the pairs that are not among the scenario's levels.
func newLearner(start *experiments.Start, name string) (learner, error) {
	s, l := start.Scenario, learner{ratio: ratioByName(name), start: start}
	for _, p := range l.ratio.pairs {
		level, _, _ := strings.Cut(p.Full, ",")
		if level == merged || slices.Contains(s.Separation.Levels, level) {
			l.pairs = append(l.pairs, p)
		}
	}
	if len(l.pairs) == 0 {
		what := fmt.Sprintf("none of them has a limit in %q: %q is compared", name, l.ratio.pairs[0].Full)
		return l, schema.Problems{s.Problem("separation.levels", what, "")}
	}
	return l, nil
}

// job is a point to compute, and its file.
type job struct {
	learner
	constants Constants
	checked   bool   // at a second tolerance as well
	name      string // of its file
	path      string // "": it is not kept
	point     *Point
}

// jobsOf are the points of a ratio, of rising values: the first, where distances
// are least, is looked at with a second tolerance.
func jobsOf(l learner) []*job {
	s := l.start.Scenario
	var jobs []*job
	for _, value := range values(s.Separation) {
		c := l.ratio.at(s, value)
		if c.Value == 0 {
			c.Value = number(value)
		}
		if n := len(jobs); n > 0 && jobs[n-1].constants.Value == c.Value {
			continue // as near as a whole number of updates comes to both
		}
		name := fmt.Sprintf("%s-%02d.json", fileName(l.ratio.name), len(jobs)+1)
		jobs = append(jobs, &job{learner: l, constants: c, name: name, checked: len(jobs) == 0})
	}
	return jobs
}

// values are those that a scenario asks for, the ends of a range to the bit.
func values(s schema.Separation) []float64 {
	if len(s.Values) > 0 {
		return s.Values
	}
	span := floats.LogSpan(make([]float64, s.Points), s.Range[0], s.Range[1])
	span[0], span[len(span)-1] = s.Range[0], s.Range[1]
	return span
}

// fileName is a ratio's name in those of files.
func fileName(ratio string) string { return strings.ReplaceAll(ratio, "/", "-") }

// together computes the jobs that are not done, as many at a time as there are
// workers.
func together(ctx context.Context, jobs []*job, opt Options) error {
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	done, next := 0, make(chan *job)
	for range min(opt.Workers, len(jobs)) {
		wait.Go(func() {
			for j := range next {
				err := j.do(ctx)
				mu.Lock()
				failed = errors.Join(failed, err)
				if done++; err == nil {
					opt.Say(fmt.Sprintf("%d of %d: %s = %.3g", done, len(jobs), j.ratio.name, j.constants.Value))
				}
				mu.Unlock()
			}
		})
	}
	for _, j := range jobs {
		next <- j
	}
	close(next)
	wait.Wait()
	if ctx.Err() != nil {
		return fmt.Errorf("%w of every point that is done; the same command goes on from there with --out %s", experiments.ErrInterrupted, opt.Dir)
	}
	return failed
}

// do computes the point, unless its file is there.
func (j *job) do(ctx context.Context) error {
	if done, err := j.read(); done || err != nil || ctx.Err() != nil {
		return errors.Join(err, ctx.Err())
	}
	var err error
	if j.point, err = j.run(ctx, j.constants, j.checked); err != nil {
		return fmt.Errorf("%s = %.3g: %w", j.ratio.name, j.constants.Value, err)
	}
	if j.path == "" {
		return nil
	}
	return writeJSON(j.path, j.point)
}

// read reads the point's file, if it is there.
func (j *job) read() (done bool, err error) {
	if j.path == "" {
		return false, nil
	}
	text, err := os.ReadFile(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, json.Unmarshal(text, &j.point)
}

func writeJSON(path string, value any) error {
	return wholefile.Write(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(value)
	})
}
