package models

import (
	"runtime"
	"sync"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// BenchmarkSpiking presents images to the published network, 784-1500-1500-1500-1000,
// one at a time and ten at a time, and does the same synaptic arithmetic, five steps
// an image, with dense matrices of float64: images/s, and that as a multiple of the
// dense one's.
func BenchmarkSpiking(b *testing.B) {
	sizes := []int{784, 1500, 1500, 1500, 1000}
	const steps = 5
	dense := 0.0
	b.Run("dense", func(b *testing.B) {
		net, w, _ := spikingFixture(b, sizes, 1)
		d := newDenseSynapses(net, w)
		for b.Loop() {
			for range steps {
				d.step()
			}
		}
		dense = float64(b.N) / b.Elapsed().Seconds()
		b.ReportMetric(dense, "images/s")
	})
	for _, c := range []struct {
		name    string
		streams int
	}{{"stream", 1}, {"streams=10", 10}} {
		b.Run(c.name, func(b *testing.B) {
			net, w, batch := spikingFixture(b, sizes, c.streams)
			for _, a := range w.Arrays() {
				floats.Scale(0.15, a.Data)
			}
			batch.Input.Data = batch.Input.Data[:c.streams*784]
			for k := range batch.Input.Data {
				if k%5 != 0 { // MNIST: a fifth of the pixels are not black
					batch.Input.Data[k] = 0
				}
			}
			s := NewSpiking(net, SpikingSettings{Tau: 0.9, Steps: steps, Streams: c.streams, Each: shared(runtime.GOMAXPROCS(0))})
			s.Load(w)
			for b.Loop() {
				if _, err := s.Present([]*Batch{batch}, Plasticity{Rate: 1e-3, Decay: 1e-8}); err != nil {
					b.Fatal(err)
				}
			}
			rate := float64(c.streams*b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "images/s")
			b.ReportMetric(rate/dense, "times_dense")
		})
	}
}

// shared is an Each of so many goroutines.
func shared(workers int) func(n int, do func(k int)) {
	return func(n int, do func(k int)) {
		var wait sync.WaitGroup
		for first := range min(workers, n) {
			wait.Go(func() {
				for k := first; k < n; k += workers {
					do(k)
				}
			})
		}
		wait.Wait()
	}
}

// denseSynapses does a step's work at every synapse, and none at the neurons.
type denseSynapses struct {
	w      *Weights
	v, m   []blas64.Vector
	active []blas64.Vector
}

func newDenseSynapses(net *Network, w *Weights) *denseSynapses {
	vector := func(n int) blas64.Vector { return blas64.Vector{N: n, Inc: 1, Data: make([]float64, n)} }
	d := &denseSynapses{w: w}
	for l, n := range net.Sizes {
		d.active = append(d.active, vector(n))
		for i := range n {
			d.active[l].Data[i] = float64(i % 2)
		}
		if l > 0 {
			d.v, d.m = append(d.v, vector(n)), append(d.m, vector(n))
		}
	}
	return d
}

func (d *denseSynapses) step() {
	for l, w := range d.w.W {
		blas64.Gemv(blas.NoTrans, 1, w, d.active[l], 0, d.v[l])
	}
	for l := len(d.m) - 2; l >= 0; l-- {
		blas64.Gemv(blas.NoTrans, 1, d.w.Link[l], d.m[l+1], 0, d.m[l])
	}
	for l, w := range d.w.W {
		floats.Scale(1-1e-8, w.Data)
		blas64.Ger(1e-3, d.v[l], d.active[l], w)
	}
}
