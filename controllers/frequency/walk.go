package frequency

import (
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// point is the loop at one s on its way: the real axis, around a pole at 0 where there
// is one, and up the imaginary axis.
type point struct {
	s        complex128
	size     float64      // |L|_F
	argument float64      // of det(I + L), within (-pi, pi]
	turned   float64      // how far that has turned since the walk began
	l        []complex128 // L; nil once the walk has gone on
	loci     []complex128 // eigenvalues of L, each where its locus is; nil where nobody asked
}

func (p point) frequency() float64 { return imag(p.s) }

// walk lays out points in order. Between two of them it is known how far det(I + L)
// turns, not only up to whole turns, and loci neither by more than a few degrees nor so far that it is in
// doubt which is which.
type walk struct {
	loop     Loop
	withLoci bool
	points   []point
	around   int        // how many of points are on the way around 0
	held     [2]float64 // the largest |lambda| where a locus met the negative and the positive real axis

	inverse    []complex128 // (I + L)^-1 at the last point
	l, scratch []complex128
	swapped    []int
}

const (
	// perDecade is how many frequencies a decade has at least.
	perDecade = 8
	// farthest bounds how small loops are looked at: gains of more than 1/farthest count
	// as infinite.
	farthest = 1e-4
	// largeLoop is what all eigenvalues of L are to exceed on the way around a pole at 0.
	largeLoop = 10
	// rounding of eigenvalues: loci nearer to each other than that are one.
	rounding = 1e-10
	// unheard is the size of loops with which det(I + L) turns by less than n_L times that.
	unheard = 0.1
	// most is how many points there may be.
	most = 200_000
	// halvings bounds the refinement between two points.
	halvings = 48
)

// newWalk walks up to where the loop is small for good: above all corners, det(I + L)
// can turn no more, and no crossing of the real axis is left that would tighten the gain
// margin.
func newWalk(l Loop, withLoci bool) (*walk, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	n := l.Channels
	w := &walk{loop: l, withLoci: withLoci, inverse: make([]complex128, n*n), l: make([]complex128, n*n), scratch: make([]complex128, n*n), swapped: make([]int, n)}
	low, high := l.Corners[0], l.Corners[0]
	for _, c := range l.Corners {
		low, high = min(low, c), max(high, c)
	}
	if err := w.begin(low / 100); err != nil {
		return nil, err
	}
	for !w.settled(high) {
		from := w.points[len(w.points)-1]
		switch {
		case from.frequency() > 1e12*high:
			return nil, ErrNotProper
		case len(w.points) > most:
			return nil, ErrTooFine
		}
		if err := w.advance(complex(0, w.stride(from.frequency()))); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// begin takes the first steps: from 0 to i low, or, where L has a pole at 0, around it
// and to where the grid begins.
func (w *walk) begin(low float64) error {
	if isFinite(w.loop.evaluate(w.l, 0)) {
		first, err := w.look(0)
		if err != nil {
			return err
		}
		if w.withLoci {
			w.atRest(first.loci)
		}
		w.reach(first)
		return w.advance(complex(0, low))
	}
	radius, err := w.indentation(low)
	if err != nil {
		return err
	}
	first, err := w.look(complex(radius, 0))
	if err != nil {
		return err
	}
	w.reach(first)
	const arcs = 4
	for k := 1; k <= arcs; k++ {
		to := complex(0, radius)
		if k < arcs {
			to = cmplx.Rect(radius, float64(k)*math.Pi/(2*arcs))
		}
		if err := w.advance(to); err != nil {
			return err
		}
	}
	w.around = len(w.points) - 1
	return nil
}

// atRest sets lambda to the eigenvalues of L(0), whose real ones are to be real.
func (w *walk) atRest(lambda []complex128) {
	n := w.loop.Channels
	w.loop.evaluate(w.l, 0)
	m := mat.NewDense(n, n, nil)
	for k, z := range w.l {
		m.Set(k/n, k%n, real(z))
	}
	var eigen mat.Eigen
	if eigen.Factorize(m, mat.EigenNone) {
		eigen.Values(lambda)
	}
}

// indentation returns how near to the pole at 0 the way begins: where L is so large
// that det(I + L) has no zero between. If some channel's never is, its pole stays.
func (w *walk) indentation(radius float64) (float64, error) {
	least := 1e-12 * radius
	lambda := make([]complex128, w.loop.Channels)
	for ; radius > least; radius /= 10 {
		if size := w.loop.evaluate(w.l, complex(radius, 0)); !isFinite(size) {
			break
		}
		if !Eigenvalues(lambda, w.l) {
			return 0, ErrNotFinite
		}
		smallest := math.Inf(1)
		for _, z := range lambda {
			smallest = min(smallest, modulus(z))
		}
		if smallest > largeLoop {
			return radius, nil
		}
	}
	return 0, ErrMarginal
}

// stride returns the frequency that follows: a fraction of a decade on, or of a turn of
// the delay.
func (w *walk) stride(from float64) float64 {
	next := from * math.Pow(10, 1./perDecade)
	if w.loop.Delay > 0 {
		next = min(next, from+0.5/w.loop.Delay)
	}
	return next
}

// settled reports whether the walk is at its end.
func (w *walk) settled(high float64) bool {
	last := w.points[len(w.points)-1]
	if last.size > unheard || w.withLoci && last.size > max(farthest, min(w.held[0], w.held[1])/2) {
		return false
	}
	return last.frequency() >= 10*high || w.loop.Delay > 0 && w.isQuiet(last.frequency(), 10*high, last.size)
}

// isQuiet reports whether the loop is nowhere above size between two frequencies. It looks
// at a few a decade: a delay, which turns the loop ever faster, does not change its size.
func (w *walk) isQuiet(from, to, size float64) bool {
	for omega := from; omega < to; omega *= math.Pow(10, 1./perDecade) {
		if !(w.loop.evaluate(w.l, complex(0, omega)) <= size) {
			return false
		}
	}
	return true
}

// look evaluates the loop at s.
func (w *walk) look(s complex128) (point, error) {
	p := point{s: s, size: w.loop.evaluate(w.l, s)}
	if !isFinite(p.size) {
		return p, ErrNotFinite
	}
	n := w.loop.Channels
	p.l = slices.Clone(w.l)
	copy(w.scratch, w.l)
	for k := range n {
		w.scratch[k*n+k]++
	}
	if p.argument = eliminate(w.scratch, w.swapped); math.IsNaN(p.argument) {
		return p, ErrMarginal
	}
	if w.withLoci {
		p.loci = make([]complex128, n)
		if !Eigenvalues(p.loci, w.l) {
			return p, ErrNotFinite
		}
	}
	return p, nil
}
