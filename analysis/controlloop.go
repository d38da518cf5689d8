package analysis

import (
	"credo/controllers"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// controlLoop is what of the closed loop remains at one z when the neurons are
// solved for: n_L (n_c + 1) complex equations for the controllers' states and e,
//
//	K = [ z - A   -B     ]
//	    [ G C     I + G D ]
//
// with A, B, C, D the same in every channel and G (n_L x n_L) the transfer from u
// to r_L. It is solved as the real matrix [Re K, -Im K; Im K, Re K], whose transpose
// is that of K^*.
type controlLoop struct {
	c     controllers.Controller
	nL    int
	g     planarMatrix
	real  blas64.General
	pivot []int
	rhs   blas64.General
}

func newControlLoop(c controllers.Controller, nL int) *controlLoop {
	n := 2 * nL * (c.States() + 1)
	return &controlLoop{c, nL, newPlanarMatrix(nL, nL), newGeneral(n, n), make([]int, n), newGeneral(n, 1)}
}

// close factors K at z with G = diag(slopes) respond, and reports whether it is
// regular.
func (l *controlLoop) close(z complex128, respond planarMatrix, slopes []float64) bool {
	for i, d := range slopes {
		for j := range l.nL {
			k := i*l.nL + j
			l.g.re.Data[k], l.g.im.Data[k] = d*respond.re.Data[k], d*respond.im.Data[k]
		}
	}
	clear(l.real.Data)
	states := l.c.States()
	for s := range states {
		for r := range states {
			l.diagonal(s, r, complex(-l.c.A.At(s, r), 0))
		}
		l.diagonal(s, s, z)
		l.diagonal(s, states, complex(-l.c.B[s], 0))
		l.transfer(s, l.c.C[s])
	}
	l.diagonal(states, states, 1)
	l.transfer(states, l.c.D)
	return lapack64.Getrf(l.real, l.pivot)
}

// diagonal adds x I to block (s, r).
func (l *controlLoop) diagonal(s, r int, x complex128) {
	for k := range l.nL {
		l.add(s*l.nL+k, r*l.nL+k, real(x), imag(x))
	}
}

// transfer adds gain G to block column s of the last block row.
func (l *controlLoop) transfer(s int, gain float64) {
	last := l.c.States() * l.nL
	for i := range l.nL {
		for j := range l.nL {
			k := i*l.nL + j
			l.add(last+i, s*l.nL+j, gain*l.g.re.Data[k], gain*l.g.im.Data[k])
		}
	}
}

func (l *controlLoop) add(i, j int, re, im float64) {
	n, half := l.real.Stride, l.real.Rows/2
	l.real.Data[i*n+j] += re
	l.real.Data[i*n+half+j] -= im
	l.real.Data[(half+i)*n+j] += im
	l.real.Data[(half+i)*n+half+j] += re
}

// solve replaces x with K^-1 x, or with K^-T x.
func (l *controlLoop) solve(t blas.Transpose, x planar) {
	half, sign := len(x.re), 1.0
	if t == blas.Trans {
		sign = -1 // K^-T x is the conjugate of K^-* applied to x's
	}
	copy(l.rhs.Data, x.re)
	for k, im := range x.im {
		l.rhs.Data[half+k] = sign * im
	}
	lapack64.Getrs(t, l.real, l.rhs, l.pivot)
	copy(x.re, l.rhs.Data)
	for k := range x.im {
		x.im[k] = sign * l.rhs.Data[half+k]
	}
}

// fed sets the transposed problem's right-hand side (b_x + C^T g, D g).
func (l *controlLoop) fed(dst, bx, g planar) {
	for s := range l.c.States() + 1 {
		part, gain := dst.of(stretch{s * l.nL, (s + 1) * l.nL}), l.c.D
		part.clear()
		if s < l.c.States() {
			part.set(bx.of(stretch{s * l.nL, (s + 1) * l.nL}))
			gain = l.c.C[s]
		}
		for k := range g.re {
			part.re[k] += gain * g.re[k]
			part.im[k] += gain * g.im[k]
		}
	}
}
