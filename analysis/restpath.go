package analysis

import (
	"math"
	"slices"

	"credo/models"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// restPath finds rest states of one sample's loop, if it can on the branch that begins
// at the feedforward state. With the gain g of controller and feedback weights together, u
// solves
//
//	r_L(u) + u/g - r_L^- - lambda error = 0,   v_i(u) = W_i phi(v_{i-1}) + b_i + Q_i u
//
// as in [models.Steady]. From u = 0 at lambda = 0 it goes to the lambda that is asked for
// along the branch, in one step where M = JQ + I/g of the feedforward state contracts
// by itself, else in as many as it takes; and where the branch ends in a fold, by a damped
// Newton iteration from u = 0, as level steady does. So of several rest states it is
// always the same one, wherever a map has been before.
type restPath struct {
	net      *models.Network
	w        *models.Weights
	drive    []float64 // W_1 r_0 + b_1
	v, r     [][]float64
	stacked  []float64 // v as one slice
	output   []float64 // r_L^-
	error    []float64 // -c dL/dr_L
	rounding float64   // of the output
	at, u, f []float64 // where it has come to; a try; its residual
	forward  Taps      // of the feedforward state
}

// newRestPath returns it at the feedforward state.
func newRestPath(net *models.Network, w *models.Weights, s loopSample) *restPath {
	nL := net.Outputs()
	p := &restPath{net: net, w: w, at: make([]float64, nL), u: make([]float64, nL), f: make([]float64, nL)}
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
	p.setRounding()
	p.forward = p.taps()
	return p
}

// driven sets dst = W_i r + b_i.
func (p *restPath) driven(dst []float64, i int, r []float64) {
	clear(dst)
	copy(dst, p.w.B[i])
	blas64.Gemv(blas.NoTrans, 1, p.w.W[i], vector(r), 1, vector(dst))
}

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

// setRounding bounds what r_L is rounded by, as [models.DFC] does: a sum rounds as its
// terms do.
func (p *restPath) setRounding() {
	const ulps = 8 * 0x1p-52
	last, before := p.net.Depth()-1, 1.0
	if last > 0 {
		before = floats.Norm(p.r[last-1], math.Inf(1))
	}
	for j := range p.w.W[last].Rows {
		terms := before * floats.Norm(row(p.w.W[last], j), 1)
		p.rounding = max(p.rounding, ulps*(terms+math.Abs(p.output[j])))
	}
}

// taps returns those of where the last sweep went.
func (p *restPath) taps() Taps { return Loop{Net: p.net, W: p.w}.Taps(p.stacked) }

const (
	restTolerance = 1e-11     // of the output, relative to |delta_L|
	restSweeps    = 15        // with one M
	restRate      = 0.3       // what a sweep must contract by, if it is to go on
	restSteps     = 1.0 / 256 // the shortest step along the branch, of lambda
	restNewton    = 40        // iterations off the branch
	restHalvings  = 20        // of a step of theirs
)

// find returns the taps at the rest state with the gain 1/inverse; none if there is no
// such state.
func (p *restPath) find(inverse, lambda float64) Taps {
	if taps := p.follow(inverse, lambda); taps != nil {
		return taps
	}
	return p.newton(inverse, lambda)
}

// follow goes along the branch, as far as it reaches.
func (p *restPath) follow(inverse, lambda float64) Taps {
	clear(p.at)
	here := p.forward
	for reached, step := 0.0, 1.0; reached < 1; { // shares of lambda
		m := shifted(here, inverse)
		copy(p.u, p.error)
		if !solve(m, p.u) {
			return nil
		}
		floats.AddScaledTo(p.u, p.at, step*lambda, slices.Clone(p.u)) // along the tangent
		if !p.contract(m, inverse, (reached+step)*lambda) {
			if step /= 2; step < restSteps {
				return nil
			}
			continue
		}
		copy(p.at, p.u)
		here, reached = p.taps(), reached+step
		step = min(2*step, 1-reached)
	}
	return here
}

// contract iterates u <- u - M^-1 f and reports whether it comes to rest.
func (p *restPath) contract(m *mat.LU, inverse, lambda float64) bool {
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
		floats.Sub(p.u, p.f)
	}
	return false
}

// newton iterates with M at every iterate, along steps that shrink f.
func (p *restPath) newton(inverse, lambda float64) Taps {
	clear(p.at)
	p.sweep(p.at)
	for range restNewton {
		copy(p.u, p.at)
		size, zero := p.residual(inverse, lambda)
		taps := p.taps()
		if size <= zero {
			return taps
		}
		if math.IsInf(size, 1) || !solve(shifted(taps, inverse), p.f) || !p.descend(inverse, lambda, size) {
			return nil
		}
	}
	return nil
}

// descend goes from at along -f, halving the step until the residual shrinks.
func (p *restPath) descend(inverse, lambda, size float64) bool {
	step, length := slices.Clone(p.f), 1.0
	for range restHalvings {
		floats.AddScaledTo(p.u, p.at, -length, step)
		p.sweep(p.u)
		if now, _ := p.residual(inverse, lambda); now < (1-0.1*length)*size {
			copy(p.at, p.u)
			return true
		}
		length /= 2
	}
	return false
}

// residual sets f and returns its largest component and what counts as 0.
func (p *restPath) residual(inverse, lambda float64) (size, zero float64) {
	zero = p.rounding
	for j, r := range p.r[len(p.r)-1] {
		delta := lambda * p.error[j]
		p.f[j] = r + p.u[j]*inverse - p.output[j] - delta
		zero = max(zero, restTolerance*math.Abs(delta))
		size = max(size, math.Abs(p.f[j]))
		if math.IsNaN(p.f[j]) {
			return math.Inf(1), zero
		}
	}
	return size, zero
}

// shifted returns the factors of JQ + inverse I.
func shifted(t Taps, inverse float64) *mat.LU {
	m, lu := t.Gain(), new(mat.LU)
	addDiagonal(m, 0, 0, m.RawMatrix().Rows, inverse)
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
