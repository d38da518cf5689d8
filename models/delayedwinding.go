package models

import "credo/controllers/frequency"

// delayedWinding decides whether the linearised loop is stable with a delay of the control
// signal, which is so exactly if
//
//	det(I + c exp(-s delay) sum_i A_i F^(L-i+1) Fp^stages_i),   F = 1/(tau_v s+1), Fp = 1/(tau_path s+1)
//
// does not wind round 0 as s runs up the imaginary axis.
type delayedWinding struct {
	d    *DFC
	loop frequency.Cascade // with the taps of the sample at hand
}

func newDelayedWinding(d *DFC) *delayedWinding {
	w := &delayedWinding{d: d, loop: frequency.Cascade{Taps: make([][]float64, d.net.Depth()), Tau: d.tauV}}
	if tau := d.net.Feedback.Tau; tau > 0 {
		w.loop.Lag = tau
		for i := range w.loop.Taps {
			w.loop.Lags = append(w.loop.Lags, d.net.FeedbackStages(i))
		}
	}
	return w
}

// isStable reports whether the loop of row b of gain is known to be stable.
func (w *delayedWinding) isStable(gain *loopGain, b int) bool {
	for i, tap := range gain.tap {
		w.loop.Taps[i] = gain.block(tap, b).Data
	}
	loop, err := w.loop.Closed(w.d.net.Outputs(), w.d.controller, w.d.delay)
	if err != nil {
		return false
	}
	unstable, err := loop.UnstablePoles()
	return err == nil && unstable == 0
}
