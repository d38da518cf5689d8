package stability

import (
	"context"
	"math"
	"strings"
	"testing"

	"credo/analysis"
	"credo/experiments/schema"
)

const mapped = `[stability.map]
x = "controller.k_p"
x_range = [0.1, 10]
y = "timescales.tau_v"
y_range = [0.05, 5]
points = 9
`

// The map has at a point what a study has whose scenario is that point, at either state.
func TestAMapIsStudiesPutTogether(t *testing.T) {
	for _, at := range []string{"feedforward", "rest"} {
		s := looked(t, subject(t, small+mapped, "stability.map.at="+at, "stability.samples=12"))
		for _, point := range [][2]int{{0, 0}, {4, 4}, {2, 7}, {8, 5}} {
			x, y := s.Map.X.Values[point[0]], s.Map.Y.Values[point[1]]
			scenario, err := s.subject.Scenario.Varied("controller.k_p", x)
			if err == nil {
				scenario, err = scenario.Varied("timescales.tau_v", y)
			}
			if err != nil {
				t.Fatal(err)
			}
			start, err := s.start.Varied(scenario)
			if err != nil {
				t.Fatal(err)
			}
			samples, _, err := s.analyse(context.Background(), start)
			if err != nil {
				t.Fatal(err)
			}
			want := stableFraction(samples)
			if got := s.Map.StableFraction[point[1]][point[0]]; at == "rest" && got != want.Rest || at == "feedforward" && got != want.Feedforward {
				t.Errorf("%s, k_p = %g, tau_v = %g: %g are stable on the map, and %+v by themselves", at, x, y, got, want)
			}
		}
	}
}

// Along an edge the dense matrix of the sample's loop has eigenvalues on the imaginary
// axis, at the curve's frequency, and none beyond.
func TestEdgesAreWhereTheDenseSpectrumReachesTheAxis(t *testing.T) {
	s := looked(t, subject(t, strings.Replace(small, `init = "random"`, `init = "weight-product"`, 1)+mapped, "stability.samples=6", "stability.map.x_range=[0.01, 10]"))
	points := 0
	for _, b := range s.Map.Boundaries {
		for k := 0; k < len(b.X); k += 5 {
			if b.Unstable[k] != 0 {
				continue
			}
			loop, y, err := s.design(context.Background(), b.Sample)([2]float64{b.X[k], b.Y[k]})
			if err != nil {
				t.Fatal(err)
			}
			eigenvalues, err := analysis.Eigenvalues(loop.Matrix(y[:8+7+3]))
			if err != nil {
				t.Fatal(err)
			}
			rightmost := complex(math.Inf(-1), 0)
			for _, l := range eigenvalues {
				if real(l) > real(rightmost) {
					rightmost = l
				}
			}
			if math.Abs(real(rightmost)) > 1e-6 || math.Abs(math.Abs(imag(rightmost))/(2*math.Pi)-b.Frequency[k]) > 1e-6 {
				t.Errorf("at (%g, %g) the rightmost eigenvalue is %v, and the curve's frequency %g", b.X[k], b.Y[k], rightmost, b.Frequency[k])
			}
			points++
		}
	}
	if points < 5 {
		t.Errorf("only %d points of edges: the test sees nothing", points)
	}
}

// A delay above the margin makes a sample unstable, and one below does not.
func TestDelayMarginsAreWhereStabilityEnds(t *testing.T) {
	s := looked(t, subject(t, small, "stability.samples=8"))
	tried := 0
	for k, sample := range s.Samples {
		margin := float64(sample.Margins.Delay)
		if math.IsNaN(margin) || math.IsInf(margin, 1) || !sample.nearest().Stable {
			continue
		}
		for factor, want := range map[float64]bool{0.99: true, 1.01: false} {
			p, err := newPoint(newLoop(s.start), factor*margin, s.states[k].nearest())
			if err != nil {
				t.Fatal(err)
			}
			if p.Stable != want || (p.Abscissa < 0) != want {
				t.Errorf("sample %d at %g of its delay margin: stable %t, abscissa %g", k, factor, p.Stable, p.Abscissa)
			}
			if f := float64(sample.Margins.DelayFrequency); math.Abs(p.Mode.Frequency-f) > 0.05*f {
				t.Errorf("sample %d oscillates at %g, the margin says %g", k, p.Mode.Frequency, f)
			}
		}
		tried++
	}
	if tried == 0 {
		t.Error("no sample has a delay margin")
	}
}

func TestADelayIsAnAxis(t *testing.T) {
	text := strings.NewReplacer(`"timescales.tau_v"`, `"timescales.delay"`, "[0.05, 5]", "[0, 2]\ny_scale = \"linear\"").Replace(mapped)
	s := looked(t, subject(t, small+text, "stability.samples=12", "stability.map.at=feedforward", "controller.k_p=0.1"))
	first, last := s.Map.StableFraction[0][0], s.Map.StableFraction[8][0]
	if first != s.StableFraction.Feedforward || last >= first || s.Map.Boundaries == nil || s.Map.Median != nil {
		t.Errorf("without delay %g are stable (by themselves %g), with one of 2 %g", first, s.StableFraction.Feedforward, last)
	}
}

func TestVariedNamesWhatCannotBe(t *testing.T) {
	s := subject(t, small).Scenario
	if _, err := s.Varied("timescales.tau_v", 0); err == nil || !strings.Contains(err.Error(), "timescales.tau_v cannot be 0: it must be a number > 0") {
		t.Error(err)
	}
	varied, err := s.Varied("controller.k_p", 7)
	if err != nil || varied.Controller.KP != 7 || s.Controller.KP == 7 {
		t.Errorf("%v: %+v and %+v", err, varied.Controller, s.Controller)
	}
	if schema.GainAxis != "gain" {
		t.Error("the axis of users' scenarios is gain")
	}
}
