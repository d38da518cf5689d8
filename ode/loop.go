package ode

import "math"

// verdict on a step.
type verdict int

const (
	accepted verdict = iota
	tooLarge
	notFinite
)

const (
	// maxNonFinite bounds rejections in succession where the step is not finite: it shrinks by 1e-14 on the way.
	maxNonFinite = 20
	// leastStep, in units of |t|, still tells the times of the stages apart.
	leastStep = 16 * 0x1p-52
	// stretch lets the last step be a little longer rather than be followed by a tiny one.
	stretch = 1.01
	// rounding tells a fixed step from one that was shortened.
	rounding = 1e-9
)

// aim sets the end of every row's step, and lets rows go that may take no more steps or whose step does not move time.
func (in *Integrator) aim() {
	b := in.b
	in.heed()
	for k := range b.n {
		r, s := &in.rows[k], &in.stats[b.id[k]]
		if r.done {
			continue
		}
		if s.Accepted+s.Rejected >= in.opt.MaxSteps {
			in.fail(k, TooManySteps, in.diagnose(k))
			continue
		}
		if in.opt.Step > 0 {
			in.aimFixed(k)
		} else {
			in.aimAdaptive(k)
		}
		if !r.lands && math.Abs(r.next) <= leastStep*math.Abs(b.t[k]) {
			in.failShort(k)
		}
	}
	in.dismiss()
}

// aimAdaptive sets t1 and h of row k to the step that step control wants, as far as the span goes.
func (in *Integrator) aimAdaptive(k int) {
	b, r := in.b, &in.rows[k]
	goal, _ := in.stops.goal(r.goal)
	left, reach := goal-b.t[k], min(stretch*math.Abs(r.next), in.opt.MaxStep)
	if r.lands = math.Abs(left) <= reach; r.lands {
		b.t1[k], b.h[k] = in.stops.before(goal, b.t[k]), left
		return
	}
	b.t1[k] = b.t[k] + r.next
	b.h[k] = b.t1[k] - b.t[k]
}

// aimFixed does so at fixed step: ends of steps are multiples of the step, counted from the start or where the row last began anew, and
// only the last may be shorter.
func (in *Integrator) aimFixed(k int) {
	b, r := in.b, &in.rows[k]
	goal, _ := in.stops.goal(r.goal)
	left := goal - b.t[k]
	b.t1[k], b.h[k] = r.origin+float64(b.accepted[k]-r.since+1)*r.next, r.next
	if r.lands = math.Abs(left) <= (1+rounding)*in.opt.Step; !r.lands {
		return
	}
	b.t1[k] = in.stops.before(goal, b.t[k])
	if math.Abs(left) < (1-rounding)*in.opt.Step {
		b.h[k] = left
	}
}

// judge gives every step its verdict.
func (in *Integrator) judge() {
	b := in.b
	for k := range b.n {
		r, y1 := &in.rows[k], b.row(b.y1, k)
		if in.opt.Step == 0 {
			r.errNorm = in.measure(k)
		}
		switch {
		case math.IsNaN(r.errNorm) || !finite(y1):
			r.verdict = notFinite
		case r.errNorm > 1:
			r.verdict = tooLarge
		default:
			r.verdict = accepted
		}
	}
}

// measure returns the error of the step of row k.
func (in *Integrator) measure(k int) float64 {
	if own, ok := in.steps.(measurer); ok {
		return own.measure(in.norm, k)
	}
	return in.b.measure(in.norm, k, in.b.row(in.b.errs, k))
}

// acceptable moves the rows whose step is good before the others and counts them. They then know the derivative at its end,
// unless that came not with the step and nobody is going to ask.
func (in *Integrator) acceptable(withEnd bool) int {
	b := in.b
	m := in.front(b.n, isAccepted)
	known := m
	if !withEnd {
		if in.opt.Observer == nil && in.rest == nil && in.events == nil {
			known = in.front(m, goesOn)
		}
		in.derive(b.f1, b.t1, b.y1, known)
	}
	for k := range known {
		if !finite(b.row(b.f1, k)) {
			in.rows[k].verdict = notFinite
		}
	}
	return in.front(m, isAccepted)
}

