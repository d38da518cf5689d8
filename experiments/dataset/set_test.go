package dataset

import (
	"context"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/stat"
)

// table is two samples with three inputs and the labels 1 and 0.
func table(t *testing.T) Spec {
	dir := t.TempDir()
	write(t, dir, "train.csv", "0,51,255,1\n255,0,0,0\n")
	write(t, dir, "test.csv", "0,51,255,1\n255,0,0,0\n")
	return Spec{Source: "csv", Path: dir, Scaling: "none", Inputs: 3, Outputs: 2, Train: -1, Test: -1}
}

func TestRowsFollowTheIndex(t *testing.T) {
	test := load(t, table(t)).Test
	x := blas64.General{Rows: 3, Cols: 3, Stride: 4, Data: make([]float64, 12)}
	y := blas64.General{Rows: 3, Cols: 2, Stride: 3, Data: []float64{9, 9, 9, 9, 9, 9, 9, 9, 9}}
	test.Inputs(x, []int{1, 0, 1})
	test.Targets(y, []int{1, 0, 1})
	if d := cmp.Diff([]float64{255, 0, 0, 0, 0, 51, 255, 0, 255, 0, 0, 0}, x.Data); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{1, 0, 9, 0, 1, 9, 1, 0, 9}, y.Data); d != "" {
		t.Error(d)
	}
	swapped := test.Subset([]int{1, 0})
	if d := cmp.Diff([]int{0, 1}, swapped.Labels()); d != "" || swapped.Classes() != 2 {
		t.Errorf("labels of a subset: %s", d)
	}
}

func TestScalings(t *testing.T) {
	for scaling, want := range map[string][]float64{
		"none": {0, 51, 255, 255, 0, 0},
		"unit": {0, 0.2, 1, 1, 0, 0},
	} {
		spec := table(t)
		spec.Scaling = scaling
		if d := cmp.Diff(want, inputs(load(t, spec).Test)); d != "" {
			t.Errorf("%s: %s", scaling, d)
		}
	}
	spec := table(t)
	spec.Scaling = "standard"
	x := inputs(load(t, spec).Train)
	if mean, deviation := stat.PopMeanStdDev(x, nil); math.Abs(mean) > 1e-15 || math.Abs(deviation-1) > 1e-15 {
		t.Errorf("standard inputs have mean %g and deviation %g", mean, deviation)
	}
}

func TestStandardScalingIsThatOfTheTrainingSet(t *testing.T) {
	spec := numbered(t, 50)
	spec.Train, spec.Validation, spec.Test, spec.Scaling = 20, 20, 10, "none"
	raw := load(t, spec)
	mean, deviation := stat.PopMeanStdDev(inputs(raw.Train), nil)
	spec.Scaling = "standard"
	want := inputs(raw.Validation)
	for k := range want {
		want[k] = (want[k] - mean) / deviation
	}
	if d := cmp.Diff(want, inputs(load(t, spec).Validation), cmpopts.EquateApprox(0, 1e-14)); d != "" {
		t.Error(d)
	}
	spec.Path = write(t, t.TempDir(), "equal.csv", "4\n4\n4\n")
	spec.Train, spec.Validation, spec.Test = 3, 0, 0
	wantFault(t, spec, "data.scaling", "all 4")
}

func TestAnAutoencodersTargetIsItsScaledInput(t *testing.T) {
	spec := table(t)
	spec.Target, spec.Scaling, spec.Outputs = "input", "unit", 3
	data := load(t, spec)
	if d := cmp.Diff([]float64{0, 0.2, 1, 1, 0, 0}, targets(data.Test)); d != "" {
		t.Error(d)
	}
	if s := data.Test; s.TargetDim() != 3 || s.Classes() != 0 || s.Labels() != nil || data.Classes != 0 {
		t.Errorf("%d targets, %d classes", s.TargetDim(), s.Classes())
	}
}

