package ode_test

import (
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"credo/ode"
	"credo/ode/odetest"
)

// relaxation is y_i' = (target_i - y_i) / tau_i.
type relaxation struct{ target, tau []float64 }

func (r relaxation) Dim() int { return len(r.tau) }

func (r relaxation) Deriv(dy []float64, _ float64, y []float64) {
	for i := range dy {
		dy[i] = (r.target[i] - y[i]) / r.tau[i]
	}
}

// Components of 1e6, 1 and 1e-6: a norm of the whole would call the state at rest while the last one still moves.
func TestRestIsJudgedByTheWorstComponent(t *testing.T) {
	sys := relaxation{target: []float64{1e6, 1, 1e-6}, tau: []float64{0.1, 0.1, 10}}
	y := []float64{0, 0, 0}
	test := ode.RestTest{Timescale: 10, RelTol: 1e-3}
	s, err := ode.Settle(sys, y, 0, 1000, test, ode.Options{RelTol: 1e-6, AbsTol: 1e-15})
	if err != nil || s.Verdict != ode.AtRest || s.Residual > 1 || s.Reason != ode.CameToRest {
		t.Fatalf("got %+v, %v", s, err)
	}
	for i, want := range sys.target {
		if math.Abs(y[i]/want-1) > 1.1e-3 {
			t.Errorf("component %d is %g, want %g", i, y[i], want)
		}
	}
	if s.T < 60 || s.T > 100 {
		t.Errorf("it rests at t = %g, want about 10 log 1000", s.T)
	}
}

func TestWhatStillMovesIsCalledSo(t *testing.T) {
	p := odetest.Oscillation()
	s, err := ode.Settle(p.System, p.Start(), 0, 20, ode.RestTest{Timescale: 1, AbsTol: 1e-3}, ode.Options{})
	if err != nil || s.Verdict != ode.Moving || s.T != 20 || s.Residual < 100 {
		t.Errorf("got %+v, %v", s, err)
	}
	s, err = ode.Settle(p.System, []float64{0, 0}, 0, 20, ode.RestTest{Timescale: 1, AbsTol: 1e-3}, ode.Options{})
	if err != nil || s.Verdict != ode.AtRest || s.T != 0 || s.Evaluations != 1 {
		t.Errorf("what begins at rest: got %+v, %v", s, err)
	}
}

func TestRowsComeToRestOneByOne(t *testing.T) {
	ensemble := odetest.Ensemble{
		relaxation{[]float64{1}, []float64{1}}, relaxation{[]float64{1}, []float64{1000}}, odetest.Func{N: 1, F: func(dy []float64, _ float64, y []float64) { dy[0] = y[0] * y[0] }},
		relaxation{[]float64{1}, []float64{5}},
	}
	y := []float64{0, 0, 1, 0}
	s, err := ode.SettleRows(ensemble, y, 0, 200, ode.RestTest{Timescale: 1, RelTol: 1e-4}, ode.Options{})
	if err != nil {
		t.Errorf("got %v", err)
	}
	for k, want := range []ode.Verdict{ode.AtRest, ode.Moving, ode.Diverging, ode.AtRest} {
		if s[k].Verdict != want {
			t.Errorf("row %d is %v, want %v", k, s[k].Verdict, want)
		}
	}
	if !(s[0].T < s[3].T) {
		t.Errorf("the fast row left at %g, the slow one at %g", s[0].T, s[3].T)
	}
}

// cubic is y' = -(y^3 - 2 y + 2). From 0 Newton's method goes to and fro between 0 and 1, and |f| has a minimum at 0.816 that is no
// root; the flow goes to the root at -1.7693.
type cubic struct{}

func (cubic) Dim() int                                        { return 1 }
func (cubic) Deriv(dy []float64, _ float64, y []float64)      { dy[0] = -(y[0]*y[0]*y[0] - 2*y[0] + 2) }
func (cubic) Jacobian(dst *mat.Dense, _ float64, y []float64) { dst.Set(0, 0, 2-3*y[0]*y[0]) }

func TestRootFallsBackToPseudoTime(t *testing.T) {
	for _, start := range []float64{0, 1, 0.8, 5} {
		y := []float64{start}
		stats, err := ode.Root(cubic{}, y, 0, ode.RestTest{Timescale: 1, RelTol: 1e-12})
		if err != nil || math.Abs(y[0]+1.7692923542386314) > 1e-10 {
			t.Errorf("from %g: %g, %v", start, y[0], err)
		}
		if start < 1 && stats.PseudoTime == 0 {
			t.Errorf("from %g Newton's method found the root: the fallback was not tested", start)
		}
	}
}

