package experiments

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// interruption prepares a run that is to be interrupted.
type interruption func(*Options) context.Context

// afterPresentations interrupts after so many.
func afterPresentations(n int) interruption {
	return func(opt *Options) context.Context {
		ctx, stop := context.WithCancel(context.Background())
		opt.Progress = &stopper{after: n, stop: stop}
		return ctx
	}
}

// afterLooks interrupts after so many looks at the context, within a presentation too.
func afterLooks(n int64) interruption {
	return func(*Options) context.Context { return &counting{Context: context.Background(), most: n} }
}

// interrupted runs a scenario that is interrupted, once or again where it goes on,
// and returns its folder.
func interrupted(t *testing.T, text string, set []string, at ...interruption) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	for k, prepare := range at {
		opt := Options{Dir: dir, Workers: 1}
		ctx := prepare(&opt)
		begin := func() (*Result, error) { return Resume(ctx, dir, opt) }
		if k == 0 {
			begin = func() (*Result, error) { return Run(ctx, parse(t, text, set...), opt) }
		}
		if result, err := begin(); !errors.Is(err, ErrInterrupted) || result.Status != "interrupted" {
			t.Fatalf("status %v, error %v", result, err)
		}
	}
	return dir
}

// inPieces is interrupted, and goes on to the end with as many workers as there are
// processors.
func inPieces(t *testing.T, text string, set []string, at ...interruption) string {
	t.Helper()
	dir := interrupted(t, text, set, at...)
	if result, err := Resume(context.Background(), dir, Options{}); err != nil || result.Status != "done" {
		t.Fatalf("status %v, error %v", result, err)
	}
	return dir
}

// sameResult compares what two runs end in.
func sameResult(t *testing.T, one, other string) {
	t.Helper()
	sameFile(t, "arrays.npz", one, other)
	sameFile(t, "metrics.csv", one, other)
}

// stopper cancels a run after so many presentations.
type stopper struct {
	silence
	after int
	stop  context.CancelFunc
}

func (s *stopper) Presented(int) {
	if s.after--; s.after == 0 {
		s.stop()
	}
}

// counting cancels a run after so many looks at its context.
type counting struct {
	context.Context
	looks atomic.Int64
	most  int64
}

func (c *counting) Err() error {
	if c.looks.Add(1) > c.most {
		return context.Canceled
	}
	return nil
}
