package dataset

import (
	"math/rand/v2"

	"credo/internal/stream"
)

// task is a source that makes as many samples as it is asked for.
type task interface {
	// draw returns n samples, drawn from rng.
	draw(n int, rng *rand.Rand) *samples
}

// tasks are the sources that are tasks.
var tasks = map[string]func(Spec) (task, error){
	"teacher":    newTeacherTask,
	"linear-map": func(spec Spec) (task, error) { return newLinearMap(spec), nil },
	"quadratic":  func(spec Spec) (task, error) { return newQuadratic(spec), nil },
}

// newTask makes the task that spec names, after a look at how much is asked of it.
func newTask(spec Spec) (task, error) {
	switch {
	case spec.Train < 0:
		return nil, keyErrorf("data.train", "source %q makes as many samples as it is asked for: give their number", spec.Source)
	case spec.Test < 0:
		return nil, keyErrorf("data.test", "source %q makes as many samples as it is asked for: give their number", spec.Source)
	}
	return tasks[spec.Source](spec)
}

// drawn returns the samples of a task. Training and validation samples are drawn
// from one stream, test samples from another.
func drawn(spec Spec) (train, test *samples, err error) {
	t, err := newTask(spec)
	if err != nil {
		return nil, nil, err
	}
	train = t.draw(spec.Train+max(spec.Validation, 0), stream.New(spec.Seed, "training inputs"))
	return train, t.draw(spec.Test, stream.New(spec.Seed, "test inputs")), nil
}

// loadFresh returns the data of a task whose training samples are others in every
// epoch, each epoch's drawn from its own stream. Validation and test samples stay.
func loadFresh(spec Spec) (*Data, error) {
	if tasks[spec.Source] == nil {
		return nil, keyErrorf("data.fresh", "source %q has the samples it has: only a task makes fresh ones", spec.Source)
	}
	t, err := newTask(spec)
	if err != nil {
		return nil, err
	}
	set := func(n int, purpose string, index ...uint64) *Set {
		s := newSet(t.draw(n, stream.New(spec.Seed, purpose, index...)), spec)
		s.scaling = &scaling{scale: 1}
		return s
	}
	fresh := func(epoch int) *Set { return set(spec.Train, "training inputs", uint64(epoch)) }
	return &Data{
		Train: fresh(1), Validation: set(spec.Validation, "validation inputs"), Test: set(spec.Test, "test inputs"),
		Hashes: hashes{}, fresh: fresh,
	}, nil
}

// Epoch returns the training samples of an epoch, counted from 1.
func (d *Data) Epoch(epoch int) *Set {
	if d.fresh == nil {
		return d.Train
	}
	return d.fresh(epoch)
}

func uniform(n int, low, high float64, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = low + (high-low)*rng.Float64()
	}
	return x
}

func normal(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for k := range x {
		x[k] = rng.NormFloat64()
	}
	return x
}
