package ode

import "math"

// DelayIntegrator solves one ensemble of delayed systems again and again. It belongs to
// one goroutine. Its memory grows with the steps that the delay spans.
type DelayIntegrator struct {
	delay    Delay
	inner    *Integrator
	rows     *lateRows
	observer RowsObserver
	stats    []Stats
	y        []float64 // states of the rows still under way
	dim      int
}

// NewDelayIntegrator makes the memory for up to capacity rows of sys. It panics if
// capacity or a dimension is less than 1; the error is an [*OptionError].
func NewDelayIntegrator(sys DelayRows, capacity int, delay Delay, opt Options) (*DelayIntegrator, error) {
	if !(delay.Length > 0) || math.IsInf(delay.Length, 1) {
		return nil, &OptionError{"Delay.Length", delay.Length, "a positive finite time; for none use Solve"}
	}
	if len(opt.Events) > 0 {
		return nil, &OptionError{"Events", len(opt.Events), "none: a delayed system cannot have events yet"}
	}
	if m, implicit := opt.Method.(*rosenbrock); implicit {
		return nil, &OptionError{"Method", m.Name(), "an explicit method, where a signal acts late"}
	}
	if sys.SignalDim() < 1 {
		panic("ode: the signal has no component")
	}
	opt, err := opt.complete()
	if err != nil {
		return nil, err
	}
	d := &DelayIntegrator{delay: delay, observer: opt.Observer, stats: make([]Stats, capacity), dim: sys.Dim()}
	d.rows = newLateRows(sys, capacity, delay, signalNodes(opt.Method))
	d.y = make([]float64, capacity*d.dim)
	opt.Observer = d.observe
	opt.MaxStep = min(opt.MaxStep, delay.Length*(1+rounding)) // a step to the next break may be so much longer, by rounding
	opt.Step = min(opt.Step, delay.Length)
	var ensemble Rows = d.rows
	if norm, ok := sys.(RowNorm); ok && opt.Norm == nil {
		ensemble = measuredRows{d.rows, norm}
	}
	d.inner, err = NewIntegrator(ensemble, capacity, opt)
	return d, err
}

// Solve advances y (n x Dim, row-major, n at most the capacity; row k has id k) from t0
// to t1 >= t0 in place, as [SolveDelayRows] does. The Stats are valid until the next
// Solve.
func (d *DelayIntegrator) Solve(y []float64, t0, t1 float64) ([]Stats, error) {
	n := len(y) / d.dim
	if len(y) != n*d.dim || n > len(d.stats) {
		panic("ode: the length of y is not rows x dimension, with rows at most the capacity")
	}
	if t1 < t0 {
		return nil, &OptionError{"t1", t1, "a time not before t0: a delayed system runs forwards"}
	}
	clear(d.stats)
	d.rows.begin(n, t0)
	for k, from := 0, t0; len(d.rows.alive) > 0; k++ {
		to := d.segmentEnd(k, t0, t1)
		if err := d.segment(y, from, to); err != nil {
			return nil, err
		}
		if from = to; to == t1 {
			break
		}
		d.rows.recorded = true
	}
	return d.stats[:n], rowsError(d.stats[:n])
}

// segmentEnd returns where segment k ends: at t0 + (k+1) delay, as long as a method can
// feel what breaks there. The jump is in derivative k+1 of y.
func (d *DelayIntegrator) segmentEnd(k int, t0, t1 float64) float64 {
	end := t0 + float64(k+1)*d.delay.Length
	if k > d.inner.opt.Method.Order() || end > t1 {
		return t1
	}
	return end
}

// segment advances the rows under way. Those that fail stay behind.
func (d *DelayIntegrator) segment(y []float64, from, to float64) error {
	alive := d.rows.alive
	for k, id := range alive {
		copy(d.y[k*d.dim:(k+1)*d.dim], y[id*d.dim:])
	}
	stats, err := d.inner.Solve(d.y[:len(alive)*d.dim], from, to)
	if stats == nil {
		return err
	}
	left := alive[:0]
	for k, s := range stats {
		id := alive[k]
		copy(y[id*d.dim:(id+1)*d.dim], d.y[k*d.dim:])
		d.add(id, s)
		if s.Err == nil {
			left = append(left, id)
		}
	}
	d.rows.alive = left
	return nil
}

// add adds the segment s to the account of row id.
func (d *DelayIntegrator) add(id int, s Stats) {
	total := &d.stats[id]
	s.Evaluations += total.Evaluations
	s.Accepted += total.Accepted
	s.Rejected += total.Rejected
	if step, ok := s.Err.(*StepError); ok {
		step.Row = id
	}
	*total = s
}

// observe records the signal and shows the step, under its ids and numbers.
func (d *DelayIntegrator) observe(s *Step) error {
	for k, place := range s.ID {
		d.rows.record(s, k, d.rows.alive[place])
	}
	if d.observer == nil {
		return nil
	}
	shown := *s
	shown.ID, shown.N = d.rows.shown[:len(s.ID)], d.rows.numbers[:len(s.ID)]
	for k, place := range s.ID {
		id := d.rows.alive[place]
		shown.ID[k], shown.N[k] = id, s.N[k]+d.stats[id].Accepted
	}
	return d.observer(&shown)
}
