package experiments

import "testing"

// Training sample by sample, where what surrounds the products weighs most.
func BenchmarkOnlineTraining(b *testing.B) {
	for _, c := range []struct{ name, layers, samples string }{
		{"30-20-10", "[30, 20, 10]", "40000"},
		{"20-1000-20", "[20, 1000, 20]", "4000"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				r, _ := runIn(b, online, Options{Workers: 1}, "network.layers="+c.layers, "network.init_scale=0.1", "data.train="+c.samples, "training.epochs=2", "training.lr=0")
				b.ReportMetric(r.SamplesPerSecond, "samples/s")
			}
		})
	}
}
