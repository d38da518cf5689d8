package ode

// explicit is the recipe of a tableau, with its zeros left out.
type explicit struct {
	Tableau
	a    [][]term
	b, e []term
	fsal bool
}

func newExplicit(t Tableau) *explicit {
	m := &explicit{Tableau: t, b: terms(t.B), e: terms(t.E), fsal: t.firstSameAsLast()}
	for _, row := range t.A {
		m.a = append(m.a, terms(row))
	}
	return m
}

func (m *explicit) Name() string    { return m.Tableau.Name }
func (m *explicit) Order() int      { return m.Tableau.Order }
func (m *explicit) ErrorOrder() int { return m.Tableau.ErrorOrder }

// explicitStepper holds the stages. The first is the batch's f, and the last its f1 in a first-same-as-last method.
type explicitStepper struct {
	m      *explicit
	sys    Rows
	batch  *batch
	k      [][]float64 // s stages, each capacity x dim
	z      []float64   // state at which a stage is evaluated, capacity x dim
	t      []float64   // and its time, capacity
	zero   []float64   // dim
	interp []term      // s, the weights of the last interpolation
}

func (m *explicit) newStepper(sys Rows, b *batch) stepper {
	s := &explicitStepper{
		m: m, sys: sys, batch: b,
		k:      make([][]float64, len(m.B)),
		z:      make([]float64, len(b.y)),
		t:      make([]float64, len(b.t)),
		zero:   make([]float64, b.dim),
		interp: make([]term, len(m.B)),
	}
	s.k[0] = b.f
	own := s.own()
	for i := range own {
		own[i] = make([]float64, len(b.y))
	}
	if m.fsal {
		s.k[len(s.k)-1] = b.f1
	}
	return s
}

// own returns the stages that are not the batch's.
func (s *explicitStepper) own() [][]float64 {
	if s.m.fsal {
		return s.k[1 : len(s.k)-1]
	}
	return s.k[1:]
}

func (s *explicitStepper) try(estimate bool) (evaluations int, withEnd bool) {
	b, last := s.batch, len(s.k)-1
	size := b.n * b.dim
	for i := 1; i <= last; i++ {
		z := s.z
		if s.m.fsal && i == last {
			z = b.y1
		}
		s.combine(z, s.m.a[i])
		s.sys.DerivRows(s.k[i][:size], s.times(s.m.C[i]), z[:size], b.id[:b.n])
	}
	if !s.m.fsal {
		s.combine(b.y1, s.m.b)
	}
	if estimate {
		s.estimate()
	}
	return last, s.m.fsal
}

// combine writes y + h sum_j a_j k_j of every active row to dst.
func (s *explicitStepper) combine(dst []float64, a []term) {
	b := s.batch
	for r := range b.n {
		lincomb(b.row(dst, r), b.row(b.y, r), b.h[r], a, s.k, r*b.dim)
	}
}

// estimate writes h sum_j e_j k_j of every active row to errs.
func (s *explicitStepper) estimate() {
	b := s.batch
	for r := range b.n {
		lincomb(b.row(b.errs, r), s.zero, b.h[r], s.m.e, s.k, r*b.dim)
	}
}

// times returns t + c h of every active row; at c = 1 exactly the end of the step.
func (s *explicitStepper) times(c float64) []float64 {
	b := s.batch
	if c == 1 {
		return b.t1[:b.n]
	}
	for r := range b.n {
		s.t[r] = b.t[r] + c*b.h[r]
	}
	return s.t[:b.n]
}

func (s *explicitStepper) interpolate(dst []float64, k int, theta float64) {
	if s.m.Dense == nil {
		s.batch.hermite(dst, k, theta)
		return
	}
	for i, p := range s.m.Dense {
		s.interp[i] = term{i, polynomial(p, theta)}
	}
	lincomb(dst, s.batch.row(s.batch.y, k), s.batch.h[k], s.interp, s.k, k*s.batch.dim)
}

// polynomial returns sum_m p_m theta^(m+1).
func polynomial(p []float64, theta float64) float64 {
	sum := 0.0
	for i := len(p) - 1; i >= 0; i-- {
		sum = (sum + p[i]) * theta
	}
	return sum
}

func (s *explicitStepper) swap(i, j int) {
	for _, k := range s.own() {
		s.batch.swapRows(k, i, j)
	}
}
