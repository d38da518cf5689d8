package analysis

import (
	"errors"
	"fmt"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// eachLoop runs a test on loops of 1 to 6 layers, with all controllers, and all
// feedback paths: direct, layerwise, and feedback neurons with and without dynamics.
func eachLoop(t *testing.T, test func(t *testing.T, loop Loop, state []float64)) {
	sizes := []int{4, 6, 2, 5, 7, 4, 3}
	paths := map[string]func(f *fixture, depth int){
		"direct":    func(*fixture, int) {},
		"layerwise": func(f *fixture, _ int) { f.layerwise() },
		"at once":   func(f *fixture, depth int) { f.alongNeurons(t, 0, []int{4, 2, 5}[:min(depth, 3)]...) },
		"slow":      func(f *fixture, depth int) { f.alongNeurons(t, 0.1, []int{4, 2, 5}[:min(depth, 3)]...) },
	}
	for name, c := range testControllers(t) {
		for depth := 1; depth <= 6; depth++ {
			for path, along := range paths {
				t.Run(fmt.Sprint(name, depth, path), func(t *testing.T) {
					f := newFixture(t, architecture{sizes[6-depth:], "tanh", "sigmoid", true}, uint64(depth), 1)
					f.randomFeedback(1)
					along(f, depth)
					state := f.voltages()
					for _, n := range f.net.Feedback.Sizes {
						state = append(state, make([]float64, n)...)
					}
					f.fill(state, 1) // any state
					test(t, Loop{f.net, f.w, c, 0.2}, state)
				})
			}
		}
	}
}

func TestLoopOperatorIsTheLoopsMatrix(t *testing.T) {
	eachLoop(t, func(t *testing.T, loop Loop, state []float64) {
		m, op := loop.Matrix(state), loop.Operator(state)
		n, _ := m.Dims()
		if op.Dim() != n {
			t.Fatalf("dimension %d, want %d", op.Dim(), n)
		}
		scale, unit, got, want := mat.Norm(m, 2), make([]float64, n), make([]float64, n), make([]float64, n)
		for k := range n {
			unit[k] = 1
			op.Apply(got, unit)
			if d := floats.Distance(got, mat.Col(want, k, m), 2); d > 1e-14*scale {
				t.Errorf("column %d is %g off", k, d)
			}
			op.ApplyTransposed(got, unit)
			if d := floats.Distance(got, mat.Row(want, k, m), 2); d > 1e-14*scale {
				t.Errorf("row %d is %g off", k, d)
			}
			unit[k] = 0
		}
	})
}

// The structured resolvent and its adjoint are the dense ones, off and on the real
// axis, right and left of the spectrum, and at a pole of the controller.
func TestStructuredResolventInvertsTheShiftedMatrix(t *testing.T) {
	eachLoop(t, func(t *testing.T, loop Loop, state []float64) {
		m, op := spectra.FromDense(loop.Matrix(state)), loop.Operator(state)
		n := m.Dim()
		a, b := make([]complex128, n), make([]complex128, n)
		for k := range n {
			a[k], b[k] = cmplx.Rect(1, float64(k*k)), cmplx.Rect(1, float64(3*k))
		}
		for _, z := range []complex128{0.3, -0.1, -4, 2 + 7i, -6 + 1i, 40i} { // -0.1: the pole of i and pi
			structured, err := op.Resolvent(z)
			if err != nil {
				t.Fatal(err)
			}
			dense, err := m.Resolvent(z)
			if err != nil {
				t.Fatal(err)
			}
			got, want := make([]complex128, n), make([]complex128, n)
			structured.Solve(got, b)
			dense.Solve(want, b)
			if d := complexDistance(got, want); d > 1e-12 {
				t.Errorf("z = %v: R b is %g off", z, d)
			}
			structured.SolveAdjoint(got, a)
			dense.SolveAdjoint(want, a)
			if d := complexDistance(got, want); d > 1e-12 {
				t.Errorf("z = %v: R^* a is %g off", z, d)
			}
		}
		var singular *spectra.SingularError
		if _, err := op.Resolvent(complex(-1/loop.TauV, 0)); !errors.As(err, &singular) {
			t.Errorf("z = -1/tau_v: error %v", err)
		}
	})
}

func complexDistance(a, b []complex128) float64 {
	difference, size := 0.0, 0.0
	for k := range a {
		difference = max(difference, cmplx.Abs(a[k]-b[k]))
		size = max(size, cmplx.Abs(b[k]))
	}
	return difference / size
}

func TestLoopOperatorAllocatesNothing(t *testing.T) {
	f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "sigmoid", true}, 5, 1)
	f.alongNeurons(t, 0.1, 4, 2)
	op := Loop{f.net, f.w, testControllers(t)["pid"], 0.2}.Operator(f.voltages())
	r, err := op.Resolvent(1 + 1i)
	if err != nil {
		t.Fatal(err)
	}
	y, b := make([]float64, op.Dim()), make([]complex128, op.Dim())
	x := append([]float64{1}, y[1:]...)
	b[0] = 1i
	for name, do := range map[string]func(){
		"Apply": func() { op.Apply(y, x) }, "ApplyTransposed": func() { op.ApplyTransposed(y, x) },
		"Solve": func() { r.Solve(b, b) }, "SolveAdjoint": func() { r.SolveAdjoint(b, b) },
	} {
		if n := testing.AllocsPerRun(10, do); n != 0 {
			t.Errorf("%s allocates %g times", name, n)
		}
	}
}
