package models

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
)

// PathwaySystem is a rule of [Pathways] in continuous time: neurons that follow
// their input, and errors that take time on their way down,
//
//	tau_v dv_i/dt = -v_i + W_i phi(v_{i-1}) + b_i                       i = 1..L
//	tau_b dm_i/dt = -m_i + Carry(m_{i+1}.., phi'(v_{i+1}) * m_{i+1}..)  i = 1..L-1
//	m_L = e = -dL/dr_L at phi(v_L)
//	tau_w dW_i/dt = d_i r_{i-1}^T,   d_i = phi_i'(v_i) * m_i
//
// With frozen weights it is a cascade: all eigenvalues are -1/tau_v and -1/tau_b
// and there is always one rest state, the discrete rule.
//
// A sample's state is v_1..v_L, m_1..m_{L-1}. It starts at the feedforward state,
// without errors.
type PathwaySystem struct {
	net        *Network
	transport  Transport
	tauV, tauB float64
	rtol, atol float64

	layout  *Layout
	voltAt  []int
	errorAt []int // of m_1..m_{L-1}

	w     *Weights
	batch *Batch
	ff    *Feedforward
	unit  []float64 // by sample: max |e| at the feedforward state, what errors are measured in

	// scratch, by row of the call at hand
	drive, r, before []blas64.General
	input            blas64.General
	carried          blas64.General // of the widest layer
	errors           Errors
	slope            []float64
}

// NewPathwaySystem returns the system of net whose errors go by way of
// transport. s gives TauV, TauB and the tolerances of Solver.
func NewPathwaySystem(net *Network, transport Transport, s Settings) *PathwaySystem {
	p := &PathwaySystem{
		net: net, transport: transport, tauV: s.TauV, tauB: s.TauB, rtol: s.Solver.RelTol, atol: s.Solver.AbsTol,
		layout: &Layout{}, ff: NewFeedforward(net), unit: make([]float64, TileRows),
		input: newTile(net.Inputs()), errors: newErrors(net), slope: make([]float64, widest(net)),
	}
	for i, n := range net.Sizes[1:] {
		p.voltAt = append(p.voltAt, p.layout.add(fmt.Sprintf("v%d", i+1), n))
		p.drive, p.r = append(p.drive, newTile(n)), append(p.r, newTile(n))
	}
	for i, n := range net.Sizes[1:net.Depth()] {
		p.errorAt = append(p.errorAt, p.layout.add(fmt.Sprintf("m%d", i+1), n))
	}
	p.before = append([]blas64.General{p.input}, p.r[:net.Depth()-1]...)
	p.carried = newTile(widest(net))
	return p
}

// Layout names a sample's state: v1..vL, m1..m(L-1).
func (p *PathwaySystem) Layout() *Layout { return p.layout }

// Bind computes the feedforward state of batch.
func (p *PathwaySystem) Bind(w *Weights, batch *Batch) Outcome {
	p.w, p.batch = w, batch
	outcome := p.ff.Run(w, batch)
	for b := range batch.N {
		e := row(p.errors.M[p.net.Depth()-1], 0)
		p.net.outputError(e, p.ff.Output(b), batch, b)
		p.unit[b] = largest(e)
	}
	return outcome
}

// Refresh follows weights that moved since Bind.
func (p *PathwaySystem) Refresh(w *Weights) { p.w = w }

// Rest sets the rows of x to the feedforward state without errors.
func (p *PathwaySystem) Rest(x []float64) {
	width := p.layout.Width()
	for b := range p.batch.N {
		state := x[b*width : (b+1)*width]
		clear(state)
		for i, v := range p.ff.V {
			copy(state[p.voltAt[i]:], row(v, b))
		}
	}
}

// Fast sets dx to the right side of the first two lines of [PathwaySystem].
func (p *PathwaySystem) Fast(dx, _, x []float64, id []int) {
	p.read(x, id)
	last := p.net.Depth() - 1
	for i := range p.net.Depth() {
		setRows(p.drive[i], p.w.B[i], len(id))
		mulRowsAdd(p.drive[i], p.before[i], p.w.W[i], len(id))
		p.relax(dx, x, p.drive[i], p.voltAt[i], p.tauV, len(id))
	}
	for i := range last {
		m := p.carried
		m.Cols, m.Stride = p.net.Sizes[i+1], p.net.Sizes[i+1]
		setRows(m, nil, len(id))
		p.transport.Carry(m, i, p.w, &p.errors)
		p.relax(dx, x, m, p.errorAt[i], p.tauB, len(id))
	}
}

// relax sets dx = (drive - x)/tau for the block of the state that begins at from.
func (p *PathwaySystem) relax(dx, x []float64, drive blas64.General, from int, tau float64, rows int) {
	for k := range rows {
		at := k*p.layout.Width() + from
		for j, target := range row(drive, k) {
			dx[at+j] = (target - x[at+j]) / tau
		}
	}
}

// read computes rates and errors of the rows of x, those of samples id.
func (p *PathwaySystem) read(x []float64, id []int) {
	last := p.net.Depth() - 1
	p.errors.Rows = len(id)
	for k, b := range id {
		state := x[k*p.layout.Width():]
		copy(row(p.input, k), row(p.batch.Input, b))
		for i, n := range p.net.Sizes[1:] {
			v, r, m := state[p.voltAt[i]:p.voltAt[i]+n], row(p.r[i], k), row(p.errors.M[i], k)
			p.net.Phi[i].Apply(r, v)
			if i == last {
				p.net.outputError(m, r, p.batch, b)
			} else {
				copy(m, state[p.errorAt[i]:])
			}
			p.net.Phi[i].Slope(p.slope[:n], v, r)
			copy(row(p.errors.D[i], k), m)
			multiply(row(p.errors.D[i], k), p.slope[:n])
		}
	}
}

// Slow adds d_i r_{i-1}^T, weighted, to dst.
func (p *PathwaySystem) Slow(dst *Weights, x, _ []float64, id []int, weight []float64) {
	p.read(x, id)
	for i := range p.errors.D {
		scaleRows(p.errors.D[i], weight, len(id))
	}
	dst.AddOuter(p.errors.D, p.before, len(id))
}

// Flush has nothing to add: Slow keeps nothing.
func (p *PathwaySystem) Flush(*Weights) {}

// Norm is the root mean square of errs_k / scale_k, with scale_k = atol +
// rtol max(|x0_k|, |x1_k|) for voltages; for errors on their way, which shrink
// as a sample is learned, atol is a share of the sample's largest output error.
func (p *PathwaySystem) Norm(sample int, errs, x0, x1 []float64) float64 {
	errorsFrom := p.layout.Width()
	if len(p.errorAt) > 0 {
		errorsFrom = p.errorAt[0]
	}
	return pathwayNorm(errs, x0, x1, errorsFrom, p.unit[sample], p.atol, p.rtol)
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
	g, _ := p.derived(name)
	return g.Cols
}

// Derive gives the blocks v1.., m1.. and what follows from them: r1.., d1.. and
// the output's error e.
func (p *PathwaySystem) Derive(dst []float64, name string, x []float64, sample int) {
	if b, ok := p.layout.Block(name); ok {
		copy(dst, x[b.Offset:b.Offset+b.Len])
		return
	}
	p.read(x, []int{sample})
	g, _ := p.derived(name)
	copy(dst, row(g, 0))
}

func (p *PathwaySystem) derived(name string) (blas64.General, bool) {
	if name == "e" {
		return p.errors.M[p.net.Depth()-1], true
	}
	return revealLayer(name, map[byte][]blas64.General{'r': p.r, 'd': p.errors.D})
}
