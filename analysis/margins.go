package analysis

import (
	"credo/controllers"
	"credo/controllers/frequency"
)

// LoopTransfer returns the feedback loop cut open at the control signal,
//
//	L(s) = c(s) exp(-s delay) sum_i A_i / (tau_v s + 1)^(L-i+1)      (n_L x n_L)
//
// whose margins, characteristic loci and unstable poles package frequency computes: the
// loop is stable exactly if det(I + L(s)) has no zero with Re s >= 0, and L, at n_L x n_L
// numbers a frequency, is all that it takes. delay is that of the control signal on its
// way to the neurons. An integrator, alpha = 0, has its pole at 0.
func (t Taps) LoopTransfer(c controllers.Controller, tauV, delay float64) (frequency.Loop, error) {
	return t.loopTransfer(c, tauV, delay, lag{stages: make([]int, len(t))})
}

// loopTransfer is LoopTransfer with feedback that lags: A_i / (tau s + 1)^stages_i.
func (t Taps) loopTransfer(c controllers.Controller, tauV, delay float64, l lag) (frequency.Loop, error) {
	return t.cascade(tauV, l).Closed(t[0].RawMatrix().Rows, c, delay)
}

// cascade is the loop without its controller.
func (t Taps) cascade(tauV float64, l lag) frequency.Cascade {
	c := frequency.Cascade{Tau: tauV}
	for _, a := range t {
		c.Taps = append(c.Taps, a.RawMatrix().Data)
	}
	if l.tau > 0 {
		c.Lag, c.Lags = l.tau, l.stages
	}
	return c
}

// Margins returns the gain, phase and delay margins and the sensitivity peaks of
// [Taps.LoopTransfer].
func (t Taps) Margins(c controllers.Controller, tauV, delay float64) (frequency.Margins, error) {
	loop, err := t.LoopTransfer(c, tauV, delay)
	if err != nil {
		return frequency.Margins{}, err
	}
	return loop.Margins()
}

// LoopTransfer returns the loop at the voltages v, which feedback neurons may follow
// as in [Loop.Matrix], as [Taps.LoopTransfer] with the lag of the feedback path.
func (l Loop) LoopTransfer(v []float64, delay float64) (frequency.Loop, error) {
	return l.Taps(v).loopTransfer(l.Controller, l.TauV, delay, lagOf(l.Net))
}

// LoopTransfer returns the loop of one sample of the minibatch at its feedforward
// state, as [Taps.LoopTransfer] with the lag of the feedback path.
func (l *Linearization) LoopTransfer(sample int, c controllers.Controller, tauV, delay float64) (frequency.Loop, error) {
	return l.Taps(sample).loopTransfer(c, tauV, delay, lagOf(l.net))
}

// Margins returns the margins of one sample of the minibatch at its feedforward
// state.
func (l *Linearization) Margins(sample int, c controllers.Controller, tauV, delay float64) (frequency.Margins, error) {
	loop, err := l.LoopTransfer(sample, c, tauV, delay)
	if err != nil {
		return frequency.Margins{}, err
	}
	return loop.Margins()
}
