package ode

import "math"

// firstSteps chooses the first step of every row.
func (in *Integrator) firstSteps() {
	opt, span := &in.opt, in.t1-in.t0
	switch {
	case opt.Step > 0:
		in.startWith(opt.Step)
	case opt.InitialStep > 0:
		in.startWith(min(opt.InitialStep, opt.MaxStep))
	default:
		in.guessFirstSteps(min(math.Abs(span), opt.MaxStep))
	}
}

func (in *Integrator) startWith(length float64) {
	for k := range in.b.n {
		in.rows[k].next = math.Copysign(length, in.t1-in.t0)
	}
}

// guessFirstSteps is the algorithm of Hairer, Norsett and Wanner (1993), II.4, "Starting step size", at the cost of one evaluation:
//
//	h0 = 0.01 |y0| / |f0|                              an Euler step that changes little
//	d2 = |f(t0 + h0, y0 + h0 f0) - f0| / h0            the second derivative
//	h  = min(100 h0, (0.01 / max(|f0|, d2))^(1/k))     where the error estimate is of order h^k
//
// in the norm of the step's error. Neither step is longer than longest, so nothing is evaluated outside the span; and the first
// moves time, however small y0 is: rounding where a solution passes 0 is a y0 that hardly any step would leave unchanged.
func (in *Integrator) guessFirstSteps(longest float64) {
	b := in.b
	for k := range b.n {
		y, f := b.row(b.y, k), b.row(b.f, k)
		h := min(eulerStep(in.norm.NormRow(b.id[k], y, y, y), in.norm.NormRow(b.id[k], f, y, y)), longest)
		b.h[k] = math.Copysign(h, in.t1-in.t0)
		b.t1[k] = b.t[k] + b.h[k]
		for i, yi := range y {
			b.row(b.y1, k)[i] = yi + b.h[k]*f[i]
		}
	}
	in.derive(b.f1, b.t1, b.y1, b.n)
	for k := range b.n {
		y, f, change := b.row(b.y, k), b.row(b.f, k), b.row(b.errs, k)
		for i, fi := range f {
			change[i] = b.row(b.f1, k)[i] - fi
		}
		h0 := math.Abs(b.h[k])
		h := startingStep(h0, in.norm.NormRow(b.id[k], f, y, y), in.norm.NormRow(b.id[k], change, y, y)/h0, in.errorPower())
		h = min(max(h, 2*leastStep*math.Abs(b.t[k])), longest)
		in.rows[k].next = math.Copysign(h, b.h[k])
	}
}

// eulerStep is h0, from the norms of y0 and f0. Under AbsTol = 0 a component that leaves 0 makes the latter infinite.
func eulerStep(d0, d1 float64) float64 {
	if d0 < 1e-5 || d1 < 1e-5 || math.IsInf(d1, 1) {
		return 1e-6
	}
	return 0.01 * d0 / d1
}

// startingStep is h, from h0 and the norms of the first and second derivatives. Where the Euler step left the numbers, it starts
// well below it.
func startingStep(h0, d1, d2 float64, k int) float64 {
	d := max(d1, d2)
	switch {
	case math.IsNaN(d) || math.IsInf(d, 1):
		return 1e-3 * h0
	case d <= 1e-15:
		return max(1e-6, 1e-3*h0)
	}
	return min(100*h0, math.Pow(0.01/d, 1/float64(k)))
}
