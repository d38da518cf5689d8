package reproduce

import (
	"context"
	"fmt"

	"credo/analysis"
	"credo/experiments"
)

const gbpPaper = "Li and Huang (2020), Learning credit assignment"

// The networks of Li and Huang (2020), who count the input as a layer.
const (
	threeLayers = "784-100-10"
	fourLayers  = "784-100-100-10"
	fiveLayers  = "784-100-100-100-10"
)

var gbpLayers = map[string]string{
	threeLayers: "[784, 100, 10]", fourLayers: "[784, 100, 100, 10]", fiveLayers: "[784, 100, 100, 100, 10]",
}

// gbpCell trains a network by rule gbp or bp on samples images: for 200 epochs, or
// at budget short for a tenth of that with the same annealing of the learning rate.
func gbpCell(b Budget, rule, layers string, samples, seed int) Cell {
	scenario := map[string]string{"gbp": "mnist-gbp.toml", "bp": "mnist-gbp-bp.toml"}[rule]
	c := Cell{
		Name:     fmt.Sprintf("%s/%s/train-%d/seed-%d", layers, rule, samples, seed),
		Scenario: scenario,
		Set:      []string{fmt.Sprintf("seed=%d", seed), fmt.Sprintf("data.train=%d", samples), "network.layers=" + gbpLayers[layers]},
	}
	if b == Short {
		c.Set = append(c.Set, "training.epochs=20", "training.step_every=5")
	}
	return c
}

// trained measures something of the distributions that the runs matching pattern
// ended with.
func trained(pattern string, measure func(*experiments.Trained) (float64, error)) func(Runs) ([]float64, error) {
	return func(runs Runs) ([]float64, error) {
		return runs.each(pattern, func(r Ran) (float64, error) {
			t, err := experiments.ReadTrained(context.Background(), r.Dir)
			if err != nil {
				return 0, err
			}
			return measure(t)
		})
	}
}

// lastTestError is the test error of the last epoch in percent.
func lastTestError(r Ran) (float64, error) { return 100 * *r.Result.TestError, nil }

// drawnNetworks is how many networks a mean over drawn networks takes, and where
// their numbers begin, beyond those of any epoch.
const (
	drawnNetworks = 10
	firstDrawn    = 1 << 20
)

// sampledErrors are the test errors in percent of drawn networks.
func sampledErrors(t *experiments.Trained) ([]float64, error) {
	var all []float64
	for k := range drawnNetworks {
		x, err := t.SampledError(context.Background(), t.Weights, firstDrawn+uint64(k))
		if err != nil {
			return nil, err
		}
		all = append(all, 100*x)
	}
	return all, nil
}

// structures are those of all layers; live leaves out weights of dead inputs.
func structures(t *experiments.Trained, live bool) []analysis.Structure {
	var all []analysis.Structure
	for i := range t.Net.Depth() {
		var inputs []bool
		if live && i == 0 {
			inputs = t.LiveInputs()
		}
		all = append(all, analysis.StructureOf(t.Weights, i, inputs))
	}
	return all
}

// hump is how far the largest value of the layers between the first and the last
// is above these two.
func hump(layers []analysis.Structure, of func(analysis.Structure) float64) float64 {
	last := len(layers) - 1
	middle := of(layers[1])
	for _, s := range layers[1:last] {
		middle = max(middle, of(s))
	}
	return middle - max(of(layers[0]), of(layers[last]))
}

func sparsityOf(s analysis.Structure) float64 { return s.Sparsity }
func entropyOf(s analysis.Structure) float64  { return s.PublishedEntropy }
