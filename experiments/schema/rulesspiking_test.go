package schema

import (
	"strings"
	"testing"
)

// spiking is valid with a network that spikes in place of its own.
var spiking = []string{
	"method.rule=spiking-fa", "method.level=spiking", "method.loss=half-squared-error", "data.scaling=unit",
	"network.activation=sigmoid", "network.output=sigmoid",
}

func TestSpikingNetworksRefuseWhatTheyCannotDo(t *testing.T) {
	for set, want := range map[string]string{
		"data.batch=1":                     ``,
		"data.scaling=standard":            `data.scaling: must be "unit", or "none" for inputs from 0 to 1, at level "spiking": inputs are the probabilities of spikes`,
		"network.activation=tanh":          `network.activation: must be "sigmoid" at level "spiking": it is the probability of a spike`,
		"network.output=linear":            `network.output: must be "sigmoid" at level "spiking", where output neurons spike, not "linear"`,
		"method.loss=squared-error":        `method.loss: must be "half-squared-error" at level "spiking", whose output error is the target minus the spikes, not "squared-error"`,
		"method.target_scale=batch":        `method.target_scale: must be "sample" at level "spiking", not "batch": every stream has its own error`,
		"method.rule=fa":                   `method.level: rule "fa" has no level "spiking", only "coupled", "buffered" or "steady": "spiking" is of rule "spiking-fa", whose neurons fire at random, all or nothing`,
		"network.density=0.5":              `network.density: must be 1 at level "spiking", where all synapses learn`,
		"training.optimizer=adam":          `training.optimizer: must be "sgd" at level "spiking", not "adam": the weights move in every time step`,
		"training.clip=1":                  `training.clip: must be 0 at level "spiking": the weights move in every time step`,
		`training.freeze=["W1"]`:           `training.freeze: must be [] at level "spiking", where all weights learn`,
		`record.arrays=["v1", "dW1", "e"]`: `record.arrays: "dW1" is not to be had at level "spiking", only v, r and m; "e" is not to be had at level "spiking", only v, r and m`,
		`record.arrays=["v1", "dW1"]`:      `record.arrays: "dW1" is not to be had at level "spiking", only v, r and m`,
		`record.theory=["weight-angle"]`:   ``,
		`record.theory=["gauss-newton"]`:   `record.theory: names "gauss-newton", which is of a minibatch's update: level "spiking" has none`,
		"timescales.tau=1.5":               `timescales.tau: must be a number > 0 and <= 1, not 1.5`,
		"timescales.steps=0":               `timescales.steps: must be an integer >= 1, not 0`,
		"data.outputs_per_class=2":         `network.layers: the last layer has 10 neurons but mnist has 10 classes, with 2 neurons each`,
	} {
		got := problems(t, valid, append(append([]string{}, spiking...), set)...)
		first, _, _ := strings.Cut(got, "\n")
		if _, message, _ := strings.Cut(first, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", set, got, want)
		}
	}
}

func TestOutputsPerClassNeedClasses(t *testing.T) {
	for sets, want := range map[string]string{
		"network.output=sigmoid|method.loss=squared-error|data.outputs_per_class=3|network.layers=[784, 10, 30]":                                      ``,
		"network.output=sigmoid|method.loss=squared-error|data.outputs_per_class=3|data.target=input|network.layers=[784, 10, 784]":                   `data.outputs_per_class: must be 1 where the target is the input, which has no classes`,
		"data.outputs_per_class=3|network.layers=[784, 10, 30]|network.output=softmax":                                                                `data.outputs_per_class: must be 1 with output "softmax", which gives a class one probability`,
		"network.output=sigmoid|method.loss=squared-error|data.outputs_per_class=3|data.source=linear-map|data.train=5|data.test=5|data.scaling=none": `data.outputs_per_class: must be 1 for source "linear-map", which has no classes`,
	} {
		got := problems(t, valid, strings.Split(sets, "|")...)
		first, _, _ := strings.Cut(got, "\n")
		if _, message, _ := strings.Cut(first, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
}
