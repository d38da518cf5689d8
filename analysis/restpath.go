package analysis

import (
	"math"

	"credo/models"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"
)

// restPath follows the rest state of one sample's loop along a map. With the gain g
// of controller and feedback weights together, u solves
//
//	r_L(u) + u/g - r_L^* = 0,   v_i(u) = W_i phi(v_{i-1}) + b_i + Q_i u
//
// as in design and in [models.Steady], but from where it last was: M = JQ + I/g of
// there, with the new g, often contracts by itself; where it does not, Newton's
// iteration does, with M at every iterate. u = 0 is the feedforward state.
type restPath struct {
	net         *models.Network
	w           *models.Weights
	drive       []float64 // W_1 r_0 + b_1
	v, r        [][]float64
	stacked     []float64 // v as one slice
	output      []float64 // r_L^-
	error       []float64 // -c dL/dr_L: r_L^* = r_L^- + lambda error
	u, trial, f []float64
	gain        *mat.Dense // JQ where it was last computed
}

// newRestPath returns it at the feedforward state.
func newRestPath(net *models.Network, w *models.Weights, s loopSample) *restPath {
	nL := net.Outputs()
	p := &restPath{net: net, w: w, u: make([]float64, nL), trial: make([]float64, nL), f: make([]float64, nL)}
	at, total := offsets(net)
	p.stacked = make([]float64, total)
	for i, n := range net.Sizes[1:] {
		p.v, p.r = append(p.v, p.stacked[at[i]:at[i+1]]), append(p.r, make([]float64, n))
	}
	p.drive = make([]float64, net.Sizes[1])
	p.driven(p.drive, 0, s.input)
	p.sweep(p.u)
	p.output = append([]float64{}, p.r[len(p.r)-1]...)
	p.error = make([]float64, nL)
	net.Loss.Gradient(p.error, p.output, s.target)
	for j := range p.error {
		p.error[j] *= -s.lossWeight
	}
	return p
}

// driven sets dst = W_i r + b_i.
func (p *restPath) driven(dst []float64, i int, r []float64) {
	clear(dst)
	copy(dst, p.w.B[i])
	blas64.Gemv(blas.NoTrans, 1, p.w.W[i], vector(r), 1, vector(dst))
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }

// sweep sets v and r to what the control signal u makes of them.
func (p *restPath) sweep(u []float64) {
	for i, v := range p.v {
		if i == 0 {
			copy(v, p.drive)
		} else {
			p.driven(v, i, p.r[i-1])
		}
		blas64.Gemv(blas.NoTrans, 1, p.w.Q[i], vector(u), 1, vector(v))
		p.net.Phi[i].Apply(p.r[i], v)
	}
}

// taps returns those of where it is.
func (p *restPath) taps() Taps {
	taps := Loop{Net: p.net, W: p.w}.Taps(p.stacked)
	p.gain = taps.Gain()
	return taps
}

const (
	restTolerance = 1e-11 // of the output, relative to |delta_L|
	restRounding  = 1e-14 // and to the output
	restSweeps    = 12    // with one M
	restRate      = 0.3   // what a sweep must contract by, if it is to go on
	restNewton    = 40    // iterations
	restHalvings  = 20    // of a step
)

// follow goes to the rest state with the gain 1/inverse and the target stepsize
// lambda, first from where it is, then from the feedforward state. It reports whether there is one.
func (p *restPath) follow(inverse, lambda float64) bool {
	if p.gain != nil && p.contract(inverse, lambda) || p.newton(inverse, lambda) {
		return true
	}
	clear(p.u)
	p.sweep(p.u)
	return p.newton(inverse, lambda)
}

// residual sets f and returns its largest component and what counts as 0.
func (p *restPath) residual(inverse, lambda float64) (size, zero float64) {
	for j, r := range p.r[len(p.r)-1] {
		delta := lambda * p.error[j]
		p.f[j] = r + p.u[j]*inverse - p.output[j] - delta
		size = max(size, math.Abs(p.f[j]))
		zero = max(zero, restTolerance*math.Abs(delta), restRounding*math.Abs(r))
		if math.IsNaN(p.f[j]) {
			size = math.Inf(1)
		}
	}
	return size, zero
}

// contract iterates u <- u - M^-1 f with M as it was last.
func (p *restPath) contract(inverse, lambda float64) bool {
	m := p.shifted(inverse)
	last := math.Inf(1)
	for range restSweeps {
		p.sweep(p.u)
		size, zero := p.residual(inverse, lambda)
		if size <= zero {
			return true
		}
		if !(size < restRate*last) || !solve(m, p.f) {
			return false
		}
		last = size
		for j, step := range p.f {
			p.u[j] -= step
		}
	}
	return false
}

// newton iterates with M at every iterate, along steps that shrink f.
func (p *restPath) newton(inverse, lambda float64) bool {
	p.sweep(p.u)
	for range restNewton {
		size, zero := p.residual(inverse, lambda)
		if size <= zero {
			return true
		}
		p.taps()
		if math.IsInf(size, 1) || !solve(p.shifted(inverse), p.f) || !p.descend(inverse, lambda, size) {
			return false
		}
	}
	return false
}

// descend moves u along -f, halving the step until the residual shrinks.
func (p *restPath) descend(inverse, lambda, size float64) bool {
	copy(p.trial, p.u)
	step, length := append([]float64{}, p.f...), 1.0
	for range restHalvings {
		for j := range p.u {
			p.u[j] = p.trial[j] - length*step[j]
		}
		p.sweep(p.u)
		if now, _ := p.residual(inverse, lambda); now < (1-0.1*length)*size {
			return true
		}
		length /= 2
	}
	return false
}

// shifted returns the factors of JQ + inverse I.
func (p *restPath) shifted(inverse float64) *mat.LU {
	m, lu := mat.DenseCopyOf(p.gain), new(mat.LU)
	addDiagonal(m, 0, 0, len(p.u), inverse)
	lu.Factorize(m)
	return lu
}

// solve replaces x with m^-1 x, and reports whether m is regular.
func solve(m *mat.LU, x []float64) bool {
	if math.IsInf(m.Cond(), 1) || math.IsNaN(m.Cond()) {
		return false
	}
	dst := mat.NewVecDense(len(x), x)
	_ = m.SolveVecTo(dst, false, dst) // what remains is a warning of its condition
	return true
}
