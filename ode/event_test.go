package ode_test

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"credo/ode"
	"credo/ode/odetest"
)

// still is a state that does not move, so that g is a function of time.
var still = system(1, func(dy []float64, _ float64, _ []float64) { dy[0] = 0 })

// times returns when g of t changes sign from t0 to t1, in steps of h.
func times(t *testing.T, g func(t float64) float64, direction ode.Direction, t0, t1, h float64) []float64 {
	t.Helper()
	var seen []float64
	opt := ode.Options{Method: ode.Heun(), Step: h, Events: []ode.Event{{
		G:         func(_ int, t float64, _ []float64) float64 { return g(t) },
		Direction: direction, Effect: ode.Passes,
		Do: func(_ int, t float64, _ []float64) error { seen = append(seen, t); return nil },
	}}}
	stats, err := ode.Solve(still, []float64{1}, t0, t1, opt)
	if err != nil || stats.Events != len(seen) {
		t.Fatalf("%v, %d events counted of %d", err, stats.Events, len(seen))
	}
	return seen
}

func TestEventsAreFoundOnceEach(t *testing.T) {
	product := func(roots ...float64) func(float64) float64 {
		return func(t float64) float64 {
			g := 1.0
			for _, r := range roots {
				g *= t - r
			}
			return g
		}
	}
	for _, test := range []struct {
		name      string
		g         func(float64) float64
		direction ode.Direction
		t0, t1, h float64
		want      []float64
	}{
		{"several in one step", product(0.1, 0.4, 0.9), ode.Either, 0, 1, 1, []float64{0.1, 0.4, 0.9}},
		{"rising alone", product(0.1, 0.4, 0.9), ode.Rising, 0, 1, 1, []float64{0.1, 0.9}},
		{"falling alone", product(0.1, 0.4, 0.9), ode.Falling, 0, 1, 1, []float64{0.4}},
		{"backwards, in the order in which they are passed", product(0.1, 0.4, 0.9), ode.Either, 1, 0, 1, []float64{0.9, 0.4, 0.1}},
		{"rising backwards", product(0.1, 0.4, 0.9), ode.Rising, 1, 0, 1, []float64{0.4}},
		{"two close together", product(0.5999, 0.6001), ode.Either, 0, 1, 1, []float64{0.5999, 0.6001}},
		{"two close together, near the start", product(0.0299, 0.0301), ode.Either, 0, 1, 1, []float64{0.0299, 0.0301}},
		{"a pulse of width 0.02 in steps of 1", func(t float64) float64 { return 0.5 - math.Exp(-math.Pow((t-1.3)/0.2, 2)) }, ode.Either, 0, 3, 1,
			[]float64{1.3 - 0.2*math.Sqrt(math.Ln2), 1.3 + 0.2*math.Sqrt(math.Ln2)}},
		{"at the end of a step", product(0.5), ode.Either, 0, 1, 0.25, []float64{0.5}},
		{"at a point that is looked at", product(0.5), ode.Either, 0, 1, 1, []float64{0.5}},
		{"at the end of the span", product(1), ode.Either, 0, 1, 0.25, []float64{1}},
		{"none at the start", product(0), ode.Either, 0, 1, 0.25, nil},
		{"none at the start, but at the return", product(0, 0.3), ode.Either, 0, 1, 1, []float64{0.3}},
		{"a return right after the start", product(0, 1e-4), ode.Either, 0, 1, 1, []float64{1e-4}},
		{"identically zero behind it", func(t float64) float64 { return max(0, 0.55-t) }, ode.Either, 0, 1, 0.1, []float64{0.55}},
		{"identically zero from the start on", func(t float64) float64 { return max(0, t-0.55) }, ode.Either, 0, 1, 0.1, nil},
		{"zero for a while, then through", func(t float64) float64 { return max(0, 0.35-t) + min(0, 0.75-t) }, ode.Either, 0, 1, 0.1, []float64{0.35}},
		{"a jump", func(t float64) float64 { return math.Copysign(1, t-0.7) }, ode.Either, 0, 1, 0.3, []float64{0.7}},
		{"of a million times the size", func(t float64) float64 { return 1e6 * (t - 0.7) }, ode.Either, 0, 1, 1, []float64{0.7}},
		{"infinite on both sides", func(t float64) float64 { return math.Copysign(math.Inf(1), t-0.7) }, ode.Either, 0, 1, 1, []float64{0.7}},
		{"a triple root", func(t float64) float64 { return math.Pow(t-0.7, 3) }, ode.Either, 0, 1, 1, []float64{0.7}},
	} {
		got := times(t, test.g, test.direction, test.t0, test.t1, test.h)
		ok := len(got) == len(test.want)
		for i := range min(len(got), len(test.want)) {
			off := math.Abs(got[i] - test.want[i])
			ok = ok && off <= 1e-14 // several units in the last place, from g
		}
		if !ok {
			t.Errorf("%s: at %.17g, want %.17g", test.name, got, test.want)
		}
	}
}

