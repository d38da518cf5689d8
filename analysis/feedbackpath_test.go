package analysis

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
)

// alongNeurons gives the fixture a separate path of random weights and layers of
// the given sizes, as strong as its random feedback.
func (f *fixture) alongNeurons(t testing.TB, tau float64, sizes ...int) {
	t.Helper()
	var err error
	if f.net.Feedback, err = models.SeparatePath(f.net, tau, "tanh", sizes...); err != nil {
		t.Fatal(err)
	}
	w := models.NewWeights(f.net)
	copy(w.Plastic(), f.w.Plastic())
	f.w = w
	for _, a := range w.Feedback() {
		f.fill(a.Data, 1/math.Sqrt(float64(a.Shape[1])))
	}
	w.Compose()
}

// neuronSizes are layers of feedback neurons more, and fewer, than the outputs.
var neuronSizes = [][]int{{4}, {2, 5}, {5, 6, 4}}

// The loop's matrix is the numerical Jacobian of the whole vector field, at a
// state where nothing rests; the feedback neurons have dynamics, or act at once.
func TestLoopMatrixOfAPathIsTheJacobianOfTheDynamics(t *testing.T) {
	for name, c := range testControllers(t) {
		for _, sizes := range neuronSizes {
			for _, tau := range []float64{0, 0.1} {
				f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "sigmoid", true}, 5, 1)
				f.alongNeurons(t, tau, sizes...)
				d := models.NewDFC(f.net, f.settings(c, "buffered", 0.1))
				d.Bind(f.w, f.tiles[0])
				x := make([]float64, d.Layout().Width())
				f.fill(x, 0.5)
				state := slices.Clone(x[:14])
				for k, n := range sizes {
					neurons := make([]float64, n)
					d.Derive(neurons, fmt.Sprintf("f%d", k+1), x, 0)
					state = append(state, neurons...)
				}
				m := Loop{f.net, f.w, c, 0.2}.Matrix(state)
				if rows, _ := m.Dims(); rows != len(x) {
					t.Fatalf("%s, %v, tau_path = %g: %d rows, want %d", name, sizes, tau, rows, len(x))
				}
				for k := range x {
					for i, want := range derivative(d, x, k) {
						if math.Abs(m.At(i, k)-want) > 1e-7 {
							t.Fatalf("%s, %v, tau_path = %g: d(%s)'/d%s = %g, finite difference %g", name, sizes, tau,
								d.Layout().Locate(0, i), d.Layout().Locate(0, k), m.At(i, k), want)
						}
					}
				}
			}
		}
	}
}

// derivative returns the central difference of the vector field by component k.
func derivative(d *models.DFC, x []float64, k int) []float64 {
	const h = 1e-6
	at := func(step float64) []float64 {
		moved, dx := slices.Clone(x), make([]float64, len(x))
		moved[k] += step
		d.Fast(dx, []float64{0}, moved, []int{0})
		return dx
	}
	up, down := at(h), at(-h)
	for i := range up {
		up[i] = (up[i] - down[i]) / (2 * h)
	}
	return up
}

func TestReducedSpectrumOfAPathIsThatOfTheFullLoop(t *testing.T) {
	for name, c := range testControllers(t) {
		for _, sizes := range neuronSizes {
			for _, tau := range []float64{0, 0.07} {
				t.Run(fmt.Sprint(name, sizes, tau), func(t *testing.T) {
					f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "sigmoid", true}, 6, 1)
					f.alongNeurons(t, tau, sizes...)
					state := f.voltages()
					for _, n := range sizes {
						state = append(state, make([]float64, n)...)
					}
					f.fill(state, 1) // any state
					compareSpectra(t, Loop{f.net, f.w, c, 0.2}, state)
				})
			}
		}
	}
}

// With the presynaptic rates of level linear, the steady approximation is its
// update, through feedback neurons too.
func TestSteadyApproximationOfAPathIsLevelLinear(t *testing.T) {
	for _, rule := range []string{"linear", "nonlinear"} {
		f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "linear", true}, 7, 9)
		f.alongNeurons(t, 0, 5, 4)
		set := f.settings(testControllers(t)["pi"], "linear", 0.5)
		set.ForwardRule, set.Unstable = rule, "count"
		p, err := models.NewPresenter(f.net, set)
		if err != nil {
			t.Fatal(err)
		}
		want := models.NewWeights(f.net)
		if _, err := p.Present(want, f.w, f.tiles[0]); err != nil {
			t.Fatal(err)
		}
		r1, _ := p.Reveal("r1")
		r2, _ := p.Reveal("r2")
		got, err := f.linearize().SteadyApproximation(set, []blas64.General{r1, r2})
		if err != nil {
			t.Fatal(err)
		}
		for k := range got.Plastic() {
			got.Plastic()[k] *= 9
		}
		if d := distance(got.Plastic(), want.Plastic()); d > 1e-13 {
			t.Errorf("%s forward rule: %g off", rule, d)
		}
	}
}
