package models

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// loopGain holds, for the samples of a tile, what the feedback loop's linear
// theory needs, all of it n_L x n_L:
//
//	A_i = J_i Q_i,   JQ = sum_i A_i,   M = JQ + I/g
//
// A_i is the tap at layer i: how control of that layer alone moves the output.
// M is the Jacobian of the rest state's equation in u (g: the controller's DC
// gain), and the sample is stable in the sense of Condition 3 of Meulemans et
// al. (2021) where every eigenvalue of M has a real part above margin = 0.
type loopGain struct {
	net      *Network
	inverse  float64 // 1/g
	margin   float64 // what eigenvalues of M must exceed
	jacobian *Jacobian

	tap      []blas64.General // samples n_L x n_L: A_i, row b n_L + c is output c of sample b
	m        blas64.General   // samples n_L x n_L: M of every sample
	factored blas64.General   // the same, LU-factored
	pivot    []int

	dense  blas64.General // scratch of the stability test
	re, im []float64
	work   []float64
}

func newLoopGain(net *Network, inverseDCGain float64, samples int) *loopGain {
	nL := net.Outputs()
	g := &loopGain{net: net, inverse: inverseDCGain, jacobian: newJacobian(net, samples)}
	for range net.Depth() {
		g.tap = append(g.tap, newPadded(samples*nL, nL))
	}
	g.m, g.factored = newMatrix(samples*nL, nL), newMatrix(samples*nL, nL)
	g.pivot = make([]int, samples*nL)
	g.dense = newMatrix(nL, nL)
	g.re, g.im, g.work = make([]float64, nL), make([]float64, nL), make([]float64, 8*nL)
	return g
}

// linearize computes the taps and M of the first rows rows of voltages v and
// rates r, with feedback as it is without control.
func (g *loopGain) linearize(w *Weights, v, r []blas64.General, rows int) {
	g.linearizeAlong(w.Q, w, v, r, rows)
}

// linearizeAlong is linearize with dvfb_i/du, n_i x n_L, given as q.
func (g *loopGain) linearizeAlong(q []blas64.General, w *Weights, v, r []blas64.General, rows int) {
	nL := g.net.Outputs()
	g.jacobian.Run(w, v, r, rows)
	setRows(g.m, nil, rows*nL)
	for i, tap := range g.tap {
		setRows(tap, nil, rows*nL)
		mulRowsTransAdd(tap, g.jacobian.rows[i], q[i], rows*nL)
		for k, a := range tap.Data[:rows*nL*nL] {
			g.m.Data[k] += a
		}
	}
	for k := range rows * nL {
		g.m.Data[k*nL+k%nL] += g.inverse
	}
}

// factor decomposes M of row b and reports whether it is regular.
func (g *loopGain) factor(b int) bool {
	nL := g.net.Outputs()
	copy(g.block(g.factored, b).Data, g.block(g.m, b).Data)
	return lapack64.Getrf(g.block(g.factored, b), g.pivot[b*nL:(b+1)*nL])
}

// solve replaces x with M^-1 x, M of row b as factored.
func (g *loopGain) solve(x []float64, b int) {
	nL := g.net.Outputs()
	rhs := blas64.General{Rows: nL, Cols: 1, Stride: 1, Data: x}
	lapack64.Getrs(blas.NoTrans, g.block(g.factored, b), rhs, g.pivot[b*nL:(b+1)*nL])
}

// stable reports whether all eigenvalues of row b's M have a real part above
// margin: Condition 3. A symmetric part that is positive definite beyond it
// suffices and is twenty times cheaper to see than the eigenvalues.
func (g *loopGain) stable(b int) bool {
	m, nL := g.block(g.m, b), g.net.Outputs()
	for i := range nL {
		for j := range nL {
			x := (m.Data[i*nL+j] + m.Data[j*nL+i]) / 2
			if math.IsNaN(x) || math.IsInf(x, 0) {
				return false
			}
			g.dense.Data[i*nL+j] = x
		}
		g.dense.Data[i*nL+i] -= g.margin
	}
	if _, ok := lapack64.Potrf(blas64.Symmetric{N: nL, Stride: nL, Data: g.dense.Data, Uplo: blas.Upper}); ok {
		return true
	}
	copy(g.dense.Data, m.Data)
	none := blas64.General{Stride: 1}
	if lapack64.Geev(lapack.LeftEVNone, lapack.RightEVNone, g.dense, g.re, g.im, none, none, g.work, len(g.work)) != 0 {
		return false
	}
	for _, re := range g.re {
		if re <= g.margin {
			return false
		}
	}
	return true
}

// block views the n_L x n_L matrix of row b.
func (g *loopGain) block(m blas64.General, b int) blas64.General {
	nL := g.net.Outputs()
	return blas64.General{Rows: nL, Cols: nL, Stride: nL, Data: m.Data[b*nL*nL : (b+1)*nL*nL]}
}
