package models

// DirectFeedback is direct feedback alignment, Nøkland (2016), eq. (7): every
// hidden layer receives the output error through its own fixed matrix,
//
//	d_i = phi'(v_i) * Q_i e,   d_L = phi'(v_L) * e,   e = -dL/dr_L
//	dW_i = d_i r_{i-1}^T
type DirectFeedback struct{ *Backprop }

// NewDirectFeedback returns direct feedback alignment for net.
func NewDirectFeedback(net *Network) *DirectFeedback {
	return &DirectFeedback{NewBackprop(net)}
}

// Present adds the update, summed over the samples of batch, to dst.
func (p *DirectFeedback) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o := p.Run(w, batch)
	last := p.net.Depth() - 1
	p.outputError(p.d[last], batch)
	for i := range last {
		setRows(p.d[i], nil, batch.N)
		mulRowsAdd(p.d[i], p.d[last], w.Q[i], batch.N)
		p.timesSlope(p.d[i], i, batch.N)
	}
	p.timesSlope(p.d[last], last, batch.N)
	dst.AddOuter(p.d, p.before, batch.N)
	return o, nil
}
