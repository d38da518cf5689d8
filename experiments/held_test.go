package experiments

import (
	"slices"
	"testing"

	"credo/internal/npz"
)

// online is feedback alignment on a task with other samples every epoch.
const online = `
seed = 3
[data]
source = "linear-map"
fresh = true
train = 30
test = 20
batch = 1
[network]
layers = [6, 5, 4]
activation = "linear"
init = "uniform"
init_scale = [0.1, 0.2]
[method]
rule = "fa"
loss = "half-squared-error"
[feedback]
init = "random"
distribution = "uniform"
init_scale = 0.5
[training]
epochs = 4
lr = 0.001
`

// Two phases, one layer each, move what they should and nothing else, whatever
// the optimizer remembers.
func TestFrozenArraysHoldStill(t *testing.T) {
	for _, set := range [][]string{
		{}, {"training.optimizer=adam"}, {"training.optimizer=momentum"}, {"training.weight_decay=0.1"},
	} {
		_, start := runIn(t, online, Options{}, "training.lr=0")
		_, first := runIn(t, online, Options{}, append(set, `training.freeze=["W2"]`, "training.epochs=2")...)
		_, both := runIn(t, online, Options{}, append(set, `training.freeze=["W2 1-2", "b2 2", "W1 3-"]`)...)
		a, b, c := arraysOf(t, start), arraysOf(t, first), arraysOf(t, both)
		same := func(name string, x, y map[string]npz.Array) bool { return slices.Equal(x[name].Data, y[name].Data) }
		if !same("W2", a, b) || same("W1", a, b) || same("b2", a, b) {
			t.Errorf("%v: with W2 frozen W1 and b2 move, and W2 does not: got W2 still %v, W1 still %v, b2 still %v", set, same("W2", a, b), same("W1", a, b), same("b2", a, b))
		}
		if same("W2", a, c) || same("W1", a, c) {
			t.Errorf("%v: after both phases W1 and W2 have moved", set)
		}
	}
}

func TestMissingSynapsesStayZero(t *testing.T) {
	for _, optimizer := range []string{"sgd", "momentum", "adam"} {
		_, dir := runIn(t, online, Options{}, "network.density=[1, 0.5]", "feedback.density=0.5", "training.optimizer="+optimizer)
		arrays := arraysOf(t, dir)
		for name, want := range map[string]int{"W1": 0, "W2": 10, "Q1": 10} {
			zeros := 0
			for _, x := range arrays[name].Data {
				if x == 0 {
					zeros++
				}
			}
			if zeros != want {
				t.Errorf("%s: %d of %d synapses of %s are zero, want %d", optimizer, zeros, len(arrays[name].Data), name, want)
			}
		}
	}
}

// Samples, masks and phases are functions of seed and epoch.
func TestInterruptedOnlineRunGoesOnWithTheSameBits(t *testing.T) {
	set := []string{"network.density=[1, 0.5]", `training.freeze=["W1 2-3"]`, `record.theory=["bp"]`}
	_, whole := runIn(t, online, Options{Workers: 1}, set...)
	for _, after := range []int{1, 45, 75} {
		dir := inPieces(t, online, set, afterPresentations(after))
		for _, name := range []string{"metrics.csv", "theory.csv", "arrays.npz"} {
			sameFile(t, name, whole, dir)
		}
	}
}

// The first sample of the second epoch is that of the first, unless they are fresh.
func TestFreshEpochsShowOtherSamples(t *testing.T) {
	for fresh, want := range map[string]bool{"true": false, "false": true} {
		_, dir := runIn(t, online, Options{}, "data.fresh="+fresh, "data.order=sequential", "training.lr=0", "training.epochs=2",
			"record.presentations=31", `record.arrays=["v1"]`)
		v := arraysOf(t, dir)["v1"]
		if got := slices.Equal(v.Data[:5], v.Data[30*5:]); v.Shape[0] != 31 || got != want {
			t.Errorf("fresh %s: the second epoch begins with the first's sample: %v", fresh, got)
		}
	}
}
