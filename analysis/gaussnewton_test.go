package analysis

import (
	"errors"
	"fmt"
	"testing"

	"credo/models"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

var architectures = []architecture{
	{[]int{4, 3}, "tanh", "linear", true},
	{[]int{4, 5, 3}, "tanh", "linear", false},
	{[]int{4, 6, 5, 3}, "tanh", "sigmoid", true},
	{[]int{5, 6, 4, 5, 2}, "softplus", "tanh", true},
	{[]int{5, 4, 6, 3}, "linear", "linear", false},
}

func (a architecture) String() string { return fmt.Sprint(a.sizes, a.hidden, a.output, a.bias) }

// Meulemans et al. (2021), eq. (7), with J_theta by finite differences and its
// pseudoinverse by singular values. Tolerance: that of the differences, times
// the condition number.
func TestGaussNewtonIsTheDampedPseudoinverseOfTheDenseJacobian(t *testing.T) {
	for _, a := range architectures {
		for _, damping := range []float64{0, 1e-3, 1} {
			t.Run(fmt.Sprint(a, damping), func(t *testing.T) {
				f := newFixture(t, a, 3, 2, 1) // two tiles
				for _, batch := range f.tiles {
					batch.LossWeight = 1.0 / 3
				}
				l, j, e := f.linearize(), f.weightJacobian(), f.outputErrors()
				whole, err := l.MinibatchGaussNewton(damping)
				if err != nil {
					t.Fatal(err)
				}
				if d := distance(whole.Plastic(), dampedPseudoinverse(t, j, damping, e)); d > 1e-7 {
					t.Errorf("minibatch update is %g off", d)
				}
				mean, err := l.GaussNewton(damping)
				if err != nil {
					t.Fatal(err)
				}
				if d := distance(mean.Plastic(), meanOfPseudoinverses(t, f, j, damping, e)); d > 1e-7 {
					t.Errorf("mean of the samples' updates is %g off", d)
				}
			})
		}
	}
}

func meanOfPseudoinverses(t *testing.T, f *fixture, j *mat.Dense, damping float64, e []float64) []float64 {
	nL, samples := f.net.Outputs(), len(e)/f.net.Outputs()
	sum := make([]float64, len(f.w.Plastic()))
	for b := range samples {
		own := mat.DenseCopyOf(j.Slice(b*nL, (b+1)*nL, 0, len(sum)))
		floats.AddScaled(sum, 1/float64(samples), dampedPseudoinverse(t, own, damping, e[b*nL:(b+1)*nL]))
	}
	return sum
}

func TestMinibatchOfOneIsTheSampleUpdate(t *testing.T) {
	l := newFixture(t, architectures[2], 4, 1).linearize()
	one, err := l.GaussNewton(0.1)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := l.MinibatchGaussNewton(0.1)
	if err != nil {
		t.Fatal(err)
	}
	if d := distance(whole.Plastic(), one.Plastic()); d > 1e-13 {
		t.Errorf("%g apart", d)
	}
}

// Damping leads from the pseudoinverse to the gradient: both ends are
// approached in proportion to gamma and 1/gamma.
func TestDampingLeadsFromThePseudoinverseToTheGradient(t *testing.T) {
	for _, name := range []string{"gauss-newton", "minibatch-gauss-newton"} {
		t.Run(name, func(t *testing.T) {
			l := newFixture(t, architectures[2], 5, 3).linearize()
			at := func(damping float64) *models.Weights {
				w, err := l.Reference(name, damping)
				if err != nil {
					t.Fatal(err)
				}
				return w
			}
			exact := at(0)
			checkFallsInProportion(t, "distance from the pseudoinverse", 1e-5, 3, func(gamma float64) float64 {
				return distance(at(gamma).Plastic(), exact.Plastic())
			})
			checkFallsInProportion(t, "angle with the gradient", 1e-3, 3, func(inverse float64) float64 {
				return Alignment(at(1/inverse), l.Backprop()).Whole
			})
		})
	}
}

func TestBackpropIsTheMeanOfTheJacobiansTransposeTimesTheError(t *testing.T) {
	for _, a := range architectures {
		f := newFixture(t, a, 6, 2, 3)
		for _, batch := range f.tiles {
			batch.LossWeight = 0.7
		}
		l := f.linearize()
		for _, s := range l.samples {
			s.setFactors(s.out, nil)
		}
		want := l.mean()
		if d := distance(l.Backprop().Plastic(), want.Plastic()); d > 1e-14 {
			t.Errorf("%v: %g off", a, d)
		}
	}
}

func TestRankDeficientJacobianNeedsDamping(t *testing.T) {
	f := newFixture(t, architectures[2], 7, 2)
	copy(row(f.tiles[0].Input, 1), row(f.tiles[0].Input, 0)) // one sample twice
	if _, err := f.linearize().MinibatchGaussNewton(0); !errors.Is(err, ErrRankDeficient) {
		t.Errorf("error %v, want one that says the rank is deficient", err)
	}
	if _, err := f.linearize().MinibatchGaussNewton(1e-6); err != nil {
		t.Error(err)
	}
	clear(f.w.W[2].Data[:5]) // an output that only its bias moves ...
	if _, err := f.linearize().GaussNewton(0); err != nil {
		t.Error(err)
	}
	f.w.W[2].Data[5], f.w.W[2].Data[6] = 1e9, 1e9 // ... and one whose sigmoid is saturated
	for name, update := range map[string]func(float64) (*models.Weights, error){
		"Gauss-Newton": f.linearize().GaussNewton, "minimum norm": f.linearize().MinimumNorm,
	} {
		if _, err := update(0); !errors.Is(err, ErrRankDeficient) {
			t.Errorf("%s: error %v, want one that says the rank is deficient", name, err)
		}
	}
	if _, err := f.linearize().RowSpaceShare(); !errors.Is(err, ErrRankDeficient) {
		t.Errorf("Condition 2: error %v, want one that says the rank is deficient", err)
	}
}

// A Cholesky decomposition that exists can still be of rounding only.
func TestNearlySingularGramIsRankDeficient(t *testing.T) {
	for _, c := range []struct {
		least   float64
		regular bool
	}{{1e-13, true}, {1e-15, false}} {
		_, err := factorDamped(mat.NewSymDense(2, []float64{1, 0, 0, c.least}), 0)
		if regular := err == nil; regular != c.regular {
			t.Errorf("least eigenvalue %g: error %v", c.least, err)
		}
	}
}

func TestReferencesAndTheirAngles(t *testing.T) {
	f := newFixture(t, architectures[2], 8, 3)
	l := f.linearize()
	angles, err := l.Angles(l.Backprop(), 0.01, ReferenceNames()...)
	if err != nil {
		t.Fatal(err)
	}
	if len(angles) != 5 {
		t.Errorf("%d references, want 5", len(angles))
	}
	for name, a := range angles {
		if same := name == "bp"; same != (a.Whole == 0) || len(a.Layer) != 3 || a.Whole > 90 {
			t.Errorf("backpropagation and %s: %v", name, a)
		}
	}
	if _, err := l.Reference("newton", 0); err == nil {
		t.Error("an unknown reference has an update")
	}
}

// A layer's angle is that of its weights and biases together.
func TestLayerAnglesJoinWeightsAndBiases(t *testing.T) {
	for _, bias := range []bool{true, false} {
		f := newFixture(t, architecture{[]int{2, 3, 2}, "tanh", "linear", bias}, 9, 1)
		other := newFixture(t, architecture{[]int{2, 3, 2}, "tanh", "linear", bias}, 10, 1)
		got := Alignment(f.w, other.w).Layer
		for i := range f.w.W {
			a := append(append([]float64{}, f.w.W[i].Data...), f.w.B[i]...)
			b := append(append([]float64{}, other.w.W[i].Data...), other.w.B[i]...)
			if want := Angle(a, b); got[i] != want {
				t.Errorf("bias %v, layer %d: %g, want %g", bias, i+1, got[i], want)
			}
		}
	}
}
