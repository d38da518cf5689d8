package models

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas/blas64"
)

// minibatch is the samples of some tiles as one state: a row a sample, one
// after another, and then whatever a level adds. Samples that are unstable at
// the feedforward point are left out, unless they are to count.
type minibatch struct {
	learners []Learner // one a tile
	policy   string    // of samples without a stable rest state
	watch    *Watch

	batches  []*Batch
	width    int      // of a row
	total    int      // samples in the minibatch
	rows     int      // of them in the state
	samples  [][]int  // of each tile, those in the state
	unstable [][]bool // of each tile: marked samples
	y        []float64
	scratch  []float64
	shown    []map[string]blas64.General
}

// newMinibatch returns room for as many tiles as there are learners, and for
// more numbers after the rows.
func newMinibatch(learners []Learner, policy string, more int) minibatch {
	width := learners[0].Layout().Width()
	m := minibatch{
		learners: learners, policy: policy, width: width,
		y: make([]float64, len(learners)*TileRows*width+more), scratch: make([]float64, TileRows*width),
	}
	for range learners {
		m.shown = append(m.shown, map[string]blas64.General{})
		m.samples = append(m.samples, make([]int, 0, TileRows))
		m.unstable = append(m.unstable, make([]bool, TileRows))
	}
	return m
}

// Watch shows w the presentations to come; samples count through the minibatch.
func (m *minibatch) Watch(w *Watch) { m.watch = w }

// Learner returns the learner of tile k, to derive what was seen of its samples.
func (m *minibatch) Learner(k int) Learner { return m.learners[k] }

// begin binds the tiles and puts the rows of the samples that take part at rest.
func (m *minibatch) begin(w *Weights, batches []*Batch) (Outcome, error) {
	var outcome Outcome
	m.batches, m.total = batches, 0
	for k, batch := range batches {
		outcome.Add(m.learners[k].Bind(w, batch))
		unstable := m.unstable[k]
		clear(unstable)
		if screener, ok := m.learners[k].(Screener); ok {
			screener.Screen(unstable)
		}
		outcome.Unstable += count(unstable[:batch.N])
		m.samples[k] = m.samples[k][:0]
		for b := range batch.N {
			switch {
			case unstable[b] && m.policy == "fail":
				return outcome, fmt.Errorf("sample %d, at the feedforward point: %w", m.total+b, ErrUnstable)
			case unstable[b] && m.policy != "count":
				continue
			}
			m.samples[k] = append(m.samples[k], b)
		}
		m.total += batch.N
	}
	m.place()
	return outcome, nil
}

// place puts the rows of the samples that take part at rest.
func (m *minibatch) place() {
	m.rows = 0
	for k := range m.batches {
		m.learners[k].Rest(m.scratch)
		for _, b := range m.samples[k] {
			copy(m.y[m.rows*m.width:], m.scratch[b*m.width:(b+1)*m.width])
			m.rows++
		}
	}
}

// leave marks the sample of a row as unstable, leaves it out, and puts the
// others at rest again.
func (m *minibatch) leave(row int) {
	k, place := m.find(row)
	m.unstable[k][m.samples[k][place]] = true
	m.samples[k] = slices.Delete(m.samples[k], place, place+1)
	m.place()
}

// find returns the tile of a row, and the row's place among the tile's samples.
func (m *minibatch) find(row int) (tile, place int) {
	for k, id := range m.samples[:len(m.batches)] {
		if row < len(id) {
			return k, row
		}
		row -= len(id)
	}
	panic("models: a row that the minibatch does not have")
}

// locate says in words which number of the rows a component is.
func (m *minibatch) locate(component int) string {
	k, place := m.find(component / m.width)
	return m.learners[k].Layout().Locate(k*TileRows+m.samples[k][place], component%m.width)
}

// show shows every sample at time t, where time 0 is asked for or all are.
func (m *minibatch) show(t float64, y []float64) {
	if m.watch == nil || t == 0 && m.watch.Times != nil && m.watch.Times[0] != 0 {
		return
	}
	row := 0
	for k, id := range m.samples[:len(m.batches)] {
		for _, b := range id {
			m.watch.See(k*TileRows+b, t, y[row*m.width:(row+1)*m.width])
			row++
		}
	}
}

// Reveal returns by name what tile k ended in. Samples that were left out are
// where they started.
func (m *minibatch) Reveal(k int, name string) (blas64.General, bool) {
	row := 0
	for _, id := range m.samples[:k] {
		row += len(id)
	}
	m.learners[k].Rest(m.scratch)
	for j, b := range m.samples[k] {
		copy(m.scratch[b*m.width:(b+1)*m.width], m.y[(row+j)*m.width:])
	}
	return reveal(m.shown[k], m.learners[k], name, m.scratch, m.batches[k].N)
}
