package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"
)

// talk is progress for people: a bar with rate and ETA on a terminal, a line
// now and then elsewhere.
type talk interface {
	Epoch(epoch, epochs, samples int)
	Presented(samples int)
	Say(line string)
	Close()
}

func newProgress(w io.Writer, quiet bool) talk {
	if quiet {
		return &lines{w: io.Discard, every: time.Hour}
	}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &bars{pool: mpb.New(mpb.WithOutput(w), mpb.WithWidth(48))}
	}
	return &lines{w: w, every: 15 * time.Second}
}

// lines writes what is said, and how far an epoch is if it takes long.
type lines struct {
	w              io.Writer
	every          time.Duration
	name           string
	samples        int
	begun, written time.Time
}

func (l *lines) Epoch(epoch, epochs, samples int) {
	l.name, l.samples, l.begun, l.written = epochName(epoch, epochs), samples, time.Now(), time.Now()
}

func (l *lines) Presented(samples int) {
	if time.Since(l.written) < l.every {
		return
	}
	l.written = time.Now()
	rate := float64(samples) / time.Since(l.begun).Seconds()
	left := time.Duration(float64(l.samples-samples) / rate * float64(time.Second))
	fmt.Fprintf(l.w, "%s: %d of %d samples, %.0f/s, %s left\n", l.name, samples, l.samples, rate, left.Round(time.Second))
}

func (l *lines) Say(line string) { fmt.Fprintln(l.w, line) }

func (l *lines) Close() {}

// bars draws one bar an epoch and drops it when the next begins.
type bars struct {
	pool *mpb.Progress
	bar  *mpb.Bar
	last time.Time
	seen int
}

func (b *bars) Epoch(epoch, epochs, samples int) {
	b.drop()
	b.last, b.seen = time.Now(), 0
	b.bar = b.pool.AddBar(int64(samples), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(epochName(epoch, epochs)+" "), decor.CountersNoUnit("%d/%d")),
		mpb.AppendDecorators(decor.EwmaSpeed(0, "%.0f/s ", 60), decor.EwmaETA(decor.ET_STYLE_GO, 60)),
	)
}

func (b *bars) Presented(samples int) {
	b.bar.EwmaIncrBy(samples-b.seen, time.Since(b.last))
	b.last, b.seen = time.Now(), samples
}

func (b *bars) Say(line string) { fmt.Fprintln(b.pool, line) }

func (b *bars) Close() {
	b.drop()
	b.pool.Wait()
}

func (b *bars) drop() {
	if b.bar != nil {
		b.bar.Abort(true)
	}
}

func epochName(epoch, epochs int) string {
	switch {
	case epochs == 0:
		return "simulating"
	case epoch == 0:
		return "learning feedback"
	}
	return fmt.Sprintf("epoch %d of %d", epoch, epochs)
}
