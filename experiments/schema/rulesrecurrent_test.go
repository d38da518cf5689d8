package schema

import (
	"strings"
	"testing"
)

const recurrent = `[data]
source = "delayed-xor"
train = 70
[network]
layers = [2, 5, 1]
recurrent = true
[method]
rule = "learned-feedback"
[feedback]
optimizer = "sgd"
[training]
epochs = 1
`

func TestRecurrentNetworksAndTheirDataMustFit(t *testing.T) {
	for sets, want := range map[string]string{
		"data.train=71":                             `data.train: must be a multiple of training.truncation, 7, as 70 is, not 71`,
		"data.train=all":                            `data.train: is required by source "delayed-xor", which has no end: the steps of a stream in an epoch`,
		"data.test=5":                               `data.test: must be 0 or "all" for source "delayed-xor": every step is new, so that the training loss is one of steps never seen`,
		"data.validation=5":                         `data.validation: must be 0 for source "delayed-xor": every step is new, so that the training loss is one of steps never seen`,
		"data.target=input":                         `data.target: must be "label" for source "delayed-xor", which has a target`,
		"data.scaling=unit":                         `data.scaling: must be "none": the inputs of source "delayed-xor" are not pixels`,
		"network.layers=[3,5,1]":                    `network.layers: the first layer has 3 neurons but delayed-xor has 2 inputs, the cue and the bits`,
		"network.layers=[2,5,2]":                    `network.layers: the last layer has 2 neurons but delayed-xor has 1 target`,
		"network.layers=[2,5,5,1]":                  `network.layers: must be input, hidden layer and output of a recurrent network, so 3, not 4`,
		"network.output=softmax":                    `network.output: softmax needs classes, but source "delayed-xor" answers with numbers`,
		"method.rule=dfa":                           `method.rule: must be "bp", "fa-chain" or "learned-feedback" for a recurrent network, not "dfa"`,
		"method.level=coupled":                      `method.level: must be "steady" for a recurrent network, whose time is in steps, not "coupled"`,
		"method.noise=0":                            `method.noise: must be a number > 0, not 0`,
		"method.noise_probability=0":                `method.noise_probability: must be a number > 0 and <= 1, not 0`,
		"method.noise_index=next":                   `method.noise_index: must be "previous" or "same", not the string "next"`,
		"feedback.optimizer=adam":                   `feedback.optimizer: must be "sgd" for learned-feedback in a recurrent network, not "adam"`,
		"training.epochs=0":                         `training.epochs: must be >= 1 for a recurrent network: there is nothing to simulate without learning`,
		"training.truncation=0":                     `training.truncation: must be an integer >= 1, not 0`,
		`record.theory=["bp"]`:                      `record.theory: must be [] for a recurrent network, whose feedback_angle and feedback_error stand in metrics.csv`,
		"network.density=0.5":                       `network.density: must be 1 for a recurrent network`,
		"feedback.density=0.5":                      `feedback.density: must be 1 for a recurrent network`,
		"training.freeze=[W1]":                      `training.freeze: must be [] for a recurrent network`,
		"network.recurrent=false":                   `network.recurrent: must be true for source "delayed-xor", whose answers depend on inputs of earlier steps`,
		"data.source=csv data.path=./a":             `network.recurrent: must be false for source "csv": recurrent networks learn from streams, as "delayed-xor" has them`,
		"feedback.init=pseudoinverse":               `feedback.init: must be "random" or "weight-product" with path "layerwise", not "pseudoinverse"`,
		"record.arrays=[W1] record.presentations=1": `record.presentations: must be 0 for a recurrent network: only weights are kept of it`,
	} {
		set := strings.Fields(strings.Replace(sets, "[W1]", `["W1"]`, 1))
		if got := problems(t, recurrent, set...); !strings.Contains(got, want) {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{"", "method.rule=bp", "method.rule=fa-chain feedback.optimizer=implicit", "method.noise_index=same method.noise_probability=0.1", "data.test=0"} {
		if got := problems(t, recurrent, strings.Fields(sets)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}
