package analysis

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/floats"
)

// Mode is an eigenpair of the closed loop: exp(lambda t) times a vector in the
// coordinates of [Loop.Matrix].
type Mode struct {
	Value     complex128 // lambda, Im >= 0, per unit of time
	Frequency float64    // |Im lambda| / 2 pi: periods per unit of time
	Damping   float64    // -Re lambda / |lambda|: 1 for pure decay, 0 at the edge of stability

	Vector []complex128 // of unit norm, its largest entry real and positive

	// Who oscillates: the shares of |Vector|^2, together 1. Layers holds those of
	// v_1, .., v_L, Path those of feedback neurons with dynamics.
	Layers, Path []float64
	Controller   float64
}

// Mode returns the mode of the full loop that belongs to an eigenpair (lambda, y) of
// the reduced one ([Loop.Reduced]) at the same state. With u = C x + D e of the
// reduced vector, the layers follow by a sweep forward,
//
//	v_i = F (W_i D_{i-1} v_{i-1} + Q_i u),   F = 1/(tau_v lambda + 1)
//
// and feedback neurons likewise before them. Modes at -1/tau_v, where the loop is
// not seen at all, have no such vector: theirs is NaN.
func (m *LoopOperator) Mode(lambda complex128, reduced []complex128) Mode {
	nL, depth, states := len(m.u), len(m.layers), m.loop.Controller.States()
	y := newPlanar(len(reduced))
	y.read(reduced)
	x, e := y.of(stretch{nL * depth, nL * (depth + states)}), y.of(stretch{nL * (depth - 1), nL * depth})
	e.scale(-1)
	return m.mode(lambda, m.driven(lambda, x, e))
}

// mode is the mode of an eigenpair of the full loop.
func (m *LoopOperator) mode(lambda complex128, vector []complex128) Mode {
	normalize(vector)
	mode := Mode{
		Value: lambda, Frequency: math.Abs(imag(lambda)) / (2 * math.Pi), Damping: -real(lambda) / cmplx.Abs(lambda),
		Vector: vector, Controller: energy(vector, m.x),
	}
	for _, layer := range m.layers {
		mode.Layers = append(mode.Layers, energy(vector, layer))
	}
	for _, f := range m.path {
		mode.Path = append(mode.Path, energy(vector, f))
	}
	return mode
}

// driven returns the state that the controllers at x and the error e,
// all proportional to exp(lambda t), hold together.
func (m *LoopOperator) driven(lambda complex128, x, e planar) []complex128 {
	r := &loopResolvent{m: m, state: newPlanar(m.Dim()), sent: newPlanar(m.Dim()), u: newPlanar(len(m.u))}
	r.filter(lambda)
	r.state.of(m.x).set(x)
	m.loop.Controller.Signal(r.u.re, x.re, e.re)
	m.loop.Controller.Signal(r.u.im, x.im, e.im)
	r.pathForward()
	for i, layer := range m.layers {
		if m.stages[i] == 0 {
			r.state.of(layer).mulAdd(m.q[i], r.u)
			r.state.of(layer).scale(complex(1/m.loop.TauV, 0))
		}
	}
	r.layersForward()
	vector := make([]complex128, m.Dim())
	r.state.write(vector)
	return vector
}

// normalize scales x to unit norm and its largest entry to a positive number.
func normalize(x []complex128) {
	var largest complex128
	modulus := make([]float64, len(x))
	for k, c := range x {
		modulus[k] = cmplx.Abs(c)
		if modulus[k] > cmplx.Abs(largest) {
			largest = c
		}
	}
	scale := cmplx.Rect(1/floats.Norm(modulus, 2), -cmplx.Phase(largest))
	for k := range x {
		x[k] *= scale
	}
}

func energy(vector []complex128, s stretch) float64 {
	sum := 0.0
	for _, c := range vector[s.at:s.end] {
		sum += real(c)*real(c) + imag(c)*imag(c)
	}
	return sum
}
