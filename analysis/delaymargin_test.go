package analysis

import (
	"math"
	"slices"
	"testing"

	"credo/models"
	"credo/ode"
)

// lateDFC is one sample's network whose control signal acts late.
type lateDFC struct{ d *models.DFC }

func (s lateDFC) Dim() int                                      { return s.d.Layout().Width() }
func (s lateDFC) SignalDim() int                                { return s.d.Signals() }
func (s lateDFC) Signal(u []float64, _ float64, x []float64)    { s.d.Signal(u, x, []int{0}) }
func (s lateDFC) Deriv(dx []float64, _ float64, x, u []float64) { s.d.FastLate(dx, x, u, []int{0}) }

// The nonlinear network, simulated from near its rest state with the delay at the delay
// margin, oscillates at the predicted frequency, to 0.1%; with 3% less the oscillation
// dies away and with 3% more it grows.
func TestTheNetworkOscillatesAtItsDelayMargin(t *testing.T) {
	found := 0
	for name, c := range testControllers(t) {
		for seed := range uint64(4) {
			loop, d, rest := randomLoopAtRest(t, c, seed)
			transfer, err := loop.LoopTransfer(rest[:20], 0)
			if err != nil {
				t.Fatal(err)
			}
			m, err := transfer.Margins()
			if err != nil || m.Unstable > 0 {
				t.Fatalf("%s, seed %d: %d unstable poles, %v", name, seed, m.Unstable, err)
			}
			if math.IsInf(m.Delay.Value, 1) {
				continue
			}
			found++
			growth, frequency := oscillate(t, d, rest, m.Delay.Value, m.Delay.Frequency)
			if math.Abs(growth-1) > 0.02 || math.Abs(frequency/m.Delay.Frequency-1) > 1e-3 {
				t.Errorf("%s, seed %d: at the margin %v the amplitude goes by %g with frequency %g", name, seed, m.Delay, growth, frequency)
			}
			if below, _ := oscillate(t, d, rest, 0.97*m.Delay.Value, m.Delay.Frequency); below > 0.9 {
				t.Errorf("%s, seed %d: below the margin %v the amplitude goes by %g", name, seed, m.Delay, below)
			}
			if above, _ := oscillate(t, d, rest, 1.03*m.Delay.Value, m.Delay.Frequency); above < 1.1 {
				t.Errorf("%s, seed %d: above the margin %v the amplitude goes by %g", name, seed, m.Delay, above)
			}
		}
	}
	if found < 6 {
		t.Errorf("only %d loops had a delay margin", found)
	}
}

// oscillate simulates the network from near rest for some periods of the expected
// frequency. It returns by how much the amplitude of the output's voltages has grown over
// the last ten periods, and their frequency.
func oscillate(t *testing.T, d *models.DFC, rest []float64, delay, expected float64) (growth, frequency float64) {
	t.Helper()
	const settling, watched, samples = 60, 20, 40
	period := 2 * math.Pi / expected
	end := (settling + watched) * period
	var times []float64
	for k := range watched * samples {
		times = append(times, settling*period+float64(k)*period/samples)
	}
	last, _ := d.Layout().Block("v3")
	outputs := make([][]float64, last.Len)
	held := make([]float64, d.Signals())
	d.Signal(held, rest, []int{0})
	before := func(u []float64, _ float64, _ int) { copy(u, held) }
	opt := ode.Options{RelTol: 1e-8, AbsTol: 1e-11, Observer: ode.AtTimes(times, func(_ float64, x []float64) error {
		for j := range outputs {
			outputs[j] = append(outputs[j], x[last.Offset+j]-rest[last.Offset+j])
		}
		return nil
	})}
	x := slices.Clone(rest)
	for j := range last.Len {
		x[last.Offset+j] += 1e-4 * float64(j+1)
	}
	if _, err := ode.SolveDelay(lateDFC{d}, ode.Delay{Length: delay, Before: before}, x, 0, end, opt); err != nil {
		t.Fatal(err)
	}
	loudest := slices.MaxFunc(outputs, func(a, b []float64) int { return compareLoudness(a, b) })
	half := len(loudest) / 2
	return loudness(loudest[half:]) / loudness(loudest[:half]), turns(loudest) * samples / period * 2 * math.Pi
}

func loudness(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v * v
	}
	return math.Sqrt(sum)
}

func compareLoudness(a, b []float64) int {
	if loudness(a) < loudness(b) {
		return -1
	}
	return 1
}

// turns returns how often x oscillates a sample, between its upward zeros.
func turns(x []float64) float64 {
	var zeros []float64
	for k := 1; k < len(x); k++ {
		if x[k-1] < 0 && x[k] >= 0 {
			zeros = append(zeros, float64(k-1)+x[k-1]/(x[k-1]-x[k]))
		}
	}
	return float64(len(zeros)-1) / (zeros[len(zeros)-1] - zeros[0])
}

// The samples that a presentation leaves out for a delay are those beyond their delay
// margin; with feedback neurons too, whose lag is in the loop.
func TestTheScreenKnowsTheDelayMargin(t *testing.T) {
	found := 0
	for name, c := range testControllers(t) {
		for seed := range uint64(8) {
			f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "linear", true}, seed, 1)
			if seed%2 == 1 {
				var err error
				if f.net.Feedback, err = models.SeparatePath(f.net, 0.05, "tanh", 3, 5); err != nil {
					t.Fatal(err)
				}
				f.w = models.NewWeights(f.net)
				if err := f.w.Init(seed, "xavier-normal", 1); err != nil {
					t.Fatal(err)
				}
			}
			if err := f.w.InitFeedback(f.net, "weight-product", seed, nil); err != nil {
				t.Fatal(err)
			}
			m, err := f.linearize().Margins(0, c, 0.2, 0)
			if err != nil {
				t.Fatal(err)
			}
			if m.Unstable > 0 || math.IsInf(m.Delay.Value, 1) {
				continue
			}
			found++
			for _, share := range []float64{0.01, 0.5, 0.999, 1.001, 2} {
				set := f.settings(c, "buffered", 0.1)
				set.Delay = share * m.Delay.Value
				d := models.NewDFC(f.net, set)
				d.Bind(f.w, f.tiles[0])
				unstable := make([]bool, models.TileRows)
				d.Screen(unstable)
				if unstable[0] != (share > 1) {
					t.Errorf("%s, seed %d: at %g of the margin %v unstable is %v", name, seed, share, m.Delay, unstable[0])
				}
			}
		}
	}
	if found < 12 {
		t.Errorf("only %d loops had a delay margin", found)
	}
}
