package sweep

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/experiments"
	"credo/experiments/schema"
)

// small is a student of a small teacher: a run takes some milliseconds.
const small = `
[data]
source = "teacher"
train = 60
test = 20
batch = 20
[data.teacher]
layers = [5, 9, 3]
[network]
layers = [5, 8, 3]
[method]
rule = "bp"
[controller]
alpha = 0.01
[training]
epochs = 3
`

// rules is a sweep of three runs.
const rules = small + `
[sweep]
seed = [1]
[[sweep.case]]
name = "bp"
[[sweep.case]]
name = "dfa"
method.rule = "dfa"
training.lr = 0.02
[[sweep.case]]
name = "dfc"
method.rule = "dfc"
`

func expand(t *testing.T, text string, set ...string) []schema.Member {
	t.Helper()
	members, err := schema.ParseMembers("rules.toml", []byte(text), set...)
	if err != nil {
		t.Fatal(err)
	}
	return members
}

func mustRun(t *testing.T, members []schema.Member, opt Options) *Summary {
	t.Helper()
	s, err := Run(t.Context(), members, opt)
	if err != nil || s.Status != "done" {
		t.Fatal(s, err)
	}
	return s
}

// sameBits fails if what two runs computed differs.
func sameBits(t *testing.T, a, b string) {
	t.Helper()
	for _, name := range []string{"arrays.npz", "metrics.csv", "scenario.toml"} {
		x, err := os.ReadFile(filepath.Join(a, name))
		if err != nil {
			t.Fatal(err)
		}
		if y, err := os.ReadFile(filepath.Join(b, name)); err != nil || !bytes.Equal(x, y) {
			t.Errorf("%s differs between %s and %s: %v", name, a, b, err)
		}
	}
}

func TestMembersHaveTheBitsOfSingleRuns(t *testing.T) {
	one, three, alone := t.TempDir(), t.TempDir(), t.TempDir()
	mustRun(t, expand(t, rules), Options{Dir: one, Workers: 1})
	mustRun(t, expand(t, rules), Options{Dir: three, Workers: 3})
	for _, c := range []struct {
		member string
		set    []string
	}{
		{"bp/seed-1", []string{"seed=1"}},
		{"dfa/seed-1", []string{"seed=1", "method.rule=dfa", "training.lr=0.02"}},
		{"dfc/seed-1", []string{"seed=1", "method.rule=dfc"}},
	} {
		s, err := schema.Parse("rules.toml", []byte(small), c.set...)
		if err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(alone, c.member)
		if _, err := experiments.Run(t.Context(), s, experiments.Options{Dir: dir}); err != nil {
			t.Fatal(err)
		}
		sameBits(t, dir, filepath.Join(one, c.member))
		sameBits(t, dir, filepath.Join(three, c.member))
	}
}

func TestAnInterruptedSweepGoesOnToTheSameBits(t *testing.T) {
	members := expand(t, rules)
	whole := mustRun(t, members, Options{Dir: t.TempDir()})
	for name, goOn := range map[string]func(dir string) (*Summary, error){
		"resumed":   func(dir string) (*Summary, error) { return Resume(t.Context(), dir, Options{}) },
		"run again": func(dir string) (*Summary, error) { return Run(t.Context(), members, Options{Dir: dir}) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			ctx, stop := context.WithCancel(t.Context())
			said := 0
			first, err := Run(ctx, members, Options{Dir: dir, Workers: 1, Say: func(string) {
				if said++; said == 1 { // a member is done
					stop()
				}
			}})
			if !errors.Is(err, experiments.ErrInterrupted) || first.Status != "interrupted" || first.Comparison != nil {
				t.Fatalf("%+v, %v", first, err)
			}
			if first.Members[0].Status != "done" || first.Members[2].Status != "waiting" {
				t.Errorf("members %+v", first.Members)
			}
			before, err := os.ReadFile(filepath.Join(dir, "bp", "seed-1", "manifest.json"))
			if err != nil {
				t.Fatal(err)
			}
			rest, err := goOn(dir)
			if err != nil || rest.Status != "done" {
				t.Fatalf("%+v, %v", rest, err)
			}
			if after, _ := os.ReadFile(filepath.Join(dir, "bp", "seed-1", "manifest.json")); !bytes.Equal(before, after) {
				t.Error("a member that was done ran again")
			}
			for _, m := range members {
				sameBits(t, filepath.Join(whole.Out, m.Name), filepath.Join(dir, m.Name))
			}
		})
	}
}

