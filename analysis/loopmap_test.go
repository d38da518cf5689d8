package analysis

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"testing"

	"credo/analysis/stabilitymap"
	"credo/controllers"
	"credo/models"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// loopMap is a map of the fixture's samples over k_p and alpha of a PI controller,
// unless move changes what an axis moves.
func (f *fixture) loopMap(rest bool, move func(s *LoopSetting, x, y float64)) *LoopMap {
	return &LoopMap{Batches: f.tiles, Rest: rest, Setting: func(p stabilitymap.Point) (LoopSetting, error) {
		s := LoopSetting{Net: f.net, Weights: f.w, TauV: 0.5, FeedbackGain: 1, TargetStepsize: 0.1}
		var err error
		s.Controller, err = controllers.PI(2, 0.1, 1, controllers.LeakIntegral)
		if err != nil {
			return s, err
		}
		move(&s, p.X, p.Y)
		return s, nil
	}}
}

// mixedFeedback sets Q so that some loops are stable and some are not: Condition 3
// holds for the first sample, and the output layer, whose lag is least, is fed little.
func (f *fixture) mixedFeedback() {
	f.rowSpaceFeedback()
	floats.Scale(0.01, f.w.Q[len(f.w.Q)-1].Data)
}

func proportional(s *LoopSetting, kP, alpha float64) {
	s.Controller, _ = controllers.PI(kP, alpha, 1, controllers.LeakIntegral)
}

// lag and gain of the feedback, at a controller that is given.
func lagAndGain(s *LoopSetting, tauV, gain float64) {
	s.TauV, s.FeedbackGain = tauV, gain
}

func stepsizeAndGain(s *LoopSetting, lambda, gain float64) {
	s.TargetStepsize, s.FeedbackGain = lambda/20, gain
}

// A map's answers are those of the dense loop, at the feedforward state and at the
// rest state that level steady finds.
func TestAMapOfLoopsIsThatOfTheirDenseSpectra(t *testing.T) {
	x, y := stabilitymap.Logarithmic(0.05, 20, 8), stabilitymap.Logarithmic(0.02, 5, 7)
	for _, rest := range []bool{false, true} {
		c := comparison{}
		for name, move := range map[string]func(*LoopSetting, float64, float64){
			"k_p and alpha": proportional, "tau_v and gain": lagAndGain, "lambda and gain": stepsizeAndGain,
		} {
			f := newFixture(t, architecture{[]int{4, 6, 5, 3}, "tanh", "linear", true}, 7, 4)
			f.mixedFeedback()
			subject := f.loopMap(rest, move)
			for k := range subject.Samples() * len(x.Values) * len(y.Values) {
				sample, i, j := k%subject.Samples(), k/subject.Samples()%len(x.Values), k/subject.Samples()/len(x.Values)
				p := stabilitymap.Point{I: i, J: j, X: x.Values[i], Y: y.Values[j]}
				if fault := c.compare(t, f, subject, sample, p); fault != "" {
					t.Errorf("%s, rest %v, sample %d at (%g, %g): %s", name, rest, sample, p.X, p.Y, fault)
				}
			}
		}
		if c.seen < 500 || c.stable < c.seen/20 || c.stable > c.seen*19/20 {
			t.Errorf("rest %v: %d of %d compared are stable", rest, c.stable, c.seen)
		}
	}
}

// comparison counts what could be compared, and was stable.
type comparison struct{ seen, stable int }

// compare compares the answers for a sample at a point with the dense abscissa and
// returns what is wrong. The cluster at -1/tau_v is in the dense spectrum alone.
func (c *comparison) compare(t *testing.T, f *fixture, subject *LoopMap, sample int, p stabilitymap.Point) string {
	t.Helper()
	judge, err := subject.Judge(sample)
	if err != nil {
		t.Fatal(err)
	}
	s, err := subject.Setting(p)
	if err != nil {
		t.Fatal(err)
	}
	want, exists := f.denseAbscissa(t, s, sample, subject.Rest)
	is, err := judge.Stable(p)
	got, err2 := judge.Abscissa(p)
	got, want = max(got, -0.98/s.TauV), max(want, -0.98/s.TauV)
	switch {
	case err != nil || err2 != nil:
		return fmt.Sprint(err, err2)
	case !exists || math.IsInf(got, 1):
		if is || exists && want < 0 {
			return fmt.Sprintf("stable: %v, rest state found: %v, dense abscissa %g", is, !math.IsInf(got, 1), want)
		}
		return ""
	case math.Abs(want) < 1e-6:
		return "" // too near to the boundary to tell
	case math.Abs(got-want) > 1e-6*(1+math.Abs(want)) || is != (want < 0):
		return fmt.Sprintf("stable: %v, abscissa %g, dense %g", is, got, want)
	}
	if c.seen++; is {
		c.stable++
	}
	return ""
}

