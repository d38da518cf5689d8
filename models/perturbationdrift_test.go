package models

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// averageOf returns the mean over a presentation of what of makes of a learner's
// state, a row a learner.
func (f *fixture) averageOf(t testing.TB, set PerturbationSettings, learners int, of func(p *PerturbedFeedback, x []float64) []float64) [][]float64 {
	t.Helper()
	sums, share := make([][]float64, learners), set.Step/set.Presentation
	var p *PerturbedFeedback
	burnIn := 5 * set.TauBaseline
	p = f.begun(t, set, learners, func(at float64, y []float64) error {
		if at < burnIn+set.Step/2 {
			return nil
		}
		for k := range sums {
			x := of(p, y[k*p.Dim():(k+1)*p.Dim()])
			if sums[k] == nil {
				sums[k] = make([]float64, len(x))
			}
			floats.AddScaled(sums[k], share/(1-burnIn/set.Presentation), x)
		}
		return nil
	})
	if err := p.Present(f.batch, 0); err != nil {
		t.Fatal(err)
	}
	return sums
}

// agree compares means over learners with what is wanted: within four standard
// errors and in all, which are to be small against what is wanted.
func agree(t *testing.T, sums [][]float64, want []float64, within float64) {
	t.Helper()
	off, size := 0.0, 0.0
	for k, w := range want {
		var column []float64
		for _, s := range sums {
			column = append(column, s[k])
		}
		mean, std := stat.MeanStdDev(column, nil)
		if z := (mean - w) / (std / math.Sqrt(float64(len(column)))); math.Abs(z) > 4 {
			t.Errorf("component %d: mean %.4g, want %.4g: %.1f standard errors", k, mean, w, z)
		}
		off, size = off+(mean-w)*(mean-w), size+w*w
	}
	if off := math.Sqrt(off / size); off > within {
		t.Errorf("off by %.3g of what is wanted", off)
	}
}

// The estimates of a simulation, whose step is a tenth of tau_n.
func TestSimulatedEstimatesAverageToTheClosedForm(t *testing.T) {
	for _, reference := range []string{"clean-error", "two-pass"} {
		for _, tauQ := range []float64{0, 1} {
			t.Run(fmt.Sprint(reference, "/trace ", tauQ), func(t *testing.T) {
				f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
				set.Reference, set.TauTrace, set.Presentation, set.Kappa, set.Step = reference, tauQ, 320, "variance", 0.05
				sums := f.averageOf(t, set, 32, func(p *PerturbedFeedback, x []float64) []float64 {
					q := make([]float64, 7)
					p.Derive(q[:4], "q1", x)
					p.Derive(q[4:], "q2", x)
					return q
				})
				var want []float64
				for i, m := range f.exactErrors(t, 0)[:2] {
					floats.Scale(set.Gain(f.net, i), m)
					want = append(want, m...)
				}
				agree(t, sums, want, 0.06)
			})
		}
	}
}

// One noisy network: q and d share noise, which the moments of the whole linear
// system give in closed form. With S = E[x x^T], l = l_0 + h.x + x^T H x/2,
//
//	E[l x x^T] = E[l] S + S H S
//	0 = A M + M A^T + E[b] N + (E[l x x^T] - M)/tau_b          M = E[b x x^T]
//	0 = A m + (S h - m)/tau_b                                  m = E[b x]
//
// so that the drift of B_{L-1} has -B E[d d^T], with the output's covariance in
// it, and a bias of order c^2.
func TestOneNoisyNetworkDriftsAsItsMomentsSay(t *testing.T) {
	f, set := perturbationFixture(t, "linear", 3, 4, 3, 2)
	set.Reference, set.Noise, set.Presentation, set.Kappa = "one-network", 0.5, 320, "variance"
	set.Step = 0.05
	if err := f.w.InitFeedback(f.net, "random", 4, nil); err != nil {
		t.Fatal(err)
	}
	const inputs = 3 // of hidden layer 2, the one whose B reads the output's error
	sums := f.averageOf(t, set, 48, func(p *PerturbedFeedback, x []float64) []float64 {
		p.look(x)
		var drift mat.Dense
		residual := mat.NewVecDense(inputs, floats.SubTo(make([]float64, inputs), p.q[1].Data, p.m[1].Data))
		drift.Outer(1, residual, mat.NewVecDense(2, p.d[2].Data))
		return drift.RawMatrix().Data
	})
	agree(t, sums, f.oneNetworkDrift(t, set), 0.1)
}

