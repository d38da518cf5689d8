package analysis

import (
	"math"

	"credo/analysis/spectra"
	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/mat"
)

// Loop is a network closed by a feedback controller: Meulemans et al. (2021),
// eqs. (1) and (4).
type Loop struct {
	Net        *models.Network
	W          *models.Weights
	Controller controllers.Controller
	TauV       float64
}

// Matrix returns the closed loop linearised at the voltages v = (v_1, .., v_L),
// in the coordinates (v_1, .., v_L, x): N + n_L n_c rows, N = sum n_i, the
// controller's states channel by channel within each state. With
// D_i = diag(phi'(v_i)) and the controller (A, B, C, D) of every channel,
//
//	tau_v dv_i' = -dv_i + W_i D_{i-1} dv_{i-1} + Q_i (C dx - D D_L dv_L)
//	      dx'   = A dx - B D_L dv_L
//
// with dvfb_i/du in place of Q_i on other feedback paths than the direct one. A
// separate path may have v followed by its neurons f = (f_1, .., f_K); without
// them they are 0. Where they have dynamics, they are coordinates too, the last
// (feedNeurons).
//
// It is per unit of time.
func (l Loop) Matrix(v []float64) *mat.Dense {
	at, total := offsets(l.Net)
	v, f := l.split(v)
	nL, states, neurons := l.Net.Outputs(), l.Controller.States(), 0
	if l.Net.Feedback.Tau > 0 {
		for _, n := range l.Net.Feedback.Sizes {
			neurons += n
		}
	}
	m := mat.NewDense(total+nL*states+neurons, total+nL*states+neurons, nil)
	slopes, q := l.slopes(v), l.W.FeedbackAt(f)
	for i, w := range l.W.W {
		for k := range w.Rows {
			row := at[i] + k
			m.Set(row, row, m.At(row, row)-1/l.TauV)
			if i > 0 {
				for j := range w.Cols {
					col := at[i-1] + j
					m.Set(row, col, m.At(row, col)+w.Data[k*w.Stride+j]*slopes[col]/l.TauV)
				}
			}
			if neurons == 0 {
				l.feed(m, row, q[i].Data[k*nL:(k+1)*nL], slopes, at[len(at)-2], total, l.TauV)
			}
		}
	}
	if neurons > 0 {
		l.feedNeurons(m, f, slopes, total+nL*states)
	}
	l.control(m, slopes, at[len(at)-2], total)
	return m
}

// feed adds the controller's effect on one neuron, whose feedback weights are q
// and time constant tau.
func (l Loop) feed(m *mat.Dense, row int, q, slopes []float64, output, total int, tau float64) {
	for j, qj := range q {
		m.Set(row, output+j, m.At(row, output+j)-l.Controller.D*qj*slopes[output+j]/tau)
		for s, c := range l.Controller.C {
			m.Set(row, total+s*len(q)+j, c*qj/tau)
		}
	}
}

// control sets the rows of the controller's states.
func (l Loop) control(m *mat.Dense, slopes []float64, output, total int) {
	nL := l.Net.Outputs()
	for s, b := range l.Controller.B {
		for j := range nL {
			row := total + s*nL + j
			m.Set(row, output+j, -b*slopes[output+j])
			for r := range l.Controller.B {
				m.Set(row, total+r*nL+j, l.Controller.A.At(s, r))
			}
		}
	}
}

// slopes returns phi'(v) of all neurons.
func (l Loop) slopes(v []float64) []float64 {
	at, total := offsets(l.Net)
	r, d := make([]float64, total), make([]float64, total)
	for i, phi := range l.Net.Phi {
		phi.Apply(r[at[i]:at[i+1]], v[at[i]:at[i+1]])
		phi.Slope(d[at[i]:at[i+1]], v[at[i]:at[i+1]], r[at[i]:at[i+1]])
	}
	return d
}

// ErrEigen reports an eigenvalue iteration that did not converge.
var ErrEigen = spectra.ErrEigen

// Eigenvalues returns the eigenvalues of a square matrix, the rightmost first.
func Eigenvalues(m *mat.Dense) ([]complex128, error) {
	s, err := spectra.Eigenvalues(m)
	if err != nil {
		return nil, err
	}
	return s.Values, nil
}

// SpectralAbscissa returns the largest real part: the loop is stable if it is
// negative, and its slowest mode decays at that rate.
func SpectralAbscissa(eigenvalues []complex128) float64 {
	abscissa := math.Inf(-1)
	for _, l := range eigenvalues {
		abscissa = max(abscissa, real(l))
	}
	return abscissa
}
