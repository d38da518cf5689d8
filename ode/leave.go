package ode

import (
	"context"
	"fmt"
)

// finish lets row k leave at the next dismissal.
func (in *Integrator) finish(k int, why Reason) {
	in.rows[k].done = true
	in.stats[in.b.id[k]].Reason = why
}

// dismiss returns the states of the rows that are done to the caller and moves the others up.
func (in *Integrator) dismiss() {
	b := in.b
	for k := b.n - 1; k >= 0; k-- {
		if !in.rows[k].done {
			continue
		}
		id := b.id[k]
		copy(b.row(in.y, id), b.row(b.y, k))
		in.stats[id].T, in.stats[id].H = b.t[k], in.rows[k].next
		if in.rest != nil {
			in.rest.record(id, in.stats[id], b.row(b.y, k), b.row(b.f, k))
		}
		b.n--
		if k != b.n {
			in.swap(k, b.n)
		}
	}
}

// stop ends all rows because the observer said so.
func (in *Integrator) stop(err error) {
	for k := range in.b.n {
		in.finish(k, Stopped)
		in.stats[in.b.id[k]].Err = fmt.Errorf("ode: observer, at t = %g: %w", in.b.t[k], err)
	}
}

// flaw is what is wrong with a vector.
type flaw struct {
	what      string
	component int
	value     float64
}

// firstFlaw is the first component of x that is not finite.
func firstFlaw(what string, x []float64) flaw {
	i := firstNonFinite(x)
	return flaw{what, i, x[i]}
}

// diagnose names the worst component of the last step of row k.
func (in *Integrator) diagnose(k int) flaw {
	b := in.b
	y1, f1, errs := b.row(b.y1, k), b.row(b.f1, k), b.row(b.errs, k)
	if in.rows[k].verdict == notFinite {
		switch {
		case !finite(y1):
			return firstFlaw("state", y1)
		case !finite(errs):
			return firstFlaw("error estimate", errs)
		case !finite(f1):
			return firstFlaw("derivative", f1)
		}
	}
	worst, _ := MaxNorm{RelTol: in.opt.RelTol, AbsTol: in.opt.AbsTol}.worst(errs, b.row(b.y, k), y1)
	return flaw{"state", worst, y1[worst]}
}

// failShort fails row k because its step can be shortened no more.
func (in *Integrator) failShort(k int) {
	why := StepUnderflow
	if in.rows[k].verdict == notFinite {
		why = NonFinite
	}
	in.fail(k, why, in.diagnose(k))
}

// fail lets row k leave with an error.
func (in *Integrator) fail(k int, why Reason, f flaw) {
	in.finish(k, why)
	r, s := &in.rows[k], &in.stats[in.b.id[k]]
	s.Err = &StepError{
		Row: in.b.id[k], T: in.b.t[k], H: in.b.h[k], Steps: s.Accepted + s.Rejected, ErrNorm: r.errNorm,
		Component: f.component, Value: f.value, What: f.what,
		Reason: why,
		Err:    in.cause(why),
	}
}

// cause is the error that compares equal to a reason of failure.
func (in *Integrator) cause(why Reason) error {
	switch why {
	case NonFinite:
		return ErrNonFinite
	case StepUnderflow:
		return ErrStepUnderflow
	case TooManyRejections:
		return ErrTooManyRejections
	case Interrupted:
		return context.Cause(in.opt.Context)
	}
	return ErrTooManySteps
}

// heed fails all rows once the context is done. To ask costs some nanoseconds a step.
func (in *Integrator) heed() {
	if in.opt.Context == nil {
		return
	}
	select {
	case <-in.opt.Context.Done():
		for k := range in.b.n {
			in.fail(k, Interrupted, in.diagnose(k))
		}
	default:
	}
}
