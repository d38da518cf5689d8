package analysis

import (
	"math/cmplx"

	"credo/controllers"
	"credo/controllers/frequency"
	"gonum.org/v1/gonum/mat"
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
	loop := frequency.Loop{Channels: t[0].RawMatrix().Rows, Corners: []float64{1 / tauV}, Delay: delay}
	if l.longest() > 0 {
		loop.Corners = append(loop.Corners, 1/l.tau)
	}
	if c.States() > 0 {
		poles, err := Eigenvalues(mat.DenseCopyOf(c.A))
		if err != nil {
			return loop, err
		}
		for _, p := range poles {
			if p != 0 {
				loop.Corners = append(loop.Corners, cmplx.Abs(p))
			}
			if real(p) > 0 {
				loop.Unstable++
			}
		}
		loop.Unstable *= loop.Channels
	}
	loop.Transfer = func(dst []complex128, s complex128) { t.transfer(dst, s, c, tauV, l) }
	return loop, nil
}

// transfer sets dst to L(s) without delay.
func (t Taps) transfer(dst []complex128, s complex128, c controllers.Controller, tauV float64, l lag) {
	clear(dst)
	gain, leak := c.Transfer(s), 1/(s*complex(tauV, 0)+1)
	if cmplx.IsInf(gain) {
		dst[0] = gain
		return
	}
	for i := len(t) - 1; i >= 0; i-- {
		gain *= leak
		scale := gain
		for range l.stages[i] {
			scale /= s*complex(l.tau, 0) + 1
		}
		for k, a := range t[i].RawMatrix().Data {
			dst[k] += scale * complex(a, 0)
		}
	}
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
