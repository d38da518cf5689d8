package models

import "gonum.org/v1/gonum/blas/blas64"

// timeAverage gathers the averages of a sample's sleep phase,
//
//	Noise_i - Q_i Control = -<vfb_i u^T>,   Control = <ut u^T>
//
// by the trapezoidal rule. Instants wait in a tile, so that TileRows of them
// make one product.
type timeAverage struct {
	sum *FeedbackDrift

	begin, end, share float64 // the interval, and step/(end - begin)
	isOpen            bool

	waiting      int
	apical       []blas64.General // TileRows x n_i: -weight vfb_i
	filtered, by blas64.General   // TileRows x n_L: weight ut, and u
}

func newTimeAverage(net *Network) timeAverage {
	a := timeAverage{sum: NewFeedbackDrift(net), filtered: newTile(net.Outputs()), by: newTile(net.Outputs())}
	for _, n := range net.Sizes[1:] {
		a.apical = append(a.apical, newTile(n))
	}
	return a
}

// close has what follows ignored.
func (a *timeAverage) close() { a.isOpen = false }

// open begins an average over [begin, end] in steps of h.
func (a *timeAverage) open(begin, end, h float64) {
	a.begin, a.end, a.share = begin, end, h/(end-begin)
	a.isOpen, a.waiting = true, 0
	a.sum.Clear()
}

// add takes the state at time t: vfb of all layers, ut and u. The ends of the
// interval count half.
func (a *timeAverage) add(t float64, vfb, ut, u []float64) {
	weight := a.share
	if t == a.begin || t == a.end {
		weight /= 2
	}
	for _, apical := range a.apical {
		to := row(apical, a.waiting)
		for j := range to {
			to[j] = -weight * vfb[j]
		}
		vfb = vfb[len(to):]
	}
	for k, x := range ut {
		row(a.filtered, a.waiting)[k] = weight * x
	}
	copy(row(a.by, a.waiting), u)
	if a.waiting++; a.waiting == TileRows {
		a.flush()
	}
}

// flush multiplies the instants that wait.
func (a *timeAverage) flush() {
	for i, noise := range a.sum.Noise {
		addOuter(noise, a.apical[i], a.by, a.waiting)
	}
	addOuter(a.sum.Control, a.filtered, a.by, a.waiting)
	a.waiting = 0
}

// finish completes the sums; qT holds Q_i^T.
func (a *timeAverage) finish(qT []blas64.General) {
	a.flush()
	for i, noise := range a.sum.Noise {
		addOuter(noise, qT[i], a.sum.Control, qT[i].Rows) // + Q_i Control
	}
	a.sum.Samples = 1
}
