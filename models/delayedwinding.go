package models

import (
	"math"
	"math/cmplx"
)

// delayedWinding decides whether the linearised loop is stable with a delay of the control
// signal, which is so exactly if
//
//	det(I + c exp(-s delay) sum_i A_i F^(L-i+1) Fp^stages_i),   F = 1/(tau_v s+1), Fp = 1/(tau_path s+1)
//
// does not wind round 0 as s = i w runs up the imaginary axis; the loop cut open is
// stable but for an integrator's pole at 0. So that this is none of the function's it
// follows det Z, Z = I/c + .., and takes n_L arg(1/c) from it, which is within a quarter
// turn of 0 as the gains are positive.
type delayedWinding struct {
	d          *DFC
	stages     []int
	tauPath    float64
	from       float64 // the lowest frequency after 0
	controller float64 // n_L arg(1/c) where it last looked
	settled    bool
	a, u       []complex128
}

func newDelayedWinding(d *DFC) *delayedWinding {
	nL := d.net.Outputs()
	w := &delayedWinding{
		d: d, stages: make([]int, d.net.Depth()), tauPath: d.net.Feedback.Tau,
		from: 1e-6 / max(d.tauV, d.delay, d.net.Feedback.Tau), a: make([]complex128, nL*nL), u: make([]complex128, nL),
	}
	for i := range w.stages {
		if w.tauPath > 0 {
			w.stages[i] = d.net.FeedbackStages(i)
		}
	}
	return w
}

// isStable follows the determinant of row b of gain in steps of less than an eighth of
// a turn. Where a pole lies so near the axis that none is small enough, the answer is no.
func (w *delayedWinding) isStable(gain *loopGain, b int) bool {
	const (
		stride = 2    // from a frequency to the next
		share  = 0.5  // of a radian of the delay
		finest = 1e-9 // step, relative to the frequency
	)
	last := w.look(gain, b, 0)
	if !(math.Abs(last) < math.Pi/2) { // det Z is real there: negative, or 0
		return false
	}
	total, omega, step := 0.0, 0.0, w.from
	for !w.settled {
		now := w.look(gain, b, omega+step)
		turn := math.Remainder(now-last, 2*math.Pi)
		if !(math.Abs(turn) < math.Pi/4) {
			if step /= 2; step < finest*max(omega, w.from) {
				return false
			}
			continue
		}
		omega, last, total = omega+step, now, total+turn
		step = min((stride-1)*omega, share/w.d.delay)
	}
	return math.Abs(total-w.controller) < math.Pi
}

// look returns arg det Z at i omega, up to turns, and sets controller to n_L arg(1/c), and
// settled where det(I + L) = det(c Z) stays within half a turn of 0 from there on,
//
//	|log det(I + L)| <= sqrt(n_L) |L|_F / (1 - |L|_F)
func (w *delayedWinding) look(gain *loopGain, b int, omega float64) float64 {
	nL, s := len(w.u), complex(0, omega)
	inverse := complex(gain.inverse, 0)
	if omega > 0 {
		inverse = 1 / w.d.controller.Transfer(s)
	}
	size := w.open(gain, b, s) / cmplx.Abs(inverse)
	w.settled = size < 0.5 && math.Sqrt(float64(nL))*size/(1-size) < math.Pi
	w.controller = float64(nL) * cmplx.Phase(inverse)
	for j := range nL {
		w.a[j*nL+j] += inverse
	}
	clear(w.u)
	argument, regular := solveComplex(w.a, w.u)
	if !regular {
		return math.NaN()
	}
	return math.Remainder(argument, 2*math.Pi)
}

// open sets a to L/c at s and returns |a|_F.
func (w *delayedWinding) open(gain *loopGain, b int, s complex128) float64 {
	clear(w.a)
	scale := cmplx.Exp(-s * complex(w.d.delay, 0))
	filter, path := 1/(s*complex(w.d.tauV, 0)+1), 1/(s*complex(w.tauPath, 0)+1)
	for i := w.d.net.Depth() - 1; i >= 0; i-- {
		scale *= filter
		factor := scale
		for range w.stages[i] {
			factor *= path
		}
		for e, x := range gain.block(gain.tap[i], b).Data {
			w.a[e] += factor * complex(x, 0)
		}
	}
	sum := 0.0
	for _, z := range w.a {
		sum += absSquared(z)
	}
	return math.Sqrt(sum)
}
