package analysis

import (
	"math"
	"math/rand/v2"
	"testing"

	"credo/controllers"
	"credo/models"
	"credo/ode"
	"gonum.org/v1/gonum/mat"
)

// loopAtRest returns a loop, its learner bound to one sample, and that
// sample's state at rest.
func loopAtRest(t *testing.T, c controllers.Controller) (Loop, *models.DFC, []float64) {
	t.Helper()
	return randomLoopAtRest(t, c, 11)
}

// randomLoopAtRest is loopAtRest with weights of that seed.
func randomLoopAtRest(t *testing.T, c controllers.Controller, seed uint64) (Loop, *models.DFC, []float64) {
	t.Helper()
	net, err := models.NewNetwork([]int{6, 9, 8, 3}, []string{"tanh", "tanh"}, "sigmoid", "squared-error", true)
	if err != nil {
		t.Fatal(err)
	}
	w, batch := models.NewWeights(net), models.NewBatch(net)
	if err := w.Init(seed, "xavier-normal", 1); err != nil {
		t.Fatal(err)
	}
	if err := w.InitFeedback(net, "weight-product", seed, nil); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(5, 6))
	batch.N = 1
	for k := range 6 {
		batch.Input.Data[k] = rng.NormFloat64()
	}
	set := models.Settings{Controller: c, TauV: 0.2, TargetStepsize: 0.3, Unstable: "skip", Presentation: math.Inf(1), Solver: ode.Options{RelTol: 1e-13}}
	d := models.NewDFC(net, set)
	rest := models.NewSteady(d, set)
	outcome, err := rest.Present(models.NewWeights(net), w, batch)
	if err != nil || outcome.Unstable > 0 {
		t.Fatal("no rest state", err)
	}
	x := make([]float64, d.Layout().Width())
	for _, b := range d.Layout().Blocks() {
		if g, ok := rest.Reveal(b.Name); ok {
			copy(x[b.Offset:], g.Data[:b.Len])
		}
	}
	return Loop{net, w, c, 0.2}, d, x
}