// What g would say before is not known at the reported time, but that the event has happened then.
func TestEventsAreReportedWhereTheyHaveHappened(t *testing.T) {
	for _, root := range []float64{0.3, math.Pi, 1e-9, 1234.567} {
		for _, h := range []float64{root / 3.7, root * 1.5} {
			got := times(t, func(t float64) float64 { return t - root }, ode.Either, 0, root*1.4, h)
			if len(got) != 1 || got[0] < root || got[0] > root*(1+0x1p-50)+h*0x1p-50 {
				t.Errorf("t - %v at %v", root, got)
			}
			got = times(t, func(t float64) float64 { return t*t*t - root*root*root }, ode.Either, root*1.4, 0, h)
			if len(got) != 1 || got[0]*got[0]*got[0] > root*root*root {
				t.Errorf("t^3 - %v^3, backwards, at %v", root, got)
			}
		}
	}
}

// ball falls freely; the state is its height and velocity.
func ball(gravity float64) ode.System {
	return system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], -gravity })
}

// bounce is its event: it comes back with a part of its speed.
func bounce(direction ode.Direction, part float64, seen func(t float64)) ode.Event {
	return ode.Event{
		G: func(_ int, _ float64, y []float64) float64 { return y[0] }, Direction: direction, Effect: ode.Restarts,
		Do: func(_ int, t float64, y []float64) error { y[1] *= -part; seen(t); return nil },
	}
}

// From height 1 the ball meets the floor at T = sqrt(2/gravity) and then after 2 T part, 2 T part^2 ...
func TestABallBouncesInClosedForm(t *testing.T) {
	const gravity, part, bounces = 9.81, 0.8, 40
	fall := math.Sqrt(2 / gravity)
	at := func(n int) float64 { // of bounce n, from 0
		return fall * (1 + 2*part*(1-math.Pow(part, float64(n)))/(1-part))
	}
	end := (at(bounces-1) + at(bounces)) / 2
	for _, m := range explicit() {
		for _, direction := range []ode.Direction{ode.Falling, ode.Either} {
			if m.Order() < 2 {
				continue
			}
			opt := ode.Options{Method: m, RelTol: 1e-6, AbsTol: 1e-9}
			if m.ErrorOrder() == 0 {
				opt.Step = 0.3
			}
			var seen []float64
			opt.Events = []ode.Event{bounce(direction, part, func(t float64) { seen = append(seen, t) })}
			y := []float64{1, 0}
			if _, err := ode.Solve(ball(gravity), y, 0, end, opt); err != nil {
				t.Fatal(err)
			}
			if len(seen) != bounces {
				t.Errorf("%s: %d bounces, want %d", m.Name(), len(seen), bounces)
				continue
			}
			for n, got := range seen {
				if math.Abs(got-at(n)) > 1e-11 { // Tsit5 is the furthest off, by 1.5e-12
					t.Errorf("%s: bounce %d at %.15g, want %.15g", m.Name(), n, got, at(n))
				}
			}
			speed := math.Pow(part, bounces) * gravity * fall
			if top := speed * speed / (2 * gravity); math.Abs(y[0]/top-1) > 1e-8 || math.Abs(y[1]) > 1e-10 {
				t.Errorf("%s: it ends in %g, want (%g, 0)", m.Name(), y, top)
			}
		}
	}
}

