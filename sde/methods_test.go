package sde_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
	"credo/sde"
	"credo/sde/sdetest"

	"gonum.org/v1/gonum/mat"
)

func TestMethodsAreFoundByName(t *testing.T) {
	for _, m := range sde.Methods() {
		if got, err := sde.MethodByName(m.Name()); err != nil || got != m {
			t.Errorf("%s: found %v, %v", m.Name(), got, err)
		}
	}
	if _, err := sde.MethodByName("euler"); err == nil || !strings.Contains(err.Error(), "euler-maruyama, milstein, ") {
		t.Errorf("error %v, want the names", err)
	}
}

// kinds is a system, in either calculus, with noise of a kind.
type kinds struct {
	sdetest.OrnsteinUhlenbeck
	kind sde.Kind
}

func (k kinds) Noise() sde.Kind { return k.kind }

func TestAMethodThatDoesNotFitIsRefusedWithThoseThatDo(t *testing.T) {
	one := sdetest.OrnsteinUhlenbeck{Theta: 1, Sigma: 1}
	for _, c := range []struct {
		method sde.Method
		sys    sde.System
		want   string // "": it fits
	}{
		{sde.EulerMaruyama(), kinds{one, sde.General}, ""},
		{sde.EulerMaruyama(), sde.Stratonovich{System: kinds{one, sde.Additive}}, ""},
		{sde.StratonovichHeun(), kinds{one, sde.Additive}, ""},
		{nil, sde.Stratonovich{System: kinds{one, sde.General}}, "Stratonovich equations with general noise: one of stratonovich-heun"},
		{sde.StratonovichHeun(), kinds{one, sde.Diagonal}, "Itô equations with diagonal noise: one of euler-maruyama, milstein, sriw1, dri1, implicit-euler-maruyama"},
		{sde.Milstein(), kinds{one, sde.General}, "Itô equations with general noise: one of euler-maruyama, dri1, implicit-euler-maruyama"},
		{sde.SRIW1(), kinds{one, sde.Commutative}, "Itô equations with commutative noise: one of euler-maruyama, milstein, dri1, implicit-euler-maruyama"},
		{sde.SRIW1(), sde.Stratonovich{System: kinds{one, sde.Scalar}}, "Stratonovich equations with scalar noise: one of milstein, stratonovich-heun"},
		{sde.SRA1(), kinds{one, sde.Scalar}, "Itô equations with scalar noise: one of"},
	} {
		_, err := sde.NewIntegrator(c.sys, sde.Options{Method: c.method})
		var wrong *sde.OptionError
		if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &wrong) || !strings.HasSuffix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want+" ")) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

// inside is a Stratonovich system as a part of another type: still one.
type inside struct{ sde.Stratonovich }

func TestACalculusIsNotLostInsideAnotherType(t *testing.T) {
	sys := inside{sde.Stratonovich{System: sdetest.GeometricScalar().System}}
	if _, err := sde.NewIntegrator(sys, sde.Options{Method: sde.EulerMaruyama()}); err == nil {
		t.Error("Euler-Maruyama takes a Stratonovich equation for Itô's")
	}
}

func TestMethodsThatNeedIntegralsOverTimeRefuseAPathWithoutThem(t *testing.T) {
	tree := newTree(t, 0, 1, 0, 1, 0.01)
	_, err := sde.Solve(sdetest.OrnsteinUhlenbeck{Theta: 1}, []float64{1}, 0, 1, 0.1, tree, sde.Options{Method: sde.SRA1()})
	if err == nil || !strings.Contains(err.Error(), "path is a *sde.Tree: want one with the integrals over time that sra1 needs: a Grid or an AreaTree") {
		t.Errorf("error %v", err)
	}
}

func TestStepsDoNotAllocate(t *testing.T) {
	for _, m := range sde.Methods() {
		for _, p := range sdetest.WeakProblems() {
			if m.Orders(sdetest.Calculus(p.System), p.System.Noise()) == (sde.Orders{}) {
				continue
			}
			in, err := sde.NewIntegrator(p.System, sde.Options{Method: m})
			if err != nil {
				t.Fatal(err)
			}
			y, path := append([]float64(nil), p.Y0...), newGrid(t, 0, p.System.NoiseDim(), 0, 0.1)
			if n := testing.AllocsPerRun(20, func() { copy(y, p.Y0); solve(t, in, y, 1, 0.1, path) }); n != 0 {
				t.Errorf("%s, %s: %v allocations", m.Name(), p.Name, n)
			}
		}
	}
}