// oneNetworkDrift returns E[(q - B d) d^T] of the last hidden layer.
func (f *fixture) oneNetworkDrift(t *testing.T, set PerturbationSettings) []float64 {
	l := f.linearize(t, set, 0.5)
	base, from := l.p.at.baseline, l.p.at.volt[2]
	l.m, l.noise = mat.DenseCopyOf(l.m.Slice(0, base, 0, base)), mat.DenseCopyOf(l.noise.Slice(0, base, 0, base))
	l.total = base // x is noise and voltages; the output's are its last two
	s := l.covariance(t)
	e := f.exactErrors(t, 0)[2]
	h, hessian := mat.NewVecDense(base, nil), mat.NewDense(base, base, nil)
	for k := range 2 {
		h.SetVec(from+k, -e[k])
		hessian.Set(from+k, from+k, 1)
	}
	excess := (s.At(from, from) + s.At(from+1, from+1)) / 2 // E[l] - l_0; l_0 goes with the baseline
	var shs, third mat.Dense
	shs.Product(s, hessian, s)
	third.Scale(excess, s)
	third.Add(&third, &shs)

	var inner, outer mat.Dense
	inner.Scale(1/set.TauBaseline, &third)
	outer.Scale(excess, l.noise)
	outer.Add(&outer, &inner)
	shifted := sleepSystem{total: base, m: mat.DenseCopyOf(l.m), noise: &outer}
	resolvent := mat.DenseCopyOf(l.m)
	for k := range base {
		shifted.m.Set(k, k, l.m.At(k, k)-0.5/set.TauBaseline)
		resolvent.Set(k, k, l.m.At(k, k)-1/set.TauBaseline)
	}
	eaten := shifted.covariance(t)
	var sh, m mat.VecDense
	sh.MulVec(s, h)
	m.ScaleVec(-1/set.TauBaseline, &sh)
	if err := m.SolveVec(resolvent, &m); err != nil {
		t.Fatal(err)
	}
	var drift []float64
	for j := range 3 {
		z, c2 := 4+j, set.Noise*set.Noise
		for k := range 2 {
			// d = e - x_L; q = -(l - b) z/c^2
			qd := -((sh.AtVec(z)-m.AtVec(z))*e[k] - (third.At(z, from+k) - eaten.At(z, from+k))) / c2
			for o := range 2 {
				qd -= row(f.w.Link[1], j)[o] * (e[o]*e[k] + s.At(from+o, from+k))
			}
			drift = append(drift, qd)
		}
	}
	return drift
}

// movingFixture is a tanh network at work: all weights move, B is random and
// decays, the trace is low-passed.
func movingFixture(t *testing.T) (*fixture, PerturbationSettings) {
	f, set := perturbationFixture(t, "tanh", 3, 4, 3, 2)
	set.TauFeedback, set.TauW, set.TauTrace, set.Beta = 50, 80, 0.7, 0.3
	if err := f.w.InitFeedback(f.net, "random", 4, nil); err != nil {
		t.Fatal(err)
	}
	return f, set
}

// A learner whose traces are their means, G_i c^2/kappa_i times the exact errors,
// moves its weights as the averaged flow does.
func TestALearnerWithMeanTracesMovesAsTheAveragedFlow(t *testing.T) {
	for _, kappa := range []string{"matched", "variance"} {
		f, set := movingFixture(t)
		set.Kappa = kappa
		p := f.begun(t, set, 1, nil)
		x, dx := p.State(0), make([]float64, p.Dim())
		for i, m := range f.exactErrors(t, 0)[:2] {
			floats.Scale(set.Noise*set.Noise*set.Gain(f.net, i)*p.perKappa[i], m)
			copy(x[p.at.trace[i]:], m)
		}
		p.DerivRows(dx, 0, x)
		a, err := NewPerturbedFeedbackAverage(f.net, set)
		if err != nil {
			t.Fatal(err)
		}
		a.Bind(f.w, f.only(0))
		y, dy := make([]float64, a.Dim()), make([]float64, a.Dim())
		a.State(y, f.w)
		a.Deriv(dy, 0, y)
		if off := distance(dx[len(dx)-len(dy):], dy); off > 1e-13 {
			t.Errorf("%s: off by %.2g", kappa, off)
		}
	}
}

// The rates that the method is told are those of the drift.
func TestRatesAreThoseOfTheDrift(t *testing.T) {
	f, set := movingFixture(t)
	p := f.begun(t, set, 1, nil)
	n, slow := p.Dim(), p.at.feedback[0]
	rates, before, after := make([]float64, n), make([]float64, n), make([]float64, n)
	p.Rates(rates)
	p.DerivRows(before, 0, p.State(0))
	for k := range n {
		want := 0.0
		switch {
		case k < slow:
			x := slices.Clone(p.State(0))
			x[k] += 1e-3
			p.DerivRows(after, 0, x)
			want = -(after[k] - before[k]) / 1e-3
		case k < p.at.forward:
			want = set.Beta / set.TauFeedback
		}
		if math.Abs(rates[k]-want) > 1e-9 {
			t.Errorf("component %d has rate %g, want %g", k, rates[k], want)
		}
	}
}
