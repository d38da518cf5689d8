package continuation

import (
	"errors"
	"math"

	"credo/ode"
	"gonum.org/v1/gonum/floats"
)

// ErrNoCycle reports a system that came to rest, or left, instead of cycling.
var ErrNoCycle = errors.New("continuation: the simulation does not cycle")

// Simulate integrates sys from y (in place) over the time settle and returns the
// cycle that it then goes through, by its next eight turns of about period. A turn
// ends where the component that swings most rises through its mean.
func Simulate(sys ode.System, y []float64, settle, period float64, opt ode.Options) (Cycle, error) {
	const turns, perTurn = 8, 400
	if _, err := ode.Solve(sys, y, 0, settle, opt); err != nil {
		return Cycle{}, err
	}
	var times []float64
	for k := range (turns + 2) * perTurn {
		times = append(times, float64(k)*period/perTurn)
	}
	var states [][]float64
	opt.Observer = ode.AtTimes(times, func(_ float64, y []float64) error {
		states = append(states, append([]float64(nil), y...))
		return nil
	})
	if _, err := ode.Solve(sys, y, 0, times[len(times)-1], opt); err != nil {
		return Cycle{}, err
	}
	cycle := Cycle{}
	widest, mean := 0, 0.0
	for k := range y {
		low, high := math.Inf(1), math.Inf(-1)
		for _, s := range states {
			low, high = min(low, s[k]), max(high, s[k])
		}
		cycle.Amplitude = append(cycle.Amplitude, (high-low)/2)
		if cycle.Amplitude[k] >= cycle.Amplitude[widest] {
			widest, mean = k, (high+low)/2
		}
	}
	length, ok := turnLength(times, states, widest, mean)
	if !ok || floats.Norm(cycle.Amplitude, math.Inf(1)) == 0 {
		return Cycle{}, ErrNoCycle
	}
	cycle.Omega = 2 * math.Pi / length
	return cycle, nil
}

// turnLength is the mean time between rises of component k through level.
func turnLength(times []float64, states [][]float64, k int, level float64) (float64, bool) {
	var rises []float64
	for i := 1; i < len(states); i++ {
		a, b := states[i-1][k]-level, states[i][k]-level
		if a < 0 && b >= 0 {
			rises = append(rises, times[i-1]+(times[i]-times[i-1])*a/(a-b))
		}
	}
	if len(rises) < 3 {
		return 0, false
	}
	return (rises[len(rises)-1] - rises[0]) / float64(len(rises)-1), true
}
