package ode

import (
	"fmt"
	"math"
)

// locate searches the steps of the first m rows for events. Those with an event that ends the step come first and are cut there, for
// observers to see; their states and derivatives at the event are the watch's.
func (in *Integrator) locate(m int) {
	w := in.events
	if w == nil {
		return
	}
	in.step.prepare(0, m)
	for k := range m {
		cut, flawed := w.scan(&in.step, k)
		in.rows[k].cut = cut
		if flawed >= 0 {
			in.fail(k, NonFinite, flaw{"event function", flawed, math.NaN()})
		}
	}
	n := in.front(m, isCut)
	if n == 0 {
		return
	}
	s, b, size := &in.step, in.b, m*in.b.dim
	copy(w.y1, b.y1[:size])
	copy(w.f1, b.f1[:size])
	for k := range n {
		cut := in.rows[k].cut
		s.InterpolateRow(b.row(w.y1, k), k, cut)
		s.part[k], b.t1[k] = cut, s.time(k, cut)
	}
	if in.opt.Observer != nil || in.rest != nil {
		in.derive(w.f1, b.t1, w.y1, n)
	}
	s.Y1, s.F1 = w.y1[:size], w.f1[:size]
}

func isCut(r *row) bool { return r.cut > 0 }

// fire moves the ends of the first m rows' steps that are cut to where they are, and, unless the observer has stopped all, lets their events happen.
func (in *Integrator) fire(m int, stopped bool) {
	if in.events == nil {
		return
	}
	for k := range m {
		cut := in.rows[k].cut
		for _, h := range in.events.hits[in.b.id[k]] {
			if h.theta == cut {
				in.land(k)
				cut = 0
			}
			if stopped || !in.happen(k, h) {
				break
			}
		}
		if cut > 0 {
			in.land(k)
		}
	}
}

// land moves the end of the step of row k to where it is cut. It can be interpolated no more.
func (in *Integrator) land(k int) {
	w, b := in.events, in.b
	copy(b.row(b.y1, k), b.row(w.y1, k))
	copy(b.row(b.f1, k), b.row(w.f1, k))
}

// happen calls event h of row k and reports whether it went well.
func (in *Integrator) happen(k int, h hit) bool {
	w, r, stats := in.events, &in.rows[k], &in.stats[in.b.id[k]]
	event, y := &w.events[h.event], in.b.row(in.b.y1, k)
	stats.Events++
	if event.Effect == Ends && stats.Reason != MetEvent {
		in.finish(k, MetEvent)
		stats.Event = h.event
	}
	if event.Do == nil {
		return true
	}
	if h.theta != r.cut {
		y = w.state
		in.step.within(y, k, h.theta)
	}
	if err := event.Do(in.b.id[k], h.t, y); err != nil {
		in.finish(k, Stopped)
		stats.Err = fmt.Errorf("ode: event %d, at t = %g: %w", h.event, h.t, err)
		return false
	}
	return true
}
