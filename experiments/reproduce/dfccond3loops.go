package reproduce

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"credo/analysis"
	"credo/controllers"
	"credo/experiments"
	"credo/experiments/scenarios"
	"credo/internal/stream"
	"credo/models"
	"gonum.org/v1/gonum/floats"
)

// What the loops of every network are closed with, beside the paper's own setting of
// its task. tau_u is 1.
var (
	proxyTauV  = []float64{0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5}
	proxyKP    = []float64{0, 0.1, 0.5, 1.5, 5, 20, 100}
	proxyNoise = []float64{0, 1, 4}
	proxyAlpha = []float64{1e-4, 1.5e-3, 0.05, 0.25, 1}
)

// proxyLoop is one sample's loop: what Condition 3 says of it, and what is true.
type proxyLoop struct {
	network         string  // task/feedback
	noise           float64 // in Q, relative to Q
	epoch           int
	own             bool // in the paper's own setting
	tauV, kP, alpha float64
	holds, isStable bool
}

// proxyStudy closes the loops of every network that has run, once.
type proxyStudy struct {
	mutex sync.Mutex
	done  map[string][]proxyLoop // by run directory
}

var proxies = proxyStudy{done: map[string][]proxyLoop{}}

// loops returns those of the runs, of so many test samples each.
func (p *proxyStudy) loops(runs Runs, samples int) ([]proxyLoop, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var all []proxyLoop
	for _, r := range runs {
		loops, ok := p.done[r.Dir]
		if !ok {
			var err error
			if loops, err = r.proxyLoops(samples); err != nil {
				return nil, err
			}
			p.done[r.Dir] = loops
		}
		all = append(all, loops...)
	}
	return all, nil
}

// proxyLoops closes the loops of test samples of the network that a run ended with.
func (r Ran) proxyLoops(samples int) ([]proxyLoop, error) {
	set := append(slices.Clone(r.Set), "network.weights="+filepath.Join(r.Dir, "arrays.npz"),
		"data.train=128", "data.validation=1", fmt.Sprintf("data.test=%d", samples))
	s, err := scenarios.Load(r.Scenario, set...)
	if err != nil {
		return nil, err
	}
	start, err := experiments.NewStart(context.Background(), s, nil)
	if err != nil {
		return nil, err
	}
	index := make([]int, samples)
	for k := range index {
		index[k] = k
	}
	like := proxyLoop{network: r.Name[:strings.LastIndex(r.Name, "/")], epoch: s.Training.Epochs}
	tiles := start.Tiles(start.Data.Test, index)
	var all []proxyLoop
	for _, like.noise = range proxyNoise {
		network := analysis.Linearize(start.Net, noisy(start, like.noise), tiles...)
		for k := range network.Samples() {
			loops, err := closeLoops(network.Taps(k), like, s)
			if err != nil {
				return nil, err
			}
			all = append(all, loops...)
		}
	}
	return all, nil
}

// noisy returns the weights with Gaussian noise in every Q_i, of size times the root
// mean square of its entries: feedback that has not learned, or has forgotten.
func noisy(start *experiments.Start, size float64) *models.Weights {
	w := models.NewWeights(start.Net)
	w.Copy(start.Weights)
	for i, q := range w.Q {
		rng, rms := stream.New(1, "noise in Q", uint64(i)), floats.Norm(q.Data, 2)/math.Sqrt(float64(len(q.Data)))
		for k := range q.Data {
			q.Data[k] += size * rms * rng.NormFloat64()
		}
	}
	return w
}

// closeLoops closes one sample's loop with every controller and tau_v.
func closeLoops(taps analysis.Taps, like proxyLoop, s *experiments.Scenario) ([]proxyLoop, error) {
	loci, err := analysis.NewTapLoci(taps)
	if err != nil {
		return nil, err
	}
	margin, err := taps.ControlMargin(unitGain)
	if err != nil {
		return nil, err
	}
	var all []proxyLoop
	close := func(l proxyLoop) error {
		c, err := controllers.PI(l.kP, l.alpha, 1, controllers.LeakIntegral)
		if err != nil {
			return err
		}
		closing, err := analysis.NewClosing(c, l.tauV, 1, 0)
		if err != nil {
			return err
		}
		l.holds, l.isStable = margin-1 > -l.alpha, loci.Stable(closing)
		all = append(all, l)
		return nil
	}
	own := like
	own.own, own.tauV, own.kP, own.alpha = true, s.Timescales.TauV/s.Timescales.TauU, s.Controller.KP, s.Controller.Alpha
	if err := close(own); err != nil {
		return nil, err
	}
	for _, like.tauV = range proxyTauV {
		for _, like.kP = range proxyKP {
			for _, like.alpha = range proxyAlpha {
				if err := close(like); err != nil {
					return nil, err
				}
			}
		}
	}
	return all, nil
}

// unitGain has the DC gain 1, so that its margin is min Re eig(JQ) + 1.
var unitGain = controllers.Controller{D: 1}