func testControllers(t *testing.T) map[string]controllers.Controller {
	must := func(c controllers.Controller, err error) controllers.Controller {
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	return map[string]controllers.Controller{
		"p":               must(controllers.P(2)),
		"i":               must(controllers.I(1, 0.1)),
		"pi":              must(controllers.PI(1.5, 0.1, 1, controllers.LeakIntegral)),
		"pi, signal leak": must(controllers.PI(1.5, 0.1, 1, controllers.LeakSignal)),
		"pid":             must(controllers.PID(1.5, 0.2, 0.05, 0.1, 1, controllers.LeakSignal)),
	}
}

func TestLoopMatrixIsTheJacobianOfTheDynamics(t *testing.T) {
	for name, c := range testControllers(t) {
		t.Run(name, func(t *testing.T) {
			loop, d, x := loopAtRest(t, c)
			n := len(x)
			m := loop.Matrix(x[:20])
			up, down, id := make([]float64, n), make([]float64, n), []int{0}
			const h = 1e-6
			for k := range n {
				old := x[k]
				x[k] = old + h
				d.Fast(up, []float64{0}, x, id)
				x[k] = old - h
				d.Fast(down, []float64{0}, x, id)
				x[k] = old
				for i := range n {
					want := (up[i] - down[i]) / (2 * h)
					if math.Abs(m.At(i, k)-want) > 1e-7 {
						t.Fatalf("d(%s)'/d%s = %g, finite difference %g", d.Layout().Locate(0, i), d.Layout().Locate(0, k), m.At(i, k), want)
					}
				}
			}
		})
	}
}

// Near rest the slowest mode decays as exp(abscissa t).
func TestTrajectoryDecaysAtTheSpectralAbscissa(t *testing.T) {
	c := testControllers(t)["i"]
	loop, d, rest := loopAtRest(t, c)
	eigenvalues, err := Eigenvalues(loop.Matrix(rest[:20]))
	if err != nil {
		t.Fatal(err)
	}
	abscissa := SpectralAbscissa(eigenvalues)
	if abscissa >= 0 {
		t.Fatalf("abscissa %g: not a stable loop", abscissa)
	}
	x := append([]float64(nil), rest...)
	for k := 20; k < len(x); k++ {
		x[k] += 1e-4
	}
	frozen := &models.Frozen{Learner: d, Samples: []int{0}}
	distanceAt := func(from, to float64) float64 {
		if _, err := ode.SolveRows(frozen, x, from, to, ode.Options{RelTol: 1e-11, AbsTol: 1e-14}); err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for k := range x {
			sum += (x[k] - rest[k]) * (x[k] - rest[k])
		}
		return math.Sqrt(sum)
	}
	late := -6 / abscissa
	first := distanceAt(0, late)
	second := distanceAt(late, 2*late)
	if rate := math.Log(second/first) / late; math.Abs(rate/abscissa-1) > 0.05 {
		t.Errorf("decays at %g, abscissa %g", rate, abscissa)
	}
}

func TestEigenvaluesOfAKnownMatrix(t *testing.T) {
	eigenvalues, err := Eigenvalues(mat.NewDense(3, 3, []float64{-1, 5, 0, -5, -1, 0, 0, 0, -3}))
	if err != nil {
		t.Fatal(err)
	}
	if a := SpectralAbscissa(eigenvalues); math.Abs(a+1) > 1e-13 {
		t.Errorf("abscissa %g, want -1", a)
	}
	if _, err := Eigenvalues(mat.NewDense(1, 1, []float64{math.NaN()})); err == nil {
		t.Error("a NaN has eigenvalues")
	}
}

// Theorem 2's dense ingredient and the simulated level agree: Lemma 1 from the
// stacked Jacobian and feedback is models' level linear.
func TestLinearRestIsTheLinearLevel(t *testing.T) {
	c := testControllers(t)["pi"]
	loop, _, _ := loopAtRest(t, c)
	set := models.Settings{Rule: "dfc", Level: "linear", Controller: c, TauV: 0.2, TargetStepsize: 0.3, Unstable: "skip", Presentation: math.Inf(1)}
	p, err := models.NewPresenter(loop.Net, set)
	if err != nil {
		t.Fatal(err)
	}
	batch := models.NewBatch(loop.Net)
	batch.N = 1
	input, target := []float64{0.3, -1, 0.2, 0.9, -0.5, 1.1}, []float64{1, 0, 0.5}
	copy(batch.Input.Data, input)
	copy(batch.Target.Data, target)
	if _, err := p.Present(models.NewWeights(loop.Net), loop.W, batch); err != nil {
		t.Fatal(err)
	}
	forward := models.NewFeedforward(loop.Net)
	forward.Run(loop.W, batch)
	delta := make([]float64, 3)
	for k := range delta {
		delta[k] = -0.3 * 2 * (forward.Output(0)[k] - target[k])
	}
	want, err := LinearRest(Jacobian(loop.Net, loop.W, input), StackedFeedback(loop.W), c, delta)
	if err != nil {
		t.Fatal(err)
	}
	u, _ := p.Reveal("u")
	for k := range want {
		if math.Abs(u.Data[k]-want[k]) > 1e-13 {
			t.Errorf("u[%d] = %g, want %g", k, u.Data[k], want[k])
		}
	}
}

func TestAngles(t *testing.T) {
	tiny := 1e-12
	for _, c := range []struct {
		a, b []float64
		want float64
	}{
		{[]float64{1, 0}, []float64{0, 3}, 90},
		{[]float64{1, 1}, []float64{-2, -2}, 180},
		{[]float64{1, 0}, []float64{1, tiny}, tiny * 180 / math.Pi},
		{[]float64{1, 0}, []float64{1, math.Sqrt(3)}, 60},
	} {
		if got := Angle(c.a, c.b); math.Abs(got-c.want) > 1e-13*c.want+1e-20 {
			t.Errorf("angle of %v and %v is %g, want %g", c.a, c.b, got, c.want)
		}
	}
	if !math.IsNaN(Angle([]float64{0}, []float64{1})) {
		t.Error("an angle with nothing")
	}
}
