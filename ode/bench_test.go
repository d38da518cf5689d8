package ode_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"credo/ode"
	"credo/ode/odetest"
)

func BenchmarkPleiades(b *testing.B) {
	for _, m := range []ode.Method{ode.DP5(), ode.Tsit5()} {
		for _, tol := range []float64{1e-6, 1e-9} {
			b.Run(fmt.Sprintf("%s/%g", m.Name(), tol), func(b *testing.B) {
				benchmark(b, odetest.Pleiades(), ode.Options{Method: m, RelTol: tol, AbsTol: tol})
			})
		}
	}
}

func BenchmarkOscillation(b *testing.B) {
	for _, m := range []ode.Method{ode.RK4(), ode.Tsit5()} {
		b.Run(m.Name()+"/fixed", func(b *testing.B) { benchmark(b, odetest.Oscillation(), ode.Options{Method: m, Step: 0.01}) })
	}
	b.Run("tsit5/1e-9", func(b *testing.B) { benchmark(b, odetest.Oscillation(), ode.Options{RelTol: 1e-9, AbsTol: 1e-9}) })
}

// BenchmarkRateNetwork is v' = -v + W tanh(v) of 1000 neurons, whose time is the product's.
func BenchmarkRateNetwork(b *testing.B) {
	p := rateNetwork(1000)
	benchmark(b, p, ode.Options{RelTol: 1e-6, AbsTol: 1e-6})
}

// BenchmarkDiffusion is heat on a line of 400 points: the right-hand side is cheap, so the time is the integrator's.
func BenchmarkDiffusion(b *testing.B) {
	const n = 400
	p := odetest.Problem{T1: 1, Y0: make([]float64, n), System: odetest.Func{N: n, F: func(dy []float64, _ float64, y []float64) {
		for i := 1; i < n-1; i++ {
			dy[i] = 50 * (y[i-1] - 2*y[i] + y[i+1])
		}
		dy[0], dy[n-1] = 0, 0
	}}}
	p.Y0[n/2] = 1
	benchmark(b, p, ode.Options{RelTol: 1e-6, AbsTol: 1e-6})
}

// BenchmarkRows is 64 oscillators of different frequencies at once.
func BenchmarkRows(b *testing.B) {
	const rows = 64
	ensemble := make(odetest.Ensemble, rows)
	y0 := make([]float64, 2*rows)
	for k := range ensemble {
		ensemble[k] = odetest.VanDerPol(float64(k) / rows)
		y0[2*k] = 2
	}
	in, err := ode.NewIntegrator(ensemble, rows, ode.Options{})
	if err != nil {
		b.Fatal(err)
	}
	run(b, in, y0, 0, 5)
}

func benchmark(b *testing.B, p odetest.Problem, opt ode.Options) {
	in, err := ode.NewIntegrator(ode.OneRow(p.System), 1, opt)
	if err != nil {
		b.Fatal(err)
	}
	run(b, in, p.Y0, p.T0, p.T1)
}

func run(b *testing.B, in *ode.Integrator, y0 []float64, t0, t1 float64) {
	b.ReportAllocs()
	y := make([]float64, len(y0))
	evaluations := 0
	for b.Loop() {
		copy(y, y0)
		stats, err := in.Solve(y, t0, t1)
		if err != nil {
			b.Fatal(err)
		}
		evaluations = 0
		for _, s := range stats {
			evaluations += s.Evaluations
		}
	}
	b.ReportMetric(float64(evaluations), "evals")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(evaluations), "ns/eval")
}

func rateNetwork(n int) odetest.Problem {
	rng := rand.New(rand.NewPCG(1, 2))
	w := blas64.General{Rows: n, Cols: n, Stride: n, Data: make([]float64, n*n)}
	for i := range w.Data {
		w.Data[i] = 1.5 * rng.NormFloat64() / math.Sqrt(float64(n))
	}
	p := odetest.Problem{Name: "rate network", T1: 10, Y0: make([]float64, n)}
	for i := range p.Y0 {
		p.Y0[i] = 2*rng.Float64() - 1
	}
	rate := make([]float64, n)
	p.System = odetest.Func{N: n, F: func(dy []float64, _ float64, y []float64) {
		for i, v := range y {
			rate[i] = math.Tanh(v)
		}
		copy(dy, y)
		blas64.Gemv(blas.NoTrans, 1, w, blas64.Vector{N: n, Inc: 1, Data: rate}, -1, blas64.Vector{N: n, Inc: 1, Data: dy})
	}}
	return p
}
