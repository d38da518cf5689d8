package models

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
)

// feedbackNeurons are the neurons of a separate feedback path, in rows of a tile:
//
//	tau_path df_k/dt = -f_k + R_k psi(f_{k-1}),   psi(f_0) = u
//	vfb_i = Q_i psi(f_k),   k = min(K, L-i+1)
//
// With tau_path = 0 they are where u puts them, and no part of the state.
type feedbackNeurons struct {
	psi   Activation
	tau   float64
	at    []int // offset of f_k in a sample's state
	stage []int // by layer: k

	w       *Weights
	linkT   []blas64.General // d_k x n_i: Q_i^T, whose rows are long
	f, rate []blas64.General // TileRows x d_k
	drive   []blas64.General // TileRows x d_k: R_k psi(f_{k-1})
	tangent feedbackTangent
}

// newFeedbackNeurons returns those of net's feedback path, with their states in
// layout; nil if it has none.
func newFeedbackNeurons(net *Network, layout *Layout) *feedbackNeurons {
	if len(net.Feedback.Sizes) == 0 {
		return nil
	}
	p := &feedbackNeurons{psi: net.Feedback.Psi, tau: net.Feedback.Tau}
	for k, n := range net.Feedback.Sizes {
		if p.tau > 0 {
			p.at = append(p.at, layout.add(fmt.Sprintf("f%d", k+1), n))
		}
		p.f, p.rate, p.drive = append(p.f, newTile(n)), append(p.rate, newTile(n)), append(p.drive, newTile(n))
		p.tangent.reach = append(p.tangent.reach, newMatrix(n, net.Outputs()))
		p.tangent.slope = make([]float64, max(len(p.tangent.slope), n))
	}
	for i, n := range net.Sizes[1:] {
		p.stage = append(p.stage, net.FeedbackStages(i))
		p.linkT = append(p.linkT, newMatrix(net.fedBy(i), n))
		p.tangent.q = append(p.tangent.q, newMatrix(n, net.Outputs()))
	}
	return p
}

// bind fixes the weights.
func (p *feedbackNeurons) bind(w *Weights) {
	p.w = w
	for i, q := range w.Link {
		transpose(p.linkT[i], q)
	}
}

// settle puts the neurons of the first rows rows where u holds them at rest.
func (p *feedbackNeurons) settle(u blas64.General, rows int) {
	for k, f := range p.f {
		p.setDrive(k, u, rows)
		for b := range rows {
			copy(row(f, b), row(p.drive[k], b))
		}
		p.fire(k, rows)
	}
}

// follow takes the neurons from the states x, width numbers a row; those without
// a state of their own settle.
func (p *feedbackNeurons) follow(x []float64, width int, u blas64.General, rows int) {
	if p.tau == 0 {
		p.settle(u, rows)
		return
	}
	for k, f := range p.f {
		for b := range rows {
			copy(row(f, b), x[b*width+p.at[k]:])
		}
		p.fire(k, rows)
	}
}

// deriv sets their part of dx, as follow left them.
func (p *feedbackNeurons) deriv(dx []float64, width int, u blas64.General, rows int) {
	for k, at := range p.at {
		p.setDrive(k, u, rows)
		for b := range rows {
			df, f := dx[b*width+at:], row(p.f[k], b)
			for j, drive := range row(p.drive[k], b) {
				df[j] = (drive - f[j]) / p.tau
			}
		}
	}
}

// setDrive sets drive[k] = R_k psi(f_{k-1}).
func (p *feedbackNeurons) setDrive(k int, u blas64.General, rows int) {
	before := u
	if k > 0 {
		before = p.rate[k-1]
	}
	setRows(p.drive[k], nil, rows)
	mulRowsAdd(p.drive[k], before, p.w.R[k], rows)
}

// fire sets the rates of layer k.
func (p *feedbackNeurons) fire(k, rows int) {
	for b := range rows {
		p.psi.Apply(row(p.rate[k], b), row(p.f[k], b))
	}
}

// addFeedback adds vfb_i to dst.
func (p *feedbackNeurons) addFeedback(dst blas64.General, i, rows int) {
	mulRowsTransAdd(dst, p.rate[p.stage[i]-1], p.linkT[i], rows)
}

// tangents returns dvfb_i/du of row 0 at rest, where u holds its neurons.
func (p *feedbackNeurons) tangents() []blas64.General {
	p.tangent.compose(p.w, p.f)
	return p.tangent.q
}
