package models

import (
	"math"
	"strings"

	"credo/internal/stream"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// PerturbedPathways is node perturbation in continuous time: the two pathways of a
// network without noise ([PathwaySystem]), a noisy twin of it, and estimates of the
// errors that come of what noise does to the twin's loss,
//
//	tau_n dz_i  = -z_i dt + c sqrt(2 tau_n) dB_i         i < L, stationary: N(0, c^2 I)
//	tau_v dv~_i = (-v~_i + W_i r~_{i-1} + b_i) dt        r~_i = phi_i(v~_i) + z_i, or phi_i(v~_i + z_i)
//	tau_l db    = (l~ - b) dt                            the baseline; or b = l, the loss without noise
//	q_i         = -(l~ - b) z_i / (c^2 G_i)
//
// with [PerturbationSettings.Gain] for G_i, so that in the mean q_i is the error of
// r_i (or v_i). Lansdell, Prakash and Kording (2019) in the form of [PerturbedFeedback],
// for samples of minibatches. Rule node-perturbation learns from the eligibility trace
//
//	tau_b dm_i = (-m_i + q_i) dt                         d_i = phi_i'(v_i) * m_i, or m_i
//
// in place of errors that come down; rule learned-feedback, whose m_i follow B_i
// d_{i+1} (or B_i d_L), regresses it on what B_i reads,
//
//	tau_b dq'_i = (-q'_i + q_i) dt
//	tau_q dB_i  = (q'_i - B_i d_{i+1}) d_{i+1}^T dt
//
// With noise that is held, tau_n = inf, and fast pathways, tau_v, tau_b -> 0, that is
// [NodePerturbation] and [LearnedFeedback], whose noise is z_i here at first.
//
// A sample's state is v, m, z, v~, b, if there is a baseline, and q', if B learns. A
// presentation begins at the feedforward state, the baseline at its loss, without
// errors and traces. Slow adds what B learns from to dst.Link and, for ridge
// regression, to square.
type PerturbedPathways struct {
	*PathwaySystem
	NodeNoise
	learns, direct, ridge bool // whether feedback weights do, their path, and how
	key                   [2]uint64

	noise, twin, trace bands
	baselineAt         int       // -1: none
	perKappa           []float64 // by hidden layer: 1/(c^2 G_i)

	rates  []blas64.General // r~_i
	q      []blas64.General // hidden layers: estimates, or their traces
	square []blas64.General // hidden layers: sums of d d^T
}

// NewPerturbedPathways returns the system of s.Rule for net. s gives Noise and Seed,
// and what [NewPathwaySystem] takes.
func NewPerturbedPathways(net *Network, s Settings) *PerturbedPathways {
	p := &PerturbedPathways{
		NodeNoise: s.Noise, learns: s.Rule == "learned-feedback", direct: net.Feedback.direct(), baselineAt: -1,
		key: stream.Key(s.Seed, nodeNoise),
	}
	p.ridge = p.learns && s.Companion.Optimizer == "ridge"
	p.PathwaySystem = NewPathwaySystem(net, p.transportOf(), s)
	hidden := net.Sizes[1:net.Depth()]
	p.noise, p.twin = p.layout.addBands("z", hidden), p.layout.addBands("twin", net.Sizes[1:])
	if s.Noise.Running {
		p.baselineAt = p.layout.add("baseline", 1)
	}
	if p.learns {
		p.trace = p.layout.addBands("q", hidden)
	}
	gains := s.Noise.gains(s.TauV)
	for i, n := range net.Sizes[1:] {
		p.rates = append(p.rates, newTile(n))
		if i < len(hidden) {
			p.perKappa = append(p.perKappa, 1/gains.KappaOf(net, i))
			p.q = append(p.q, newTile(n))
			p.square = append(p.square, newMatrix(net.fedBy(i), net.fedBy(i)))
		}
	}
	return p
}

func (p *PerturbedPathways) transportOf() Transport {
	switch {
	case !p.learns:
		return Shallow{}
	case p.direct:
		return DirectGradient{}
	}
	return FeedbackChain{}
}

// gains are the constants that the gains G_i follow from.
func (n NodeNoise) gains(tauV float64) PerturbationSettings {
	set := PerturbationSettings{Reference: "two-pass", Noise: n.Amplitude, TauNoise: n.Tau, TauV: tauV, Kappa: "matched"}
	if n.Running {
		set.Reference, set.TauBaseline = "clean-error", n.TauBaseline
	}
	return set
}

// Rest sets the rows of x to the feedforward state with stationary noise.
func (p *PerturbedPathways) Rest(x []float64) {
	clear(x[:p.batch.N*p.layout.Width()])
	p.PathwaySystem.Rest(x)
	for b := range p.batch.N {
		for i, v := range p.ff.V {
			copy(p.twin.of(x, b, i), row(v, b))
			if i < len(p.q) {
				z := p.noise.of(x, b, i)
				stream.Normals(z, p.key, [3]uint64{p.batch.First + uint64(b), uint64(i)})
				floats.Scale(p.Amplitude, z)
			}
		}
		if p.baselineAt >= 0 {
			x[b*p.layout.Width()+p.baselineAt] = p.batch.LossWeight * p.net.Loss.Value(p.ff.Output(b), row(p.batch.Target, b))
		}
	}
}

// Fast sets dx to the drift of every row.
func (p *PerturbedPathways) Fast(dx, t, x []float64, id []int) {
	p.PathwaySystem.Fast(dx, t, x, id)
	p.readTwin(x, id)
	for i := range p.rates {
		p.forwardTwin(i, id)
		p.follow(dx, x, p.twin, i, 1/p.tauV, len(id))
	}
	traces := p.arriving
	if p.learns {
		traces = p.trace
	}
	for k, b := range id {
		surplus := p.surplus(dx, x, k, b)
		for i, perKappa := range p.perKappa {
			z, q := p.noise.of(x, k, i), row(p.q[i], k)
			floats.ScaleTo(p.noise.of(dx, k, i), -1/p.Tau, z)
			floats.ScaleTo(q, -surplus*perKappa, z)
			relax(traces.of(dx, k, i), traces.of(x, k, i), q, 1/p.tauB)
		}
	}
}

// readTwin sets the rates of the twin.
func (p *PerturbedPathways) readTwin(x []float64, id []int) {
	for k := range id {
		for i, phi := range p.net.Phi {
			v, r := p.twin.of(x, k, i), row(p.rates[i], k)
			switch {
			case i == len(p.q):
				phi.Apply(r, v)
			case p.Voltage:
				floats.AddTo(r, v, p.noise.of(x, k, i))
				phi.Apply(r, r)
			default:
				phi.Apply(r, v)
				floats.Add(r, p.noise.of(x, k, i))
			}
		}
	}
}

// forwardTwin sets drive[i] = W_i r~_{i-1} + b_i.
func (p *PerturbedPathways) forwardTwin(i int, id []int) {
	if i == 0 {
		p.input.drive(p.drive[0], id)
		return
	}
	setRows(p.drive[i], p.w.B[i], len(id))
	mulRowsAdd(p.drive[i], p.rates[i-1], p.w.W[i], len(id))
}

// surplus returns l~ - b of row k, which is of sample b, and sets the drift of its
// baseline. The rates of both networks are at hand.
func (p *PerturbedPathways) surplus(dx, x []float64, k, b int) float64 {
	last := len(p.rates) - 1
	noisy, target := row(p.rates[last], k), row(p.batch.Target, b)
	if p.baselineAt < 0 {
		return p.batch.LossWeight * p.net.Loss.Change(noisy, row(p.r[last], k), target)
	}
	at := k*p.layout.Width() + p.baselineAt
	surplus := p.batch.LossWeight*p.net.Loss.Value(noisy, target) - x[at]
	dx[at] = surplus / p.TauBaseline
	return surplus
}

// Slow adds the weighted d_i r_{i-1}^T to dst, and what feedback weights learn from.
func (p *PerturbedPathways) Slow(dst *Weights, x, _ []float64, id []int, weight []float64) {
	p.read(x, id)
	if p.learns {
		p.regress(dst, x, id, weight)
	}
	p.learnFrom(id)
	for _, d := range p.errors.D {
		scaleRows(d, weight, len(id))
	}
	p.input.teach(dst, p.errors.D, p.r, id)
}

// learnFrom sets d of the rows at hand where that is not phi' * m.
func (p *PerturbedPathways) learnFrom(id []int) {
	if p.learns || !p.Voltage {
		return
	}
	for i := range p.q {
		copy(p.errors.D[i].Data, p.errors.M[i].Data[:len(id)*p.errors.M[i].Stride])
	}
}

// regress adds the weighted (q' - B d) d^T to dst.Link, for ridge q' d^T and d d^T
// to square.
func (p *PerturbedPathways) regress(dst *Weights, x []float64, id []int, weight []float64) {
	for i, q := range p.q {
		d := p.errors.D[i+1]
		if p.direct {
			d = p.errors.D[len(p.errors.D)-1]
		}
		for k := range id {
			copy(row(q, k), p.trace.of(x, k, i))
		}
		if !p.ridge {
			p.backward(i, id) // drive = B_i d
			for k := range id {
				floats.Sub(row(q, k), row(p.drive[i], k))
			}
		}
		scaleRows(q, weight, len(id))
		addOuter(dst.Link[i], q, d, len(id))
		if p.ridge {
			p.addSquare(i, d, id, weight)
		}
	}
}

// addSquare adds the weighted d d^T to the square of hidden layer i.
func (p *PerturbedPathways) addSquare(i int, d blas64.General, id []int, weight []float64) {
	for k := range id {
		blas64.Ger(weight[k], rowVector(d, k), rowVector(d, k), p.square[i])
	}
}

// noiseDim returns the number of hidden neurons, each with its own noise.
func (p *PerturbedPathways) noiseDim() int {
	n := 0
	for _, q := range p.q {
		n += q.Cols
	}
	return n
}

// addNoise adds c sqrt(2/tau_n) dB_i to dz_i of row k of dx.
func (p *PerturbedPathways) addNoise(dx []float64, k int, dw []float64) {
	amplitude := p.Amplitude * math.Sqrt(2/p.Tau)
	for i, q := range p.q {
		floats.AddScaled(p.noise.of(dx, k, i), amplitude, dw[:q.Cols])
		dw = dw[q.Cols:]
	}
}

// decayRates are those of every block by itself.
func (p *PerturbedPathways) decayRates(dst []float64) {
	rates := map[string]float64{"v": 1 / p.tauV, "m": 1 / p.tauB, "z": 1 / p.Tau, "twin": 1 / p.tauV, "baseline": 1 / p.TauBaseline, "q": 1 / p.tauB}
	for _, b := range p.layout.Blocks() {
		rate := rates[strings.TrimRight(b.Name, "0123456789")]
		for k := range b.Len {
			dst[b.Offset+k] = rate
		}
	}
}

// Derive is that of [PathwaySystem], but for d_i where that is not phi' * m.
func (p *PerturbedPathways) Derive(dst []float64, name string, x []float64, sample int) {
	if !p.learns && p.Voltage && name[0] == 'd' {
		if b, ok := p.layout.Block("m" + name[1:]); ok && b.Offset < p.arriving.at(len(p.q)) {
			copy(dst, x[b.Offset:b.Offset+b.Len])
			return
		}
	}
	p.PathwaySystem.Derive(dst, name, x, sample)
}
