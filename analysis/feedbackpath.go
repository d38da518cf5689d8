package analysis

import (
	"slices"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// lag is the delay of a separate feedback path: u reaches layer i through
// stages[i-1] filters 1/(tau s + 1), one a layer of feedback neurons.
type lag struct {
	tau    float64
	stages []int
}

// lagOf returns the delay of net's feedback path, which is none where it has no
// dynamics.
func lagOf(net *models.Network) lag {
	l := lag{net.Feedback.Tau, make([]int, net.Depth())}
	for i := range l.stages {
		if l.tau > 0 {
			l.stages[i] = net.FeedbackStages(i)
		}
	}
	return l
}

func (l lag) longest() int { return slices.Max(l.stages) }

// split cuts a state (v, f) into voltages and feedback neurons. Without f there
// is no control, f = 0.
func (l Loop) split(state []float64) (v, f []float64) {
	_, total := offsets(l.Net)
	neurons := 0
	for _, n := range l.Net.Feedback.Sizes {
		neurons += n
	}
	switch len(state) {
	case total:
		return state, nil
	case total + neurons:
		return state[:total], state[total:]
	}
	panic("analysis: the number of voltages is not the network's")
}

// feedNeurons adds what feedback neurons with dynamics of their own do, in the
// columns and rows from first on:
//
//	tau_path df_k' = -df_k + R_k S_{k-1} df_{k-1},   S_0 df_0 = du,   S_k = diag(psi'(f_k))
//	tau_v dv_i'    = .. + Q_i S_k df_k
func (l Loop) feedNeurons(m *mat.Dense, f, slopes []float64, first int) {
	at, total := offsets(l.Net)
	path, from := l.Net.Feedback, []int{first}
	for _, n := range path.Sizes {
		from = append(from, from[len(from)-1]+n)
	}
	bend := l.bend(f)
	listen := func(to, stage int, weights blas64.General, tau float64) {
		for j := range weights.Rows {
			for k, x := range row(weights, j) {
				col := from[stage] + k
				m.Set(to+j, col, x*bend[col-first]/tau)
			}
		}
	}
	for k, r := range l.W.R {
		if k > 0 {
			listen(from[k], k-1, r, path.Tau)
		}
		for j := range r.Rows {
			if k == 0 {
				l.feed(m, first+j, row(r, j), slopes, at[len(at)-2], total, path.Tau)
			}
			m.Set(from[k]+j, from[k]+j, -1/path.Tau)
		}
	}
	for i, q := range l.W.Link {
		listen(at[i], l.Net.FeedbackStages(i)-1, q, l.TauV)
	}
}

// bend returns psi'(f) of all feedback neurons; without f they are at 0.
func (l Loop) bend(f []float64) []float64 {
	if f == nil {
		neurons := 0
		for _, n := range l.Net.Feedback.Sizes {
			neurons += n
		}
		f = make([]float64, neurons)
	}
	bend, psi := make([]float64, len(f)), l.Net.Feedback.Psi
	psi.Apply(bend, f)
	psi.Slope(bend, f, bend)
	return bend
}