// mixed is an ensemble of Ornstein-Uhlenbeck processes, of which the rows that
// begin above 100 follow y' = y^2 instead.
type mixed struct{ sdetest.OrnsteinUhlenbeck }

func (m mixed) DerivRows(dy []float64, t float64, y []float64) {
	m.drift(dy, y)
}

func (m mixed) Deriv(dy []float64, _ float64, y []float64) { m.drift(dy, y) }

func (m mixed) drift(dy, y []float64) {
	for k, yk := range y {
		dy[k] = -m.Theta * yk
		if yk > 100 {
			dy[k] = yk * yk
		}
	}
}

func (m mixed) AddNoiseRows(dy []float64, _ float64, _, dw []float64) {
	for k, w := range dw {
		dy[k] += m.Sigma * w
	}
}

// A row's trajectory, and its failure, are those of its system alone: same bits.
func TestRowsOfAnEnsembleAreIndependent(t *testing.T) {
	sys := mixed{sdetest.OrnsteinUhlenbeck{Theta: 1, Sigma: 0.5}}
	for _, m := range sde.Methods() {
		if m.Orders(sde.ItoCalculus, sde.Additive) == (sde.Orders{}) {
			continue
		}
		in, err := sde.NewRowsIntegrator(sys, 8, sde.Options{Method: m})
		if err != nil {
			t.Fatal(err)
		}
		for _, rows := range []int{1, 5, 8, 3} {
			y, paths := make([]float64, rows), make([]sde.Path, rows)
			for k := range y {
				y[k], paths[k] = float64(k), newGrid(t, uint64(k), 1, 0, 0.25)
				if k%3 == 1 {
					y[k] = 1000
				}
			}
			alone := append([]float64(nil), y...)
			stats, err := in.Solve(y, 0, 10, 0.25, paths)
			if err != nil {
				t.Fatal(err)
			}
			for k := range alone {
				want, err := sde.Solve(sys, alone[k:k+1], 0, 10, 0.25, newGrid(t, uint64(k), 1, 0, 0.25), sde.Options{Method: m})
				if alone[k] != y[k] || stats[k].Steps != want.Steps || stats[k].T != want.T || fmt.Sprint(stats[k].Err) != fmt.Sprint(err) {
					t.Errorf("%s, %d rows: row %d ends at %v with %+v, alone at %v with %+v", m.Name(), rows, k, y[k], stats[k], alone[k], want)
				}
				if failed := stats[k].Err != nil; failed != (k%3 == 1) {
					t.Errorf("%s, %d rows: row %d has the error %v", m.Name(), rows, k, stats[k].Err)
				}
			}
		}
	}
}

// each is a system as an ensemble of any number of rows.
type each struct{ sde.System }

func (e each) DerivRows(dy []float64, t float64, y []float64) {
	for n := e.Dim(); len(y) > 0; dy, y = dy[n:], y[n:] {
		e.Deriv(dy[:n], t, y[:n])
	}
}

func (e each) AddNoiseRows(dy []float64, t float64, y, dw []float64) {
	for n, m := e.Dim(), e.NoiseDim(); len(y) > 0; dy, y, dw = dy[n:], y[n:], dw[m:] {
		e.AddNoise(dy[:n], t, y[:n], dw[:m])
	}
}

func (e each) Calculus() sde.Calculus { return sdetest.Calculus(e.System) }

func TestEveryMethodTreatsRowsAlikeWithEveryNoise(t *testing.T) {
	const rows = 3
	for _, m := range sde.Methods() {
		for _, p := range sdetest.WeakProblems() {
			if m.Orders(sdetest.Calculus(p.System), p.System.Noise()) == (sde.Orders{}) {
				continue
			}
			n := len(p.Y0)
			together, alone, paths := make([]float64, rows*n), make([]float64, rows*n), make([]sde.Path, rows)
			for b := range rows {
				for k, yk := range p.Y0 {
					together[b*n+k] = yk + float64(b)/8
				}
				paths[b] = newGrid(t, uint64(b), p.System.NoiseDim(), 0, 0.125)
			}
			copy(alone, together)
			solveRows(t, each{p.System}, m, together, paths)
			for b := range rows {
				solveRows(t, each{p.System}, m, alone[b*n:(b+1)*n], paths[b:b+1])
			}
			if !slices.Equal(together, alone) || slices.Equal(together[:n], together[n:2*n]) {
				t.Errorf("%s, %s: together %v, alone %v", m.Name(), p.Name, together, alone)
			}
		}
	}
}

