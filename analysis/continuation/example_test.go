package continuation_test

import (
	"fmt"
	"math"

	"credo/analysis/continuation"
	"credo/ode"
)

// oscillator is Van der Pol's, x' = y, y' = (mu - x^2) y - x.
type oscillator struct{ mu float64 }

func (oscillator) Dim() int { return 2 }
func (o oscillator) Deriv(dy []float64, _ float64, y []float64) {
	dy[0] = y[1]
	dy[1] = (o.mu-y[0]*y[0])*y[1] - y[0]
}

func ExampleEquilibria() {
	mu := []float64{-1}
	family := continuation.Systems(func(p []float64) ode.System { return oscillator{p[0]} }, mu)
	branch, err := continuation.Equilibria(family, []float64{0, 0}, mu, continuation.Parameter{Min: -1.5, Max: 1.5}, continuation.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	hopf := branch.Special()[0]
	form, err := continuation.HopfForm(family, hopf, 0, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	cycle, _ := form.Cycle(0.01)
	fmt.Printf("%v at |mu| < 1e-12: %v, omega = %.3f\n", hopf.Kind, math.Abs(hopf.P[0]) < 1e-12, hopf.Omega)
	fmt.Printf("supercritical: %v, amplitude at mu = 0.01: %.3f\n", form.Supercritical(), cycle.Amplitude[0])
	// Output:
	// Hopf at |mu| < 1e-12: true, omega = 1.000
	// supercritical: true, amplitude at mu = 0.01: 0.200
}
