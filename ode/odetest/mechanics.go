package odetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"credo/ode"
)

// counted counts the calls of a system, and keeps the earliest and latest time it was asked for.
type counted struct {
	ode.System
	calls       int
	first, last float64
}

func (c *counted) Deriv(dy []float64, t float64, y []float64) {
	c.calls++
	if c.calls == 1 {
		c.first, c.last = t, t
	}
	c.first, c.last = min(c.first, t), max(c.last, t)
	c.System.Deriv(dy, t, y)
}

// endDerivativesAreExact compares bits, over rejected steps too: the first is far too long.
func endDerivativesAreExact(m ode.Method) error {
	sys := VanDerPol(5)
	opt, f := options(m, 1e-5), make([]float64, 2)
	opt.InitialStep = 2
	same := func(t float64, y, want []float64) bool {
		sys.Deriv(f, t, y)
		return slices.Equal(f, want)
	}
	opt.Observer = func(s *ode.Step) error {
		if !same(s.T0[0], s.Y0, s.F0) || !same(s.T1[0], s.Y1, s.F1) {
			return fmt.Errorf("from t = %g to %g they are %g and %g", s.T0[0], s.T1[0], s.F0, s.F1)
		}
		return nil
	}
	stats, err := ode.Solve(sys, []float64{2, 0}, 0, 10, opt)
	if err == nil && opt.Step == 0 && stats.Rejected == 0 {
		return fmt.Errorf("no step was rejected: the law was not tested")
	}
	return err
}

// evaluationsAreCounted counts those for states between steps too.
func evaluationsAreCounted(m ode.Method) error {
	looking := options(m, 1e-5)
	looking.Observer = ode.AtTimes([]float64{1, 1.01, 5}, func(float64, []float64) error { return nil })
	for _, opt := range []ode.Options{options(m, 1e-5), {Method: m, Step: 0.01}, looking} {
		c := &counted{System: VanDerPol(5)}
		stats, err := ode.Solve(c, []float64{2, 0}, 0, 10, opt)
		if err != nil {
			return err
		}
		if stats.Evaluations != c.calls {
			return fmt.Errorf("%d were counted of %d", stats.Evaluations, c.calls)
		}
	}
	return nil
}

// timeRunsBackwards goes to the end and back.
func timeRunsBackwards(m ode.Method) error {
	p := Logistic()
	y, opt := p.Start(), options(m, 1e-7)
	for _, span := range [][2]float64{{p.T0, p.T1}, {p.T1, p.T0}} {
		stats, err := ode.Solve(p.System, y, span[0], span[1], opt)
		if err != nil {
			return err
		}
		if (stats.H > 0) != (span[1] > span[0]) {
			return fmt.Errorf("the step from %g to %g is %g", span[0], span[1], stats.H)
		}
	}
	// The way back multiplies errors by about exp(5); Euler's are of the order of its step.
	tolerance := 1e-3
	if m.Order() == 1 {
		tolerance = 0.1
	}
	if d := maxDiff(y, p.Y0); d > tolerance {
		return fmt.Errorf("it came back to %g and not %g", y, p.Y0)
	}
	return nil
}

func spanIsKept(m ode.Method) error {
	for _, span := range [][2]float64{{0, 1. / 3}, {1e6, 1e6 + 0.1}, {2, -1}, {0, 1e-12}, {1, 1}} {
		for _, opt := range []ode.Options{options(m, 1e-6), {Method: m, Step: 0.1}} {
			c := &counted{System: VanDerPol(1)}
			stats, err := ode.Solve(c, []float64{2, 0}, span[0], span[1], opt)
			switch {
			case err != nil:
				return err
			case stats.T != span[1]:
				return fmt.Errorf("from %g it stopped at %g and not at %g", span[0], stats.T, span[1])
			case c.first < min(span[0], span[1]) || c.last > max(span[0], span[1]):
				return fmt.Errorf("from %g to %g it evaluated from %g to %g", span[0], span[1], c.first, c.last)
			}
		}
	}
	return nil
}

// rowsKeepTheirBits solves oscillators one by one, then in random company, where they reject and leave at different steps.
// It compares the states between steps too.
func rowsKeepTheirBits(m ode.Method) error {
	const rows = 12
	rng := rand.New(rand.NewPCG(1, 7))
	systems, start, alone := make(Ensemble, rows), make([]float64, 2*rows), make([][]float64, rows)
	for k := range systems {
		systems[k] = VanDerPol(6 * rng.Float64())
		start[2*k], start[2*k+1] = rng.NormFloat64(), rng.NormFloat64()
		path, err := paths(m, systems[k:k+1], start[2*k:2*k+2])
		if err != nil {
			return err
		}
		alone[k] = path[0]
	}
	for range 5 {
		company := rng.Perm(rows)[:1+rng.IntN(rows)]
		var ensemble Ensemble
		var y []float64
		for _, k := range company {
			ensemble, y = append(ensemble, systems[k]), append(y, start[2*k:2*k+2]...)
		}
		together, err := paths(m, ensemble, y)
		if err != nil {
			return err
		}
		for i, k := range company {
			if !slices.Equal(together[i], alone[k]) {
				return fmt.Errorf("in company %v system %d goes through %v, alone through %v", company, k, together[i], alone[k])
			}
		}
	}
	return nil
}

// paths returns, for every row, its states at some times and at the end.
func paths(m ode.Method, ensemble Ensemble, start []float64) ([][]float64, error) {
	const end = 6
	y, seen := slices.Clone(start), make([][]float64, len(ensemble))
	opt := options(m, 1e-5)
	opt.Observer = ode.RowsAtTimes([]float64{0.1, 1.3, 2.2, 3.1, 4.5, 5.9}, func(id int, t float64, y []float64) error {
		seen[id] = append(append(seen[id], t), y...)
		return nil
	})
	_, err := ode.SolveRows(ensemble, y, 0, end, opt)
	for id := range seen {
		seen[id] = append(seen[id], y[2*id:2*id+2]...)
	}
	return seen, err
}

func solveDoesNotAllocate(m ode.Method) error {
	const rows = 5
	ensemble, y := make(Ensemble, rows), make([]float64, 2*rows)
	for k := range ensemble {
		ensemble[k] = VanDerPol(float64(k))
	}
	opt := options(m, 1e-5)
	opt.Observer = ode.RowsAtTimes([]float64{0, 0.3, 1.7, 2}, func(int, float64, []float64) error { return nil })
	in, err := ode.NewIntegrator(ensemble, rows, opt)
	if err != nil {
		return err
	}
	allocations := testing.AllocsPerRun(3, func() {
		for i := range y {
			y[i] = 1
		}
		if _, err = in.Solve(y, 0, 2); err != nil {
			return
		}
	})
	if err == nil && allocations != 0 {
		return fmt.Errorf("%g allocations", allocations)
	}
	return err
}
