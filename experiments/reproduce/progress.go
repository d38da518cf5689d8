package reproduce

import (
	"fmt"
	"sync"
	"time"

	"credo/experiments"
)

// progress tells how the cells go on, one line at a time from any of them.
type progress struct {
	say   func(string)
	begun time.Time

	mu          sync.Mutex
	cells, done int
}

func newProgress(cells int, say func(string)) *progress {
	return &progress{say: say, begun: time.Now(), cells: cells}
}

func (p *progress) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.say(fmt.Sprintf(format, args...))
}

// cellProgress is what one cell tells: an epoch now and then, and its end.
type cellProgress struct {
	*progress
	title       string
	begun, told time.Time
}

// quiet is how long a cell keeps silent between two epochs that it tells of.
const quiet = 30 * time.Second

func (p *progress) begin(title string) *cellProgress {
	return &cellProgress{progress: p, title: title, begun: time.Now(), told: time.Now()}
}

// Epoch and Presented make it an [experiments.Progress]; with several cells at
// work there is no one bar to draw.
func (c *cellProgress) Epoch(int, int, int) {}
func (c *cellProgress) Presented(int)       {}

// Say passes on a line unless the cell has just told of another.
func (c *cellProgress) Say(line string) {
	if time.Since(c.told) < quiet {
		return
	}
	c.told = time.Now()
	c.line("%s: %s", c.title, line)
}

// finish counts a cell and returns how many are done, and how long the rest
// will take if they are like those.
func (p *progress) finish() (done int, left time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	return p.done, time.Since(p.begun) / time.Duration(p.done) * time.Duration(p.cells-p.done)
}

func (c *cellProgress) done(r *experiments.Result) {
	n, left := c.finish()
	c.line("%d of %d: %s: %s in %s; about %s left", n, c.cells, c.title, headline(r), time.Since(c.begun).Round(time.Second), left.Round(time.Second))
}

// headline is what a cell came to, in a few words.
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