func TestARunUnderWayGoesOnFromItsCheckpoint(t *testing.T) {
	members := expand(t, small+"[sweep]\nseed = [1]")
	whole := mustRun(t, members, Options{Dir: t.TempDir()})
	dir := t.TempDir()
	ctx, stop := context.WithCancel(t.Context())
	_, err := experiments.Run(ctx, members[0].Scenario, experiments.Options{Dir: filepath.Join(dir, "seed-1"), Progress: stopper{stop}})
	if !errors.Is(err, experiments.ErrInterrupted) {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sweep.toml"), schema.EncodeMembers(members), 0o666); err != nil {
		t.Fatal(err)
	}
	if s, err := Resume(t.Context(), dir, Options{}); err != nil || s.Members[0].Result.Epochs != 3 {
		t.Fatalf("%+v, %v", s, err)
	}
	log, err := os.ReadFile(filepath.Join(dir, "seed-1", "log.jsonl"))
	if err != nil || !strings.Contains(string(log), `"event":"resume"`) {
		t.Errorf("the run did not go on: %s, %v", log, err)
	}
	sameBits(t, filepath.Join(whole.Out, "seed-1"), filepath.Join(dir, "seed-1"))
}

// stopper stops a run after its first epoch.
type stopper struct{ stop context.CancelFunc }

func (s stopper) Epoch(epoch, _, _ int) {
	if epoch == 2 {
		s.stop()
	}
}
func (stopper) Presented(int) {}
func (stopper) Say(string)    {}

func TestACallWithMoreMembersAddsThem(t *testing.T) {
	dir := t.TempDir()
	mustRun(t, expand(t, small+"[sweep]\nseed = [1]"), Options{Dir: dir})
	s := mustRun(t, expand(t, small+"[sweep]\nseed = [1, 2]"), Options{Dir: dir})
	if len(s.Members) != 2 || len(s.Comparison.Members) != 1 || len(s.Comparison.Members[0].Runs) != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAFailedMemberKeepsNoOtherFromRunning(t *testing.T) {
	dir := t.TempDir()
	s, err := Run(t.Context(), expand(t, small+"[sweep]\ntraining.lr = [0.01, 1e300]"), Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "lr-1e") || s.Status != "failed" {
		t.Fatalf("%+v, %v", s, err)
	}
	if good, bad := s.Members[0], s.Members[1]; good.Status != "done" || bad.Status != "failed" || bad.Error == "" {
		t.Errorf("%+v", s.Members)
	}
	if _, err := os.Stat(filepath.Join(dir, "comparison.csv")); err != nil {
		t.Error(err)
	}
}

func TestMembersOfDifferentTasksRunAndAreNotCompared(t *testing.T) {
	s := mustRun(t, expand(t, small+"[sweep]\ndata.teacher.gain = [1, 2]"), Options{Dir: t.TempDir()})
	if s.Comparison != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "data.teacher.gain is 1.0") {
		t.Errorf("%+v", s)
	}
}

func TestFoldersOfOthersAreRefused(t *testing.T) {
	full, changed := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "thesis.tex"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	mustRun(t, expand(t, small+"[sweep]\nseed = [1]"), Options{Dir: changed})
	for _, c := range []struct{ dir, set, want string }{
		{full, "data.batch=20", "is not empty, and no sweep"},
		{changed, "data.batch=10", "is not what seed-1 needs today"},
	} {
		before, _ := os.ReadDir(c.dir)
		_, err := Run(t.Context(), expand(t, small+"[sweep]\nseed = [1]", c.set), Options{Dir: c.dir})
		var wrong *experiments.InputError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
		if after, _ := os.ReadDir(c.dir); len(after) != len(before) {
			t.Errorf("%s holds %v, held %v", c.dir, after, before)
		}
	}
}