// A spring of stiffness 4 below 0 and 1 above: half turns of pi/2 and pi. Right at the switch y' jumps in its derivative.
func TestMethodsKeepTheirOrderAcrossEvents(t *testing.T) {
	errorAt := func(m ode.Method, h float64) float64 {
		stiffness := 1.0
		spring := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[1], -stiffness*y[0] })
		switches := ode.Event{
			G: func(_ int, _ float64, y []float64) float64 { return y[0] }, Effect: ode.Restarts,
			Do: func(int, float64, []float64) error { stiffness = 5 - stiffness; return nil },
		}
		y := []float64{1, 0}
		const end = math.Pi/2 + math.Pi/2 + 1
		if _, err := ode.Solve(spring, y, 0, end, ode.Options{Method: m, Step: h, Events: []ode.Event{switches}}); err != nil {
			t.Fatal(err)
		}
		return math.Hypot(y[0]-math.Sin(1), y[1]-math.Cos(1))
	}
	for _, m := range explicit() {
		h := 1. / 32
		if m.Order() > 5 {
			h = 1. / 8
		}
		halvings := 2
		if m.Order() > 7 { // 7.98 in the first, then its sign changes; a fourth would meet rounding
			h, halvings = 1./2, 3
		}
		sum := math.Log2(errorAt(m, h) / errorAt(m, math.Ldexp(h, -halvings)))
		if got, want := sum/float64(halvings), float64(m.Order()); got < want-0.4 {
			t.Errorf("%s: order %.2f, want %g", m.Name(), got, want)
		} else {
			t.Logf("%s: order %.2f", m.Name(), got)
		}
	}
}

// The leaky integrator y' = 2 - y, reset from 1 to 0, fires every log 2. The reset is far from the threshold, so it may fire again
// within the first part of the next step.
func TestAnIntegratorFiresAtItsRate(t *testing.T) {
	leak := system(1, func(dy []float64, _ float64, y []float64) { dy[0] = 2 - y[0] })
	n, worst := 0, 0.0
	fires := ode.Event{
		G: func(_ int, _ float64, y []float64) float64 { return y[0] - 1 }, Effect: ode.Restarts,
		Do: func(_ int, t float64, y []float64) error {
			n++
			worst = max(worst, math.Abs(t-float64(n)*math.Ln2))
			y[0] = 0
			return nil
		},
	}
	y := []float64{0}
	stats, err := ode.Solve(leak, y, 0, 100.5*math.Ln2, ode.Options{RelTol: 1e-10, AbsTol: 1e-12, Events: []ode.Event{fires}})
	if err != nil || n != 100 || stats.Events != 100 || worst > 1e-8 {
		t.Errorf("%d spikes, at most %g off (%v)", n, worst, err)
	}
}

func TestSimultaneousEventsAllHappenInOrderAndRestartOnce(t *testing.T) {
	var seen []int
	event := func(i int, g func(y []float64) float64, effect ode.Effect) ode.Event {
		return ode.Event{
			G: func(_ int, _ float64, y []float64) float64 { return g(y) }, Effect: effect,
			Do: func(_ int, t float64, y []float64) error {
				seen = append(seen, i)
				if effect == ode.Restarts {
					y[1] += 1
				}
				if math.Abs(t-math.Log(3)) > 1e-7 {
					return errors.New("late")
				}
				return nil
			},
		}
	}
	grows := system(2, func(dy []float64, _ float64, y []float64) { dy[0], dy[1] = y[0], 0 })
	opt := ode.Options{RelTol: 1e-9, AbsTol: 1e-9, Events: []ode.Event{
		event(0, func(y []float64) float64 { return y[0]*y[0] - 9 }, ode.Restarts),
		event(1, func(y []float64) float64 { return 3 - y[0] }, ode.Passes),
		event(2, func(y []float64) float64 { return y[0] - 100 }, ode.Restarts),
		event(3, func(y []float64) float64 { return math.Log(y[0] / 3) }, ode.Restarts),
	}}
	y := []float64{1, 0}
	restarts := 0
	opt.Observer = func(s *ode.Step) error {
		if s.T1[0] == s.T0[0] {
			t.Error("a step of length 0")
		}
		if math.Abs(s.T1[0]-math.Log(3)) < 1e-7 {
			restarts++
		}
		return nil
	}
	if _, err := ode.Solve(grows, y, 0, 2, opt); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []int{0, 1, 3}) || y[1] != 2 || restarts != 1 {
		t.Errorf("events %v, state %v, %d steps end there", seen, y, restarts)
	}
}

