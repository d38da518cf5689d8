package ode_test

import (
	"errors"
	"fmt"
	"math"

	"credo/ode"
)

// pendulum is angle” = -sin(angle).
type pendulum struct{}

func (pendulum) Dim() int { return 2 }

func (pendulum) Deriv(dy []float64, t float64, y []float64) {
	dy[0], dy[1] = y[1], -math.Sin(y[0])
}

func ExampleSolve() {
	y := []float64{1, 0}
	_, err := ode.Solve(pendulum{}, y, 0, 2, ode.Options{RelTol: 1e-8, AbsTol: 1e-8})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("angle %.5f, rate %.5f\n", y[0], y[1])
	// Output: angle -0.30620, rate -0.90905
}

// decays is y' = -rate[id] y.
type decays struct{ rate []float64 }

func (decays) Dim() int { return 1 }

func (d decays) DerivRows(dy, t, y []float64, id []int) {
	for k, i := range id {
		dy[k] = -d.rate[i] * y[k]
	}
}

func ExampleSolveRows() {
	y := []float64{1, 1, 1}
	stats, err := ode.SolveRows(decays{[]float64{0, 1, 10}}, y, 0, 1, ode.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for k, s := range stats {
		fmt.Printf("%.5f after %d steps\n", y[k], s.Accepted)
	}
	// Output:
	// 1.00000 after 7 steps
	// 0.36788 after 6 steps
	// 0.00005 after 21 steps
}

func ExampleAtTimes() {
	y := []float64{1, 0}
	show := func(t float64, y []float64) error {
		fmt.Printf("t = %g: angle %.4f\n", t, y[0])
		return nil
	}
	if _, err := ode.Solve(pendulum{}, y, 0, 2, ode.Options{Observer: ode.AtTimes([]float64{0, 1, 2}, show)}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// t = 0: angle 1.0000
	// t = 1: angle 0.6001
	// t = 2: angle -0.3062
}

// A ball that falls from height 1 and loses a fifth of its speed at the floor, until its fifth bounce.
func ExampleEvent() {
	enough := errors.New("five bounces")
	n := 0
	floor := ode.Event{
		G:         func(_ int, _ float64, y []float64) float64 { return y[0] },
		Direction: ode.Falling,
		Effect:    ode.Restarts,
		Do: func(_ int, t float64, y []float64) error {
			fmt.Printf("t = %.5f: down at %.4f\n", t, y[1])
			y[1] *= -0.8
			if n++; n == 5 {
				return enough
			}
			return nil
		},
	}
	y := []float64{1, 0}
	stats, err := ode.Solve(fall{}, y, 0, 100, ode.Options{Events: []ode.Event{floor}})
	fmt.Println(stats.Reason, errors.Is(err, enough))
	// Output:
	// t = 0.45152: down at -4.4294
	// t = 1.17396: down at -3.5436
	// t = 1.75191: down at -2.8348
	// t = 2.21427: down at -2.2679
	// t = 2.58416: down at -1.8143
	// stopped true
}

// fall is free fall: height and velocity.
type fall struct{}

func (fall) Dim() int { return 2 }

func (fall) Deriv(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], -9.81 }

func ExampleSettle() {
	y := []float64{1}
	logistic := rateOf(func(y float64) float64 { return y * (2 - y) })
	s, err := ode.Settle(logistic, y, 0, 100, ode.RestTest{Timescale: 1, RelTol: 1e-4}, ode.Options{})
	fmt.Printf("%v at %.4f, %v\n", s.Verdict, y[0], err)
	// Output: at rest at 2.0000, <nil>
}

func ExampleRoot() {
	y := []float64{1}
	logistic := rateOf(func(y float64) float64 { return y * (2 - y) })
	_, err := ode.Root(logistic, y, 0, ode.RestTest{Timescale: 1, RelTol: 1e-10})
	fmt.Printf("%.10f, %v\n", y[0], err)
	// Output: 2.0000000000, <nil>
}

// rateOf is an autonomous system of one component.
type rateOf func(y float64) float64

func (rateOf) Dim() int { return 1 }

func (f rateOf) Deriv(dy []float64, _ float64, y []float64) { dy[0] = f(y[0]) }
