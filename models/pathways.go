package models

import "gonum.org/v1/gonum/blas/blas64"

// Transport makes one learning rule of [Pathways] another: how the error e of
// the output reaches the hidden layers. Several goroutines share one: it keeps
// nothing from one call to the next.
type Transport interface {
	// Carry adds to the rows of m what reaches hidden layer i, W[i]'s, of the
	// errors of the layers above.
	Carry(m blas64.General, i int, w *Weights, above *Errors)
}

// Errors are the errors of a tile's layers, one row a sample. Index i-1 is layer i.
type Errors struct {
	M    []blas64.General // TileRows x n_i: m_i, what reaches the layer
	P    []blas64.General // TileRows x n_i: psi(m_i) of a Saturating transport, else M itself
	D    []blas64.General // TileRows x n_i: d_i = phi_i'(v_i) * psi(m_i), what it learns from
	Rows int              // samples

	saturating Saturating // nil: psi is the identity
}

// Saturating is a Transport whose error neurons have a transfer function psi of
// their own.
type Saturating interface {
	Saturate(p, m []float64) // p = psi(m)
}

func newErrors(net *Network, transport Transport) Errors {
	var e Errors
	for _, n := range net.Sizes[1:] {
		e.M, e.D = append(e.M, newTile(n)), append(e.D, newTile(n))
	}
	e.P = e.M
	if s, ok := transport.(Saturating); ok {
		e.saturating, e.P = s, nil
		for _, n := range net.Sizes[1:] {
			e.P = append(e.P, newTile(n))
		}
	}
	return e
}

// arrive sets row k of D[i] = phi'(v) * psi(m), for m row k of M[i] and r = phi(v).
func (e *Errors) arrive(k, i int, phi Activation, v, r []float64) {
	if e.saturating != nil {
		e.saturating.Saturate(row(e.P[i], k), row(e.M[i], k))
	}
	d := row(e.D[i], k)
	phi.Slope(d, v, r)
	multiply(d, row(e.P[i], k))
}

// Pathways is a learning rule with two pathways: rates travel up the network,
// and errors travel down to where the synapses are,
//
//	e   = -dL/dr_L,   m_L = e,   m_i = Carry(m_{i+1}.., d_{i+1}..)
//	d_i = phi_i'(v_i) * m_i
//	dW_i = d_i r_{i-1}^T,   db_i = d_i
//
// Lillicrap et al. (2016), Methods. It is the rest state of [PathwaySystem].
type Pathways struct {
	*Feedforward
	transport Transport
	errors    Errors
}

// NewPathways returns the rule for net whose errors go by way of transport.
func NewPathways(net *Network, transport Transport) *Pathways {
	return &Pathways{NewFeedforward(net), transport, newErrors(net, transport)}
}

// Present adds the update, summed over the samples of batch, to dst.
func (p *Pathways) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o := p.Run(w, batch)
	o.Evaluations, p.errors.Rows = batch.N, batch.N
	last := p.net.Depth() - 1
	for i := last; i >= 0; i-- {
		if m := p.errors.M[i]; i == last {
			p.outputError(m, batch)
		} else {
			setRows(m, nil, batch.N)
			p.transport.Carry(m, i, w, &p.errors)
		}
		for b := range batch.N {
			p.errors.arrive(b, i, p.net.Phi[i], row(p.V[i], b), row(p.R[i], b))
		}
	}
	dst.AddOuter(p.errors.D, p.before, batch.N)
	return o, nil
}

// Reveal returns a tile of what was computed, by name: "v1", "r2", "m1", "d2", "e".
func (p *Pathways) Reveal(name string) (blas64.General, bool) {
	if name == "e" {
		return p.errors.M[p.net.Depth()-1], true
	}
	return revealLayer(name, map[byte][]blas64.General{'v': p.V, 'r': p.R, 'm': p.errors.M, 'd': p.errors.D})
}

// outputError sets dst = -dL/dr_L for every sample, L weighted as in targets.
func (f *Feedforward) outputError(dst blas64.General, batch *Batch) {
	for b := range batch.N {
		f.net.outputError(row(dst, b), f.Output(b), batch, b)
	}
}

// outputError sets e = -dL/dr_L of sample b of batch, whose output is r.
func (n *Network) outputError(e, r []float64, batch *Batch, b int) {
	n.Loss.Gradient(e, r, row(batch.Target, b))
	for j := range e {
		e[j] *= -batch.LossWeight
	}
}

func widest(net *Network) int {
	n := 0
	for _, size := range net.Sizes[1:] {
		n = max(n, size)
	}
	return n
}
