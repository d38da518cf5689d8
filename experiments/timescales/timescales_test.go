package timescales

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"credo/experiments"
	"credo/experiments/schema"
	"gonum.org/v1/gonum/mat"
)

// student is a small student of a teacher whose levels are quick.
const student = `
seed = 42
[data]
source = "teacher"
train = 24
test = 0
batch = 6
[data.teacher]
layers = [6, 20, 3]
[network]
layers = [6, 5, 3]
[method]
rule = "dfc"
target_stepsize = 0.05
[controller]
k_p = 0.5
alpha = 0.01
[timescales]
presentation = 5.0
[integrator]
rtol = 1e-6
atol = 1e-8
[training]
lr = 0.3
[separation]
updates = 2
points = 4
`

func parse(t *testing.T, text string, set ...string) *schema.Scenario {
	t.Helper()
	s, err := schema.Parse("s.toml", []byte(text), set...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func study(t *testing.T, text string, set ...string) *Study {
	t.Helper()
	studies, err := Run(context.Background(), parse(t, text, set...), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return studies[0]
}

// Tikhonov and averaging predict order 1 of every ratio, at every level.
func TestDistancesFromTheLimitAreOfFirstOrder(t *testing.T) {
	for _, c := range []struct{ ratio, span, rule string }{
		{"tau_v/tau_u", "[3e-3, 3e-2]", "dfc"},
		{"tau_u/tau_w", "[2e-3, 2e-2]", "dfc"},
		{"tau_u/presentation", "[3e-3, 3e-2]", "dfc"},
		{"presentation/tau_w", "[1e-2, 1e-1]", "dfc"},
		{"tau_v/tau_w", "[1e-4, 2e-3]", "bp"},
		{"tau_v/tau_w", "[1e-4, 2e-3]", "fa"},
		{"tau_v/presentation", "[5e-4, 1e-2]", "bp"},
		{"tau_v/presentation", "[5e-4, 1e-2]", "fa"},
	} {
		t.Run(c.rule+" "+c.ratio, func(t *testing.T) {
			t.Parallel()
			y := study(t, student, "separation.ratio="+c.ratio, "separation.range="+c.span, "method.rule="+c.rule, "method.loss=half-squared-error")
			for _, p := range y.Pairs {
				if p.Fit == nil || math.Abs(float64(p.Fit.Order)-1) > 0.1 || p.Fit.Points < 3 {
					t.Errorf("%s to %s: %v off: fit %+v", p.Full, p.Limit, p.Distance.Weights, p.Fit)
				}
				if least := p.Distance.Weights[0]; p.Integration > least/10 {
					t.Errorf("%s to %s: integration error %g of a distance %g", p.Full, p.Limit, p.Integration, least)
				}
			}
		})
	}
}

// One neuron, linear, without bias, that sees x = 1 and is to answer y:
//
//	tau_v v' = w - v,   tau_b m' = y - v - m,   tau_w w' = m
//
// is linear, and so is its limit tau_w w' = y - w: the distance between their
// ends is known from the exponential of a matrix.
func TestDistanceOfALinearNeuronIsItsClosedForm(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "one.csv")
	if err := os.WriteFile(path, []byte("1,0.8\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	y := study(t, `
[data]
source = "csv"
path = "`+path+`"
test = 0
batch = 1
[network]
layers = [1, 1]
bias = false
init_scale = 0.5
[method]
rule = "bp"
loss = "half-squared-error"
[timescales]
presentation = 5.0
tau_b = 0.1
[integrator]
rtol = 1e-10
atol = 1e-12
[training]
lr = 0.5
[separation]
ratio = "tau_v/tau_w"
values = [0.01, 0.02, 0.05]
updates = 1
levels = ["coupled"]
`)
	const label, rate = 0.8, 0.5
	for k, p := range y.Points {
		tauV, tauW := float64(p.TauV), float64(p.TauW)
		w0 := start(t, y)
		// The state v, m, w begins at w0, 0, w0; less the rest state y, 0, y.
		a := mat.NewDense(3, 3, []float64{-1 / tauV, 0, 1 / tauV, -2 / tauV, -2 / tauV, 0, 0, 1 / tauW, 0})
		a.Scale(float64(p.Presentation), a)
		var exp mat.Dense
		exp.Exp(a)
		var end mat.VecDense
		end.MulVec(&exp, mat.NewVecDense(3, []float64{w0 - label, 0, w0 - label}))
		full, limit := end.AtVec(2), (w0-label)*math.Exp(-rate)
		want := math.Abs(full-limit) / math.Abs(limit-(w0-label))
		if got := float64(y.Distance.Weights[k]); math.Abs(got-want) > 1e-6*want {
			t.Errorf("%g: distance %.9g, want %.9g", p.Value, got, want)
		}
		loss := func(e float64) float64 { return e * e / 2 }
		wantLoss := math.Abs((loss(full) - loss(limit)) / (loss(limit) - loss(w0-label)))
		if got := float64(y.Distance.Loss[k]); math.Abs(got-wantLoss) > 1e-6*wantLoss {
			t.Errorf("%g: distance of the loss %.9g, want %.9g", p.Value, got, wantLoss)
		}
	}
}

// start returns the one weight that a study begins with.
func start(t *testing.T, y *Study) float64 {
	s, err := schema.Load(filepath.Join(y.Out, "scenario.toml"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := experiments.NewStart(context.Background(), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b.Weights.Plastic()[0]
}

// withoutSeconds is a study as bytes, less the times it took and where it is.
func withoutSeconds(t *testing.T, y *Study) string {
	for _, p := range y.Points {
		for _, l := range p.Levels {
			l.Seconds = 0
		}
	}
	for k := range y.Costs {
		y.Costs[k].Seconds = 0
	}
	y.Out = ""
	text, err := json.Marshal(y)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestWorkersAndInterruptionsChangeNoBit(t *testing.T) {
	s := parse(t, student, "separation.range=[2e-2, 2e-1]")
	run := func(ctx context.Context, dir string, workers int, say func(string)) ([]*Study, error) {
		return Run(ctx, s, Options{Dir: dir, Workers: workers, Say: say})
	}
	one, err := run(context.Background(), t.TempDir(), 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	dir := t.TempDir()
	if _, err := run(ctx, dir, 3, func(line string) {
		if strings.Contains(line, " of 4: ") {
			cancel()
		}
	}); !errors.Is(err, experiments.ErrInterrupted) {
		t.Fatalf("an interrupted study ends in %v", err)
	}
	done, err := filepath.Glob(filepath.Join(dir, "points", "*.json"))
	if err != nil || len(done) == 0 || len(done) == 4 {
		t.Fatalf("%d points are there after the interruption", len(done))
	}
	before, _ := os.Stat(done[0])
	again, err := run(context.Background(), dir, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := os.Stat(done[0]); !after.ModTime().Equal(before.ModTime()) {
		t.Error("a point that was done has been computed again")
	}
	if a, b := withoutSeconds(t, one[0]), withoutSeconds(t, again[0]); a != b {
		t.Errorf("%s\nis not\n%s", b, a)
	}
}

func TestAnotherScenariosFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	text := []string{"separation.range=[1e-1, 3e-1]", "separation.points=2"}
	if _, err := Run(context.Background(), parse(t, student, text...), Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	var wrong *experiments.InputError
	if _, err := Run(context.Background(), parse(t, student, "seed=1"), Options{Dir: dir}); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "another scenario") {
		t.Error(err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "letter.txt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := Run(context.Background(), parse(t, student), Options{Dir: other}); !errors.As(err, &wrong) || !strings.Contains(err.Error(), "not empty") {
		t.Error(err)
	}
}

func TestWhatNoStudyCanHeedIsRefusedWithItsPlace(t *testing.T) {
	for set, want := range map[string]string{
		"training.optimizer=adam":             `training.optimizer: must be "sgd"`,
		"training.clip=1":                     "training.clip: must be off",
		"training.weight_decay=1":             "training.weight_decay: must be off",
		"training.lr=0":                       "training.lr: must be > 0",
		"data.fresh=true":                     "data.fresh: must be false",
		"method.rule=node-perturbation":       "separation.ratio: must name a ratio",
		"separation.ratio=presentation/tau_w": "separation.range: ends at 1, but \"presentation/tau_w\" is at most separation.updates * training.lr = 0.6",
	} {
		s := parse(t, student, set, "separation.range=[0.1, 1]", "separation.points=2")
		_, err := Run(context.Background(), s, Options{Dir: t.TempDir()})
		var problems schema.Problems
		if !errors.As(err, &problems) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", set, err, want)
		}
	}
	s := parse(t, student, "separation.ratio=presentation/tau_w", `separation.levels=["buffered"]`, "separation.values=[0.1]")
	if _, err := Run(context.Background(), s, Options{Dir: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "separation.levels") {
		t.Error(err)
	}
}

// A level that fails leaves a gap, and says why: that is where the assumption breaks.
func TestALevelThatFailsIsToldAndLeavesAGap(t *testing.T) {
	y := study(t, student, "separation.values=[1e-3, 1e-1]", "integrator.max_steps=300", `separation.levels=["coupled"]`)
	if y.Distance.Weights[0].finite() || !y.Distance.Weights[1].finite() {
		t.Errorf("distances %v", y.Distance.Weights)
	}
	if !slices.ContainsFunc(y.Warnings, func(w string) bool { return strings.Contains(w, "level coupled failed") }) {
		t.Errorf("warnings %q", y.Warnings)
	}
	if y.Order != nil || y.LargestWithin.Weights.How == "" {
		t.Errorf("order %v, bound %+v", y.Order, y.LargestWithin.Weights)
	}
}
