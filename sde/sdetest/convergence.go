package sdetest

import (
	"math"

	"credo/sde"

	"gonum.org/v1/gonum/stat"
)

// batches is how many independent estimates of an order tell its standard error.
const batches = 10

// refinement is how many times the finest steps are halved for a reference.
const refinement = 2

// StrongOrder measures the strong order of method on p: the slope of log2 of the
// root mean square error at T against log2 of the step, least squares over
// 2^coarsest to 2^finest steps. Every number of steps sees the same paths, coarsened.
// The paths are cut into batches, of which order is the mean and deviation its
// standard error.
func StrongOrder(p Problem, method sde.Method, coarsest, finest int, paths uint64) (order, deviation float64, err error) {
	c := comparison{p: p, coarsest: coarsest, finest: finest}
	if c.in, err = sde.NewIntegrator(p.System, sde.Options{Method: method}); err != nil {
		return 0, 0, err
	}
	if p.Exact == nil {
		if c.reference, err = sde.NewIntegrator(p.System, sde.Options{Method: p.Reference}); err != nil {
			return 0, 0, err
		}
	}
	slopes := make([]float64, batches)
	for k := range slopes {
		if slopes[k], err = c.slope(uint64(k)*paths/batches, uint64(k+1)*paths/batches); err != nil {
			return 0, 0, err
		}
	}
	mean, sigma := stat.MeanStdDev(slopes, nil)
	return mean, sigma / math.Sqrt(batches), nil
}

// comparison is of solutions with large and small steps.
type comparison struct {
	p                Problem
	in, reference    *sde.Integrator
	coarsest, finest int
}

// slope is the order on paths from to to.
func (c comparison) slope(from, to uint64) (float64, error) {
	squares := make([]float64, c.finest-c.coarsest+1)
	for index := from; index < to; index++ {
		if err := c.add(squares, index); err != nil {
			return 0, err
		}
	}
	logStep, logError := make([]float64, len(squares)), make([]float64, len(squares))
	for i, square := range squares {
		logStep[i] = float64(-c.coarsest - i)
		logError[i] = math.Log2(square/float64(to-from)) / 2
	}
	_, slope := stat.LinearRegression(logStep, logError, nil, false)
	return slope, nil
}

// add adds |y_h(T) - y(T)|^2 on path index to every step's square.
func (c comparison) add(squares []float64, index uint64) error {
	cell := math.Ldexp(c.p.T, -c.finest)
	if c.p.Exact == nil {
		cell = math.Ldexp(cell, -refinement)
	}
	path, err := sde.NewGrid(1, c.p.Name, index, c.p.System.NoiseDim(), 0, cell)
	if err != nil {
		return err
	}
	want, err := c.want(path, cell)
	if err != nil {
		return err
	}
	y := make([]float64, len(want))
	for i := range squares {
		copy(y, c.p.Y0)
		if _, err := c.in.Solve(y, 0, c.p.T, math.Ldexp(c.p.T, -c.coarsest-i), path); err != nil {
			return err
		}
		for k, yk := range y {
			squares[i] += (yk - want[k]) * (yk - want[k])
		}
	}
	return nil
}

// want is the solution at T.
func (c comparison) want(path sde.Path, cell float64) ([]float64, error) {
	y := append([]float64(nil), c.p.Y0...)
	if c.p.Exact == nil {
		_, err := c.reference.Solve(y, 0, c.p.T, cell, path)
		return y, err
	}
	w := make([]float64, c.p.System.NoiseDim())
	path.Increment(w, 0, c.p.T)
	c.p.Exact(y, c.p.T, w)
	return y, nil
}
