package schema

import (
	"strings"
	"testing"
)

// valid's network has the layers 784, 20, 10.
func TestTheFeedbackPathMustFitTheRest(t *testing.T) {
	for sets, want := range map[string]string{
		"feedback.path=detour":                     `feedback.path: must be "direct", "layerwise" or "separate", not the string "detour"`,
		"feedback.path=layerwise method.rule=bp":   `feedback.path: must be "direct" for rule "bp", which has no feedback weights`,
		"feedback.path=layerwise feedback.learn=1": `feedback.learn: must be true or false, not 1`,
		"feedback.layers=[5]":                      `feedback.layers: belongs to path "separate", not "direct"`,
		"feedback.layers=[0] feedback.path=direct": `feedback.layers: must be a list of integers >= 1, not [0]`,
		"feedback.path=separate":                   `feedback.layers: is required by path "separate": its neurons a layer, from the output down`,
		"feedback.layers=[1000000,1000000] feedback.path=separate feedback.init=random": `feedback.layers: has 1e+12 weights; credo holds at most 1e+09`,
		"feedback.tau_path=1":      `feedback.tau_path: must be 0 with path "direct": only path "separate" has neurons with a time constant`,
		"feedback.activation=relu": `feedback.activation: must be "tanh" or "linear", not the string "relu"`,
		"feedback.path=layerwise record.arrays=[f1] record.presentations=1":                           `record.arrays: "f1" belongs to feedback path "separate", not "layerwise"`,
		"feedback.path=separate feedback.layers=[10,256,784]":                                         `feedback.layers: has 3 layers, but there are 2 to feed: layer L from the first, L-1 from the second`,
		"feedback.path=separate feedback.layers=[10,255]":                                             `feedback.layers: must have the widths of the layers it feeds for init "weight-product", from the output down: entry 2 must be 20, not 255; init "random" takes any`,
		"feedback.path=layerwise feedback.learn=true":                                                 `feedback.learn: must be false with path "layerwise": only the weights of path "direct" learn`,
		"feedback.path=layerwise feedback.init=pseudoinverse":                                         `feedback.init: must be "random", "zero" or "weight-product" with path "layerwise", not "pseudoinverse"`,
		"feedback.path=separate feedback.layers=[10] method.level=response":                           `method.level: cannot be "response" unless feedback acts at once and linearly (path "direct" or "layerwise", or activation "linear" and tau_path 0); "buffered" takes every path`,
		"feedback.path=separate feedback.layers=[10] record.arrays=[R2] record.presentations=1":       `record.arrays: "R2" is of a feedback layer that path "separate" does not have: they are 1 to 1`,
		"feedback.path=separate feedback.layers=[10] feedback.activation=linear feedback.tau_path=-1": `feedback.tau_path: must be a number >= 0, not -1`,
	} {
		got := problems(t, valid, strings.Fields(strings.NewReplacer("[f1]", `["f1"]`, "[R2]", `["R2"]`).Replace(sets))...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{
		"feedback.path=layerwise",
		"feedback.path=layerwise method.level=response feedback.init=random",
		"feedback.path=separate feedback.layers=[10,20] feedback.tau_path=0.1",
		"feedback.path=separate feedback.layers=[7] feedback.init=random",
		"feedback.path=separate feedback.layers=[10] feedback.activation=linear method.level=response",
		`feedback.path=separate feedback.layers=[10] record.presentations=1 record.arrays=["f1","R1"]`,
	} {
		if got := problems(t, valid, strings.Fields(sets)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}