func TestAnEventEndsItsRowAlone(t *testing.T) {
	decay := func(rate float64) ode.System {
		return system(1, func(dy []float64, _ float64, y []float64) { dy[0] = -rate * y[0] })
	}
	ensemble := odetest.Ensemble{decay(1), decay(3), decay(0.1), decay(9)}
	opt := ode.Options{RelTol: 1e-10, AbsTol: 1e-12, Events: []ode.Event{
		{G: func(_ int, _ float64, y []float64) float64 { return y[0] - 2 }},
		{G: func(id int, _ float64, y []float64) float64 { return y[0] - float64(id+1)/10 }},
	}}
	y := []float64{1, 1, 1, 1}
	stats, err := ode.SolveRows(ensemble, y, 0, 5, opt)
	if err != nil {
		t.Fatal(err)
	}
	for id, rate := range []float64{1, 3, 0.1, 9} {
		s := stats[id]
		if id == 2 {
			if s.Reason != ode.ReachedEnd || s.T != 5 || s.Events != 0 {
				t.Errorf("row 2: %+v", s)
			}
			continue
		}
		level := float64(id+1) / 10
		if want := -math.Log(level) / rate; s.Reason != ode.MetEvent || s.Event != 1 || math.Abs(s.T-want) > 1e-8 {
			t.Errorf("row %d: %+v, want the end at %g", id, s, want)
		}
		if y[id] > level || y[id] < level-1e-14 {
			t.Errorf("row %d ends at %.17g", id, y[id])
		}
	}
}

func TestRowsWithEventsHaveTheSameBitsInAnyEnsemble(t *testing.T) {
	heights := []float64{1, 3, 0.2, 2}
	solve := func(ids []int) []float64 {
		y := make([]float64, 0, 8)
		var ensemble odetest.Ensemble
		for _, id := range ids {
			ensemble = append(ensemble, ball(1+float64(id)))
			y = append(y, heights[id], 0)
		}
		opt := ode.Options{
			StopTimes: []float64{1.1, 2.7}, Events: []ode.Event{bounce(ode.Falling, 0.9, func(float64) {})},
			Observer: func(*ode.Step) error { return nil },
		}
		if _, err := ode.SolveRows(ensemble, y, 0, 5, opt); err != nil {
			t.Fatal(err)
		}
		return y
	}
	all := solve([]int{0, 1, 2, 3})
	for id := range heights {
		if alone := solve([]int{id}); !slices.Equal(alone, all[2*id:2*id+2]) {
			t.Errorf("ball %d ends in %v alone, in %v among others", id, alone, all[2*id:2*id+2])
		}
	}
	if reversed := solve([]int{3, 2, 1, 0}); !slices.Equal(reversed[:2], all[6:]) {
		t.Errorf("ball 3 ends in %v, reversed in %v", all[6:], reversed[:2])
	}
}

