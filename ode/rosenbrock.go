package ode

import "math"

// rosenbrock is the recipe of a tableau, with its zeros left out.
type rosenbrock struct {
	rosenbrockTableau
	at, ct [][]term // rows of A and C
	mt, et []term
}

func newRosenbrock(t rosenbrockTableau) *rosenbrock {
	m := &rosenbrock{rosenbrockTableau: t, mt: terms(t.m), et: terms(t.e)}
	for i := range t.m {
		m.at, m.ct = append(m.at, terms(t.a[i])), append(m.ct, terms(t.c[i]))
	}
	return m
}

func (m *rosenbrock) Name() string    { return m.name }
func (m *rosenbrock) Order() int      { return m.order }
func (m *rosenbrock) ErrorOrder() int { return m.errorOrder }
func (m *rosenbrock) DenseOrder() int { return m.denseOrder }

// rosenbrockStepper holds the stages U, and what they are solved with.
type rosenbrockStepper struct {
	m       *rosenbrock
	sys     Rows
	batch   *batch
	system  shifted
	clock   clock
	u       [][]float64 // s stages, each capacity x dim
	ft      []float64   // df/dt at the start of the step, capacity x dim
	z, rhs  []float64   // state of a stage, and right side of its linear system
	t       []float64   // time of a stage, capacity
	gamma   []float64   // h Gamma
	regular []bool
	zero    []float64 // dim
	interp  []term    // s, the weights of the last interpolation
	fresh   points    // rows that are not where they were linearized last
	row     []int     // and which of the batch they are
}

func (m *rosenbrock) newStepper(sys Rows, b *batch) stepper {
	capacity := len(b.t)
	vector := func() []float64 { return make([]float64, capacity) }
	matrix := func() []float64 { return make([]float64, len(b.y)) }
	s := &rosenbrockStepper{
		m: m, sys: sys, batch: b, system: newShifted(sys, capacity), clock: newClock(sys, b),
		ft: matrix(), z: matrix(), rhs: matrix(), t: vector(), gamma: vector(),
		regular: make([]bool, capacity), zero: make([]float64, b.dim), interp: make([]term, len(m.m)),
		fresh: points{vector(), vector(), matrix(), matrix(), make([]int, capacity)}, row: make([]int, capacity),
	}
	for range m.m {
		s.u = append(s.u, matrix())
	}
	return s
}

func (s *rosenbrockStepper) try(estimate bool) (evaluations int, withEnd bool) {
	s.linearize()
	s.shift()
	b := s.batch
	for i := range s.m.m {
		s.stage(i)
	}
	for k := range b.n {
		if !s.regular[k] {
			fill(b.row(s.u[0], k), math.NaN()) // makes y1 so: the step is tried again, and shorter
		}
	}
	s.combine(b.y1, b.y, s.m.mt)
	if estimate {
		for k := range b.n {
			lincomb(b.row(b.errs, k), s.zero, 1, s.m.et, s.u, k*b.dim)
		}
	}
	for _, id := range b.id[:b.n] {
		b.stats[id].Factorizations++
		b.stats[id].Solves += len(s.m.m)
	}
	return len(s.m.m) - 1, false
}

// linearize makes J and df/dt those of where the rows are, except of those that repeat a step.
func (s *rosenbrockStepper) linearize() {
	b, n := s.batch, 0
	p := s.fresh
	for k := range b.n {
		if b.repeats[k] {
			continue
		}
		p.t[n], p.h[n], p.id[n], s.row[n] = b.t[k], b.h[k], b.id[k], k
		copy(b.row(p.y, n), b.row(b.y, k))
		copy(b.row(p.f, n), b.row(b.f, k))
		n++
	}
	if n == 0 {
		return
	}
	size := n * b.dim
	p = points{p.t[:n], p.h[:n], p.y[:size], p.f[:size], p.id[:n]}
	evaluations := s.system.linearize(p)
	ft := s.rhs[:size]
	evaluations += s.clock.differentiate(ft, p)
	for i, k := range s.row[:n] {
		copy(b.row(s.ft, k), b.row(ft, i))
		b.stats[b.id[k]].Jacobians++
		b.stats[b.id[k]].Evaluations += evaluations
	}
}

func (s *rosenbrockStepper) shift() {
	b := s.batch
	for k := range b.n {
		s.gamma[k] = s.m.gamma * b.h[k]
	}
	s.system.shift(s.regular[:b.n], s.gamma[:b.n], b.id[:b.n])
}

// stage solves for U_i.
func (s *rosenbrockStepper) stage(i int) {
	b := s.batch
	size := b.n * b.dim
	f := b.f
	if i > 0 {
		s.combine(s.z, b.y, s.m.at[i])
		f = s.rhs
		s.sys.DerivRows(f[:size], s.times(s.m.nodes[i]), s.z[:size], b.id[:b.n])
	}
	for k := range b.n {
		gamma, rhs, ft, d := s.gamma[k], b.row(s.rhs, k), b.row(s.ft, k), s.m.d[i]*b.h[k]
		for l, v := range b.row(f, k) {
			rhs[l] = gamma * (v + d*ft[l])
		}
		lincomb(rhs, rhs, s.m.gamma, s.m.ct[i], s.u, k*b.dim)
	}
	s.system.solve(s.u[i][:size], s.rhs[:size], b.id[:b.n])
}

// combine writes y + sum_j a_j U_j of every active row to dst.
func (s *rosenbrockStepper) combine(dst, y []float64, a []term) {
	b := s.batch
	for k := range b.n {
		lincomb(b.row(dst, k), b.row(y, k), 1, a, s.u, k*b.dim)
	}
}

// times returns t + c h of every active row; at c = 1 exactly the end of the step.
func (s *rosenbrockStepper) times(c float64) []float64 {
	b := s.batch
	if c == 1 {
		return b.t1[:b.n]
	}
	for k := range b.n {
		s.t[k] = b.t[k] + c*b.h[k]
	}
	return s.t[:b.n]
}

func (s *rosenbrockStepper) interpolate(dst []float64, k int, theta float64) {
	for i := range s.interp {
		s.interp[i] = term{i, s.m.weight(i, theta)}
	}
	lincomb(dst, s.batch.row(s.batch.y, k), 1, s.interp, s.u, k*s.batch.dim)
}

func (s *rosenbrockStepper) swap(i, j int) {
	for _, u := range s.u {
		s.batch.swapRows(u, i, j)
	}
	s.batch.swapRows(s.ft, i, j)
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}
