package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"credo/internal/npz"
	"credo/internal/stream"
)

// spikingScenario is a small network that spikes, and three classes of flickering
// stripes to learn.
func spikingScenario(t testing.TB) string {
	t.Helper()
	const samples, inputs = 330, 9
	rng, x, y := stream.New(1, "stripes"), []float64{}, []byte{}
	for k := range samples {
		for j := range inputs {
			bright := 0.0
			if j%3 == k%3 {
				bright = 0.7
			}
			x = append(x, bright+0.3*rng.Float64())
		}
		y = append(y, byte(k%3))
	}
	path := filepath.Join(t.TempDir(), "stripes.npz")
	if err := npz.Write(path, []npz.Array{{Name: "X", Shape: []int{samples, inputs}, Data: x}, {Name: "Y", Shape: []int{samples}, Bytes: y}}); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(`
seed = 2
[data]
source = "npz"
path = "PATH"
validation = 30
test = 60
batch = 7
outputs_per_class = 5
[network]
layers = [9, 20, 20, 15]
activation = "sigmoid"
output = "sigmoid"
init = "uniform"
init_scale = 0.5
[method]
rule = "spiking-fa"
level = "spiking"
loss = "half-squared-error"
[timescales]
tau = 0.7
steps = 4
[feedback]
init = "random"
distribution = "uniform"
init_scale = 0.5
[training]
epochs = 3
lr = 0.01
weight_decay = 1e-2
reduce = "sum"
`, "PATH", path, 1)
}

func TestWorkersChangeNoBitOfASpikingNetwork(t *testing.T) {
	text := spikingScenario(t)
	_, one := runIn(t, text, Options{Workers: 1})
	_, three := runIn(t, text, Options{Workers: 3})
	for _, name := range []string{"arrays.npz", "metrics.csv"} {
		sameFile(t, name, one, three)
	}
}

// Neurons and errors carry over from image to image, and so over an interruption,
// within an epoch or between two.
func TestInterruptedSpikingNetworkGoesOnWithTheSameBits(t *testing.T) {
	text := spikingScenario(t)
	recording := []string{"record.presentations=60", `record.arrays=["v2", "m1"]`}
	_, whole := runIn(t, text, Options{}, recording...)
	for _, after := range []int{5, 35} {
		dir := filepath.Join(t.TempDir(), "run")
		ctx, stop := context.WithCancel(context.Background())
		if _, err := Run(ctx, parse(t, text, recording...), Options{Dir: dir, Progress: &stopper{after: after, stop: stop}}); !errors.Is(err, ErrInterrupted) {
			t.Fatal(err)
		}
		if _, err := Resume(context.Background(), dir, Options{}); err != nil {
			t.Fatal(err)
		}
		sameFile(t, "arrays.npz", whole, dir)
		sameFile(t, "metrics.csv", whole, dir)
	}
}

// The network that spikes learns in one stream and in seven, and so does the one of
// rates at every other level.
func TestSpikingFeedbackAlignmentLearns(t *testing.T) {
	text := spikingScenario(t)
	for name, set := range map[string][]string{
		"seven streams": {"training.epochs=8"},
		"one stream":    {"training.epochs=8", "data.batch=1"},
		"steady":        {"method.level=steady", "training.weight_decay=0", "training.lr=0.1"},
		"buffered":      {"method.level=buffered", "training.weight_decay=0", "training.lr=0.3", "timescales.presentation=2", "integrator.rtol=0.01"},
		"coupled":       {"method.level=coupled", "training.weight_decay=0", "timescales.tau_w=10", "timescales.presentation=2", "integrator.rtol=0.01"},
	} {
		t.Run(name, func(t *testing.T) {
			result, dir := runIn(t, text, Options{}, set...)
			if *result.TestError > 0.1 {
				t.Errorf("test error %g after training, 2/3 by chance", *result.TestError)
			}
			if _, err := os.Stat(filepath.Join(dir, "figures", "learning.png")); err != nil {
				t.Error(err)
			}
		})
	}
}

// A spiking run that learns nothing leaves its weights alone.
func TestSpikingSimulationMovesNoWeight(t *testing.T) {
	text := spikingScenario(t)
	_, still := runIn(t, text, Options{}, "training.lr=0", "training.epochs=1")
	_, simulated := runIn(t, text, Options{}, "training.epochs=0", "record.presentations=5", `record.arrays=["v1"]`)
	a, errA := npz.Read(filepath.Join(still, "arrays.npz"))
	b, errB := npz.Read(filepath.Join(simulated, "arrays.npz"))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	for _, name := range []string{"W1", "b2", "W3"} {
		for k, x := range a[name].Data {
			if b[name].Data[k] != x {
				t.Fatalf("%s has moved", name)
			}
		}
	}
}

func TestFaultsOfASpikingScenario(t *testing.T) {
	text := spikingScenario(t)
	for set, want := range map[string]string{
		"network.layers=[9, 20, 20, 10]": "network.layers: the last layer has 10 neurons, but the data have 3 classes, with 5 neurons each",
		"data.scaling=unit":              "",
	} {
		_, err := Run(context.Background(), parse(t, text, set), Options{Dir: filepath.Join(t.TempDir(), "run")})
		if want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", set, err, want)
		}
	}
}
