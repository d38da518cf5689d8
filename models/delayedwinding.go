package models

import (
	"math/cmplx"

	"credo/controllers/frequency"
	"gonum.org/v1/gonum/mat"
)

// delayedWinding decides whether the linearised loop is stable with a delay of the control
// signal, which is so exactly if
//
//	det(I + c exp(-s delay) sum_i A_i F^(L-i+1) Fp^stages_i),   F = 1/(tau_v s+1), Fp = 1/(tau_path s+1)
//
// does not wind round 0 as s runs up the imaginary axis.
type delayedWinding struct {
	d       *DFC
	stages  []int
	tauPath float64
	corners []float64
}

func newDelayedWinding(d *DFC) *delayedWinding {
	w := &delayedWinding{d: d, stages: make([]int, d.net.Depth()), tauPath: d.net.Feedback.Tau, corners: []float64{1 / d.tauV}}
	if w.tauPath > 0 {
		w.corners = append(w.corners, 1/w.tauPath)
		for i := range w.stages {
			w.stages[i] = d.net.FeedbackStages(i)
		}
	}
	if a := d.controller.A; a != nil {
		var eigen mat.Eigen
		eigen.Factorize(a, mat.EigenNone)
		for _, pole := range eigen.Values(nil) {
			if pole != 0 {
				w.corners = append(w.corners, cmplx.Abs(pole))
			}
		}
	}
	return w
}

// isStable reports whether the loop of row b of gain is known to be stable.
func (w *delayedWinding) isStable(gain *loopGain, b int) bool {
	loop := frequency.Loop{
		Channels: w.d.net.Outputs(), Corners: w.corners, Delay: w.d.delay,
		Transfer: func(dst []complex128, s complex128) { w.transfer(dst, s, gain, b) },
	}
	unstable, err := loop.UnstablePoles()
	return err == nil && unstable == 0
}

// transfer sets dst to the loop transfer at s, without delay.
func (w *delayedWinding) transfer(dst []complex128, s complex128, gain *loopGain, b int) {
	clear(dst)
	scale := w.d.controller.Transfer(s)
	if cmplx.IsInf(scale) {
		dst[0] = scale
		return
	}
	filter, path := 1/(s*complex(w.d.tauV, 0)+1), 1/(s*complex(w.tauPath, 0)+1)
	for i := w.d.net.Depth() - 1; i >= 0; i-- {
		scale *= filter
		factor := scale
		for range w.stages[i] {
			factor *= path
		}
		for e, x := range gain.block(gain.tap[i], b).Data {
			dst[e] += factor * complex(x, 0)
		}
	}
}