// Observers see the step up to the event, with the state before the reset, and interpolate within it.
func TestObserversSeeStepsUpToTheEvent(t *testing.T) {
	for _, m := range explicit() {
		opt := ode.Options{Method: m, RelTol: 1e-5, AbsTol: 1e-5}
		if m.ErrorOrder() == 0 {
			opt.Step = 0.3
		}
		if m.Order() < 2 {
			continue
		}
		last, mid, worst := 0.0, make([]float64, 2), 0.0
		want := func(t float64) (float64, float64) { // gravity 2, from height 1, elastic
			for t > 1 {
				t -= 2
			}
			return 1 - t*t, -2 * t
		}
		opt.Events = []ode.Event{bounce(ode.Falling, 1, func(t float64) {
			if t != last {
				worst = 1
			}
		})}
		opt.Observer = func(s *ode.Step) error {
			last = s.T1[0]
			for _, theta := range []float64{0, 0.2, 0.7, 1} {
				s.InterpolateRow(mid, 0, theta)
				height, _ := want(s.T0[0] + theta*(s.T1[0]-s.T0[0]))
				worst = max(worst, math.Abs(mid[0]-height))
			}
			if s.F1[0] != s.Y1[1] || s.F0[0] != s.Y0[1] {
				worst = 2
			}
			return nil
		}
		y := []float64{1, 0}
		if _, err := ode.Solve(ball(2), y, 0, 7.5, opt); err != nil {
			t.Fatal(err)
		}
		if worst > 1e-10 {
			t.Errorf("%s: %g off", m.Name(), worst)
		}
	}
}

func TestAnEventsErrorStopsItsRow(t *testing.T) {
	enough, n := errors.New("enough"), 0
	event := bounce(ode.Falling, 1, func(float64) { n++ })
	do := event.Do
	event.Do = func(id int, t float64, y []float64) error {
		if err := do(id, t, y); n < 3 {
			return err
		}
		return enough
	}
	y := []float64{1, 0}
	stats, err := ode.Solve(ball(2), y, 0, 100, ode.Options{Events: []ode.Event{event}})
	if !errors.Is(err, enough) || stats.Reason != ode.Stopped || math.Abs(stats.T-5) > 1e-9 || math.Abs(y[1]-2) > 1e-9 {
		t.Errorf("got %+v, %v, state %v", stats, err, y)
	}
}

func TestAnEventThatIsNotANumberIsReported(t *testing.T) {
	opt := ode.Options{Events: []ode.Event{
		{G: func(_ int, _ float64, y []float64) float64 { return y[0] }},
		{G: func(_ int, _ float64, y []float64) float64 { return math.Sqrt(y[0]-0.5) + 1 }},
	}}
	_, err := ode.Solve(ball(2), []float64{1, 0}, 0, 100, opt)
	var e *ode.StepError
	if !errors.As(err, &e) || e.Reason != ode.NonFinite || e.Component != 1 || !strings.Contains(err.Error(), "event function") {
		t.Errorf("got %v", err)
	}
	_, err = ode.Solve(ball(2), []float64{0.1, 0}, 0, 100, opt)
	if !errors.Is(err, ode.ErrNonFinite) {
		t.Errorf("at the start: got %v", err)
	}
}

func TestEventsThatMeanNothingAreRefused(t *testing.T) {
	g := func(int, float64, []float64) float64 { return 1 }
	for field, event := range map[string]ode.Event{
		"Events[0].G": {}, "Events[0].Direction": {G: g, Direction: 7}, "Events[0].Effect": {G: g, Effect: -1},
	} {
		var e *ode.OptionError
		if _, err := ode.Solve(still, []float64{0}, 0, 1, ode.Options{Events: []ode.Event{event}}); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestEventsAndStopsAllocateNothing(t *testing.T) {
	for _, m := range explicit() {
		opt := ode.Options{Method: m, StopTimes: []float64{0.5, 3}, Events: []ode.Event{bounce(ode.Falling, 1, func(float64) {})}}
		if m.ErrorOrder() == 0 {
			opt.Step = 0.1
		}
		in, err := ode.NewIntegrator(ode.OneRow(ball(2)), 1, opt)
		if err != nil {
			t.Fatal(err)
		}
		y := make([]float64, 2)
		if n := testing.AllocsPerRun(3, func() {
			y[0], y[1] = 1, 0
			if _, err := in.Solve(y, 0, 10); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%s: %g allocations", m.Name(), n)
		}
	}
}
