package schema

import (
	"strings"
	"testing"
)

// wide is an autoencoder as wide as its images.
const wide = `[data]
source = "mnist"
target = "input"
[network]
layers = [784, 20, 784]
[method]
rule = "dfc"
[feedback]
freeze_output = true
sigma_output = 0.0
learn = true
`

func TestWideOutputsAskForTheSleepPhaseTheyHave(t *testing.T) {
	for sets, want := range map[string]string{
		"feedback.freeze_output=false": `feedback.freeze_output: must be true for 784 outputs: the sleep phase of so many is averaged in the layer before them, for Q_L = I`,
		"feedback.sigma_output=0.1":    `feedback.sigma_output: must be 0 for 784 outputs: the sleep phase of so many is averaged in the layer before them, which sees no noise of theirs`,
		"network.output=sigmoid":       `feedback.learn: must be false for these 784 outputs: more than 128 must be linear, behind a layer of fewer neurons`,
		"network.layers=[784,800,784]": `feedback.learn: must be false for these 784 outputs: more than 128 must be linear, behind a layer of fewer neurons`,
	} {
		got := problems(t, wide, strings.Fields(sets)...)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
	for _, sets := range []string{
		"", "feedback.learn=false feedback.freeze_output=false", "feedback.learn=false network.output=sigmoid",
		"feedback.phase=simulated feedback.freeze_output=false feedback.sigma_output=0.1",
	} {
		if got := problems(t, wide, strings.Fields(sets)...); got != "" {
			t.Errorf("%s: %s", sets, got)
		}
	}
}

// The merged phase is one of many outputs up to 128, and learns asleep before.
func TestWideOutputsInTheMergedPhase(t *testing.T) {
	merged := "feedback.phase=merged method.level=buffered controller.alpha=0.1 integrator.h=0.1 feedback.freeze_output=false "
	for sets, want := range map[string]string{
		"": `feedback.phase: must be "averaged" or "simulated" for 784 outputs: the merged phase takes 784 x 784 matrices for every sample, one row an output; up to 128 outputs have it`,
		"network.layers=[784,20,100] data.target=label data.source=teacher data.train=9 data.test=9 data.teacher.layers=[784,100]":                     `feedback.freeze_output: must be true for 100 outputs: the sleep phase of so many is averaged in the layer before them, for Q_L = I`,
		"network.layers=[784,20,100] data.target=label data.source=teacher data.train=9 data.test=9 data.teacher.layers=[784,100] feedback.pretrain=0": ``,
	} {
		got := problems(t, wide, strings.Fields(merged+sets)...)
		if !strings.HasSuffix(strings.SplitAfter(got+"\n", "\n")[0], want+"\n") {
			t.Errorf("%s: %s\nwant %s", sets, got, want)
		}
	}
}

func TestWideOutputsHaveTheTheoryThatIsCheap(t *testing.T) {
	for measure, want := range map[string]string{
		"condition2": `record.theory: names "condition2", which takes 784 x 784 matrices for every sample, one row an output; up to 128 outputs have it, and metrics.csv has it where feedback.learn is true`,
		"abscissa":   `record.theory: names "abscissa", which takes 784 x 784 matrices for every sample, one row an output; up to 128 outputs have it`,
	} {
		got := problems(t, wide, `record.theory=["bp", "`+measure+`"]`)
		if _, message, _ := strings.Cut(got, ": "); message != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
	if got := problems(t, wide, `record.theory=["condition1", "bp", "steady-approximation"]`); got != "" {
		t.Error(got)
	}
}