func solveRows(t *testing.T, sys sde.Rows, m sde.Method, y []float64, paths []sde.Path) {
	t.Helper()
	in, err := sde.NewRowsIntegrator(sys, len(paths), sde.Options{Method: m})
	if err != nil {
		t.Fatal(err)
	}
	stats, err := in.Solve(y, 0, 1, 0.125, paths)
	for _, s := range stats {
		if err = errors.Join(err, s.Err); err != nil {
			t.Fatal(err)
		}
	}
}

// stiff is y' = A y with the eigenvalues -1 and -10^6, with and without its Jacobian, and the noise s dW on both.
type stiff struct{ s float64 }

func (stiff) Dim() int        { return 2 }
func (stiff) NoiseDim() int   { return 2 }
func (stiff) Noise() sde.Kind { return sde.Additive }

var stiffMatrix = [2][2]float64{{-500000.5, 499999.5}, {499999.5, -500000.5}}

func (stiff) Deriv(dy []float64, _ float64, y []float64) {
	for i, row := range stiffMatrix {
		dy[i] = row[0]*y[0] + row[1]*y[1]
	}
}

func (s stiff) AddNoise(dy []float64, _ float64, _, dw []float64) {
	dy[0] += s.s * dw[0]
	dy[1] += s.s * dw[1]
}

type linearized struct{ stiff }

func (linearized) Jacobian(dst *mat.Dense, _ float64, _ []float64) {
	for i, row := range stiffMatrix {
		dst.SetRow(i, row[:])
	}
}

// A step of backward Euler is (I - h A)^-1 (y + dw), in the basis (1, 1), (1, -1) a division by 1 + h and 1 + 10^6 h.
func TestTheImplicitMethodTakesStepsFarBeyondTheStiffness(t *testing.T) {
	const h = 0.1
	for name, sys := range map[string]sde.System{"differences": stiff{0.3}, "Jacobian": linearized{stiff{0.3}}} {
		path, dw := newGrid(t, 0, 2, 0, h), make([]float64, 2)
		y, slow, fast := []float64{1, 3}, 2.0, -1.0
		for k := range 10 {
			path.Increment(dw, float64(k)*h, float64(k+1)*h)
			slow, fast = (slow+0.3*(dw[0]+dw[1])/2)/(1+h), (fast+0.3*(dw[0]-dw[1])/2)/(1+1e6*h)
		}
		if _, err := sde.Solve(sys, y, 0, 1, h, path, sde.Options{Method: sde.ImplicitEulerMaruyama()}); err != nil {
			t.Fatal(err)
		}
		if math.Abs(y[0]-slow-fast) > 1e-9 || math.Abs(y[1]-slow+fast) > 1e-9 {
			t.Errorf("%s: y = %v, want %v, %v", name, y, slow+fast, slow-fast)
		}
	}
}

// cubic is y' = -1000 y^3, whose explicit steps of 0.1 from 10 overflow.
type cubic struct{ sdetest.OrnsteinUhlenbeck }

func (cubic) Deriv(dy []float64, _ float64, y []float64) { dy[0] = -1000 * y[0] * y[0] * y[0] }

func TestNewtonsMethodFindsTheRootFarAway(t *testing.T) {
	y := []float64{10}
	if _, err := sde.Solve(cubic{}, y, 0, 0.1, 0.1, newGrid(t, 0, 1, 0, 0.1), sde.Options{Method: sde.ImplicitEulerMaruyama()}); err != nil {
		t.Fatal(err)
	}
	if residual := y[0] + 100*y[0]*y[0]*y[0] - 10; math.Abs(residual) > 1e-8 {
		t.Errorf("y = %v leaves %g", y[0], residual)
	}
}

func TestAStepWithoutARootIsAnError(t *testing.T) {
	y := []float64{100}
	stats, err := sde.Solve(explosive{}, y, 0, 1, 0.5, newGrid(t, 0, 1, 0, 0.5), sde.Options{Method: sde.ImplicitEulerMaruyama()})
	var e *sde.StepError
	if !errors.As(err, &e) || !errors.Is(err, sde.ErrNoRoot) || errors.Is(err, ode.ErrNonFinite) || y[0] != 100 || stats.Steps != 0 {
		t.Errorf("y = %v after %d steps, error %v", y, stats.Steps, err)
	}
}
