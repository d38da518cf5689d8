package analysis

import (
	"errors"
	"fmt"
	"math"

	"credo/models"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// SampleLoop is the nonlinear feedback loop of one sample: Meulemans et al. (2021),
// eqs. (1) and (4), on the direct feedback path. Its state is (v_1, .., v_L, x), the
// controller's states channel by channel within each state.
type SampleLoop struct {
	Loop
	Input  []float64 // r_0
	Target []float64 // r_L^*
}

// ErrNoRest reports a loop for which no rest state was found: compare with errors.Is.
var ErrNoRest = errors.New("analysis: no rest state found")

// Dim is the length of the state.
func (l SampleLoop) Dim() int {
	_, total := offsets(l.Net)
	return total + l.Net.Outputs()*l.Controller.States()
}

// Deriv writes the right side of eqs. (1) and (4) at y to dy, per unit of time.
func (l SampleLoop) Deriv(dy, y []float64) {
	at, total := offsets(l.Net)
	last := l.Net.Depth() - 1
	output := make([]float64, l.Net.Outputs())
	l.Net.Phi[last].Apply(output, y[at[last]:total])
	e := floats.SubTo(output, l.Target, output)
	l.Controller.Deriv(dy[total:], y[total:], e)
	u := make([]float64, len(e))
	l.Controller.Signal(u, y[total:], e)
	l.sweep(dy[:total], u, func(i int, rate []float64) { l.Net.Phi[i].Apply(rate, y[at[i]:at[i+1]]) })
	for k := range total {
		dy[k] = (dy[k] - y[k]) / l.TauV
	}
}

// sweep sets drive to W_i r_{i-1} + b_i + Q_i u of all layers, first to last, with r_i,
// i < L, as rates gives them once drive's layer i is there.
func (l SampleLoop) sweep(drive, u []float64, rates func(i int, rate []float64)) {
	at, _ := offsets(l.Net)
	before := l.Input
	for i, w := range l.W.W {
		d := drive[at[i]:at[i+1]]
		clear(d)
		copy(d, l.W.B[i])
		blas64.Gemv(blas.NoTrans, 1, w, vector(before), 1, vector(d))
		blas64.Gemv(blas.NoTrans, 1, l.W.Q[i], vector(u), 1, vector(d))
		if i < l.Net.Depth()-1 {
			before = make([]float64, len(d))
			rates(i, before)
		}
	}
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// Feedforward returns the state without control.
func (l SampleLoop) Feedforward() []float64 {
	return l.controlled(make([]float64, l.Net.Outputs()))
}

// controlled returns the state in which u holds all voltages.
func (l SampleLoop) controlled(u []float64) []float64 {
	at, total := offsets(l.Net)
	y := make([]float64, l.Dim())
	l.sweep(y[:total], u, func(i int, rate []float64) { l.Net.Phi[i].Apply(rate, y[at[i]:at[i+1]]) })
	unit := make([]float64, l.Controller.States())
	l.Controller.Rest(unit, 1)
	for s, x := range unit {
		floats.AddScaled(y[total+s*len(u):total+(s+1)*len(u)], x, u)
	}
	return y
}

// Rest returns the rest state, from the control signal u (n_L) in place, by Newton's
// method with step halving on
//
//	r_L(u) + u/g - r_L^* = 0,   slope JQ(u) + I/g
//
// with the controller's DC gain g. It need not be stable. The error is [ErrNoRest], or of
// a feedback path other than the direct one.
func (l SampleLoop) Rest(u []float64) ([]float64, error) {
	const iterations, tolerance = 40, 1e-13
	if l.Net.Feedback.Layerwise || len(l.Net.Feedback.Sizes) > 0 {
		return nil, errors.New("analysis: SampleLoop knows the direct feedback path only")
	}
	y, f, zero := l.controlled(u), make([]float64, len(u)), tolerance*(1+floats.Norm(l.Target, math.Inf(1)))
	size := l.imbalance(f, y, u)
	for range iterations {
		if size <= zero {
			return y, nil
		}
		_, total := offsets(l.Net)
		slope := l.Taps(y[:total]).Gain()
		addDiagonal(slope, 0, 0, len(u), l.Controller.InverseDCGain())
		step := mat.NewVecDense(len(u), nil)
		if err := step.SolveVec(slope, mat.NewVecDense(len(f), f)); err != nil {
			return nil, fmt.Errorf("%w: JQ + I/g: %v", ErrNoRest, err)
		}
		if y = l.descend(u, f, step.RawVector().Data, size); y == nil {
			break
		}
		size = floats.Norm(f, math.Inf(1))
	}
	return nil, fmt.Errorf("%w: imbalance %.3g", ErrNoRest, size)
}

// descend moves u along -step, halved until f shrinks, and returns the state there; nil
// if none does.
func (l SampleLoop) descend(u, f, step []float64, size float64) []float64 {
	start := append([]float64(nil), u...)
	for length := 1.0; length > 1e-4; length /= 2 {
		floats.AddScaledTo(u, start, -length, step)
		y := l.controlled(u)
		if l.imbalance(f, y, u) < (1-0.1*length)*size {
			return y
		}
	}
	return nil
}

// imbalance sets f = r_L + u/g - r_L^* and returns its largest component.
func (l SampleLoop) imbalance(f, y, u []float64) float64 {
	at, total := offsets(l.Net)
	last := l.Net.Depth() - 1
	l.Net.Phi[last].Apply(f, y[at[last]:total])
	floats.Sub(f, l.Target)
	floats.AddScaled(f, l.Controller.InverseDCGain(), u)
	return floats.Norm(f, math.Inf(1))
}

// Linear returns the loop linearised at a state.
func (l SampleLoop) Linear(y []float64) LinearLoop {
	_, total := offsets(l.Net)
	return l.Loop.Linear(y[:total])
}

// TargetOf returns r_L^* of one sample, Meulemans et al. (2021), eq. (3), and its
// feedforward output.
func TargetOf(net *models.Network, w *models.Weights, input, label []float64, lambda float64) (target []float64) {
	l := SampleLoop{Loop: Loop{Net: net, W: w}, Input: input}
	at, total := offsets(net)
	y := make([]float64, total)
	l.sweep(y, make([]float64, net.Outputs()), func(i int, rate []float64) { net.Phi[i].Apply(rate, y[at[i]:at[i+1]]) })
	output := make([]float64, net.Outputs())
	net.Phi[net.Depth()-1].Apply(output, y[at[net.Depth()-1]:])
	target = make([]float64, len(output))
	net.Loss.Gradient(target, output, label)
	floats.Scale(-lambda, target)
	floats.Add(target, output)
	return target
}
