package models

import (
	"math"
	"strings"

	"credo/sde"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Dim returns the length of a learner's state.
func (p *PerturbedFeedback) Dim() int { return p.layout.Width() }

// NoiseDim returns the number of hidden neurons.
func (p *PerturbedFeedback) NoiseDim() int { return p.noiseDim }

// Noise is additive.
func (p *PerturbedFeedback) Noise() sde.Kind { return sde.Additive }

// AddNoiseRows adds c sqrt(2/tau_n) dB_i to every learner's dz_i.
func (p *PerturbedFeedback) AddNoiseRows(dy []float64, _ float64, _, dw []float64) {
	amplitude := p.set.Noise * math.Sqrt(2/p.set.TauNoise)
	for ; len(dw) > 0; dw, dy = dw[p.noiseDim:], dy[p.Dim():] {
		floats.AddScaled(dy[:p.noiseDim], amplitude, dw[:p.noiseDim])
	}
}

// Rates are the decay that every component has by itself.
func (p *PerturbedFeedback) Rates(dst []float64) {
	set := p.set
	for name, rate := range map[string]float64{
		"z": 1 / set.TauNoise, "v": 1 / set.TauV, "clean": 1 / set.TauV, "baseline": 1 / set.TauBaseline,
		"q": 1 / set.TauTrace, "B": set.Beta / set.TauFeedback,
	} {
		for _, b := range p.layout.Blocks() {
			if strings.TrimRight(b.Name, "0123456789") != name {
				continue
			}
			for k := range b.Len {
				dst[b.Offset+k] = rate
			}
		}
	}
}

// DerivRows sets dy to the drift of every learner.
func (p *PerturbedFeedback) DerivRows(dy []float64, _ float64, y []float64) {
	for ; len(y) > 0; y, dy = y[p.Dim():], dy[p.Dim():] {
		x, dx := y[:p.Dim()], dy[:p.Dim()]
		surplus := p.look(x)
		p.derivFast(dx, x, surplus)
		if p.at.feedback != nil {
			p.derivFeedback(dx)
		}
		if p.at.forward >= 0 {
			p.derivForward(dx)
		}
	}
}

// look reads the state of a learner: rates, errors, estimates. It returns l - b.
func (p *PerturbedFeedback) look(x []float64) (surplus float64) {
	if p.at.feedback != nil {
		p.now.viewFeedback(x, p.at.feedback)
	}
	if p.at.forward >= 0 {
		p.now.viewForward(x[p.at.forward:])
	}
	p.noisy.read(x, p.at.volt, p.at.noise)
	surplus = p.loss(p.noisy)
	if p.clean != nil {
		p.clean.read(x, p.at.clean, nil)
	}
	if p.at.baseline >= 0 {
		surplus -= x[p.at.baseline]
	} else {
		surplus -= p.loss(p.clean)
	}
	p.carry()
	p.estimate(x, surplus)
	return surplus
}

// source is the network that errors and presynaptic rates are of.
func (p *PerturbedFeedback) source() *perturbedNetwork {
	if p.clean != nil {
		return p.clean
	}
	return p.noisy
}

func (p *PerturbedFeedback) loss(n *perturbedNetwork) float64 {
	return p.batch.LossWeight * p.net.Loss.Value(n.output(), row(p.batch.Target, p.b))
}

// carry sets the errors m_i, which are B_i d_{i+1}, and d_i.
func (p *PerturbedFeedback) carry() {
	from := p.source()
	for i := p.net.Depth() - 1; i >= 0; i-- {
		m, d := p.m[i].Data, p.d[i].Data
		if i == p.net.Depth()-1 {
			p.net.outputError(m, from.output(), p.batch, p.b)
		} else {
			clear(m)
			mulAdd(m, p.now.link[i], p.d[i+1].Data)
		}
		slope := p.slope[:len(m)]
		p.net.Phi[i].Slope(slope, from.v[i], from.phi[i].Data)
		floats.MulTo(d, m, slope)
	}
}

// estimate sets q_i.
func (p *PerturbedFeedback) estimate(x []float64, surplus float64) {
	for i, q := range p.q {
		if p.at.trace != nil {
			copy(q.Data, x[p.at.trace[i]:])
			continue
		}
		floats.ScaleTo(q.Data, -surplus*p.perKappa[i], x[p.at.noise[i]:p.at.noise[i]+q.Cols])
	}
}

// derivFast sets the drift of noise, networks, baseline and traces.
func (p *PerturbedFeedback) derivFast(dx, x []float64, surplus float64) {
	floats.ScaleTo(dx[:p.noiseDim], -1/p.set.TauNoise, x[:p.noiseDim])
	input := row(p.batch.Input, p.b)
	p.noisy.deriv(dx, p.at.volt, &p.now, input, p.set.TauV)
	if p.clean != nil {
		p.clean.deriv(dx, p.at.clean, &p.now, input, p.set.TauV)
	}
	if p.at.baseline >= 0 {
		dx[p.at.baseline] = surplus / p.set.TauBaseline
	}
	for i, from := range p.at.trace {
		for j := range p.q[i].Cols {
			dx[from+j] = (-x[from+j] - surplus*p.perKappa[i]*x[p.at.noise[i]+j]) / p.set.TauTrace
		}
	}
}

// derivFeedback sets dB_i = ((q_i - m_i) d_{i+1}^T - beta B_i)/tau_B.
func (p *PerturbedFeedback) derivFeedback(dx []float64) {
	for i, from := range p.at.feedback {
		b, above := p.now.link[i], p.d[i+1].Data
		for j, q := range p.q[i].Data {
			slope := dx[from+j*b.Cols : from+(j+1)*b.Cols]
			floats.ScaleTo(slope, (q-p.m[i].Data[j])/p.set.TauFeedback, above)
			floats.AddScaled(slope, -p.set.Beta/p.set.TauFeedback, row(b, j))
		}
	}
}

// derivForward sets dW_i = d_i r_{i-1}^T/tau_W and db_i = d_i/tau_W.
func (p *PerturbedFeedback) derivForward(dx []float64) {
	from, input, dx := p.source(), row(p.batch.Input, p.b), dx[p.at.forward:]
	for i, w := range p.now.w {
		before := from.before(i, input)
		for _, d := range p.d[i].Data {
			floats.ScaleTo(dx[:w.Cols], d/p.set.TauW, before)
			dx = dx[w.Cols:]
		}
		if n := len(p.now.b[i]); n > 0 {
			floats.ScaleTo(dx[:n], 1/p.set.TauW, p.d[i].Data)
			dx = dx[n:]
		}
	}
}

// Estimates writes q_i of the hidden layers, from a learner's state x, to dst,
// while the sample at hand is shown.
func (p *PerturbedFeedback) Estimates(dst [][]float64, x []float64) {
	p.look(x)
	for i, q := range p.q {
		copy(dst[i], q.Data)
	}
}

// Width returns the length of what Derive calls name; 0 if there is no such thing.
func (p *PerturbedFeedback) Width(name string) int {
	if b, ok := p.layout.Block(name); ok {
		return b.Len
	}
	g, _ := p.derived(name)
	return g.Cols
}

// Derive sets dst to a block of a learner's state x, or to what follows from it
// while the sample at hand is shown: r1.., m1.., d1.., q1...
func (p *PerturbedFeedback) Derive(dst []float64, name string, x []float64) {
	if p.layout.take(dst, name, x) {
		return
	}
	p.look(x)
	g, _ := p.derived(name)
	copy(dst, g.Data)
}

func (p *PerturbedFeedback) derived(name string) (blas64.General, bool) {
	return revealLayer(name, map[byte][]blas64.General{'r': p.noisy.r, 'm': p.m, 'd': p.d, 'q': p.q})
}
