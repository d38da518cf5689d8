package models

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// FeedbackPath is the way of the control signal u to the feedback compartments
// vfb_i of the layers, which enter eq. (1) of Meulemans et al. (2021) in place of
// Q_i u. The paper has the direct path; its section 7 names the others:
//
//	direct     vfb_i = Q_i u                                        Q_i: n_i x n_L
//	layerwise  vfb_L = Q_L u,   vfb_i = Q_i vfb_{i+1}               Q_i: n_i x n_{i+1}
//	separate   vfb_i = Q_i psi(f_k),   k = min(K, L-i+1)            Q_i: n_i x d_k
//	           tau_path df_k/dt = -f_k + R_k psi(f_{k-1})           R_k: d_k x d_{k-1}
//
// where psi(f_0) is u itself and d_0 = n_L. The K layers of feedback neurons f_k
// run beside the network from its output down: f_1 feeds layer L, f_2 layer L-1,
// and the last of them every layer that is left. psi(0) = 0, so that without
// control nothing is fed back, and psi'(0) = 1.
//
// Every path is to first order in u
//
//	vfb_i = Qeff_i u,   Qeff_i = Q_i | Q_i Qeff_{i+1} | Q_i R_k .. R_1
//
// and the direct and the layerwise one, whose compartments have no dynamics of
// their own, are so exactly. So a rule knows these by Qeff alone, [Weights.Q];
// feedback neurons have states and slopes beside it (feedbackNeurons).
//
// The zero value is the direct path.
type FeedbackPath struct {
	Layerwise bool
	Sizes     []int      // separate: d_1..d_K
	Psi       Activation // separate
	Tau       float64    // separate: tau_path; 0: the neurons act at once
}

// SeparatePath returns the path of feedback neurons beside net, sizes[k-1] in
// layer k, at most L layers. psi names their activation: tanh or linear.
func SeparatePath(net *Network, tau float64, psi string, sizes ...int) (FeedbackPath, error) {
	if psi != "tanh" && psi != "linear" {
		return FeedbackPath{}, fmt.Errorf("models: feedback neurons are tanh or linear, not %q: psi(0) must be 0 and psi'(0) 1", psi)
	}
	if len(sizes) == 0 || len(sizes) > net.Depth() || slices.Min(sizes) < 1 {
		return FeedbackPath{}, fmt.Errorf("models: feedback layers of %v neurons beside a network of %d layers", sizes, net.Depth())
	}
	phi, err := ActivationByName(psi)
	return FeedbackPath{Sizes: sizes, Psi: phi, Tau: tau}, err
}

// direct reports whether every layer's own weights are its effective ones.
func (p FeedbackPath) direct() bool { return !p.Layerwise && len(p.Sizes) == 0 }

// Linear reports whether vfb is linear in u at rest: vfb_i = Qeff_i u.
func (p FeedbackPath) Linear() bool { return p.Psi == nil || p.Psi.Name() == "linear" }

// FeedbackStages returns how many layers of feedback neurons u passes on its way
// to layer i, counted from 0: the k of [FeedbackPath], 0 without any.
func (n *Network) FeedbackStages(i int) int {
	return min(len(n.Feedback.Sizes), n.Depth()-i)
}

// fedBy returns the length of what the own feedback weights of layer i read.
func (n *Network) fedBy(i int) int {
	switch k := n.FeedbackStages(i); {
	case k > 0:
		return n.Feedback.Sizes[k-1]
	case n.Feedback.Layerwise && i < n.Depth()-1:
		return n.Sizes[i+2]
	}
	return n.Outputs()
}

// layFeedback makes the feedback weights, all zero. Those of the direct path are
// the effective ones.
func (w *Weights) layFeedback(net *Network) {
	before := net.Outputs()
	for _, n := range net.Feedback.Sizes {
		w.R = append(w.R, newMatrix(n, before))
		before = n
	}
	for i, n := range net.Sizes[1:] {
		w.Q = append(w.Q, newMatrix(n, net.Outputs()))
		w.stage = append(w.stage, net.FeedbackStages(i))
	}
	w.Link, w.path = w.Q, net.Feedback
	if net.Feedback.direct() {
		return
	}
	w.Link = nil
	for i, n := range net.Sizes[1:] {
		w.Link = append(w.Link, newMatrix(n, net.fedBy(i)))
	}
}

// Compose sets what follows from weights that have been set: Q, the effective
// feedback of Link and R, where the path is not direct; and of random weights the
// moments.
func (w *Weights) Compose() {
	if w.Pi != nil {
		w.composeMoments()
	}
	if !w.path.direct() {
		t := feedbackTangent{q: w.Q, reach: newReach(w)}
		t.compose(w, nil)
	}
}

// FeedbackAt returns dvfb_i/du (n_i x n_L) of every layer with the feedback
// neurons at f = (f_1, .., f_K); without f, or without neurons, that is Q.
func (w *Weights) FeedbackAt(f []float64) []blas64.General {
	if f == nil || len(w.R) == 0 {
		return w.Q
	}
	t, rows := feedbackTangent{reach: newReach(w)}, []blas64.General{}
	for _, r := range w.R {
		rows = append(rows, blas64.General{Rows: 1, Cols: r.Rows, Stride: r.Rows, Data: f[:r.Rows]})
		f = f[r.Rows:]
		t.slope = make([]float64, max(len(t.slope), r.Rows))
	}
	for _, q := range w.Q {
		t.q = append(t.q, newMatrix(q.Rows, q.Cols))
	}
	t.compose(w, rows)
	return t.q
}

// feedbackTangent is the memory of dvfb/du. With S_k = diag(psi'(f_k))
//
//	reach_k = df~_k/du = S_k R_k reach_{k-1},   reach_0 = I,   f~_k = psi(f_k)
//	dvfb_i/du = Q_i reach_k, or Q_i dvfb_{i+1}/du on the layerwise path
type feedbackTangent struct {
	q     []blas64.General // n_i x n_L: dvfb_i/du
	reach []blas64.General // d_k x n_L
	slope []float64
}

func newReach(w *Weights) (reach []blas64.General) {
	for _, r := range w.R {
		reach = append(reach, newMatrix(r.Rows, w.Q[0].Cols))
	}
	return reach
}

// compose computes the tangents with the feedback neurons at row 0 of f, or at
// rest without f.
func (t *feedbackTangent) compose(w *Weights, f []blas64.General) {
	for k, reach := range t.reach {
		if k == 0 {
			copy(reach.Data, w.R[0].Data)
		} else {
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, w.R[k], t.reach[k-1], 0, reach)
		}
		if f != nil {
			t.timesSlopes(reach, w.path.Psi, row(f[k], 0))
		}
	}
	for i := len(t.q) - 1; i >= 0; i-- {
		switch k := w.stage[i]; {
		case k > 0:
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, w.Link[i], t.reach[k-1], 0, t.q[i])
		case i < len(t.q)-1:
			blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, w.Link[i], t.q[i+1], 0, t.q[i])
		default:
			copy(t.q[i].Data, w.Link[i].Data)
		}
	}
}

// timesSlopes multiplies row j of reach with psi'(f_j).
func (t *feedbackTangent) timesSlopes(reach blas64.General, psi Activation, f []float64) {
	slope := t.slope[:len(f)]
	psi.Apply(slope, f)
	psi.Slope(slope, f, slope)
	for j, s := range slope {
		blas64.Scal(s, rowVector(reach, j))
	}
}
