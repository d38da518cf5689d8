package ode_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"credo/ode"
)

// bratu is u' = lap u + exp u on the unit square, 0 at its edge, on m x m inner points.
type bratu struct{ m int }

func (b bratu) Dim() int { return b.m * b.m }

// laplacian writes that of u to dst.
func (b bratu) laplacian(dst, u []float64) {
	m, scale := b.m, float64((b.m+1)*(b.m+1))
	for i := range m {
		for j := range m {
			k, sum := i*m+j, 0.0
			if i > 0 {
				sum += u[k-m]
			}
			if i < m-1 {
				sum += u[k+m]
			}
			if j > 0 {
				sum += u[k-1]
			}
			if j < m-1 {
				sum += u[k+1]
			}
			dst[k] = scale * (sum - 4*u[k])
		}
	}
}

func (b bratu) Deriv(dy []float64, _ float64, y []float64) {
	b.laplacian(dy, y)
	for k, u := range y {
		dy[k] += math.Exp(u)
	}
}

// bratuProduct knows its Jacobian times a vector.
type bratuProduct struct{ bratu }

func (b bratuProduct) JacobianTimes(dst []float64, _ float64, y, v []float64) {
	b.laplacian(dst, v)
	for k, u := range y {
		dst[k] += math.Exp(u) * v[k]
	}
}

// bratuShifted also inverts I - gamma lap, in the sines that are its eigenvectors.
type bratuShifted struct {
	bratuProduct
	sines *mat.Dense // symmetric and orthogonal
}

func newBratuShifted(m int) bratuShifted {
	s := mat.NewDense(m, m, nil)
	for i := range m {
		for j := range m {
			s.Set(i, j, math.Sqrt(2/float64(m+1))*math.Sin(math.Pi*float64((i+1)*(j+1))/float64(m+1)))
		}
	}
	return bratuShifted{bratuProduct{bratu{m}}, s}
}

func (bratuShifted) Linearize(float64, []float64) {}

func (b bratuShifted) SolveShifted(x []float64, gamma float64, rhs []float64) error {
	m := b.m
	var modes, out mat.Dense
	modes.Product(b.sines, mat.NewDense(m, m, rhs), b.sines)
	eigen := func(i int) float64 {
		s := math.Sin(math.Pi * float64(i+1) / float64(2*(m+1)))
		return -4 * float64((m+1)*(m+1)) * s * s
	}
	for i := range m {
		for j := range m {
			modes.Set(i, j, modes.At(i, j)/(1-gamma*(eigen(i)+eigen(j))))
		}
	}
	out.Product(b.sines, &modes, b.sines)
	copy(x, out.RawMatrix().Data)
	return nil
}

func TestNewtonKrylovFindsTheRootOfDenseNewton(t *testing.T) {
	const m = 15
	test := ode.RestTest{Timescale: 1, AbsTol: 1e-8}
	want := make([]float64, m*m)
	if _, err := ode.Root(bratu{m}, want, 0, test); err != nil { // 225 components: with a matrix
		t.Fatal(err)
	}
	for _, sys := range []ode.System{bratuProduct{bratu{m}}, newBratuShifted(m)} {
		y := make([]float64, m*m)
		stats, err := ode.Root(sys, y, 0, test)
		if err != nil || stats.PseudoTime > 0 || stats.Evaluations > 30 {
			t.Fatalf("%T: %+v, %v", sys, stats, err)
		}
		for k := range y {
			if math.Abs(y[k]-want[k]) > 1e-9 {
				t.Fatalf("%T: component %d is %g, want %g", sys, k, y[k], want[k])
			}
		}
	}
}

// The middle of Bratu's problem at 10^4 unknowns, and on a grid of half the width, whose error is four times as large.
func TestNewtonKrylovSolvesTenThousandUnknowns(t *testing.T) {
	middle := func(m int) float64 {
		y := make([]float64, m*m)
		stats, err := ode.Root(newBratuShifted(m), y, 0, ode.RestTest{Timescale: 1, AbsTol: 1e-6})
		if err != nil || stats.Newton > 8 {
			t.Fatalf("%+v, %v", stats, err)
		}
		return y[m*m/2]
	}
	coarse, fine, finest := middle(25), middle(51), middle(103)
	if order := math.Log2((fine - coarse) / (finest - fine)); math.Abs(order-2) > 0.1 {
		t.Errorf("middles %g, %g, %g: order %.2f in the grid, want 2", coarse, fine, finest, order)
	}
}

// 900 components without anything known: differences alone, no preconditioner.
func TestNewtonKrylovNeedsNoDerivatives(t *testing.T) {
	const m = 30
	y, want := make([]float64, m*m), make([]float64, m*m)
	test := ode.RestTest{Timescale: 1, AbsTol: 1e-6}
	if _, err := ode.Root(newBratuShifted(m), want, 0, test); err != nil {
		t.Fatal(err)
	}
	if stats, err := ode.Root(bratu{m}, y, 0, test); err != nil || stats.PseudoTime > 0 {
		t.Fatalf("%+v, %v", stats, err)
	}
	for k := range y {
		if math.Abs(y[k]-want[k]) > 1e-6 {
			t.Fatalf("component %d is %g, want %g", k, y[k], want[k])
		}
	}
}
