package analysis

import (
	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// Taps are how control of each layer alone moves the output of one sample,
//
//	A_i = J_i Q_i = D_L W_L D_{L-1} .. W_{i+1} D_i Q_i      (n_L x n_L), i = 1..L
//
// (dvfb_i/du for Q_i on other feedback paths than the direct one). They are all
// of the network that the feedback loop sees, and depend neither
// on the controller nor on tau_v: compute them once for a map over those.
type Taps []*mat.Dense

// taps returns J_i Q_i of every layer, without control.
func (j blocks) taps(w *models.Weights) Taps { return j.tapsAlong(w.Q) }

// tapsAlong is taps with dvfb_i/du, n_i x n_L, given as q.
func (j blocks) tapsAlong(q []blas64.General) Taps {
	t := make(Taps, len(j))
	for i, ji := range j {
		t[i] = mat.NewDense(ji.Rows, ji.Rows, nil)
		for p := range ji.Rows {
			blas64.Gemv(blas.Trans, 1, q[i], rowVector(ji, p), 0, rowVector(t[i].RawMatrix(), p))
		}
	}
	return t
}

// Taps returns the taps at the voltages v = (v_1, .., v_L), which feedback
// neurons may follow as in [Loop.Matrix].
func (l Loop) Taps(v []float64) Taps {
	v, f := l.split(v)
	return l.jacobians(l.slopes(v)).tapsAlong(l.W.FeedbackAt(f))
}

// jacobians returns J_i = dr_L/dv_i (n_L x n_i) by one backward sweep of n_L
// directions: J_L = D_L, J_i = J_{i+1} W_{i+1} D_i.
func (l Loop) jacobians(slopes []float64) blocks {
	at, _ := offsets(l.Net)
	nL, last := l.Net.Outputs(), l.Net.Depth()-1
	j := make(blocks, l.Net.Depth())
	for i := last; i >= 0; i-- {
		n := l.Net.Sizes[i+1]
		j[i] = blas64.General{Rows: nL, Cols: n, Stride: n, Data: make([]float64, nL*n)}
		for p := range nL {
			ahead := row(j[i], p)
			if i == last {
				ahead[p] = 1
			} else {
				blas64.Gemv(blas.Trans, 1, l.W.W[i+1], rowVector(j[i+1], p), 0, rowVector(j[i], p))
			}
			for k, d := range slopes[at[i]:at[i+1]] {
				ahead[k] *= d
			}
		}
	}
	return j
}

// Taps returns the taps of one sample of the minibatch, at its feedforward state.
func (l *Linearization) Taps(sample int) Taps {
	return l.samples[sample].jacobians().taps(l.w)
}

// Gain returns JQ = sum_i A_i, how control of all layers at rest moves the output.
func (t Taps) Gain() *mat.Dense {
	sum := mat.DenseCopyOf(t[0])
	for _, a := range t[1:] {
		sum.Add(sum, a)
	}
	return sum
}

// ClosedLoop returns the matrix of the taps closed by a controller (A, B, C, D)
// in every channel, n_L (L + n_c) rows: with y_i = J_i dv_i (n_L numbers, y_0 = 0)
// and the controller's states x, channel by channel within each state,
//
//	tau_v y_i' = -y_i + y_{i-1} + A_i u,     u = C x + D e,   e = -y_L = -dr_L
//	      x'   = A x + B e
//
// It is per unit of time. Its eigenvalues together with -1/tau_v, which cannot
// destabilise, are those of [Loop.Matrix]: a direction of v_i that no J_i sees
// decays unseen. So the abscissa is the same, or -1/tau_v where that is larger.
// A layer of less than n_L neurons gives surplus eigenvalues -1/tau_v here; of
// the full matrix -1/tau_v is in general defective, and a dense solver
// smears it into a cluster. Norms are not kept: for transient growth
// take the full matrix.
func (t Taps) ClosedLoop(c controllers.Controller, tauV float64) *mat.Dense {
	return t.closedLoop(c, tauV, lag{stages: make([]int, len(t))})
}

// closedLoop is ClosedLoop with feedback that lags. As all feedback neurons are
// the same filter, which commutes with every matrix, layer i is fed A_i z_k where
// ClosedLoop has A_i u: n_L numbers more for each layer of theirs,
//
//	tau z_k' = -z_k + z_{k-1},   z_0 = u
//
// and -1/tau joins -1/tau_v as an eigenvalue that the full matrix alone may have.
func (t Taps) closedLoop(c controllers.Controller, tauV float64, l lag) *mat.Dense {
	nL, depth := t[0].RawMatrix().Rows, len(t)
	size := nL * (depth + c.States() + l.longest())
	m := mat.NewDense(size, size, nil)
	t.fill(m, c, tauV, l, func(i int, a *mat.Dense, tau float64) {
		addBlock(m, i, depth-1, a, -c.D/tau)
		for s, gain := range c.C {
			addBlock(m, i, depth+s, a, gain/tau)
		}
	})
	return m
}

// fill adds the closed loop to m, whose coordinates begin with those of closedLoop:
// control adds A u / tau to block i.
func (t Taps) fill(m *mat.Dense, c controllers.Controller, tauV float64, l lag, control func(i int, a *mat.Dense, tau float64)) {
	nL, depth, states := t[0].RawMatrix().Rows, len(t), c.States()
	output, first := depth-1, depth+states // of the z_k
	for i, a := range t {
		addDiagonal(m, i, i, nL, -1/tauV)
		if i > 0 {
			addDiagonal(m, i, i-1, nL, 1/tauV)
		}
		if k := l.stages[i]; k > 0 {
			addBlock(m, i, first+k-1, a, 1/tauV)
			continue
		}
		control(i, a, tauV)
	}
	for k := range l.longest() {
		addDiagonal(m, first+k, first+k, nL, -1/l.tau)
		if k > 0 {
			addDiagonal(m, first+k, first+k-1, nL, 1/l.tau)
			continue
		}
		control(first, identity(nL), l.tau)
	}
	for s, b := range c.B {
		addDiagonal(m, depth+s, output, nL, -b)
		for r := range states {
			addDiagonal(m, depth+s, depth+r, nL, c.A.At(s, r))
		}
	}
}

// Reduced returns the closed loop of [Taps.ClosedLoop] at the voltages v: the
// spectrum of [Loop.Matrix] from n_L (L + n_c) rows instead of sum n_i + n_L n_c.
func (l Loop) Reduced(v []float64) *mat.Dense {
	return l.Taps(v).closedLoop(l.Controller, l.TauV, lagOf(l.Net))
}

// ClosedLoop returns the closed loop of one sample of the minibatch at its
// feedforward state, as [Taps.ClosedLoop], with the lag of the feedback path.
func (l *Linearization) ClosedLoop(sample int, c controllers.Controller, tauV float64) *mat.Dense {
	return l.Taps(sample).closedLoop(c, tauV, lagOf(l.net))
}

func identity(n int) *mat.Dense {
	m := mat.NewDense(n, n, nil)
	addDiagonal(m, 0, 0, n, 1)
	return m
}

// addBlock adds scale a to block (i, j) of m.
func addBlock(m *mat.Dense, i, j int, a *mat.Dense, scale float64) {
	n, _ := a.Dims()
	for p := range n {
		dst := m.RawRowView(i*n + p)[j*n : (j+1)*n]
		for q, x := range a.RawRowView(p) {
			dst[q] += scale * x
		}
	}
}

// addDiagonal adds scale I to the n x n block (i, j) of m.
func addDiagonal(m *mat.Dense, i, j, n int, scale float64) {
	for p := range n {
		m.Set(i*n+p, j*n+p, m.At(i*n+p, j*n+p)+scale)
	}
}

func rowVector(g blas64.General, k int) blas64.Vector {
	return blas64.Vector{N: g.Cols, Inc: 1, Data: row(g, k)}
}
