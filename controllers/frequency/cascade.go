package frequency

import (
	"fmt"
	"math/cmplx"

	"credo/controllers"
	"gonum.org/v1/gonum/mat"
)

// Cascade is a chain of L low-pass filters that control enters at every one, after
// Lags[i] filters of time constant Lag of its own:
//
//	M(s) = sum_i A_i / ((Tau s + 1)^(L-i+1) (Lag s + 1)^Lags_i),   i = 1..L
type Cascade struct {
	Taps [][]float64 // A_1..A_L, each n x n, row-major
	Tau  float64
	Lag  float64 // 0: control enters at once
	Lags []int   // nil, or one an A_i
}

// Transfer sets dst (n x n, row-major) to gain M(s).
func (c Cascade) Transfer(dst []complex128, s, gain complex128) {
	clear(dst)
	filter, lag := 1/(s*complex(c.Tau, 0)+1), 1/(s*complex(c.Lag, 0)+1)
	for i := len(c.Taps) - 1; i >= 0; i-- {
		gain *= filter
		scale := gain
		if c.Lags != nil {
			for range c.Lags[i] {
				scale *= lag
			}
		}
		for k, a := range c.Taps[i] {
			dst[k] += scale * complex(a, 0)
		}
	}
}

// Closed returns the loop L(s) = c(s) M(s) of n channels, each with the controller c,
// whose signal comes late by delay.
func (c Cascade) Closed(n int, control controllers.Controller, delay float64) (Loop, error) {
	loop := Loop{Channels: n, Corners: []float64{1 / c.Tau}, Delay: delay}
	if c.Lag > 0 {
		loop.Corners = append(loop.Corners, 1/c.Lag)
	}
	if control.States() > 0 {
		var eigen mat.Eigen
		if !eigen.Factorize(control.A, mat.EigenNone) {
			return loop, fmt.Errorf("frequency: the controller's poles cannot be found; is an entry of its A not finite?")
		}
		for _, p := range eigen.Values(nil) {
			if p != 0 {
				loop.Corners = append(loop.Corners, cmplx.Abs(p))
			}
			if real(p) > 0 {
				loop.Unstable += n
			}
		}
	}
	loop.Transfer = func(dst []complex128, s complex128) {
		gain := control.Transfer(s)
		if cmplx.IsInf(gain) { // whatever M is there
			clear(dst)
			dst[0] = gain
			return
		}
		c.Transfer(dst, s, gain)
	}
	return loop, nil
}
