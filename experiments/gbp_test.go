package experiments

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/experiments/schema"
	"credo/internal/npz"
)

// spread is a small classification by distributions of weights, as published.
const spread = `
seed = 3
[data]
source = "csv"
path = "DATA"
train = 200
test = 60
batch = 70
[network]
layers = [4, 9, 8, 3]
activation = "relu"
output = "softmax"
bias = false
normalize = true
init = "normal"
[method]
rule = "gbp"
[training]
epochs = 3
optimizer = "adam"
lr = 0.1
schedule = "step"
step_factor = 0.5
step_every = 2
reset_optimizer = true
weight_decay = 1e-2
decoupled_decay = true
decaying = ["W", "xi"]
[record]
theory = ["sparsity", "entropy"]
`

// spreadOn writes 260 points of three classes and names them in spread.
func spreadOn(t testing.TB) string {
	t.Helper()
	return strings.Replace(spread, "DATA", writePoints(t), 1)
}

func TestDistributionsAreTheSameWithAnyWorkersAndAfterResuming(t *testing.T) {
	for _, evaluate := range []string{"sample", "noise"} {
		text, set := spreadOn(t), "method.evaluate="+evaluate
		_, one := runIn(t, text, Options{Workers: 1}, set)
		_, three := runIn(t, text, Options{Workers: 3}, set)
		dir := inPieces(t, text, []string{set}, afterPresentations(4))
		for _, other := range []string{three, dir} {
			for _, name := range []string{"metrics.csv", "theory.csv", "arrays.npz"} {
				sameFile(t, name, one, other)
			}
		}
	}
}

func TestDistributionsAreLearnedAtEveryLevel(t *testing.T) {
	for _, set := range [][]string{
		{"method.level=steady"},
		{"method.level=buffered", "timescales.presentation=2", "integrator.rtol=1e-2"},
		{"method.level=coupled", "timescales.presentation=2", "timescales.tau_w=0.5", "training.epochs=3", "training.optimizer=sgd", "network.slab=0.5",
			"training.schedule=constant", "training.weight_decay=0", "training.decoupled_decay=false", "integrator.rtol=1e-2", "integrator.atol=1e-3"},
	} {
		result, dir := runIn(t, spreadOn(t), Options{}, append(set, "method.evaluate=mean")...)
		if *result.TestError > 0.4 { // chance is 0.67
			t.Errorf("%v: test error %g", set, *result.TestError)
		}
		arrays, err := npz.Read(filepath.Join(dir, "arrays.npz"))
		if err != nil {
			t.Fatal(err)
		}
		moved := 0
		for _, pi := range arrays["pi2"].Data {
			if pi < 0 || pi > 1 {
				t.Fatalf("%v: pi is %g", set, pi)
			}
			if pi > 0 {
				moved++
			}
		}
		if moved == 0 || len(arrays["xi1"].Data) != 36 {
			t.Errorf("%v: %d of the pi moved, %d variances", set, moved, len(arrays["xi1"].Data))
		}
	}
}

func TestTheLearningRateStepsDown(t *testing.T) {
	_, dir := runIn(t, spreadOn(t), Options{}, "training.epochs=5")
	columns, err := ReadColumns(filepath.Join(dir, "metrics.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0.1, 0.1, 0.05, 0.05, 0.025} {
		if got := columns["lr"][k]; math.Abs(got-want) > 1e-15 {
			t.Errorf("epoch %d: %g, want %g", k+1, got, want)
		}
	}
}

// Without a gradient an array that decays does so by 1 - lr beta a presentation,
// whatever the optimizer, and the others stay: here at loss weight 0 in all but name,
// with learned probabilities of 1, whose m and Xi have no gradient.
func TestDecoupledDecayIsThatOfTheNamedArrays(t *testing.T) {
	_, dir := runIn(t, spreadOn(t), Options{}, "network.spike=1", "training.epochs=1", "training.lr=1e-4", "training.weight_decay=100")
	_, begin := runIn(t, spreadOn(t), Options{}, "network.spike=1", "training.epochs=0")
	after, err := npz.Read(filepath.Join(dir, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	before, err := npz.Read(filepath.Join(begin, "arrays.npz"))
	if err != nil {
		t.Fatal(err)
	}
	kept := math.Pow(1-1e-4*100, 3)
	for _, name := range []string{"W1", "xi1", "W3"} {
		for k, x := range before[name].Data {
			if got := after[name].Data[k]; math.Abs(got-kept*x) > 1e-12*math.Abs(x) {
				t.Fatalf("%s[%d] is %g, want %g of %g", name, k, got, kept, x)
			}
		}
	}
}

// The optimizer's memory is that of the epoch: Adam's count of steps is the number
// of minibatches of one.
func TestTheOptimizerBeginsAnewEveryEpoch(t *testing.T) {
	for set, want := range map[string]float64{"true": 3, "false": 9} {
		_, dir := runIn(t, spreadOn(t), Options{}, "training.reset_optimizer="+set)
		arrays, err := npz.Read(checkpointPath(dir))
		if err != nil {
			t.Fatal(err)
		}
		if got := arrays["optimizer t"].Data[0]; got != want {
			t.Errorf("reset_optimizer = %s: %g steps, want %g", set, got, want)
		}
	}
}

func TestNormalizedBackpropIsTested(t *testing.T) {
	result, _ := runIn(t, spreadOn(t), Options{}, "method.rule=bp", "record.theory=[]")
	if *result.TestError > 0.25 {
		t.Errorf("test error %g", *result.TestError)
	}
}

func TestFaultsOfDistributions(t *testing.T) {
	for set, want := range map[string]string{
		"network.bias=true":         "network.bias: must be false",
		"network.normalize=false":   "network.normalize: must be true",
		"network.spike=1.5":         "network.spike: must be a number from 0 to 1",
		"method.evaluate=all":       `method.evaluate: must be "sample", "noise" or "mean"`,
		`record.theory=["bp"]`:      `names "bp", which is of weights that are numbers`,
		"training.weight_decay=0":   "there is nothing to decouple",
		"method.level=linear":       `has no level "linear"`,
		"feedback.path=layerwise":   "has no feedback weights",
		`training.decaying=["xi1"]`: "training.decaying: must be a list of some of",
	} {
		_, err := parseFault(t, spreadOn(t), set)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}

// writePoints writes a csv of points around three corners of a cube in four
// dimensions, with their class.
func writePoints(t testing.TB) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 260 {
		class := rng.IntN(3)
		for j := range 4 {
			x := 0.3 * rng.NormFloat64()
			if j == class {
				x++
			}
			fmt.Fprintf(&b, "%.6f,", x)
		}
		fmt.Fprintf(&b, "%d\n", class)
	}
	path := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func parseFault(t testing.TB, text string, set ...string) (*Scenario, error) {
	t.Helper()
	return schema.Parse("test.toml", []byte(text), set...)
}
