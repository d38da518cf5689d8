package reproduce

import (
	"testing"

	"credo/analysis"
	"credo/experiments/scenarios"
	"gonum.org/v1/gonum/mat"
)

// Loops of one channel and one layer, whose JQ is a number mu: stable for any k_p and
// tau_v if mu > -alpha/(1 + alpha k_p), and never if mu < -alpha: so Condition 3
// tells the truth, but where alpha k_p makes a difference.
func TestConditionThreeIsExactForOneChannelAndLayer(t *testing.T) {
	s, err := scenarios.Load(fixedToy)
	if err != nil {
		t.Fatal(err)
	}
	for mu, want := range map[float64]confusion{
		2:      {holdsStable: 1},
		-1e-5:  {holdsStable: 1},
		-5:     {failsUnstable: 1},
		-0.02:  {failsUnstable: 1},
		-0.999: {failsUnstable: 1},
	} {
		loops, err := closeLoops(analysis.Taps{mat.NewDense(1, 1, []float64{mu})}, proxyLoop{}, s)
		if err != nil {
			t.Fatal(err)
		}
		if n := 1 + len(proxyTauV)*len(proxyKP)*len(proxyAlpha); len(loops) != n {
			t.Errorf("%d loops, want %d", len(loops), n)
		}
		for _, l := range loops {
			alone := tally([]proxyLoop{l}, func(*proxyLoop) bool { return true })
			if l.alpha == proxyAlpha[1] && l.kP <= 1.5 && alone != want {
				t.Errorf("mu = %g, %+v: %+v, want %+v", mu, l, alone, want)
			}
			if rest := l.alpha / (1 + l.alpha*l.kP); l.isStable != (mu > -rest) {
				t.Errorf("mu = %g, %+v: stable %v", mu, l, l.isStable)
			}
		}
	}
}

func TestRatesOfAConfusionTable(t *testing.T) {
	c := confusion{holdsStable: 6, holdsUnstable: 2, failsStable: 3, failsUnstable: 9}
	for name, pair := range map[string][2]float64{
		"loops": {c.loops(), 20}, "failing": {c.failing(), 0.6}, "agreement": {c.agreement(), 0.75},
		"broken": {c.broken(), 0.25}, "denied": {c.denied(), 0.25},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: %g, want %g", name, pair[0], pair[1])
		}
	}
}
