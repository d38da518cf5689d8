package sdetest

import (
	"math"

	"credo/sde"

	"gonum.org/v1/gonum/stat"
)

// StrongOrder measures the strong order of method on p: the slope of log2 of the
// root mean square error at T against log2 of the step, least squares over
// 2^coarsest to 2^finest steps. Every number of steps sees the same paths, coarsened.
func StrongOrder(p Problem, method sde.Method, coarsest, finest int, paths uint64) (float64, error) {
	in, err := sde.NewIntegrator(p.System, sde.Options{Method: method})
	if err != nil {
		return 0, err
	}
	cell := math.Ldexp(p.T, -finest)
	squares := make([]float64, finest-coarsest+1)
	for index := range paths {
		path, err := sde.NewGrid(1, p.Name, index, p.System.NoiseDim(), 0, cell)
		if err != nil {
			return 0, err
		}
		for i := range squares {
			square, err := squaredError(p, in, path, math.Ldexp(p.T, -coarsest-i))
			if err != nil {
				return 0, err
			}
			squares[i] += square
		}
	}
	logStep, logError := make([]float64, len(squares)), make([]float64, len(squares))
	for i, square := range squares {
		logStep[i] = float64(-coarsest - i)
		logError[i] = math.Log2(square/float64(paths)) / 2
	}
	_, slope := stat.LinearRegression(logStep, logError, nil, false)
	return slope, nil
}

// squaredError is |y_h(T) - y(T)|^2 on path.
func squaredError(p Problem, in *sde.Integrator, path sde.Path, h float64) (float64, error) {
	y, exact := append([]float64(nil), p.Y0...), make([]float64, len(p.Y0))
	if _, err := in.Solve(y, 0, p.T, h, path); err != nil {
		return 0, err
	}
	w := make([]float64, p.System.NoiseDim())
	path.Increment(w, 0, p.T)
	p.Exact(exact, p.T, w)
	square := 0.0
	for i, yi := range y {
		square += (yi - exact[i]) * (yi - exact[i])
	}
	return square, nil
}
