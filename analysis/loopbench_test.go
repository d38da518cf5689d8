package analysis

import (
	"testing"

	"credo/analysis/spectra"
)

// BenchmarkPseudospectrum prints what a grid of 40 x 40 smallest singular values of the
// MNIST network's closed loop, 788 rows, takes:
//
//	go test -run - -bench Pseudospectrum -benchtime 1x ./analysis
func BenchmarkPseudospectrum(b *testing.B) {
	f := mnistNetwork(b, 1)
	op := Loop{f.net, f.w, publishedController(b), 0.2}.Operator(f.voltages())
	var re, im []float64
	for k := range 40 {
		re = append(re, -12+float64(k)*0.4)
		im = append(im, -15.6+float64(k)*0.8)
	}
	for b.Loop() {
		if _, err := spectra.Pseudospectrum(op, re, im); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/grid")
}

// BenchmarkDiagnose prints what the parts of a diagnosis of that loop take, the cheap
// part included in each:
//
//	go test -run - -bench Diagnose ./analysis
func BenchmarkDiagnose(b *testing.B) {
	f := mnistNetwork(b, 1)
	loop, v := Loop{f.net, f.w, publishedController(b), 0.2}, f.voltages()
	for name, ask := range map[string]Questions{
		"cheap": {}, "one epsilon": {Epsilons: []float64{0.1}}, "kreiss": {Kreiss: true}, "growth": {Growth: true},
	} {
		b.Run(name, func(b *testing.B) {
			var d *Diagnosis
			var err error
			for b.Loop() {
				if d, err = loop.Diagnose(v, ask); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3/float64(b.N), "ms")
			b.Logf("%+v %v %+v %v %v %v", d.Pseudo, d.Kreiss, d.Growth.Factor, d.Growth.Time, d.Abscissa, d.NumericalAbscissa)
		})
	}
}
