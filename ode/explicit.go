package ode

// explicit is the recipe of a tableau, with its zeros left out.
type explicit struct {
	Tableau
	a           [][]term
	b, e, crude []term
	end         int     // stage that is f1, or -1
	gauge       int     // stage that tells stiffness, or -1
	boundary    float64 // of stability
}

func newExplicit(t Tableau) *explicit {
	m := &explicit{Tableau: t, b: terms(t.B), e: terms(t.E), crude: terms(t.Crude), end: t.endStage(), gauge: t.gaugeStage(), boundary: t.stabilityBoundary()}
	for _, row := range t.A {
		m.a = append(m.a, terms(row))
	}
	return m
}

func (m *explicit) Name() string { return m.Tableau.Name }
func (m *explicit) Order() int   { return m.Tableau.Order }

// ErrorOrder of two estimates is that of |E|^2/|Crude|.
func (m *explicit) ErrorOrder() int {
	if m.Crude != nil {
		return 2*m.Tableau.ErrorOrder - m.CrudeOrder
	}
	return m.Tableau.ErrorOrder
}

func (m *explicit) DenseOrder() int {
	if m.Dense == nil {
		return 3
	}
	return m.Tableau.DenseOrder
}

// explicitStepper holds the stages. The first is the batch's f, and that at the end of the step is its f1.
type explicitStepper struct {
	m      *explicit
	sys    Rows
	batch  *batch
	k      [][]float64 // as many stages as A has rows, each capacity x dim
	z      []float64   // state at which a stage is evaluated, capacity x dim
	t      []float64   // and its time, capacity
	zero   []float64   // dim
	interp []term      // the weights of the last interpolation
}

func (m *explicit) newStepper(sys Rows, b *batch) stepper {
	s := &explicitStepper{
		m: m, sys: sys, batch: b,
		k:      make([][]float64, len(m.A)),
		z:      make([]float64, len(b.y)),
		t:      make([]float64, len(b.t)),
		zero:   make([]float64, b.dim),
		interp: make([]term, 0, len(m.A)),
	}
	for i := range s.k {
		switch i {
		case 0:
			s.k[i] = b.f
		case m.end:
			s.k[i] = b.f1
		default:
			s.k[i] = make([]float64, len(b.y))
		}
	}
	if m.Crude != nil {
		return &damped{explicitStepper: s, crude: make([]float64, b.dim)}
	}
	return s
}

func (s *explicitStepper) try(estimate bool) (evaluations int, withEnd bool) {
	b, stages := s.batch, len(s.m.B)
	size := b.n * b.dim
	for i := 1; i < stages; i++ {
		z := s.z
		if i == s.m.end {
			z, withEnd = b.y1, true
		}
		s.combine(z, s.m.a[i])
		s.sys.DerivRows(s.k[i][:size], s.times(s.m.C[i], 0, b.n), z[:size], b.id[:b.n])
	}
	if !withEnd {
		s.combine(b.y1, s.m.b)
	}
	if estimate {
		s.estimate()
	}
	return stages - 1, withEnd
}

// combine writes y + h sum_j a_j k_j of every active row to dst.
func (s *explicitStepper) combine(dst []float64, a []term) { s.combineRows(dst, a, 0, s.batch.n) }

func (s *explicitStepper) combineRows(dst []float64, a []term, lo, hi int) {
	b := s.batch
	for r := lo; r < hi; r++ {
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

// times returns t + c h of rows lo to hi-1; at c = 1 exactly the end of the step.
func (s *explicitStepper) times(c float64, lo, hi int) []float64 {
	b := s.batch
	if c == 1 {
		return b.t1[lo:hi]
	}
	for r := lo; r < hi; r++ {
		s.t[r] = b.t[r] + c*b.h[r]
	}
	return s.t[lo:hi]
}

// prepare evaluates the stages that a step goes without.
func (s *explicitStepper) prepare(lo, hi int) (evaluations int) {
	b := s.batch
	from, to := lo*b.dim, hi*b.dim
	for i := len(s.m.B); i < len(s.k); i++ {
		if i == s.m.end {
			continue
		}
		s.combineRows(s.z, s.m.a[i], lo, hi)
		s.sys.DerivRows(s.k[i][from:to], s.times(s.m.C[i], lo, hi), s.z[from:to], b.id[lo:hi])
		evaluations++
	}
	return evaluations
}

func (s *explicitStepper) interpolate(dst []float64, k int, theta float64) {
	if s.m.Dense == nil {
		s.batch.hermite(dst, k, theta)
		return
	}
	s.interp = s.interp[:0]
	for i, p := range s.m.Dense {
		if p != nil {
			s.interp = append(s.interp, term{i, polynomial(p, theta)})
		}
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

// swap leaves the first stage and the one at the end to the batch.
func (s *explicitStepper) swap(i, j int) {
	for stage, k := range s.k[1:] {
		if stage+1 != s.m.end {
			s.batch.swapRows(k, i, j)
		}
	}
	if s.m.gauge >= 0 {
		s.batch.swapRows(s.z, i, j)
	}
}
