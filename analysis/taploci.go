package analysis

import (
	"math"
	"math/cmplx"

	"credo/controllers/frequency"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// TapLoci are the characteristic loci of one sample's taps, before any controller:
// with t = tau_v w the eigenvalues lambda_1..lambda_nL of
//
//	M(t) = sum_i A_i / (i t + 1)^(L-i+1)
//
// They belong to the taps alone, so that
//
//	det(I + c(i w) M) = prod_j (1 + c(i w) lambda_j(tau_v w))
//
// costs n_L products a frequency for every controller, tau_v, delay and gain of the
// feedback weights. Frequencies are added as they are asked for, and kept: evenly in
// log t, then halfway between. A TapLoci belongs to one goroutine.
type TapLoci struct {
	taps   Taps
	lag    lag
	tauV   float64      // of lag.tau; any where the feedback path does not lag
	corner float64      // t below which M is what it is at 0
	steady []complex128 // of M(0) = JQ

	steps   [lociSteps][]complex128 // at step k, nil until it is needed
	limit   [lociSteps]float64      // which no |lambda| exceeds at step k or beyond
	between map[place][]complex128
	matrix  []complex128
	walker  windingWalk
}

const (
	lociPerDecade = 8
	lociSteps     = 22 * lociPerDecade
	lociFirst     = 1e-13 // t at step 0

	// lociHalvings is how often a step may be halved, to a share of 1e-8 of t.
	lociHalvings = 24
)

// NewTapLoci returns the loci of taps.
func NewTapLoci(t Taps) (*TapLoci, error) {
	return newTapLoci(t, lag{stages: make([]int, len(t))}, 1)
}

// newTapLoci is NewTapLoci with feedback that lags, A_i / (tau s + 1)^stages_i, for
// one tau_v.
func newTapLoci(t Taps, l lag, tauV float64) (*TapLoci, error) {
	steady, err := Eigenvalues(t.Gain())
	if err != nil {
		return nil, err
	}
	loci := &TapLoci{taps: t, lag: l, tauV: tauV, steady: steady, between: map[place][]complex128{}}
	loci.corner = 1
	if l.tau > 0 {
		loci.corner = min(1, tauV/l.tau)
	}
	loci.setLimits()
	n := len(steady)
	loci.matrix = make([]complex128, n*n)
	loci.walker = windingWalk{z: make([]complex128, n), next: make([]complex128, n), first: make([]complex128, n)}
	return loci, nil
}

// setLimits bounds |lambda| by sum_i |A_i|_F |F|^(L-i+1), which falls with t.
func (l *TapLoci) setLimits() {
	for i, a := range l.taps {
		size := floats.Norm(a.RawMatrix().Data, 2)
		for k := range l.limit {
			l.limit[k] += size * math.Pow(math.Hypot(1, stepT[k]), float64(i-len(l.taps)))
		}
	}
}

// place is a frequency on the grid of steps: step k is k << lociHalvings.
type place int64

func step(k int) place { return place(k) << lociHalvings }

// t returns tau_v w at a place.
func (p place) t() float64 {
	if p%step(1) == 0 && p >= 0 && p < step(lociSteps) {
		return stepT[p/step(1)]
	}
	return lociFirst * math.Pow(10, float64(p)/(lociPerDecade<<lociHalvings))
}

// stepT holds t at every step.
var stepT = func() (t [lociSteps]float64) {
	for k := range t {
		t[k] = lociFirst * math.Pow(10, float64(k)/lociPerDecade)
	}
	return t
}()

// at returns lambda at a place; nil if that is outside the grid or the eigenvalues do not
// converge.
func (l *TapLoci) at(p place) []complex128 {
	if p%step(1) != 0 {
		lambda, ok := l.between[p]
		if !ok {
			lambda = l.eigenvalues(p)
			l.between[p] = lambda
		}
		return lambda
	}
	k := int(p / step(1))
	if k < 0 || k >= lociSteps {
		return nil
	}
	if l.steps[k] == nil {
		l.steps[k] = l.eigenvalues(p)
	}
	return l.steps[k]
}

// eigenvalues computes those of M.
func (l *TapLoci) eigenvalues(p place) []complex128 {
	t := p.t()
	filter, behind := 1/complex(1, t), 1/complex(1, t*l.lag.tau/l.tauV)
	clear(l.matrix)
	power := complex(1, 0)
	for i := len(l.taps) - 1; i >= 0; i-- {
		power *= filter
		scale := power
		for range l.lag.stages[i] {
			scale *= behind
		}
		for k, a := range l.taps[i].RawMatrix().Data {
			l.matrix[k] += complex(real(scale)*a, imag(scale)*a)
		}
	}
	lambda := make([]complex128, len(l.steady))
	if !frequency.Eigenvalues(lambda, l.matrix) {
		return nil
	}
	return lambda
}

// Abscissa returns the largest real part of the closed loop's eigenvalues, of
// [Taps.ClosedLoop]. There must be no delay.
func (l *TapLoci) Abscissa(c *Closing) (float64, error) {
	if c.Delay > 0 {
		return 0, ErrDelay
	}
	taps := make(Taps, len(l.taps))
	for i, a := range l.taps {
		taps[i] = new(mat.Dense)
		taps[i].Scale(c.Gain, a)
	}
	eigenvalues, err := Eigenvalues(taps.closedLoop(c.Controller, c.TauV, l.lag))
	return SpectralAbscissa(eigenvalues), err
}

// assign reorders next so that next[j] is near[j]'s continuation: each takes the
// nearest that is left.
func assign(next, near []complex128) {
	for j, z := range near {
		nearest := j
		for k := j + 1; k < len(next); k++ {
			if cmplx.Abs(next[k]-z) < cmplx.Abs(next[nearest]-z) {
				nearest = k
			}
		}
		next[j], next[nearest] = next[nearest], next[j]
	}
}
