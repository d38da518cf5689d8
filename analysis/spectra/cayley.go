package spectra

import (
	"fmt"
	"math/cmplx"
)

// RightmostCayley returns k eigenvalues by Krylov-Schur on the Cayley transform
//
//	C = (pole I - M)^-1 (M - zero I),   lambda = pole - (pole - zero)/(theta + 1)
//
// of real pole > zero, which takes the half plane right of their middle outside the
// unit circle: Garratt, Moore and Spence (1991). It finds the k of largest |theta|,
// which are the rightmost where none is much higher than pole - zero; put the pole
// right of all and the middle about where the k-th is. It converges where
// [Rightmost] does not, because something far left or high up is much larger.
func RightmostCayley(op Resolver, k int, pole, zero float64, opt Krylov) (*Spectrum, error) {
	if !(pole > zero) {
		panic(fmt.Sprintf("spectra: the pole %g of a Cayley transform is not right of its zero %g", pole, zero))
	}
	gap := pole - zero
	back := func(theta complex128) complex128 { return complex(pole, 0) - complex(gap, 0)/(theta+1) }
	return transformed(op, pole, k, opt, transform{scale: gap, shift: -1}, back)
}

// Nearest returns the k eigenvalues nearest to a real number, by Krylov-Schur on
// (shift I - M)^-1, lambda = shift - 1/theta.
func Nearest(op Resolver, k int, shift float64, opt Krylov) (*Spectrum, error) {
	back := func(theta complex128) complex128 { return complex(shift, 0) - 1/theta }
	return transformed(op, shift, k, opt, transform{scale: 1}, back)
}

func transformed(op Resolver, at float64, k int, opt Krylov, t transform, back func(complex128) complex128) (*Spectrum, error) {
	var err error
	if t.resolvent, err = op.Resolvent(complex(at, 0)); err != nil {
		return nil, err
	}
	t.memory = make([]complex128, op.Dim())
	s, err := largest(t, k, opt, cmplx.Abs)
	if err != nil {
		return nil, err
	}
	for j, theta := range s.Values {
		s.Values[j] = back(theta)
	}
	s.sort()
	s.measure(op)
	return s, nil
}

// transform is scale R + shift I, R a resolvent at a real number.
type transform struct {
	resolvent    Resolvent
	scale, shift float64
	memory       []complex128
}

func (t transform) Dim() int { return len(t.memory) }

func (t transform) Apply(y, x []float64) {
	for k, xk := range x {
		t.memory[k] = complex(xk, 0)
	}
	t.resolvent.Solve(t.memory, t.memory)
	for k, xk := range x {
		y[k] = t.scale*real(t.memory[k]) + t.shift*xk
	}
}
