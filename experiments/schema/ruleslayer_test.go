package schema

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLayersMustFitTheirNumbers(t *testing.T) {
	for sets, want := range map[string]string{
		"network.init_scale=[1, 2]":                                   ``,
		"network.init_scale=[1]":                                      ``,
		"network.init_scale=[1, 2, 3]":                                `network.init_scale: needs one number for all layers, or one a layer of weights: 2, not 3`,
		"network.init_scale=[]":                                       `network.init_scale: must be a number >= 0, or a list of one a layer, not []`,
		"network.init_scale=[1, -2]":                                  `network.init_scale: must be a number >= 0, or a list of one a layer, not [1, -2]`,
		"network.bias_scale=[1, 0]":                                   ``,
		"network.bias_scale=1|network.bias=false":                     `network.bias_scale: must be 0 for a network without bias`,
		"network.density=[1, 0.5]":                                    ``,
		"network.density=0":                                           `network.density: must be a number > 0 and <= 1, or a list of one a layer, not 0`,
		"network.density=0.5|method.level=coupled|timescales.tau_w=9": `network.density: must be 1 at level "coupled": only updates leave synapses out`,

		"method.rule=fa|feedback.init=random|feedback.density=0.5|feedback.distribution=uniform|feedback.init_scale=2": ``,

		"feedback.distribution=uniform": `feedback.distribution: "uniform" is of feedback weights that are drawn: set feedback.init to "random"`,
		"feedback.init_scale=2":         `feedback.init_scale: must be 1 unless feedback weights are drawn: set feedback.init to "random"`,
		"feedback.density=0.5|feedback.distribution=uniform|feedback.init_scale=2|method.rule=bp": ``,
		"feedback.density=0.5|feedback.path=separate|feedback.layers=[10]":                        `feedback.density: must be 1 with path "separate": only paths "direct" and "layerwise" can be sparse`,
		"feedback.density=0.5|feedback.learn=true":                                                `feedback.density: must be 1 where feedback.learn is true: feedback weights that learn are dense`,

		`training.freeze=["W1", "b2 3", "W2 1-4", "W1 9-"]`:              ``,
		`training.freeze=["W3"]`:                                         `training.freeze: "W3" is of a layer the network does not have: they are 1 to 2`,
		`training.freeze=["b1"]|network.bias=false`:                      `training.freeze: "b1" belongs to networks with bias`,
		`training.freeze=["W1 4-2"]`:                                     `training.freeze: must be a list of arrays and the epochs in which they hold still, such as "W1", "W1 5", "b2 1-20" or "W2 21-", not ["W1 4-2"]`,
		`training.freeze=["W0"]`:                                         `training.freeze: must be a list of arrays and the epochs in which they hold still, such as "W1", "W1 5", "b2 1-20" or "W2 21-", not ["W0"]`,
		`training.freeze=["W1"]|method.level=coupled|timescales.tau_w=9`: `training.freeze: must be [] at level "coupled": the weights move as time passes`,

		"data.fresh=true": `data.fresh: must be false for source "mnist", which has the samples it has; "teacher", "linear-map" and "quadratic" make fresh ones`,
	} {
		got := problems(t, valid, strings.Split(sets, "|")...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
}

func TestFrozenEpochsAreInclusive(t *testing.T) {
	freeze := `training.freeze=["W1", "b2 3", "W2 1-4", "b1 9-", "W2 4-5"]`
	s, err := Parse("s.toml", []byte(valid), freeze)
	if err != nil {
		t.Fatal(err)
	}
	for epoch, want := range map[int][]string{
		1: {"W1", "W2"}, 3: {"W1", "b2", "W2"}, 4: {"W1", "W2"}, 5: {"W1", "W2"}, 6: {"W1"}, 9: {"W1", "b1"}, math.MaxInt: {"W1", "b1"},
	} {
		if got := s.Training.Frozen(epoch); !slices.Equal(got, want) {
			t.Errorf("epoch %d: %v hold still, want %v", epoch, got, want)
		}
	}
	if text := string(s.Encode()); !strings.Contains(text, `freeze = ["W1", "b2 3", "W2 1-4", "b1 9-", "W2 4-5"]`) {
		t.Errorf("it is written as\n%s", text)
	}
}
