package sweep

import (
	"errors"
	"fmt"
	"io/fs"

	"credo/experiments"
	"credo/experiments/compare"
	"credo/experiments/schema"
)

// Summary is what credo run prints of a sweep with --json.
type Summary struct {
	Status     string        `json:"status"` // done, interrupted, failed
	Members    []Outcome     `json:"members"`
	Comparison *compare.Page `json:"comparison,omitempty"` // absent where tasks differ, or nothing is done
	Out        string        `json:"out"`
	Warnings   []string      `json:"warnings"`
}

// Outcome is how far a member has come.
type Outcome struct {
	Name   string              `json:"name"`
	Status string              `json:"status"` // done, interrupted, failed, waiting
	Error  string              `json:"error,omitempty"`
	Result *experiments.Result `json:"result,omitempty"`
}

// conclude summarizes the members in dir, and if the sweep has come to its end
// compares them. failures are, by name, what kept members from being done.
func conclude(dir string, members []schema.Member, failures map[string]error) (*Summary, error) {
	s := &Summary{Status: "done", Out: dir, Warnings: []string{}}
	var errs []error
	for _, m := range members {
		o, err := outcome(dir, m, failures[m.Name])
		s.Members, errs = append(s.Members, o), append(errs, err)
		if o.Status == "waiting" || o.Status == "interrupted" {
			s.Status = "interrupted"
		}
	}
	failed := errors.Join(errs...)
	switch {
	case s.Status == "interrupted":
		return s, errors.Join(failed, fmt.Errorf("%w in every run under way; the same command goes on from there with --out %s, and so does credo resume %s", experiments.ErrInterrupted, dir, dir))
	case failed != nil:
		s.Status = "failed"
	}
	return s, errors.Join(failed, s.compare(members))
}

// outcome says how far a member has come; its error is what kept it from coming
// further.
func outcome(dir string, m schema.Member, failure error) (Outcome, error) {
	o := Outcome{Name: m.Name, Status: "waiting"}
	manifest, err := experiments.ReadManifest(memberDir(dir, m))
	switch {
	case err == nil:
		o.Status, o.Result = manifest.Status, manifest.Final
	case !errors.Is(err, fs.ErrNotExist):
		failure = errors.Join(failure, err)
	}
	if o.Result != nil {
		o.Result.Out = memberDir(dir, m)
	}
	if failure != nil {
		o.Status, o.Error = "failed", failure.Error()
	}
	return o, failure
}

// compare draws the page of the members that have a run directory.
func (s *Summary) compare(members []schema.Member) error {
	var runs []compare.Run
	for k, m := range members {
		if s.Members[k].Result == nil {
			continue
		}
		r, err := compare.Open(memberDir(s.Out, m))
		if err != nil {
			return err
		}
		runs = append(runs, r)
	}
	if len(runs) == 0 {
		return nil
	}
	page, err := compare.Compare(runs)
	var refused *experiments.InputError
	if errors.As(err, &refused) {
		s.Warnings = append(s.Warnings, "no comparison: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	s.Comparison = page
	return page.Write(s.Out)
}
