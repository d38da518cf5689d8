package ode

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// late is y' = -rate y(t - delay).
type late struct{ rate float64 }

func (late) Dim() int                                        { return 1 }
func (late) SignalDim() int                                  { return 1 }
func (late) Signal(z []float64, _ float64, y []float64)      { z[0] = y[0] }
func (l late) Deriv(dy []float64, _ float64, _, z []float64) { dy[0] = -l.rate * z[0] }

func one(z []float64, _ float64, _ int) { z[0] = 1 }

// stepsSolution is y of y' = -y(t - 1), y = 1 until 0, by the method of steps:
// sum_k (-1)^k (t - k + 1)^k / k!, k = 0.. while t > k - 1.
func stepsSolution(t float64) float64 {
	sum, factorial := 0.0, 1.0
	for k := 0; t > float64(k-1); k++ {
		if k > 0 {
			factorial *= float64(k)
		}
		sum += math.Pow(-1, float64(k)) * math.Pow(t-float64(k-1), float64(k)) / factorial
	}
	return sum
}

func TestDelayIsThatOfTheMethodOfSteps(t *testing.T) {
	for _, m := range explicitMethods() {
		if m.ErrorOrder() == 0 {
			continue
		}
		worst := 0.
		times := []float64{0, 0.3, 1, 1.7, 2, 3.9, 6, 7.31, 10}
		seen := 0
		opt := Options{Method: m, RelTol: 1e-9, AbsTol: 1e-11, MaxSteps: 1_000_000}
		opt.Observer = AtTimes(times, func(s float64, y []float64) error {
			worst = max(worst, math.Abs(y[0]-stepsSolution(s)))
			seen++
			return nil
		})
		y := []float64{1}
		if _, err := SolveDelay(late{1}, Delay{1, one}, y, 0, 10, opt); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, math.Abs(y[0]-stepsSolution(10)))
		if worst > 2e-7 {
			t.Errorf("%s: %g off", m.Name(), worst)
		}
		if seen != len(times) {
			t.Errorf("%s: %d of %d times seen", m.Name(), seen, len(times))
		}
	}
}

// forcedLate is a nonlinear delayed system with the solution y = (sin t, cos t):
// y1' = y2 + y1(t-d)^2 - sin(t-d)^2, y2' = -y1 + y2(t-d) y2 - cos(t-d) cos t.
type forcedLate struct{ delay float64 }

func (forcedLate) Dim() int                                   { return 2 }
func (forcedLate) SignalDim() int                             { return 2 }
func (forcedLate) Signal(z []float64, _ float64, y []float64) { copy(z, y) }
func (f forcedLate) Deriv(dy []float64, t float64, y, z []float64) {
	s, c := math.Sincos(t - f.delay)
	dy[0] = y[1] + z[0]*z[0] - s*s
	dy[1] = -y[0] + z[1]*y[1] - c*math.Cos(t)
}

func TestDelayedMethodsKeepTheirOrder(t *testing.T) {
	const d, end = 0.7, 2.8
	before := func(z []float64, t float64, _ int) { z[0], z[1] = math.Sincos(t) }
	errorAt := func(m Method, h float64) (worst float64) {
		y, opt := []float64{0, 1}, Options{Method: m, Step: h}
		opt.Observer = EachStep(func(t float64, y []float64) error {
			worst = max(worst, math.Hypot(y[0]-math.Sin(t), y[1]-math.Cos(t)))
			return nil
		})
		if _, err := SolveDelay(forcedLate{d}, Delay{d, before}, y, 0, end, opt); err != nil {
			t.Fatal(err)
		}
		return worst
	}
	for _, m := range explicitMethods() {
		n := 16.0
		if m.Order() > 6 {
			n = 2 // the errors of 16 are rounding
		}
		got := math.Log2(errorAt(m, d/n) / errorAt(m, d/(2*n)))
		// The late signal is known to the order of dense output, 7 of DOP853: its next term is not yet
		// gone at the finest steps that rounding leaves (7.4).
		want := float64(m.Order())
		if m.Order() > 6 {
			want = float64(m.DenseOrder())
		}
		if got < want-0.3 {
			t.Errorf("%s: order %.2f, want %g", m.Name(), got, want)
		}
	}
}

// Steps that do not divide the delay are cut where derivatives jump. Between, this
// solution is a polynomial, which a method of order 5 all but solves; steps across a jump
// are 1e-5 off.
func TestStepsEndWhereTheHistoryJumps(t *testing.T) {
	y := []float64{1}
	if _, err := SolveDelay(late{1}, Delay{1, one}, y, 0, 7.3, Options{Method: Tsit5(), Step: 0.37}); err != nil {
		t.Fatal(err)
	}
	if off := math.Abs(y[0] - stepsSolution(7.3)); off > 1e-9 {
		t.Errorf("%g off", off)
	}
}

