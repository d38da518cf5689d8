package models

import "gonum.org/v1/gonum/blas/blas64"

// Transport makes one learning rule of [Pathways] another: how the error e of
// the output reaches the hidden layers.
type Transport interface {
	// Carry adds to the rows of m what reaches hidden layer i, W[i]'s, of the
	// errors of the layers above.
	Carry(m blas64.General, i int, w *Weights, above *Errors)
}

// Errors are the errors of a tile's layers, one row a sample. Index i-1 is layer i.
type Errors struct {
	M    []blas64.General // TileRows x n_i: m_i, what reaches the layer; m_L = e
	D    []blas64.General // TileRows x n_i: d_i = phi_i'(v_i) * m_i, what it learns from
	Rows int              // samples
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
	slope     []float64
}

// NewPathways returns the rule for net whose errors go by way of transport.
func NewPathways(net *Network, transport Transport) *Pathways {
	p := &Pathways{Feedforward: NewFeedforward(net), transport: transport, slope: make([]float64, widest(net))}
	p.errors = newErrors(net)
	return p
}

func newErrors(net *Network) Errors {
	var e Errors
	for _, n := range net.Sizes[1:] {
		e.M, e.D = append(e.M, newTile(n)), append(e.D, newTile(n))
	}
	return e
}

// Present adds the update, summed over the samples of batch, to dst.
func (p *Pathways) Present(dst, w *Weights, batch *Batch) (Outcome, error) {
	o := p.Run(w, batch)
	p.errors.Rows = batch.N
	for i := p.net.Depth() - 1; i >= 0; i-- {
		if m := p.errors.M[i]; i == p.net.Depth()-1 {
			p.outputError(m, batch)
		} else {
			setRows(m, nil, batch.N)
			p.transport.Carry(m, i, w, &p.errors)
		}
		for b := range batch.N {
			slope := p.slope[:p.net.Sizes[i+1]]
			p.net.Phi[i].Slope(slope, row(p.V[i], b), row(p.R[i], b))
			copy(row(p.errors.D[i], b), row(p.errors.M[i], b))
			multiply(row(p.errors.D[i], b), slope)
		}
	}
	dst.AddOuter(p.errors.D, p.before, batch.N)
	return o, nil
}

// Reveal returns a tile of what was computed, by name: "v1", "r2", "m1", "d2".
func (p *Pathways) Reveal(name string) (blas64.General, bool) {
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
