package models

import (
	"errors"
	"fmt"

	"credo/ode"
	"gonum.org/v1/gonum/blas/blas64"
)

// ErrUnstable reports a sample without a stable rest state.
var ErrUnstable = errors.New("no stable rest state")

// Frozen is a learner whose weights hold still: its samples are independent
// systems, those named by Samples, and form an ensemble.
type Frozen struct {
	Learner
	Samples []int
	named   []int
}

func newFrozen(learner Learner) *Frozen {
	return &Frozen{Learner: learner, Samples: make([]int, 0, TileRows), named: make([]int, 0, TileRows)}
}

// Dim returns the length of one sample's state.
func (f *Frozen) Dim() int { return f.Layout().Width() }

// DerivRows evaluates the fast system of the rows named by id, which index
// Samples.
func (f *Frozen) DerivRows(dx, t, x []float64, id []int) {
	f.Fast(dx, t, x, f.names(id))
}

// NormRow measures the error of a step of the row named by id.
func (f *Frozen) NormRow(id int, errs, x0, x1 []float64) float64 {
	return f.Norm(f.Samples[id], errs, x0, x1)
}

// names turns row numbers of the ensemble into numbers of samples.
func (f *Frozen) names(id []int) []int {
	f.named = f.named[:0]
	for _, k := range id {
		f.named = append(f.named, f.Samples[k])
	}
	return f.named
}

// Watch is shown the states of a presentation: sample of the tile, time, state.
type Watch struct {
	Times []float64 // when, in ascending order; nil: the start and every accepted step
	See   func(sample int, t float64, x []float64)
}

// Watcher is a level that passes through time and lets it be watched.
type Watcher interface {
	// Watch shows w the presentations to come; nil ends it.
	Watch(w *Watch)
}

// describe says in the layout's words which component a step failed at.
func describe(err error, layout *Layout, sample int) error {
	var step *ode.StepError
	if !errors.As(err, &step) {
		return fmt.Errorf("sample %d: %w", sample, err)
	}
	return fmt.Errorf("%s: %w", layout.Locate(sample, step.Component), err)
}

// reveal derives a tile called name from the states x, one row a sample.
func reveal(shown map[string]blas64.General, learner Learner, name string, x []float64, samples int) (blas64.General, bool) {
	g, ok := shown[name]
	if !ok {
		n := learner.Width(name)
		if n == 0 {
			return g, false
		}
		g = newTile(n)
		shown[name] = g
	}
	width := learner.Layout().Width()
	for b := range samples {
		learner.Derive(row(g, b), name, x[b*width:(b+1)*width], b)
	}
	return g, true
}
