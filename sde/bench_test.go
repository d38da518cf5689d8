package sde_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"credo/internal/stream"
	"credo/sde"
	"credo/sde/sdetest"
)

// BenchmarkEulerMaruyama is Solve against a bare loop with the same generator, in
// turns; "ratio" is that of their fastest turns, which other programs disturb least.
// Both end at the same number.
func BenchmarkEulerMaruyama(b *testing.B) {
	for _, dim := range []int{1, 100} {
		b.Run(fmt.Sprintf("dim=%d", dim), func(b *testing.B) { compareWithBareLoop(b, dim) })
	}
}

func compareWithBareLoop(b *testing.B, dim int) {
	const steps, h = 1000, 1e-3
	sys := decays{sdetest.OrnsteinUhlenbeck{Theta: 1, Sigma: 0.5}, dim}
	in, err := sde.NewIntegrator(sys, sde.Options{})
	if err != nil {
		b.Fatal(err)
	}
	path, err := sde.NewGrid(1, "benchmark", 0, dim, 0, h)
	if err != nil {
		b.Fatal(err)
	}
	key := stream.Key(1, "benchmark", 0)
	y, bare, dw := make([]float64, dim), make([]float64, dim), make([]float64, dim)
	solved, looped := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		clear(y)
		clear(bare)
		start := time.Now()
		if _, err := in.Solve(y, 0, 1, h, path); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		for k := range uint64(steps) {
			stream.Normals(dw, key, [3]uint64{k})
			for i, yi := range bare {
				bare[i] = yi - h*sys.Theta*yi + sys.Sigma*math.Sqrt(h)*dw[i]
			}
		}
		solved, looped = min(solved, middle.Sub(start)), min(looped, time.Since(middle))
	}
	if math.Abs(y[0]-bare[0]) > 1e-12 {
		b.Fatalf("Solve ends at %v, the bare loop at %v", y[0], bare[0])
	}
	b.ReportMetric(float64(solved)/float64(looped), "ratio")
	b.ReportMetric(float64(solved.Nanoseconds())/steps, "ns/step")
}

// decays is dim independent processes.
type decays struct {
	sdetest.OrnsteinUhlenbeck
	dim int
}

func (d decays) Dim() int      { return d.dim }
func (d decays) NoiseDim() int { return d.dim }

func (d decays) Deriv(dy []float64, _ float64, y []float64) {
	for i, yi := range y {
		dy[i] = -d.Theta * yi
	}
}

func (d decays) AddNoise(dy []float64, _ float64, _, dw []float64) {
	for i, w := range dw {
		dy[i] += d.Sigma * w
	}
}

// BenchmarkPaths is one increment of a step, in order.
func BenchmarkPaths(b *testing.B) {
	const n = 1 << 12
	grid, err := sde.NewGrid(1, "benchmark", 0, 10, 0, 1./n)
	if err != nil {
		b.Fatal(err)
	}
	tree, err := sde.NewTree(1, "benchmark", 0, 10, 0, 1, 1./n)
	if err != nil {
		b.Fatal(err)
	}
	for name, path := range map[string]sde.Path{"grid": grid, "tree": tree} {
		b.Run(name, func(b *testing.B) {
			dw, k := make([]float64, 10), 0
			for b.Loop() {
				path.Increment(dw, float64(k)/n, float64(k+1)/n)
				k = (k + 1) % n
			}
		})
	}
}
