package models

import "gonum.org/v1/gonum/blas/blas64"

// addFeedback adds vfb_i of the first rows rows to dst: of the control signals
// u, or of the feedback neurons, which have been led by u before.
func (d *DFC) addFeedback(dst, u blas64.General, i, rows int) {
	if d.path != nil {
		d.path.addFeedback(dst, i, rows)
		return
	}
	mulRowsTransAdd(dst, u, d.qT[i], rows)
}

// settleFeedback puts feedback neurons where u holds them at rest.
func (d *DFC) settleFeedback(u blas64.General, rows int) {
	if d.path != nil {
		d.path.settle(u, rows)
	}
}

// feedbackTangents returns dvfb_i/du (n_i x n_L) at the settled row 0.
func (d *DFC) feedbackTangents() []blas64.General {
	if d.path != nil {
		return d.path.tangents()
	}
	return d.w.Q
}

// neurons returns f_1..f_K as they were last led; none without feedback neurons.
func (d *DFC) neurons() []blas64.General {
	if d.path == nil {
		return nil
	}
	return d.path.f
}