// y' = -rate y(t - 1) is at its Hopf point for rate = pi/2, with period 4.
func TestDelayedDecayOscillatesAtItsHopfPoint(t *testing.T) {
	growth := func(rate float64) (growth, period float64) {
		var peaks, crossings []float64
		last, at, largest := 1., 0., 0.
		opt := Options{RelTol: 1e-8, AbsTol: 1e-12, MaxStep: 0.05}
		opt.Observer = EachStep(func(t float64, y []float64) error {
			largest = max(largest, y[0])
			if last < 0 && y[0] >= 0 {
				crossings = append(crossings, at+(t-at)*last/(last-y[0]))
				peaks, largest = append(peaks, largest), 0
			}
			last, at = y[0], t
			return nil
		})
		if _, err := SolveDelay(late{rate}, Delay{1, one}, []float64{1}, 0, 100, opt); err != nil {
			t.Fatal(err)
		}
		n := len(crossings)
		return peaks[n-1] / peaks[n-6], (crossings[n-1] - crossings[n-6]) / 5
	}
	at, period := growth(math.Pi / 2)
	if math.Abs(at-1) > 1e-3 || math.Abs(period-4) > 1e-3 {
		t.Errorf("at the Hopf point amplitudes grow by %g, period %g, want 1 and 4", at, period)
	}
	if below, _ := growth(math.Pi/2 - 0.05); below > 0.9 {
		t.Errorf("below the Hopf point amplitudes go by %g", below)
	}
	if above, _ := growth(math.Pi/2 + 0.05); above < 1.1 {
		t.Errorf("above the Hopf point amplitudes go by %g", above)
	}
}

// rowsOfLate is an ensemble with a rate a row; that of rate NaN fails.
type rowsOfLate struct{ rates []float64 }

func (rowsOfLate) Dim() int       { return 1 }
func (rowsOfLate) SignalDim() int { return 1 }
func (rowsOfLate) SignalRows(z, _, y []float64, _ []int) {
	copy(z, y)
}
func (r rowsOfLate) DerivRows(dy, _, _, z []float64, id []int) {
	for k, i := range id {
		dy[k] = -r.rates[i] * z[k]
		if i == 1 && z[k] < 0.5 {
			dy[k] = math.NaN()
		}
	}
}

func TestDelayedRowsAreIndependentAndFailAlone(t *testing.T) {
	sys := rowsOfLate{[]float64{1, 1, 0.5, 1.3}}
	y := []float64{1, 1, 1, 1}
	stats, err := SolveDelayRows(sys, Delay{1, one}, y, 0, 9.5, Options{})
	var rows *RowsError
	if !errors.As(err, &rows) || rows.Failed != 1 || rows.Row != 1 || stats[1].Reason != NonFinite {
		t.Fatalf("error %v, want one of row 1", err)
	}
	for id, rate := range sys.rates {
		if id == 1 {
			continue
		}
		alone := []float64{1}
		s, err := SolveDelay(late{rate}, Delay{1, one}, alone, 0, 9.5, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if alone[0] != y[id] || s.Accepted != stats[id].Accepted || stats[id].T != 9.5 {
			t.Errorf("row %d ends in %v after %d steps, alone in %v after %d", id, y[id], stats[id].Accepted, alone[0], s.Accepted)
		}
	}
}

func TestDelayedSolvesAllocateNothingOnceTheyAreWarm(t *testing.T) {
	in, err := NewDelayIntegrator(oneDelayed{late{1}}, 1, Delay{1, one}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	y := []float64{1}
	allocs := testing.AllocsPerRun(5, func() {
		y[0] = 1
		if _, err := in.Solve(y, 0, 20); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0 {
		t.Errorf("%g allocations", allocs)
	}
}

func TestDelaysThatCannotBeAreErrors(t *testing.T) {
	for _, length := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		var fault *OptionError
		if _, err := SolveDelay(late{1}, Delay{Length: length}, []float64{1}, 0, 1, Options{}); !errors.As(err, &fault) {
			t.Errorf("delay %g: error %v", length, err)
		}
	}
	var fault *OptionError
	if _, err := SolveDelay(late{1}, Delay{Length: 1}, []float64{1}, 1, 0, Options{}); !errors.As(err, &fault) {
		t.Errorf("backwards: error %v", err)
	}
}

// explicitMethods are those that a delayed system can have.
func explicitMethods() []Method {
	return slices.DeleteFunc(Methods(), func(m Method) bool { return m == Rodas5P() })
}

func TestDelayedSystemsRefuseImplicitMethods(t *testing.T) {
	_, err := NewDelayIntegrator(nil, 1, Delay{Length: 1}, Options{Method: Rodas5P()})
	if err == nil || !strings.Contains(err.Error(), "explicit method") {
		t.Errorf("got %v", err)
	}
}
