package stability

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"credo/analysis"
	"credo/analysis/stabilitymap"
	"credo/experiments"
	"credo/experiments/schema"
	"credo/models"
)

// Map is where the samples are stable over two keys.
type Map struct {
	X              Axis        `json:"x"`
	Y              Axis        `json:"y"`
	At             string      `json:"at"`
	StableFraction [][]float64 `json:"stable_fraction"` // by y, then x
	Median         *Coarse     `json:"median_abscissa,omitempty"`
	Largest        *Coarse     `json:"largest_abscissa,omitempty"`
	Boundaries     []Boundary  `json:"boundaries"` // of single samples

	fractions *stabilitymap.Map
}

// Axis is a key and its values.
type Axis struct {
	Key    string    `json:"key"`
	Log    bool      `json:"log"`
	Values []float64 `json:"values"`
}

// Coarse is a quantile of the samples' abscissas on a coarser grid.
type Coarse struct {
	X      []float64  `json:"x"`
	Y      []float64  `json:"y"`
	Values [][]Number `json:"values"` // by y, then x; null where there is no rest state
}

// cells is how many of a map's cells to begin with, and of its coarser grid, lie along
// an axis.
const cells = 12

// drawMap maps where the samples are stable, if the scenario asks for it.
func (s *Study) drawMap(ctx context.Context) error {
	m := s.subject.Scenario.Stability.Map
	if m.X.Key == "" {
		return nil
	}
	loops := &analysis.LoopMap{
		Batches: s.tiles(s.start), Rest: m.At == "rest",
		Setting: func(p stabilitymap.Point) (analysis.LoopSetting, error) { return s.setting([2]float64{p.X, p.Y}) },
	}
	plan := stabilitymap.Plan{
		X: points(m.X, m.Points), Y: points(m.Y, m.Points), Stride: max(1, m.Points/cells), Workers: s.opt.Workers,
		Progress: func(done, samples int) {
			if 4*done/samples > 4*(done-1)/samples {
				s.say(fmt.Sprintf("map: %d of %d samples", done, samples))
			}
		},
	}
	if plan.Workers < 1 {
		plan.Workers = runtime.GOMAXPROCS(0)
	}
	if !s.delays() {
		plan.AbscissaStride, plan.Quantiles = plan.Stride, []float64{0.5, 1}
	}
	found, err := plan.Map(ctx, loops)
	switch {
	case errors.Is(err, analysis.ErrNonlinearFeedback):
		return schema.Problems{s.subject.Scenario.Problem("stability.map.at", `must be "feedforward": `+err.Error(), "")}
	case err != nil:
		return err
	}
	s.Map = &Map{X: axisOf(m.X, found.X), Y: axisOf(m.Y, found.Y), At: m.At, Boundaries: []Boundary{}, fractions: found}
	for j := range found.Y.Values {
		row := make([]float64, len(found.X.Values))
		for i := range row {
			row[i] = found.Fraction(i, j)
		}
		s.Map.StableFraction = append(s.Map.StableFraction, row)
	}
	if len(found.Abscissa) == 2 {
		s.Map.Median, s.Map.Largest = coarse(found.Abscissa[0]), coarse(found.Abscissa[1])
	}
	return s.followBoundaries(ctx)
}

// delays tells whether a delay is, or may be, in the loops of the map.
func (s *Study) delays() bool {
	m := s.subject.Scenario.Stability.Map
	return s.start.Settings.Delay > 0 || m.X.Key == "timescales.delay" || m.Y.Key == "timescales.delay"
}

func points(a schema.MapAxis, n int) stabilitymap.Axis {
	if a.Scale == "log" {
		return stabilitymap.Logarithmic(a.Range[0], a.Range[1], n)
	}
	return stabilitymap.Linear(a.Range[0], a.Range[1], n)
}

func axisOf(a schema.MapAxis, values stabilitymap.Axis) Axis {
	return Axis{a.Key, values.Log, values.Values}
}

func coarse(q stabilitymap.Quantile) *Coarse {
	c := &Coarse{X: q.X.Values, Y: q.Y.Values}
	for j := range c.Y {
		c.Values = append(c.Values, numbers(q.Value[j*len(c.X):(j+1)*len(c.X)]))
	}
	return c
}

// at returns the start with the keys of the map at values, and the factor on all
// feedback weights.
func (s *Study) at(values [2]float64) (*experiments.Start, float64, error) {
	scenario, gain := s.subject.Scenario, 1.0
	m := scenario.Stability.Map
	for k, key := range []string{m.X.Key, m.Y.Key} {
		if key == schema.GainAxis {
			gain = values[k]
			continue
		}
		var err error
		if scenario, err = scenario.Varied(key, values[k]); err != nil {
			return nil, 0, err
		}
	}
	start, err := s.start.Varied(scenario)
	return start, gain, err
}

// setting is the loop of all samples at a point of the map.
func (s *Study) setting(values [2]float64) (analysis.LoopSetting, error) {
	at, gain, err := s.at(values)
	if err != nil {
		return analysis.LoopSetting{}, err
	}
	return analysis.LoopSetting{
		Net: at.Net, Weights: at.Weights, Controller: at.Settings.Controller, TauV: at.Settings.TauV,
		FeedbackGain: gain, Delay: at.Settings.Delay, TargetStepsize: at.Settings.TargetStepsize,
	}, nil
}

// scaled returns weights with all feedback weights times gain.
func scaled(net *models.Network, w *models.Weights, gain float64) *models.Weights {
	if gain == 1 {
		return w
	}
	other := models.NewWeights(net)
	other.Copy(w)
	for _, q := range other.Q {
		for k := range q.Data {
			q.Data[k] *= gain
		}
	}
	return other
}
