package models

import "math/bits"

// Plasticity is how fast the weights of [Spiking] learn and decay in a time step.
type Plasticity struct {
	Rate  float64 // eta
	Decay float64 // gamma
}

// pendingUpdates are the updates of a layer's weights in the course of a
// presentation, each of which is an outer product, of what a neuron learns and of
// the spikes that arrived. They are kept back until its end: before that,
//
//	(V + sum_p g_p s_p^T) s = V s + sum_p (s_p . s) g_p
//
// and (s_p . s), the number of neurons active in both, costs next to nothing. So
// the weights, which are far too many for a cache, are written once a presentation.
type pendingUpdates struct {
	w      panels
	active []spikes      // by update: s_p
	change [][]float32   // by update: g_p
	n      int           // updates that are pending
	met    [][]float32   // by stream: (s_p . s) of every update
	tables [][][]float32 // by panel: see tabulate
}

// together is how many updates are added as one: the sums of all their subsets are
// tabulated, and a weight's row is given that of the updates at which its neuron was active.
const together = 5

func newPendingUpdates(s SpikingSettings, w panels) pendingUpdates {
	most := s.Steps * s.Streams
	u := pendingUpdates{w: w, active: make([]spikes, most), change: newRows32(most, w.out), met: newRows32(s.Streams, most)}
	for range w.count() {
		u.tables = append(u.tables, newRows32(1<<together, w.width))
	}
	return u
}

// meet counts for every stream the neurons active now that were so at each update.
func (u *pendingUpdates) meet(now []spikes) {
	for k, active := range now {
		for p, then := range u.active[:u.n] {
			u.met[k][p] = float32(active.overlap(then))
		}
	}
}

// add adds to the sums of columns from..to what the pending updates make.
func (u *pendingUpdates) add(sums [][]float32, from, to int) {
	for k, sum := range sums {
		for p, times := range u.met[k][:u.n] {
			if times != 0 {
				addScaled32(sum, times, u.change[p][from:to])
			}
		}
	}
}

// keep makes a new update pending, of a stream's spikes from below.
func (u *pendingUpdates) keep(active spikes) (change []float32) {
	u.active[u.n] = active
	u.n++
	return u.change[u.n-1]
}

// apply adds all pending updates to panel c of the weights.
func (u *pendingUpdates) apply(c int) {
	for first := 0; first < u.n; first += together {
		last := min(first+together, u.n)
		u.tabulate(c, first, last)
		u.addTable(c, u.active[first:last])
	}
}

// tabulate sets entry m of panel c's table to the sum of the updates whose bits m has.
func (u *pendingUpdates) tabulate(c, first, last int) {
	from, to := u.w.span(c)
	table := u.tables[c]
	for m := 1; m < 1<<(last-first); m++ {
		sum := table[m][:to-from]
		copy(sum, table[m&(m-1)])
		addScaled32(sum, 1, u.change[first+bits.TrailingZeros(uint(m))][from:to])
	}
}

// addTable adds to every row of panel c the entry of the updates at which its
// neuron was active.
func (u *pendingUpdates) addTable(c int, active []spikes) {
	for word := range active[0] {
		any := uint64(0)
		for _, s := range active {
			any |= s[word]
		}
		for ; any != 0; any &= any - 1 {
			bit := bits.TrailingZeros64(any)
			m := 0
			for p, s := range active {
				m |= int(s[word]>>bit&1) << p
			}
			row := u.w.row(c, word*wordBits+bit)
			addScaled32(row, 1, u.tables[c][m][:len(row)])
		}
	}
}

// learn makes the update of the present step pending.
func (s *Spiking) learn(t int, p Plasticity) {
	if p == (Plasticity{}) {
		return
	}
	s.scale[0] *= 1 - p.Decay
	rate := p.Rate / s.scale[0]
	for _, layer := range s.layers {
		for k := range s.used {
			change, signal := layer.pending.keep(layer.before[t][k]), layer.signal[k]
			for i, r := range row(layer.rate, k) {
				change[i] = float32(rate * float64(signal[i]) * r * (1 - r))
			}
		}
	}
}

// leastScale is where weights take over what has decayed of their scale.
const leastScale = 1.0 / 1024

// consolidate moves the weights by what is pending.
func (s *Spiking) consolidate() {
	for _, layer := range s.layers {
		s.share(layer.w, layer.pending.apply)
		layer.pending.n = 0
	}
	if s.scale[0] < leastScale {
		for _, p := range s.synapses {
			for k := range p.data {
				p.data[k] *= float32(s.scale[0])
			}
		}
		s.scale[0] = 1
	}
}
