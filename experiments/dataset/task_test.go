package dataset

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

func taskSpec(source string) Spec {
	return Spec{Source: source, Scaling: "none", Train: 40, Validation: 10, Test: 30, Seed: 5, Inputs: 6, Outputs: 3,
		Teacher: Teacher{Layers: []int{6, 5, 3}, Activation: "tanh", Init: "uniform", Gain: 0.5, BiasScale: 0.5, Inputs: "normal", InputRange: [2]float64{-1, 1}}}
}

// From as many samples as the map has columns it is found again, and then tells
// all others.
func TestALinearMapIsLinear(t *testing.T) {
	data := load(t, taskSpec("linear-map"))
	x, y := mat.NewDense(40, 6, inputs(data.Train)), mat.NewDense(40, 3, targets(data.Train))
	var found, told mat.Dense
	if err := found.Solve(x.Slice(0, 6, 0, 6), y.Slice(0, 6, 0, 3)); err != nil {
		t.Fatal(err)
	}
	told.Mul(x, &found)
	if !mat.EqualApprox(&told, y, 1e-11) {
		t.Error("targets are no linear function of the inputs")
	}
	if mat.Max(&found) > 1 || mat.Min(&found) < -1 || mat.Max(&found) < 0.5 || mat.Min(&found) > -0.5 {
		t.Errorf("entries of T between %g and %g, want them uniform in [-1, 1]", mat.Min(&found), mat.Max(&found))
	}
}

// x^T Q x is even and of second degree; its second differences are Q + Q^T.
func TestAQuadraticIsAQuadraticForm(t *testing.T) {
	spec := taskSpec("quadratic")
	q := newQuadratic(spec).(quadratic)
	data := load(t, spec)
	x, y := inputs(data.Test), targets(data.Test)
	for b := range 30 {
		for k, form := range q.forms {
			want := 0.0
			for i := range 6 {
				for j := range 6 {
					want += x[6*b+i] * form.Data[6*i+j] * x[6*b+j]
				}
			}
			if got := y[3*b+k]; math.Abs(got-want) > 1e-13*(1+math.Abs(want)) {
				t.Errorf("sample %d, output %d: %g, want %g", b, k, got, want)
			}
		}
	}
	for _, xi := range x {
		if math.Abs(xi) > 2 {
			t.Errorf("input %g beyond 2", xi)
		}
	}
}

func TestInputsHaveTheirDistribution(t *testing.T) {
	for source, variance := range map[string]float64{"linear-map": 1, "quadratic": 4.0 / 3, "teacher": 1} {
		spec := taskSpec(source)
		spec.Test = 5000
		// 30,000 numbers: the standard error of the variance is below 1 %.
		if mean, v := stat.MeanVariance(inputs(load(t, spec).Test), nil); math.Abs(mean) > 0.03 || math.Abs(v/variance-1) > 0.03 {
			t.Errorf("%s: mean %g, variance %g, want 0 and %g", source, mean, v, variance)
		}
	}
}

func TestATeacherMayHaveBiases(t *testing.T) {
	spec := taskSpec("teacher")
	biased := load(t, spec)
	spec.Teacher.BiasScale = 0
	plain := load(t, spec)
	if !cmp.Equal(inputs(biased.Test), inputs(plain.Test)) {
		t.Error("biases change the inputs")
	}
	if cmp.Equal(targets(biased.Test), targets(plain.Test)) {
		t.Error("biases change nothing")
	}
}

func TestFreshSamplesAreAFunctionOfTheEpoch(t *testing.T) {
	for _, source := range []string{"teacher", "linear-map", "quadratic"} {
		spec := taskSpec(source)
		spec.Fresh = true
		data, again := load(t, spec), load(t, spec)
		if data.Train.Len() != 40 || data.Validation.Len() != 10 || data.Test.Len() != 30 {
			t.Errorf("%s: %d, %d, %d samples", source, data.Train.Len(), data.Validation.Len(), data.Test.Len())
		}
		first, second := data.Epoch(1), data.Epoch(2)
		if cmp.Equal(inputs(first), inputs(second)) {
			t.Errorf("%s: the second epoch repeats the first", source)
		}
		if !cmp.Equal(targets(second), targets(again.Epoch(2))) || !cmp.Equal(inputs(first), inputs(data.Train)) {
			t.Errorf("%s: an epoch's samples depend on what was drawn before", source)
		}
		spec.Train, spec.Fresh = 7, false
		if !cmp.Equal(targets(data.Test), targets(load(t, spec).Test)) {
			t.Errorf("%s: the test set depends on the training set", source)
		}
		if data.Epoch(2); !cmp.Equal(inputs(again.Epoch(2)), inputs(second)) {
			t.Errorf("%s: an epoch writes over another's samples", source)
		}
	}
}

func TestFaultsOfTasksAreNamed(t *testing.T) {
	for key, change := range map[string]func(*Spec){
		"data.train": func(s *Spec) { s.Train = -1 },
		"data.test":  func(s *Spec) { s.Test = -1 },
		"data.fresh": func(s *Spec) { s.Source = "npz" },
	} {
		spec := taskSpec("linear-map")
		spec.Fresh = true
		change(&spec)
		wantFault(t, spec, key)
	}
}
