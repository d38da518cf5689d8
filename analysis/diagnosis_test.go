package analysis

import (
	"math"
	"math/cmplx"
	"testing"

	"credo/analysis/spectra"
	"gonum.org/v1/gonum/mat"
)

// Of a small loop, every answer is that of the dense matrix.
func TestDiagnosisIsThatOfTheDenseMatrix(t *testing.T) {
	for name, c := range testControllers(t) {
		f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "linear", true}, 21, 1)
		if err := f.w.InitFeedback(f.net, "weight-product", 1, nil); err != nil {
			t.Fatal(err)
		}
		loop, v := Loop{f.net, f.w, c, 0.2}, f.voltages()
		d, err := loop.Diagnose(v, Questions{Epsilons: []float64{0.05, 0.5}, Kreiss: true, Growth: true})
		if err != nil {
			t.Fatal(err)
		}
		m := loop.Matrix(v)
		pairs, err := spectra.Eigenvalues(m)
		if err != nil {
			t.Fatal(err)
		}
		h, err := spectra.NewHalfPlane(spectra.FromDense(m), pairs.Abscissa())
		if err != nil {
			t.Fatal(err)
		}
		same := func(what string, got, want float64) {
			if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
				t.Errorf("%s: %s %.10g, densely %.10g", name, what, got, want)
			}
		}
		same("abscissa", d.Abscissa, pairs.Abscissa())
		same("numerical abscissa", d.NumericalAbscissa, h.Omega)
		for _, p := range d.Pseudo {
			want, err := h.PseudoAbscissa(p.Epsilon)
			if err != nil {
				t.Fatal(err)
			}
			same("pseudospectral abscissa", p.Value, want.Value)
		}
		k, err := h.Kreiss()
		if err != nil {
			t.Fatal(err)
		}
		same("Kreiss constant", d.Kreiss.Constant, k.Constant)
		var e, grown mat.Dense
		e.Scale(d.Growth.Time, m)
		e.Exp(&e)
		grown.Mul(&e, mat.NewDense(len(d.Growth.Direction), 1, d.Growth.Direction))
		same("growth", d.Growth.Factor, mat.Norm(&grown, 2))
		if d.Abscissa >= 0 || d.Growth.Factor < 1.1 || d.Kreiss.Constant > d.Growth.Factor {
			t.Errorf("%s: growth %g, Kreiss constant %g, abscissa %g", name, d.Growth.Factor, d.Kreiss.Constant, d.Abscissa)
		}
	}
}

// Where the reduced loop is too large, Krylov-Schur finds the same eigenvalues and mode;
// with Cayley's transform too.
func TestWideLoopIsDiagnosedWithoutReduction(t *testing.T) {
	f := newFixture(t, architecture{[]int{4, 60, 70, 20}, "tanh", "linear", true}, 8, 1)
	f.randomFeedback(0.3)
	loop, v := Loop{f.net, f.w, testControllers(t)["pi"], 0.2}, f.voltages()
	want, err := loop.Diagnose(v, Questions{})
	if err != nil {
		t.Fatal(err)
	}
	var got Diagnosis
	if err := got.rightmost(loop.Operator(v)); err != nil {
		t.Fatal(err)
	}
	cayley, err := spectra.RightmostCayley(loop.Operator(v), 4, want.Abscissa+1, want.Abscissa-11, spectra.Krylov{})
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range [][]complex128{got.Eigenvalues, cayley.Values[:4]} {
		for k, z := range values {
			if d := cmplx.Abs(z - want.Eigenvalues[k]); d > 1e-7 {
				t.Errorf("eigenvalue %d is %v, reduced %v", k, z, want.Eigenvalues[k])
			}
		}
	}
	if d := complexDistance(got.Mode.Vector, want.Mode.Vector); d > 1e-6 {
		t.Errorf("the mode is %g off", d)
	}
	if got.Reduced || !want.Reduced {
		t.Error("which way was taken is not said")
	}
}