func isAccepted(r *row) bool { return r.verdict == accepted }
func goesOn(r *row) bool     { return !r.lands }

// accept takes the steps of the first m rows.
func (in *Integrator) accept(m int) {
	if m == 0 {
		return
	}
	b := in.b
	in.show(m)
	in.locate(m)
	for k := range m {
		in.rows[k].rejections = 0
		b.repeats[k] = false
		b.accepted[k]++
		in.gauge(k)
		in.stats[b.id[k]].Accepted++
		in.proceed(k)
	}
	err := in.observe()
	in.fire(m, err != nil)
	b.advance(m)
	if err != nil {
		in.stop(err)
	}
	in.renew(m)
}

// proceed decides how row k goes on after its step, or that it does not.
func (in *Integrator) proceed(k int) {
	b, r := in.b, &in.rows[k]
	_, last := in.stops.goal(r.goal)
	switch {
	case r.done:
	case r.cut > 0:
		r.fresh = true
		in.adapt(k)
	case in.rest != nil && in.rest.holds(b.row(b.y1, k), b.row(b.f1, k)):
		in.finish(k, CameToRest)
	case in.rest != nil && in.rest.size[b.id[k]].diverges(b.t1[k], b.row(b.y1, k)):
		in.finish(k, Diverged)
	case r.lands && last:
		in.finish(k, ReachedEnd)
	case r.lands:
		r.fresh = true
		wanted := r.next
		in.adapt(k)
		if math.Abs(r.next) < math.Abs(wanted) { // the stop was in the way, not the error
			r.next = wanted
		}
	default:
		in.adapt(k)
	}
}

// adapt sets the step that step control wants after an accepted one.
func (in *Integrator) adapt(k int) {
	if in.opt.Step > 0 {
		return
	}
	r, h := &in.rows[k], in.b.h[k]
	length := math.Abs(h) * in.opt.Control.accept(&r.control, r.errNorm, in.errorPower())
	r.next = math.Copysign(min(length, in.opt.MaxStep), h)
}

// errorPower is k in: the estimated error of a step is of order h^k.
func (in *Integrator) errorPower() int {
	return min(in.opt.Method.Order(), in.opt.Method.ErrorOrder()) + 1
}

// show sets the Step to those of the first m rows.
func (in *Integrator) show(m int) {
	s, b, size := &in.step, in.b, m*in.b.dim
	for k := range m {
		if goal, _ := in.stops.goal(in.rows[k].goal); in.rows[k].lands {
			b.t1[k] = goal
		}
	}
	s.ID, s.N, s.T0, s.T1 = b.id[:m], b.accepted[:m], b.t[:m], b.t1[:m]
	s.Y0, s.Y1, s.F0, s.F1 = b.y[:size], b.y1[:size], b.f[:size], b.f1[:size]
	clear(s.prepared[:m])
	for k := range s.part[:min(m, len(s.part))] {
		s.part[k] = 1
	}
}

// observe lets the observer see the Step.
func (in *Integrator) observe() error {
	if in.opt.Observer == nil {
		return nil
	}
	return in.opt.Observer(&in.step)
}

// reject shortens the steps of the rows from m on, or gives them up.
func (in *Integrator) reject(m int) {
	for k := m; k < in.b.n; k++ {
		r := &in.rows[k]
		if r.done {
			continue
		}
		in.b.repeats[k] = true
		in.stats[in.b.id[k]].Rejected++
		r.rejections++
		switch {
		case r.verdict == notFinite && (in.opt.Step > 0 || r.rejections >= maxNonFinite):
			in.failShort(k)
		case r.rejections >= in.opt.MaxRejections:
			in.fail(k, TooManyRejections, in.diagnose(k))
		case r.verdict == notFinite:
			r.control.rejected = true
			r.next = in.b.h[k] * in.opt.Control.MinFactor
		default:
			r.next = in.b.h[k] * in.opt.Control.reject(&r.control, r.errNorm, in.errorPower())
		}
	}
}
