package ode

// Integrator solves one system, or ensembles of it, again and again without allocating. It belongs to one goroutine.
type Integrator struct {
	opt   Options // complete
	sys   Rows
	norm  RowNorm
	steps stepper
	b     *batch
	rows  []row   // beside the rows of the batch
	stats []Stats // by id
	step  Step
	rest  *resting // nil unless settling

	events *watch // nil without events
	stops  stops
	after  []float64 // times at which rows begin

	y      []float64 // the caller's states, by id
	t0, t1 float64   // the span
}

// row is what the loop remembers of an active row.
type row struct {
	next       float64 // step (signed) that step control wants
	control    history
	lands      bool    // the step ends the span, or at a stop
	goal       int     // stops behind the row
	cut        float64 // the part of the step up to an event, 0: all
	fresh      bool    // the next step begins with a fresh derivative
	origin     float64 // where fixed steps are counted from
	since      int     // steps accepted then
	verdict    verdict
	errNorm    float64
	rejections int // in succession
	done       bool
}

// NewIntegrator makes all memory for up to capacity rows of sys. It panics if capacity or sys.Dim() is less than 1;
// the error is an [*OptionError].
func NewIntegrator(sys Rows, capacity int, opt Options) (*Integrator, error) {
	dim := dimension(sys)
	if capacity < 1 {
		panic("ode: the capacity is less than 1")
	}
	opt, err := opt.complete()
	if err != nil {
		return nil, err
	}
	in := &Integrator{
		opt: opt, sys: sys, norm: opt.norm(sys),
		b:    newBatch(dim, capacity),
		rows: make([]row, capacity),

		events: newWatch(opt.Events, capacity, dim),
		stops:  newStops(opt.StopTimes),
		after:  make([]float64, capacity),
	}
	in.stats = in.b.stats
	in.steps = opt.Method.newStepper(sys, in.b)
	in.step = Step{steps: in.steps, stats: in.stats, prepared: make([]bool, capacity), scratch: make([]float64, dim)}
	if in.events != nil {
		in.step.part = make([]float64, capacity)
	}
	return in, nil
}

// Solve advances y (n x Dim, row-major, n at most the capacity; row k has id k) from t0 to t1 in place, as [SolveRows] does.
// The Stats belong to the integrator and are valid until its next Solve. It panics if len(y) fits no number of rows.
func (in *Integrator) Solve(y []float64, t0, t1 float64) ([]Stats, error) {
	n := len(y) / in.b.dim
	if len(y) != n*in.b.dim || n > len(in.rows) {
		panic("ode: the length of y is not rows x dimension, with rows at most the capacity")
	}
	if !finite1(t0) {
		return nil, &OptionError{"t0", t0, "a finite time"}
	}
	if !finite1(t1) {
		return nil, &OptionError{"t1", t1, "a finite time"}
	}
	in.y, in.t0, in.t1 = y, t0, t1
	in.stops.begin(t0, t1)
	in.begin(n)
	for in.aim(); in.b.n > 0; in.aim() {
		evaluations, withEnd := in.steps.try(in.opt.Step == 0)
		in.countEvaluations(in.b.n, evaluations)
		in.judge()
		m := in.acceptable(withEnd)
		in.accept(m)
		in.reject(m)
		in.dismiss()
	}
	return in.stats[:n], rowsError(in.stats[:n])
}

// begin loads n rows, evaluates their first derivatives and chooses their first steps.
func (in *Integrator) begin(n int) {
	b := in.b
	b.n = n
	copy(b.y, in.y)
	copy(b.y1, in.y)
	clear(b.errs)
	for k := range n {
		b.id[k], b.accepted[k], b.repeats[k], b.t[k], b.h[k] = k, 0, false, in.t0, 0
		in.rows[k], in.stats[k], in.after[k] = row{origin: in.t0}, Stats{}, in.stops.after(in.t0)
		if !finite(b.row(b.y, k)) {
			in.fail(k, NonFinite, firstFlaw("state", b.row(b.y, k)))
		}
	}
	in.dismiss()
	in.derive(b.f, in.after, b.y, b.n)
	for k := range b.n {
		if in.rest != nil {
			in.rest.size[b.id[k]] = in.rest.test.growthFrom(in.t0, b.row(b.y, k))
		}
		if in.events != nil {
			in.events.start(b.id[k], in.t0, b.row(b.y, k))
		}
		switch f := b.row(b.f, k); {
		case !finite(f):
			in.fail(k, NonFinite, firstFlaw("derivative", f))
		case in.rest != nil && in.rest.holds(b.row(b.y, k), f):
			in.finish(k, CameToRest)
		case in.t0 == in.t1:
			in.finish(k, ReachedEnd)
		}
	}
	in.dismiss()
	in.firstSteps()
}

// derive evaluates the right-hand sides of the first m rows of y at times t.
func (in *Integrator) derive(dy, t, y []float64, m int) {
	if m == 0 {
		return
	}
	b := in.b
	in.sys.DerivRows(dy[:m*b.dim], t[:m], y[:m*b.dim], b.id[:m])
	in.countEvaluations(m, 1)
}

func (in *Integrator) countEvaluations(m, evaluations int) {
	for _, id := range in.b.id[:m] {
		in.stats[id].Evaluations += evaluations
	}
}

// front moves the rows among the first n that are to be kept before the others, and counts them.
func (in *Integrator) front(n int, keep func(*row) bool) int {
	m := 0
	for k := range n {
		if keep(&in.rows[k]) {
			if k != m {
				in.swap(k, m)
			}
			m++
		}
	}
	return m
}

func (in *Integrator) swap(i, j int) {
	in.rows[i], in.rows[j] = in.rows[j], in.rows[i]
	in.b.swap(i, j)
	in.steps.swap(i, j)
}
