package continuation

import (
	"math"
	"testing"
)

// cusp is x' = a + b x - x^3.
type cusp struct{}

func (cusp) Dim() int                 { return 1 }
func (cusp) Deriv(dy, y, p []float64) { dy[0] = p[0] + p[1]*y[0] - y[0]*y[0]*y[0] }

// brusselator is x' = A - (B+1) x + x^2 y, y' = B x - x^2 y; p = (A, B).
type brusselator struct{}

func (brusselator) Dim() int { return 2 }
func (brusselator) Deriv(dy, y, p []float64) {
	xxy := y[0] * y[0] * y[1]
	dy[0] = p[0] - (p[1]+1)*y[0] + xxy
	dy[1] = p[1]*y[0] - xxy
}

// pitchfork is x' = r x - x^3.
type pitchfork struct{}

func (pitchfork) Dim() int                 { return 1 }
func (pitchfork) Deriv(dy, y, p []float64) { dy[0] = p[0]*y[0] - y[0]*y[0]*y[0] }

// bratu is u_t = u_xx + lambda exp(u) with u = 0 at the ends of [0, 1], by
// Chebyshev collocation on n+1 points, Trefethen (2000), program 6; u at the inner ones.
type bratu struct {
	n  int
	d2 [][]float64
}

func newBratu(n int) *bratu {
	x, d := make([]float64, n+1), make([][]float64, n+1)
	for i := range x {
		x[i] = math.Cos(math.Pi * float64(i) / float64(n))
		d[i] = make([]float64, n+1)
	}
	end := func(i int) float64 {
		c := 1.0
		if i == 0 || i == n {
			c = 2
		}
		if i%2 == 1 {
			c = -c
		}
		return c
	}
	for i := range d {
		for j := range d {
			if i != j {
				d[i][j] = end(i) / end(j) / (x[i] - x[j])
				d[i][i] -= d[i][j]
			}
		}
	}
	b := &bratu{n: n}
	for i := 1; i < n; i++ {
		row := make([]float64, n-1)
		for j := 1; j < n; j++ {
			for k := range d {
				row[j-1] += 4 * d[i][k] * d[k][j] // the interval is half as long
			}
		}
		b.d2 = append(b.d2, row)
	}
	return b
}

func (b *bratu) Dim() int { return b.n - 1 }
func (b *bratu) Deriv(dy, y, p []float64) {
	for i, row := range b.d2 {
		dy[i] = p[0] * math.Exp(y[i])
		for j, d := range row {
			dy[i] += d * y[j]
		}
	}
}

func only(t *testing.T, branch *Branch, kinds ...Kind) []*Point {
	t.Helper()
	special := branch.Special()
	var got []Kind
	for _, p := range special {
		got = append(got, p.Kind)
	}
	if len(got) != len(kinds) {
		t.Fatalf("special points %v, want %v", special, kinds)
	}
	for k := range got {
		if got[k] != kinds[k] {
			t.Fatalf("special points %v, want %v", special, kinds)
		}
	}
	return special
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s = %.15g, want %.15g, which is %.2g off", what, got, want, got-want)
	}
}

// The fold of Bratu's problem in one dimension is lambda = 8 c^2 at the root of
// cosh(theta) = theta sinh(theta): 3.51383071912516. The lower branch is stable, the
// upper one is not.
func TestBratuFold(t *testing.T) {
	b := newBratu(28)
	branch, err := Equilibria(b, make([]float64, b.Dim()), []float64{0}, Parameter{Min: 0, Max: 4}, Options{MaxPoints: 150})
	if err != nil {
		t.Fatal(err)
	}
	fold := only(t, branch, Fold)[0]
	near(t, "lambda", fold.P[0], 3.51383071912516, 1e-11)
	past := false
	for _, p := range branch.Points {
		past = past || p == fold
		if p != fold && p.Stable() == past {
			t.Errorf("%v: %d unstable, past the fold: %v", p, p.Unstable, past)
		}
	}
	if branch.Ends[0] != LeftTheBox || branch.Points[0].P[0] != 0 {
		t.Errorf("ends %v at lambda = %g, want the box at 0", branch.Ends[0], branch.Points[0].P[0])
	}
}

func TestCuspFolds(t *testing.T) {
	for _, b := range []float64{0.1, 1, 2} {
		branch, err := Equilibria(cusp{}, []float64{-1.5}, []float64{-1, b}, Parameter{Min: -3, Max: 3}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := 2 * math.Pow(b/3, 1.5)
		folds := only(t, branch, Fold, Fold)
		for _, p := range folds {
			near(t, "|a|", math.Abs(p.P[0]), want, 1e-12)
		}
		if branch.Ends != [2]Ending{LeftTheBox, LeftTheBox} {
			t.Errorf("ends %v", branch.Ends)
		}
	}
}

// The Brusselator has its Hopf point at B = 1 + A^2 with omega = A.
func TestBrusselatorHopf(t *testing.T) {
	for _, a := range []float64{0.5, 1, 2} {
		branch, err := Equilibria(brusselator{}, []float64{a, 1 / a}, []float64{a, 1}, Parameter{Index: 1, Min: 0.5, Max: 8}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		hopf := only(t, branch, HopfPoint)[0]
		near(t, "B", hopf.P[1], 1+a*a, 1e-11)
		near(t, "omega", hopf.Omega, a, 1e-11)
		first, last := branch.Points[0], branch.Points[len(branch.Points)-1]
		if first.P[1] > last.P[1] {
			first, last = last, first
		}
		if !first.Stable() || last.Unstable != 2 {
			t.Errorf("%d unstable below, %d above: want 0 and 2", first.Unstable, last.Unstable)
		}
	}
}

func TestPitchforkIsABranchPoint(t *testing.T) {
	branch, err := Equilibria(pitchfork{}, []float64{0}, []float64{-1}, Parameter{Min: -2, Max: 3}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := only(t, branch, BranchPoint)[0]
	near(t, "r", p.P[0], 0, 1e-12)
}
