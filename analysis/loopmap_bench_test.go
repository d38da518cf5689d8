package analysis

import (
	"context"
	"slices"
	"testing"

	"credo/analysis/stabilitymap"
	"credo/models"
)

// BenchmarkLoopMap prints what a map over k_p and alpha, 100 x 100, of 256 samples of
// the MNIST network takes with two workers: along the boundary and dense, at the
// feedforward state, and with abscissas on a grid of 21 x 21.
//
//	go test -run - -bench LoopMap -benchtime 1x ./analysis
func BenchmarkLoopMap(b *testing.B) {
	tile := models.TileRows
	f := mnistNetwork(b, tile, tile, tile, tile)
	plan := stabilitymap.Plan{X: stabilitymap.Logarithmic(0.01, 1000, 100), Y: stabilitymap.Logarithmic(1e-4, 10, 100), Workers: 2}
	stableAt := map[string][]int{}
	for _, c := range []struct {
		name      string
		stride    int
		quantiles []float64
	}{{"outline", 8, nil}, {"dense", 1, nil}, {"outline-and-abscissas", 8, []float64{0.05, 0.5, 0.95}}} {
		b.Run(c.name, func(b *testing.B) {
			p := plan
			p.Stride, p.Quantiles, p.AbscissaStride = c.stride, c.quantiles, 5
			for b.Loop() {
				m, err := p.Map(context.Background(), f.loopMap(false, proportional))
				if err != nil {
					b.Fatal(err)
				}
				stableAt[c.name] = m.Stable
				b.ReportMetric(float64(m.Judged)/1e3, "k-answers")
				b.ReportMetric(float64(slices.Min(m.Stable)), "least-stable")
			}
		})
	}
	if !slices.Equal(stableAt["outline"], stableAt["dense"]) {
		b.Error("the outline is not the dense map")
	}
}
