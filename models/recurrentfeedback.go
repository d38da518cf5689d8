package models

import (
	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"
)

// Perturbation is the noise from which B learns in a recurrent network.
type Perturbation struct {
	C           float64 // standard deviation of a perturbed neuron's noise
	Probability float64 // with which a neuron is perturbed at a step
	SameIndex   bool    // regress as the released program does; see learnedInTime
	Seed        uint64
}

// learnedInTime learns B by node perturbation. A noisy twin of the network goes
// through the window from the same state, xi_t added to its h_t; with p the
// probability that a neuron is perturbed and l_i the loss of step i,
//
//	lambda_{i,j} = -(l~_i - l_i) xi_j / (p c^2)
//
// has the mean -dl_i/dh_j + O(c^2), j <= i. What l_i says to h_j alone travels
// back as d_{i,i} = phi' * V^T delta_i, d_{i,j-1} = phi' * (B d_{i,j}), and by
// backpropagation -dl_i/dh_{j-1} = W^T d_{i,j}: so
//
//	dB = sum_{i,j} (lambda_{i,j-1} - B d_{i,j}) d_{i,j}^T
//
// over the window's 2 <= j <= i <= T has its rest at B = W^T where errors are
// exact. The released program pairs lambda_{i,j} with d_{i,j} (SameIndex): its
// rest regresses phi' * g on g's own step, which is far from W^T.
type learnedInTime struct {
	Perturbation
	noisy    trajectory
	xi       []blas64.General // TileRows x n, a step each
	excess   []float64        // l~_i - l_i of every stream
	d        blas64.General   // TileRows x n: d_{i,j}
	fed      blas64.General   // TileRows x n: B d_{i,j}
	residual blas64.General   // TileRows x n: lambda - B d
	draw     []float64

	size, chosen [2]uint64 // keys of the noise, and of which neurons have some
	limit        float64   // a standard normal is below it with probability p
}

func newLearnedInTime(net *Network, s RecurrentSettings) *learnedInTime {
	n := net.Sizes[1]
	return &learnedInTime{
		Perturbation: s.Perturbation, noisy: newTrajectory(net, s.Steps), xi: newTiles(s.Steps, n),
		excess: make([]float64, TileRows), d: newTile(n), fed: newTile(n), residual: newTile(n), draw: make([]float64, n),
		size: stream.Key(s.Seed, "perturbations in time"), chosen: stream.Key(s.Seed, "perturbed neurons in time"),
		limit: distuv.UnitNormal.Quantile(s.Probability),
	}
}

// add adds how B would move to dst.B. r has run window.
func (l *learnedInTime) add(dst, w *RecurrentWeights, window *Window, r *Recurrent) {
	l.perturb(window)
	l.noisy.run(w, window, l.xi)
	for i := range r.d {
		l.compare(i, window, r)
		for b := range window.N {
			copy(row(l.d, b), row(r.near[i], b))
		}
		for j := i; j > 0; j-- {
			setRows(l.fed, nil, window.N)
			mulRowsAdd(l.fed, l.d, w.B, window.N)
			l.regress(dst.B, j, window.N)
			for b := range window.N {
				copy(row(l.d, b), row(l.fed, b))
				multiply(row(l.d, b), row(r.slope[j-1], b))
			}
		}
	}
}

// perturb draws xi, each stream's and step's from a stream of its own.
func (l *learnedInTime) perturb(window *Window) {
	for t, xi := range l.xi {
		for b := range window.N {
			at := [3]uint64{window.First + uint64(b), window.Start + uint64(t)}
			stream.Normals(row(xi, b), l.size, at)
			floats.Scale(l.C, row(xi, b))
			if l.Probability == 1 {
				continue
			}
			stream.Normals(l.draw, l.chosen, at)
			for k, z := range l.draw {
				if z >= l.limit {
					row(xi, b)[k] = 0
				}
			}
		}
	}
}

// compare sets excess to l~_i - l_i.
func (l *learnedInTime) compare(i int, window *Window, r *Recurrent) {
	for b := range window.N {
		y := row(window.Target[i], b)
		l.excess[b] = r.net.Loss.Value(row(l.noisy.o[i], b), y) - r.net.Loss.Value(row(r.clean.o[i], b), y)
	}
}

// regress adds (lambda - B d) d^T to dB, for the errors d at step j.
func (l *learnedInTime) regress(dB blas64.General, j, rows int) {
	noise := l.xi[j-1]
	if l.SameIndex {
		noise = l.xi[j]
	}
	for b := range rows {
		lambda := -l.excess[b] / (l.Probability * l.C * l.C)
		floats.ScaleTo(row(l.residual, b), lambda, row(noise, b))
		floats.Sub(row(l.residual, b), row(l.fed, b))
	}
	addOuter(dB, l.residual, l.d, rows)
}
