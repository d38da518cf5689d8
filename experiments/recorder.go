package experiments

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"math"
	"slices"
	"strings"

	"credo/experiments/schema"
	"credo/internal/npz"
	"credo/models"
)

// recorder keeps what [record] asks for of the first presentations: states of
// every sample, at their end or over time, and the updates.
type recorder struct {
	record schema.Record
	recorded
}

// recorded is what a recorder has so far; a checkpoint keeps it.
type recorded struct {
	Seen    int // presentations
	States  map[string]*series
	Updates map[string]*series
	Times   [][]float64 // by sample: when its states were seen, if over time
}

// series collects equal items, row-major.
type series struct {
	Shape []int // of an item
	Data  []float64
	Steps []int // of each sample: items, if over time
}

func newRecorder(r schema.Record) *recorder {
	return &recorder{record: r, recorded: recorded{States: map[string]*series{}, Updates: map[string]*series{}}}
}

// save and load turn what was recorded into bytes and back.
func (r *recorder) save() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(r.recorded)
	return b.Bytes(), err
}

func (r *recorder) load(saved []byte) error {
	return gob.NewDecoder(bytes.NewReader(saved)).Decode(&r.recorded)
}

// wanted reports whether the next presentation is to be recorded.
func (r *recorder) wanted() bool { return r.Seen < r.record.Presentations }

// overTime reports whether states are kept over time, not only at the end.
func (r *recorder) overTime() bool { return r.record.AllTimes || len(r.record.Times) > 0 }

// stateNames returns the recorded names that are states of samples.
func (r *recorder) stateNames() []string {
	return slices.DeleteFunc(slices.Clone(r.record.Arrays), func(name string) bool {
		return slices.Contains(weightNames, strings.TrimRight(name, "0123456789"))
	})
}

// weightNames are the names, without the layer, of weights and updates.
var weightNames = []string{"W", "b", "pi", "xi", "Q", "R", "dW", "db", "dpi", "dxi"}

// present presents one minibatch by way of tr and keeps what is wanted of it.
func (r *recorder) present(tr *trainer, samples []int, learn bool, eta float64) (models.Outcome, error) {
	traces := r.watch(tr, len(samples))
	outcome, err := tr.present(samples, learn, eta)
	tr.unwatch()
	if err != nil {
		return outcome, err
	}
	r.Seen++
	for _, trace := range traces {
		r.keepTrace(trace)
	}
	if traces == nil {
		if err := r.keepFinal(tr, len(samples)); err != nil {
			return outcome, err
		}
	}
	for _, a := range tr.dw.Arrays() {
		if name := "d" + a.Name; slices.Contains(r.record.Arrays, name) {
			add(r.Updates, name, a.Shape, a.Data)
		}
	}
	return outcome, nil
}

// trace is what was seen of one sample in the course of a presentation.
type trace struct {
	times  []float64
	states map[string][]float64
}

// timedLevel is a level that passes through time, a tile at a time.
type timedLevel interface {
	models.Watcher
	Learner() models.Learner
}

// watch sets the levels to show their states over time, if those are wanted.
// A sample is watched by its tile's goroutine alone.
func (r *recorder) watch(tr *trainer, samples int) []*trace {
	if !r.overTime() || len(r.stateNames()) == 0 {
		return nil
	}
	traces := make([]*trace, samples)
	for b := range traces {
		traces[b] = &trace{states: map[string][]float64{}}
	}
	see := func(first int, learner models.Learner) *models.Watch {
		for _, name := range r.stateNames() {
			width := learner.Width(name)
			if r.States[name] == nil {
				r.States[name] = &series{Shape: []int{width}}
			}
		}
		w := &models.Watch{See: func(sample int, t float64, x []float64) {
			local := sample
			trace := traces[first+sample]
			if tr.coupled != nil {
				learner, local = tr.coupled.Learner(sample/models.TileRows), sample%models.TileRows
			}
			trace.times = append(trace.times, t)
			for _, name := range r.stateNames() {
				n := learner.Width(name)
				trace.states[name] = append(trace.states[name], make([]float64, n)...)
				all := trace.states[name]
				learner.Derive(all[len(all)-n:], name, x, local)
			}
		}}
		if !r.record.AllTimes {
			w.Times = slices.Sorted(slices.Values(r.record.Times))
		}
		return w
	}
	if tr.coupled != nil {
		tr.coupled.Watch(see(0, tr.coupled.Learner(0)))
		return traces
	}
	for k, t := range tr.tiles {
		if b, ok := t.presenter.(timedLevel); ok {
			b.Watch(see(k*models.TileRows, b.Learner()))
		}
	}
	return traces
}