func TestDataFlowWithoutAllocation(t *testing.T) {
	csv, idx := load(t, table(t)), load(t, idxSpec(t))
	for _, s := range []*Set{csv.Test, idx.Test} {
		x, y, index := matrix(2, s.Dim()), matrix(2, s.TargetDim()), []int{1, 0}
		if n := testing.AllocsPerRun(10, func() { s.Inputs(x, index); s.Targets(y, index) }); n != 0 {
			t.Errorf("%g allocations", n)
		}
	}
}

func TestWrongShapesPanic(t *testing.T) {
	test := load(t, table(t)).Test
	for name, call := range map[string]func(){
		"rows": func() { test.Inputs(matrix(2, 3), []int{0}) },
		"cols": func() { test.Targets(matrix(1, 3), []int{0}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}

func teacherSpec() Spec {
	return Spec{
		Source: "teacher", Scaling: "none", Train: 60, Validation: 10, Test: 20, Seed: 3,
		Teacher: Teacher{Layers: []int{4, 300, 2}, Activation: "relu", Init: "xavier-normal", Gain: 1, InputRange: [2]float64{-1, 3}},
	}
}

func TestATeacherAnswersItsInputs(t *testing.T) {
	data := load(t, teacherSpec())
	if data.Train.Len() != 60 || data.Validation.Len() != 10 || data.Test.Len() != 20 || data.Classes != 0 {
		t.Fatalf("%d, %d, %d samples", data.Train.Len(), data.Validation.Len(), data.Test.Len())
	}
	for _, x := range inputs(data.Train) {
		if x < -1 || x >= 3 {
			t.Fatalf("input %g", x)
		}
	}
	made, err := newTeacherTask(teacherSpec())
	if err != nil {
		t.Fatal(err)
	}
	net, w := made.(*teacherTask).net, made.(*teacherTask).w
	x, y := inputs(data.Test)[:net.Inputs()], targets(data.Test)[:net.Outputs()]
	for j, got := range y {
		want := 0.0
		for h := range 300 {
			v := 0.0
			for i, xi := range x {
				v += w.W[0].Data[h*w.W[0].Stride+i] * xi
			}
			want += w.W[1].Data[j*w.W[1].Stride+h] * max(v, 0)
		}
		if math.Abs(got-want) > 1e-13*(1+math.Abs(want)) { // rounding of sums of 300
			t.Errorf("output %d is %g, want %g", j, got, want)
		}
	}
}

func TestATeacherIsAFunctionOfTheSeed(t *testing.T) {
	first, again := load(t, teacherSpec()), load(t, teacherSpec())
	if !cmp.Equal(targets(first.Train), targets(again.Train)) {
		t.Error("the same seed gives another teacher")
	}
	spec := teacherSpec()
	spec.Test, spec.Validation = 5, 0
	if !cmp.Equal(targets(first.Test)[:10], targets(load(t, spec).Test)) {
		t.Error("the test set depends on the other counts")
	}
	spec.Seed = 4
	if cmp.Equal(targets(first.Test)[:10], targets(load(t, spec).Test)) {
		t.Error("the seed changes nothing")
	}
}

func TestATeachersFaultsAreNamed(t *testing.T) {
	for key, change := range map[string]func(*Spec){
		"data.train":               func(s *Spec) { s.Train = -1 },
		"data.test":                func(s *Spec) { s.Test = -1 },
		"data.teacher.layers":      func(s *Spec) { s.Teacher.Layers = []int{4} },
		"data.teacher.input_range": func(s *Spec) { s.Teacher.InputRange = [2]float64{1, 1} },
		"data.teacher":             func(s *Spec) { s.Teacher.Activation = "step" },
	} {
		spec := teacherSpec()
		change(&spec)
		wantFault(t, spec, key)
	}
}

// The teacher of Meulemans et al. (2021), figure 3.
func BenchmarkTeacher(b *testing.B) {
	spec := Spec{
		Source: "teacher", Scaling: "none", Train: 5000, Validation: 1000, Test: 1000,
		Teacher: Teacher{Layers: []int{15, 1000, 1000, 1000, 1000, 5}, Activation: "relu", Init: "xavier-normal", Gain: 1, InputRange: [2]float64{-1, 1}},
	}
	for b.Loop() {
		if _, err := Load(context.Background(), spec, silent); err != nil {
			b.Fatal(err)
		}
	}
}
