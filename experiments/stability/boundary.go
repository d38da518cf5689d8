package stability

import (
	"context"
	"fmt"
	"math"

	"credo/analysis"
	"credo/analysis/continuation"
	"credo/experiments/schema"
	"credo/models"
)

// Boundary is a curve of the map along which a sample has eigenvalues on the imaginary
// axis, with the sample stable on one side of it where Unstable is 0.
type Boundary struct {
	Sample    int       `json:"sample"`
	Kind      string    `json:"kind"` // static: an eigenvalue is 0; hopf: a pair is imaginary
	X         []float64 `json:"x"`
	Y         []float64 `json:"y"`
	Frequency []float64 `json:"frequency"` // of the oscillation, in cycles per unit of time
	Unstable  []int     `json:"unstable"`  // eigenvalues on the right beside those

	// L1 is the first Lyapunov coefficient along a Hopf curve: where it is negative,
	// oscillations set in softly beyond the edge, else suddenly, with a size of their
	// own. A linear network has none.
	L1     []Number     `json:"l1,omitempty"`
	Bautin [][2]float64 `json:"bautin,omitempty"` // where it changes sign
}

// followBoundaries traces the boundaries of the worst sample, and of the one that
// bears the least phase lag, through the map.
func (s *Study) followBoundaries(ctx context.Context) error {
	if s.delays() || !s.direct() {
		return nil // continuation knows neither
	}
	near := s.nearEdge()
	s.say(fmt.Sprintf("edges of samples %v", near))
	found, without := make([][]Boundary, len(near)), make([]string, len(near))
	err := together(ctx, s.opt.Workers, len(near), func(k int) (err error) {
		found[k], without[k], err = s.edges(ctx, near[k])
		return err
	})
	for k := range near {
		s.Map.Boundaries = append(s.Map.Boundaries, found[k]...)
		if without[k] != "" {
			s.Warnings = append(s.Warnings, without[k])
		}
	}
	return err
}

// nearEdge are the worst sample and, if it is another, the one with the least phase
// margin: that which drifts longest and that which is first to oscillate.
func (s *Study) nearEdge() []int {
	worst, least := s.worst()[0].Index, math.Inf(1)
	first := worst
	for _, sample := range s.Samples {
		if phase := float64(sample.Margins.Phase); phase < least {
			first, least = sample.Index, phase
		}
	}
	if first == worst {
		return []int{worst}
	}
	return []int{worst, first}
}

// edges traces those of one sample; the warning says what is not known of them.
func (s *Study) edges(ctx context.Context, index int) (found []Boundary, warning string, err error) {
	m := s.subject.Scenario.Stability.Map
	design := s.design(ctx, index)
	search := &edgeSearch{design: design.Linear(), axes: [2]analysis.DesignAxis{designAxis(m.X), designAxis(m.Y)}}
	if err := search.run(); err != nil {
		return nil, "", err
	}
	for _, b := range search.found {
		c := Boundary{Sample: index, Kind: "static"}
		for _, p := range b.Points {
			c.X, c.Y = append(c.X, p.P[0]), append(c.Y, p.P[1])
			c.Frequency, c.Unstable = append(c.Frequency, p.Omega/(2*math.Pi)), append(c.Unstable, p.Unstable)
		}
		if b.Kind == continuation.HopfPoint {
			c.Kind = "hopf"
			if err := s.addLyapunov(&c, b, design); err != nil { // where two curves cross
				warning = fmt.Sprintf("sample %d: it is not known how its oscillations set in: %v", index, err)
			}
		}
		found = append(found, c)
	}
	return found, warning, nil
}

// addLyapunov adds the first Lyapunov coefficients along a Hopf curve and where they
// change sign.
func (s *Study) addLyapunov(c *Boundary, b *analysis.Boundary, design analysis.SampleDesign) error {
	if s.linear() {
		return nil
	}
	l1, bautin, err := b.Lyapunov(design)
	if err != nil {
		return err
	}
	c.L1 = numbers(l1)
	for _, p := range bautin {
		c.Bautin = append(c.Bautin, p.P)
	}
	return nil
}

// linear tells whether all neurons are.
func (s *Study) linear() bool {
	for _, phi := range s.start.Net.Phi {
		if phi.Name() != "linear" {
			return false
		}
	}
	return true
}

// direct tells whether the control signal reaches the layers directly.
func (s *Study) direct() bool {
	path := s.start.Net.Feedback
	return !path.Layerwise && len(path.Sizes) == 0
}

func designAxis(a schema.MapAxis) analysis.DesignAxis {
	return analysis.DesignAxis{Min: a.Range[0], Max: a.Range[1], Log: a.Scale == "log"}
}

// design is the loop of one sample over the map. At the feedforward point, where the
// loop of the sample is not at rest, it is that of a target which the network hits.
func (s *Study) design(ctx context.Context, index int) analysis.SampleDesign {
	tile, b := s.tiles(s.start)[index/models.TileRows], index%models.TileRows
	input := tile.Input.Data[b*tile.Input.Stride:][:tile.Input.Cols]
	label := tile.Target.Data[b*tile.Target.Stride:][:tile.Target.Cols]
	rest, u := s.subject.Scenario.Stability.Map.At == "rest", make([]float64, tile.Target.Cols)
	return func(p [2]float64) (analysis.SampleLoop, []float64, error) {
		if err := ctx.Err(); err != nil {
			return analysis.SampleLoop{}, nil, err
		}
		at, gain, err := s.at(p)
		if err != nil {
			return analysis.SampleLoop{}, nil, err
		}
		lambda := 0.0
		if rest {
			lambda = at.Settings.TargetStepsize * tile.LossWeight
		}
		loop := analysis.SampleLoop{Loop: newLoop(at), Input: input, Target: analysis.TargetOf(at.Net, at.Weights, input, label, lambda)}
		loop.W = scaled(at.Net, at.Weights, gain)
		if !rest {
			return loop, loop.Feedforward(), nil
		}
		y, err := loop.Rest(u) // from where it was last
		if err != nil {
			clear(u)
			y, err = loop.Rest(u)
		}
		return loop, y, err
	}
}
