package sde_test

import (
	"fmt"

	"credo/sde"
)

// growth is dy = 0.1 y dt + 0.4 y dW.
type growth struct{}

func (growth) Dim() int        { return 1 }
func (growth) NoiseDim() int   { return 1 }
func (growth) Noise() sde.Kind { return sde.Scalar }

func (growth) Deriv(dy []float64, t float64, y []float64) { dy[0] = 0.1 * y[0] }

func (growth) AddNoise(dy []float64, t float64, y, dw []float64) { dy[0] += 0.4 * y[0] * dw[0] }

// One equation on one path, in both calculi, with a method that fits each.
func ExampleStratonovich() {
	path, err := sde.NewGrid(42, "example", 0, 1, 0, 0.01)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range []struct {
		sys    sde.System
		method sde.Method
	}{
		{growth{}, sde.SRIW1()},
		{sde.Stratonovich{System: growth{}}, sde.StratonovichHeun()},
		{sde.Stratonovich{System: growth{}}, sde.SRIW1()},
	} {
		y := []float64{1}
		if _, err := sde.Solve(c.sys, y, 0, 1, 0.01, path, sde.Options{Method: c.method}); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Printf("%s: y(1) = %.3f\n", c.method.Name(), y[0])
	}
	// Output:
	// sriw1: y(1) = 1.144
	// stratonovich-heun: y(1) = 1.239
	// sde: Method is sriw1: want a method for Stratonovich equations with scalar noise: one of milstein, stratonovich-heun
}