// A chain of components of sizes 1, 1e-4, ... 1e-12, with and without its Jacobian.
func TestRootFindsComponentsOfAllSizes(t *testing.T) {
	const n = 4
	size := func(i int) float64 { return math.Pow(10, -4*float64(i)) }
	chain := odetest.Func{N: n, F: func(dy []float64, _ float64, y []float64) {
		for i := range dy {
			before := 1.0
			if i > 0 {
				before = y[i-1] / size(i-1)
			}
			dy[i] = size(i)*math.Tanh(before) - y[i]
		}
	}}
	y := make([]float64, n)
	for i := range y {
		y[i] = 3 * size(i)
	}
	stats, err := ode.Root(chain, y, 0, ode.RestTest{Timescale: 1, RelTol: 1e-9})
	want := 1.0
	for i := range y {
		want = math.Tanh(want)
		if err != nil || math.Abs(y[i]/size(i)-want) > 1e-8 {
			t.Errorf("component %d is %g of its size, want %g (%v)", i, y[i]/size(i), want, err)
		}
	}
	if stats.Newton > 10 {
		t.Errorf("%d Newton steps", stats.Newton)
	}
}

func TestRootThatIsNotThereIsReported(t *testing.T) {
	sys := odetest.Func{N: 2, F: func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = -y[0], 1+y[1]*y[1] }}
	y := []float64{1, 3}
	_, err := ode.Root(sys, y, 0, ode.RestTest{Timescale: 1, AbsTol: 1e-6})
	var e *ode.RootError
	if !errors.Is(err, ode.ErrNoConvergence) || !errors.As(err, &e) || e.Component != 1 || e.Residual < 1e5 {
		t.Errorf("got %v", err)
	}
	if y[0] != 1 || y[1] != 3 {
		t.Errorf("y was changed to %v", y)
	}
	_, err = ode.Root(sys, []float64{1, math.NaN()}, 0, ode.RestTest{Timescale: 1, AbsTol: 1e-6})
	if !errors.Is(err, ode.ErrNonFinite) || !errors.As(err, &e) || e.Component != 1 {
		t.Errorf("got %v", err)
	}
}

func TestRestTestsThatMeanNothingAreRefused(t *testing.T) {
	for _, test := range []ode.RestTest{{}, {Timescale: 1}, {Timescale: -1, RelTol: 1}, {Timescale: 1, RelTol: math.NaN()}} {
		var e *ode.OptionError
		if _, err := ode.Root(cubic{}, []float64{0}, 0, test); !errors.As(err, &e) {
			t.Errorf("Root took %+v", test)
		}
		if _, err := ode.Settle(cubic{}, []float64{0}, 0, 1, test, ode.Options{}); !errors.As(err, &e) {
			t.Errorf("Settle took %+v", test)
		}
	}
}

func TestWhatGrowsWithoutBoundIsCalledDiverging(t *testing.T) {
	for _, test := range []struct {
		name string
		rate func(y float64) float64
		want ode.Verdict
	}{
		{"exponential", func(y float64) float64 { return y }, ode.Diverging},
		{"a pole", func(y float64) float64 { return y * y }, ode.Diverging},
		{"exponential, downwards from a small start", func(y float64) float64 { return y - 1.01 }, ode.Diverging},
		{"saturating growth by 10^8", func(y float64) float64 { return y * (1 - y/1e8) }, ode.AtRest},
		{"growth by t", func(float64) float64 { return 1e11 }, ode.Moving},
		{"growth by t^4", func(y float64) float64 { return 1e4 * math.Pow(y, 0.75) }, ode.Moving},
	} {
		sys := system(1, func(dy []float64, _ float64, y []float64) { dy[0] = test.rate(y[0]) })
		s, err := ode.Settle(sys, []float64{1}, 0, 200, ode.RestTest{Timescale: 1, RelTol: 1e-4}, ode.Options{})
		if err != nil || s.Verdict != test.want || test.want == ode.Diverging && s.T > 60 {
			t.Errorf("%s: %v at t = %g, want %v (%v)", test.name, s.Verdict, s.T, test.want, err)
		}
	}
}
