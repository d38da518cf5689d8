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
	// maxRejections of one step in succession: by the default MinFactor it may shrink by 1e-35 on the way.
	maxRejections = 50
	// maxNonFinite is maxRejections where the step is not finite: it shrinks by 1e-14 on the way.
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
	for k := range b.n {
		r, s := &in.rows[k], &in.stats[b.id[k]]
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
	left, reach := in.t1-b.t[k], min(stretch*math.Abs(r.next), in.opt.MaxStep)
	if r.lands = math.Abs(left) <= reach; r.lands {
		b.t1[k], b.h[k] = in.t1, left
		return
	}
	b.t1[k] = b.t[k] + r.next
	b.h[k] = b.t1[k] - b.t[k]
}

// aimFixed does so at fixed step: ends of steps are multiples of the step, and only the last may be shorter.
func (in *Integrator) aimFixed(k int) {
	b, r := in.b, &in.rows[k]
	left := in.t1 - b.t[k]
	b.t1[k], b.h[k] = in.t0+float64(b.accepted[k]+1)*r.next, r.next
	if r.lands = math.Abs(left) <= (1+rounding)*in.opt.Step; !r.lands {
		return
	}
	b.t1[k] = in.t1
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
		if in.opt.Observer == nil && in.rest == nil {
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
	for k := range m {
		r := &in.rows[k]
		r.rejections = 0
		b.repeats[k] = false
		b.accepted[k]++
		in.gauge(k)
		in.stats[b.id[k]].Accepted++
		switch {
		case in.rest != nil && in.rest.holds(b.row(b.y1, k), b.row(b.f1, k)):
			in.finish(k, CameToRest)
		case r.lands:
			in.finish(k, ReachedEnd)
		case in.opt.Step == 0:
			length := math.Abs(b.h[k]) * in.opt.Control.accept(&r.control, r.errNorm, in.errorPower())
			r.next = math.Copysign(min(length, in.opt.MaxStep), b.h[k])
		}
	}
	err := in.observe(m)
	b.advance(m)
	if err != nil {
		in.stop(err)
	}
}

// errorPower is k in: the estimated error of a step is of order h^k.
func (in *Integrator) errorPower() int {
	return min(in.opt.Method.Order(), in.opt.Method.ErrorOrder()) + 1
}

// observe shows the steps of the first m rows.
func (in *Integrator) observe(m int) error {
	if in.opt.Observer == nil {
		return nil
	}
	s, b, size := &in.step, in.b, m*in.b.dim
	s.ID, s.N, s.T0, s.T1 = b.id[:m], b.accepted[:m], b.t[:m], b.t1[:m]
	s.Y0, s.Y1, s.F0, s.F1 = b.y[:size], b.y1[:size], b.f[:size], b.f1[:size]
	clear(s.prepared[:m])
	return in.opt.Observer(s)
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
		case r.verdict == notFinite && (in.opt.Step > 0 || r.rejections >= maxNonFinite), r.rejections >= maxRejections:
			in.failShort(k)
		case r.verdict == notFinite:
			r.control.rejected = true
			r.next = in.b.h[k] * in.opt.Control.MinFactor
		default:
			r.next = in.b.h[k] * in.opt.Control.reject(&r.control, r.errNorm, in.errorPower())
		}
	}
}
