package sweep

import (
	"fmt"
	"sync"
	"time"

	"credo/experiments"
)

// progress tells how the jobs go on, one line at a time from any of them.
type progress struct {
	say   func(string)
	begun time.Time

	mu         sync.Mutex
	jobs, done int
}

func newProgress(jobs int, say func(string)) *progress {
	return &progress{say: say, begun: time.Now(), jobs: jobs}
}

func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say(fmt.Sprintf(format, args...))
}

// jobProgress is what one job tells: an epoch now and then, and its end.
type jobProgress struct {
	*progress
	title       string
	begun, told time.Time
}

// quiet is how long a job keeps silent between two epochs that it tells of.
const quiet = 30 * time.Second

func (p *progress) begin(title string) *jobProgress {
	return &jobProgress{progress: p, title: title, begun: time.Now(), told: time.Now()}
}

// Epoch and Presented make it an [experiments.Progress]; with several jobs at
// work there is no one bar to draw.
func (j *jobProgress) Epoch(int, int, int) {}
func (j *jobProgress) Presented(int)       {}

// Say passes on a line unless the job has just told of another.
func (j *jobProgress) Say(line string) {
	if time.Since(j.told) < quiet {
		return
	}
	j.told = time.Now()
	j.line("%s: %s", j.title, line)
}

// finish counts a job and returns how many are done, and how long the rest
// will take if they are like those.
func (p *progress) finish() (done int, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	return p.done, time.Since(p.begun) / time.Duration(p.done) * time.Duration(p.jobs-p.done)
}

func (j *jobProgress) done(r *experiments.Result) {
	n, left := j.finish()
	j.line("%d of %d: %s: %s in %s; about %s left", n, j.jobs, j.title, headline(r), time.Since(j.begun).Round(time.Second), left.Round(time.Second))
}

// headline is what a job came to, in a few words.
func headline(r *experiments.Result) string {
	switch {
	case r.Best != nil && r.Best.TestError != nil:
		return fmt.Sprintf("test error %.2f %% at the best validation epoch", 100**r.Best.TestError)
	case r.TestError != nil:
		return fmt.Sprintf("test error %.2f %%", 100**r.TestError)
	case r.TestLoss != nil:
		return fmt.Sprintf("test loss %.4g", *r.TestLoss)
	}
	return "done"
}