// unwatch ends what watch began.
func (tr *trainer) unwatch() {
	if tr.coupled != nil {
		tr.coupled.Watch(nil)
	}
	for _, t := range tr.tiles {
		if w, ok := t.presenter.(models.Watcher); ok {
			w.Watch(nil)
		}
	}
}

// keepTrace adds one sample's states over time.
func (r *recorder) keepTrace(t *trace) {
	r.Times = append(r.Times, t.times)
	for _, name := range r.stateNames() {
		s := r.States[name]
		s.Data = append(s.Data, t.states[name]...)
		s.Steps = append(s.Steps, len(t.times))
	}
}

// keepFinal adds the states in which the samples of a minibatch ended.
func (r *recorder) keepFinal(tr *trainer, samples int) error {
	for _, name := range r.stateNames() {
		for k := range (samples + models.TileRows - 1) / models.TileRows {
			g, ok := tr.reveal(k, name)
			if !ok {
				m := tr.scenario.Method
				return fmt.Errorf("record.arrays: rule %s at level %s has no %q", m.Rule, m.Level, name)
			}
			n := min(models.TileRows, samples-k*models.TileRows)
			for b := range n {
				add(r.States, name, []int{g.Cols}, g.Data[b*g.Stride:b*g.Stride+g.Cols])
			}
		}
	}
	return nil
}

func add(m map[string]*series, name string, shape []int, item []float64) {
	if m[name] == nil {
		m[name] = &series{Shape: shape}
	}
	m[name].Data = append(m[name].Data, item...)
}

// arrays returns what was recorded: states [sample, n], or [sample, time, n]
// with the times in "t"; updates [presentation, ...]. Where samples step apart
// "t" is [sample, time]. What a sample was not seen at is NaN.
func (r *recorder) arrays() []npz.Array {
	var out []npz.Array
	longest := len(r.record.Times)
	for _, times := range r.Times {
		longest = max(longest, len(times))
	}
	for _, name := range r.record.Arrays {
		if s := r.Updates[name]; s != nil {
			out = append(out, npz.Array{Name: name, Shape: append([]int{r.Seen}, s.Shape...), Data: s.Data})
		}
		s := r.States[name]
		switch {
		case s == nil:
		case s.Steps == nil:
			out = append(out, npz.Array{Name: name, Shape: []int{len(s.Data) / s.Shape[0], s.Shape[0]}, Data: s.Data})
		default:
			out = append(out, s.padded(name, longest))
		}
	}
	if len(r.Times) == 0 {
		return out
	}
	if !r.record.AllTimes {
		times := slices.Sorted(slices.Values(r.record.Times))
		return append(out, npz.Array{Name: "t", Shape: []int{len(times)}, Data: times})
	}
	t := &series{}
	for _, times := range r.Times {
		t.Data = append(t.Data, times...)
		t.Steps = append(t.Steps, len(times))
	}
	return append(out, t.padded("t", longest))
}

// padded returns the series as [sample, time, ...], longest times long.
func (s *series) padded(name string, longest int) npz.Array {
	width := 1
	for _, n := range s.Shape {
		width *= n
	}
	out := npz.Array{Name: name, Shape: append([]int{len(s.Steps), longest}, s.Shape...)}
	rest := s.Data
	for _, steps := range s.Steps {
		out.Data = append(out.Data, rest[:steps*width]...)
		rest = rest[steps*width:]
		for range (longest - steps) * width {
			out.Data = append(out.Data, math.NaN())
		}
	}
	return out
}
