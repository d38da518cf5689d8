package models

import (
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// PathwaySystem is a rule of [Pathways] in continuous time: neurons that follow
// their input, and errors that take time on their way down,
//
//	tau_v dv_i/dt = -v_i + W_i phi(v_{i-1}) + b_i                       i = 1..L
//	tau_b dm_L/dt = -m_L + e,   e = -dL/dr_L at phi(v_L)
//	tau_b dm_i/dt = -m_i + Carry(m_{i+1}.., phi'(v_{i+1}) * m_{i+1}..)  i = 1..L-1
//	tau_w dW_i/dt = d_i r_{i-1}^T,   db_i likewise,   d_i = phi_i'(v_i) * m_i
//
// With frozen weights it is a cascade, up the network and down again: all
// eigenvalues are -1/tau_v and -1/tau_b, as many of each as there are neurons,
// and there is always one rest state, the discrete rule. A presentation's mean
// update differs from it by O(tau_b/T), since every stage of the way down is
// late by tau_b.
//
// Weights that move close a loop, in which the output's error lags behind the
// output, and may set it swinging: one linear layer with L = |e|^2/2 and a
// constant x is stable exactly if
//
//	tau_w (1/tau_v + 1/tau_b) > |x|^2     (|x|^2 + 1 with a bias)
//
// by Routh's criterion for (tau_v s + 1)(tau_b s + 1) tau_w s + |x|^2. As
// eps = tau_v/tau_w = tau_b/tau_w falls, weights come to follow the discrete
// rule's gradient flow, to first order in eps.
//
// A derivative phi_i' acts where it stands, at once: what takes time is the way.
//
// A sample's state is v_1..v_L, m_1..m_L. It starts at the feedforward state,
// without errors.
type PathwaySystem struct {
	net        *Network
	transport  Transport
	tauV, tauB float64
	rtol, atol float64

	layout             *Layout
	voltages, arriving bands // v_i and m_i

	w     *Weights
	batch *Batch
	ff    *Feedforward
	input constantInput
	unit  []float64 // by sample: max |e| at the feedforward state, what errors are measured in

	// scratch, by row of the call at hand
	r, drive []blas64.General // TileRows x n_i: rates; what v_i or m_i follows
	errors   Errors
}

// NewPathwaySystem returns the system of net whose errors go by way of
// transport. s gives TauV, TauB and the tolerances of Solver.
func NewPathwaySystem(net *Network, transport Transport, s Settings) *PathwaySystem {
	layout := &Layout{}
	p := &PathwaySystem{
		net: net, transport: transport, tauV: s.TauV, tauB: s.TauB, rtol: s.Solver.RelTol, atol: s.Solver.AbsTol,
		layout: layout, voltages: layout.addBands("v", net.Sizes[1:]), arriving: layout.addBands("m", net.Sizes[1:]),
		ff: NewFeedforward(net), input: newConstantInput(net), unit: make([]float64, TileRows), errors: newErrors(net, transport),
	}
	for _, n := range net.Sizes[1:] {
		p.r, p.drive = append(p.r, newTile(n)), append(p.drive, newTile(n))
	}
	return p
}

// Layout names a sample's state: v1..vL, m1..mL.
func (p *PathwaySystem) Layout() *Layout { return p.layout }

// Bind computes the feedforward state of batch.
func (p *PathwaySystem) Bind(w *Weights, batch *Batch) Outcome {
	p.w, p.batch = w, batch
	outcome := p.ff.Run(w, batch)
	p.input.bind(p.ff)
	e := row(p.drive[p.net.Depth()-1], 0)
	for b := range batch.N {
		p.net.outputError(e, p.ff.Output(b), batch, b)
		p.unit[b] = largest(e)
	}
	return outcome
}

// Refresh follows weights that moved since Bind.
func (p *PathwaySystem) Refresh(w *Weights) {
	p.w = w
	p.input.refresh(w, p.batch)
}

// Rest sets the rows of x to the feedforward state without errors.
func (p *PathwaySystem) Rest(x []float64) {
	for b := range p.batch.N {
		for i, v := range p.ff.V {
			copy(p.voltages.of(x, b, i), row(v, b))
			clear(p.arriving.of(x, b, i))
		}
	}
}

// Fast sets dx to the right sides of the first three lines of [PathwaySystem].
func (p *PathwaySystem) Fast(dx, _, x []float64, id []int) {
	p.read(x, id)
	for i := range p.net.Depth() {
		p.forward(i, id)
		p.follow(dx, x, p.voltages, i, 1/p.tauV, len(id))
		p.backward(i, id)
		p.follow(dx, x, p.arriving, i, 1/p.tauB, len(id))
	}
}

// read computes rates and errors of the rows of x, which are of samples id.
func (p *PathwaySystem) read(x []float64, id []int) {
	p.errors.Rows = len(id)
	for k := range id {
		for i, phi := range p.net.Phi {
			v, r := p.voltages.of(x, k, i), row(p.r[i], k)
			phi.Apply(r, v)
			copy(row(p.errors.M[i], k), p.arriving.of(x, k, i))
			p.errors.arrive(k, i, phi, v, r)
		}
	}
}

// forward sets drive[i] = W_i r_{i-1} + b_i.
func (p *PathwaySystem) forward(i int, id []int) {
	if i == 0 {
		p.input.drive(p.drive[0], id)
		return
	}
	setRows(p.drive[i], p.w.B[i], len(id))
	mulRowsAdd(p.drive[i], p.r[i-1], p.w.W[i], len(id))
}

// backward sets drive[i] to the error that is sent to layer i: e to the last.
func (p *PathwaySystem) backward(i int, id []int) {
	if i < p.net.Depth()-1 {
		setRows(p.drive[i], nil, len(id))
		p.transport.Carry(p.drive[i], i, p.w, &p.errors)
		return
	}
	for k, b := range id {
		p.net.outputError(row(p.drive[i], k), row(p.r[i], k), p.batch, b)
	}
}

// follow sets the derivative of a band to rate (drive - x).
func (p *PathwaySystem) follow(dx, x []float64, band bands, i int, rate float64, rows int) {
	for k := range rows {
		relax(band.of(dx, k, i), band.of(x, k, i), row(p.drive[i], k), rate)
	}
}

// Slow adds d_i r_{i-1}^T, weighted, to dst; layer 1's part waits for Flush.
func (p *PathwaySystem) Slow(dst *Weights, x, _ []float64, id []int, weight []float64) {
	p.read(x, id)
	for _, d := range p.errors.D {
		scaleRows(d, weight, len(id))
	}
	p.input.teach(dst, p.errors.D, p.r, id)
}

// Flush adds layer 1's part of the update.
func (p *PathwaySystem) Flush(dst *Weights) { p.input.flush(dst, p.batch) }

// Norm is the root mean square of errs_k / scale_k, with scale_k = atol +
// rtol max(|x0_k|, |x1_k|) for voltages; for errors on their way, which shrink
// as a sample is learned, atol is a share of the sample's largest output error.
func (p *PathwaySystem) Norm(sample int, errs, x0, x1 []float64) float64 {
	return pathwayNorm(errs, x0, x1, p.arriving.at(0), p.unit[sample], p.atol, p.rtol)
}

// pathwayNorm is the norm of a state whose numbers from errorsFrom on are errors
// on their way, in units of unit.
func pathwayNorm(errs, x0, x1 []float64, errorsFrom int, unit, atol, rtol float64) float64 {
	sum := 0.0
	for k, err := range errs {
		floor := atol
		if k >= errorsFrom {
			floor *= unit
		}
		q := err / (floor + rtol*max(math.Abs(x0[k]), math.Abs(x1[k])) + tiny)
		sum += q * q
	}
	return math.Sqrt(sum / float64(len(errs)))
}

// Width returns the length of what Derive calls name: v1.., m1.., r1.., d1.., e.
func (p *PathwaySystem) Width(name string) int {
	if b, ok := p.layout.Block(name); ok {
		return b.Len
	}
	if name == "e" {
		return p.net.Outputs()
	}
	g, _ := p.derived(name)
	return g.Cols
}

// Derive gives the blocks v1.., m1.. and what follows from them: r1.., d1.. and
// the output's error e, which m_L lags behind.
func (p *PathwaySystem) Derive(dst []float64, name string, x []float64, sample int) {
	if p.layout.take(dst, name, x) {
		return
	}
	p.read(x, []int{sample})
	if name == "e" {
		p.net.outputError(dst, row(p.r[p.net.Depth()-1], 0), p.batch, sample)
		return
	}
	g, _ := p.derived(name)
	copy(dst, row(g, 0))
}

func (p *PathwaySystem) derived(name string) (blas64.General, bool) {
	return revealLayer(name, map[byte][]blas64.General{'r': p.r, 'd': p.errors.D})
}
