package sde_test

import (
	"errors"
	"math"
	"testing"

	"credo/sde"
	"credo/sde/sdetest"
)

// cascade is a chain of low passes behind an Ornstein-Uhlenbeck process,
//
//	dz = -z dt + sqrt(2) dW,   tau dx = (-x + z) dt
//
// where E[x z] = 1/(1 + tau) and E[x^2] = 1/(1 + tau) at rest.
type cascade struct{ tau float64 }

func (cascade) Dim() int        { return 2 }
func (cascade) NoiseDim() int   { return 1 }
func (cascade) Noise() sde.Kind { return sde.Additive }

func (c cascade) Deriv(dy []float64, _ float64, y []float64) {
	dy[0], dy[1] = -y[0], (y[0]-y[1])/c.tau
}

func (cascade) AddNoise(dy []float64, _ float64, _, dw []float64) { dy[0] += math.Sqrt2 * dw[0] }

func (c cascade) Rates(dst []float64) { dst[0], dst[1] = 1, 1/c.tau }

// undeclared is the same without its rates.
type undeclared struct{ sde.System }

// stationary returns the variance of z and E[x z] that a method's steps h keep:
// a linear step y1 = M y + n dw, n normal, has the covariance S = M S M^T + h n n^T.
func stationary(t *testing.T, m sde.Method, sys sde.System, h float64) (zz, xz float64) {
	t.Helper()
	step := func(y []float64, dw float64) []float64 {
		if _, err := sde.Solve(sys, y, 0, h, h, &sdetest.Given{DW: []float64{dw}}, sde.Options{Method: m}); err != nil {
			t.Fatal(err)
		}
		return y
	}
	a, b, n := step([]float64{1, 0}, 0), step([]float64{0, 1}, 0), step([]float64{0, 0}, 1)
	if b[0] != 0 {
		t.Fatalf("x acts on z: %v", b)
	}
	zz = h * n[0] * n[0] / (1 - a[0]*a[0])
	xz = (a[0]*a[1]*zz + h*n[0]*n[1]) / (1 - a[0]*b[1])
	return zz, xz
}

func TestExponentialHeunKeepsAnOrnsteinUhlenbeckProcessExactAtAnyStep(t *testing.T) {
	for _, h := range []float64{1e-6, 1e-3, 0.1, 1, 10} {
		if zz, _ := stationary(t, sde.ExponentialHeun(), cascade{0.4}, h); math.Abs(zz-1) > 1e-9 {
			t.Errorf("h = %g: variance %.12f, want 1", h, zz)
		}
	}
}

// What the process drives has covariances of order 2 in the step, declared rates
// or not: halving the step divides their error by 4.
func TestExponentialHeunIsOfWeakOrderTwo(t *testing.T) {
	want := 1 / (1 + 0.4)
	for name, sys := range map[string]sde.System{"declared": cascade{0.4}, "undeclared": undeclared{cascade{0.4}}} {
		_, coarse := stationary(t, sde.ExponentialHeun(), sys, 0.02)
		_, fine := stationary(t, sde.ExponentialHeun(), sys, 0.01)
		if order := math.Log2((coarse - want) / (fine - want)); math.Abs(order-2) > 0.1 {
			t.Errorf("%s: order %.3f, want 2 (errors %.3g, %.3g)", name, order, coarse-want, fine-want)
		}
	}
	_, coarse := stationary(t, sde.EulerMaruyama(), cascade{0.4}, 0.02)
	_, fine := stationary(t, sde.EulerMaruyama(), cascade{0.4}, 0.01)
	if order := math.Log2((coarse - want) / (fine - want)); math.Abs(order-1) > 0.1 {
		t.Errorf("Euler-Maruyama: order %.3f, want 1", order)
	}
}

// An ensemble hands the rates of its rows on: with them, one long step forgets
// the start as it should.
func TestRatesReachTheMethodThroughTheIntegrator(t *testing.T) {
	y := []float64{1, 0}
	path := newGrid(t, 0, 1, 0, 5)
	if _, err := sde.Solve(cascade{0.4}, y, 0, 5, 5, path, sde.Options{Method: sde.ExponentialHeun()}); err != nil {
		t.Fatal(err)
	}
	dw := make([]float64, 1)
	path.Increment(dw, 0, 5)
	if want := math.Exp(-5) + dw[0]/math.Sqrt(5)*math.Sqrt(-math.Expm1(-10)); math.Abs(y[0]-want) > 1e-12 {
		t.Errorf("z(5) = %.15f, want %.15f", y[0], want)
	}
}

func TestExponentialHeunRefusesNoiseThatDependsOnTheState(t *testing.T) {
	_, err := sde.NewIntegrator(sdetest.GeometricScalar().System, sde.Options{Method: sde.ExponentialHeun()})
	var wrong *sde.OptionError
	if !errors.As(err, &wrong) {
		t.Errorf("error %v, want an OptionError", err)
	}
}