// denseAbscissa is that of [Loop.Matrix], at the rest state that [models.Steady] finds
// where rest, if it finds one.
func (f *fixture) denseAbscissa(t *testing.T, s LoopSetting, sample int, rest bool) (float64, bool) {
	t.Helper()
	w := models.NewWeights(s.Net)
	w.Copy(s.Weights)
	for i, q := range w.Q {
		floats.ScaleTo(q.Data, s.FeedbackGain, s.Weights.Q[i].Data)
	}
	one := models.NewBatch(s.Net)
	one.N = 1
	copy(one.Input.Data, row(f.tiles[0].Input, sample))
	copy(one.Target.Data, row(f.tiles[0].Target, sample))
	reveal, exists := interface {
		Reveal(string) (blas64.General, bool)
	}(nil), true
	if rest {
		reveal, exists = steadyState(t, f.settings(s.Controller, "steady", s.TargetStepsize), s, w, one)
	} else {
		forward := models.NewFeedforward(s.Net)
		forward.Run(w, one)
		reveal = forward
	}
	var v []float64
	for i := range s.Net.Depth() {
		layer, _ := reveal.Reveal(fmt.Sprint("v", i+1))
		v = append(v, row(layer, 0)...)
	}
	eigenvalues, err := Eigenvalues(Loop{s.Net, w, s.Controller, s.TauV}.Matrix(v))
	if err != nil {
		t.Fatal(err)
	}
	return SpectralAbscissa(eigenvalues), exists
}

// steadyState returns level steady's rest state of one sample, stable or not, and
// whether it is one.
func steadyState(t *testing.T, set models.Settings, s LoopSetting, w *models.Weights, one *models.Batch) (models.Presenter, bool) {
	t.Helper()
	set.Unstable = "count"
	p := models.NewSteady(models.NewDFC(s.Net, set), set)
	if _, err := p.Present(models.NewWeights(s.Net), w, one); err != nil {
		t.Fatal(err)
	}
	u, _ := p.Reveal("u")
	e, _ := p.Reveal("e")
	for j, uj := range row(u, 0) {
		if off := row(e, 0)[j] - uj*s.Controller.InverseDCGain(); !(math.Abs(off) < 1e-9) {
			return p, false
		}
	}
	return p, true
}

// What a point does not move is not computed again: the controller, tau_v and the
// gain of the feedback leave the loci alone, and at rest what leaves u alone does.
func TestLociAreKeptWhileAnAxisLeavesThemAlone(t *testing.T) {
	f := newFixture(t, architectures[0], 3, 2)
	f.randomFeedback(0.1)
	for _, c := range []struct {
		name string
		rest bool
		move func(*LoopSetting, float64, float64)
		kept bool
	}{
		{"k_p and alpha", false, proportional, true},
		{"tau_v and gain", false, lagAndGain, true},
		{"lambda and gain at rest", true, stepsizeAndGain, false},
		{"k_p and alpha at rest", true, proportional, false},
		{"tau_v and delay at rest", true, func(s *LoopSetting, x, y float64) { s.TauV, s.Delay = x, y }, true},
	} {
		m := f.loopMap(c.rest, c.move)
		judge, err := m.Judge(1)
		if err != nil {
			t.Fatal(err)
		}
		_, first, err := judge.(*loopJudge).look(stabilitymap.Point{X: 0.1, Y: 0.2})
		if err != nil {
			t.Fatal(err)
		}
		_, second, err := judge.(*loopJudge).look(stabilitymap.Point{I: 1, J: 1, X: 0.15, Y: 0.3})
		if err != nil || first == nil || (first == second) != c.kept {
			t.Errorf("%s: loci kept: %v (%v)", c.name, first == second, err)
		}
	}
}

// Networks of several depths may stand along an axis, and the picture along the
// boundary is the dense grid's.
func TestAnOutlineOfLoopsIsTheDenseMap(t *testing.T) {
	deep := map[float64]*fixture{}
	for depth := 2; depth <= 5; depth++ {
		sizes := []int{4, 6, 6, 6, 6, 3}
		deep[float64(depth)] = newFixture(t, architecture{append([]int{4}, sizes[6-depth:]...), "tanh", "linear", true}, 5, 6)
		deep[float64(depth)].randomFeedback(0.7)
	}
	f := deep[2]
	subject := f.loopMap(false, func(s *LoopSetting, depth, kP float64) {
		s.Net, s.Weights = deep[depth].net, deep[depth].w
		s.Controller, _ = controllers.PI(kP, 0.5, 1, controllers.LeakIntegral)
	})
	byDepth := stabilitymap.Plan{X: stabilitymap.Axis{Values: []float64{2, 3, 4, 5}}, Y: stabilitymap.Logarithmic(0.1, 100, 30), Workers: 2}
	compareWithDense(t, "depth", byDepth, subject)
	plane := stabilitymap.Plan{X: stabilitymap.Logarithmic(0.05, 50, 24), Y: stabilitymap.Logarithmic(0.01, 10, 24), Workers: 2}
	compareWithDense(t, "k_p and alpha", plane, f.loopMap(false, proportional))
	f.mixedFeedback()
	f.tiles[0].N = 2
	compareWithDense(t, "k_p and alpha at rest", plane, f.loopMap(true, proportional))
}

func compareWithDense(t *testing.T, name string, p stabilitymap.Plan, subject *LoopMap) {
	t.Helper()
	p.Stride = 1
	dense, err := p.Map(context.Background(), subject)
	if err != nil {
		t.Fatal(err)
	}
	p.Stride = 5
	outlined, err := p.Map(context.Background(), subject)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(dense.Stable, outlined.Stable) {
		t.Errorf("%s: the outline is not the dense map", name)
	}
	if first := dense.Stable[0]; !moves(dense.Stable) || outlined.Judged >= dense.Judged {
		t.Errorf("%s: %d stable at the first point, and so everywhere: %v; %d answers for %d", name, first, !moves(dense.Stable), outlined.Judged, dense.Judged)
	}
}

func moves(counts []int) bool {
	for _, n := range counts {
		if n != counts[0] {
			return true
		}
	}
	return false
}
