package stability

import (
	"context"
	"errors"
	"fmt"
	"math"

	"credo/analysis"
	"credo/analysis/continuation"
	"credo/experiments/schema"
	"credo/models"
)

// Boundary is a curve of the map along which the worst sample has eigenvalues on the
// imaginary axis, with the sample stable on one side of it where Unstable is 0.
type Boundary struct {
	Kind      string    `json:"kind"` // static: an eigenvalue is 0; hopf: a pair is imaginary
	X         []float64 `json:"x"`
	Y         []float64 `json:"y"`
	Frequency []float64 `json:"frequency"` // of the oscillation, in cycles per unit of time
	Unstable  []int     `json:"unstable"`  // eigenvalues on the right beside those
}

// boundaryCells is the grid on which boundaries are looked for.
const boundaryCells = 12

// followBoundaries traces the boundaries of the worst sample through the map.
func (s *Study) followBoundaries(ctx context.Context) error {
	if s.delays() || !s.direct() {
		return nil // continuation knows neither
	}
	m, worst := s.subject.Scenario.Stability.Map, s.worst()[0]
	s.Map.BoundariesOf = worst.Index
	s.say("boundaries of the worst sample")
	axes := [2]analysis.DesignAxis{designAxis(m.X), designAxis(m.Y)}
	found, err := analysis.Boundaries(s.design(ctx, worst.Index), axes, boundaryCells, continuation.Options{})
	if errors.Is(err, analysis.ErrNoRest) {
		s.Warnings = append(s.Warnings, fmt.Sprintf("no boundaries: sample %d has no rest state in a part of the map", worst.Index))
		return nil
	}
	if err != nil {
		return err
	}
	for _, b := range found {
		c := Boundary{Kind: "static"}
		if b.Kind == continuation.HopfPoint {
			c.Kind = "hopf"
		}
		for _, p := range b.Points {
			c.X, c.Y = append(c.X, p.P[0]), append(c.Y, p.P[1])
			c.Frequency, c.Unstable = append(c.Frequency, p.Omega/(2*math.Pi)), append(c.Unstable, p.Unstable)
		}
		s.Map.Boundaries = append(s.Map.Boundaries, c)
	}
	return nil
}

// direct tells whether the control signal reaches the layers directly.
func (s *Study) direct() bool {
	path := s.start.Net.Feedback
	return !path.Layerwise && len(path.Sizes) == 0
}

func designAxis(a schema.MapAxis) analysis.DesignAxis {
	return analysis.DesignAxis{Min: a.Range[0], Max: a.Range[1], Log: a.Scale == "log"}
}

// design is the loop of one sample over the map.
func (s *Study) design(ctx context.Context, index int) analysis.LoopDesign {
	tile := s.tiles(s.start)[index/models.TileRows]
	b := index % models.TileRows
	input := tile.Input.Data[b*tile.Input.Stride:][:tile.Input.Cols]
	label := tile.Target.Data[b*tile.Target.Stride:][:tile.Target.Cols]
	return func(p [2]float64) (analysis.LinearLoop, error) {
		if err := ctx.Err(); err != nil {
			return analysis.LinearLoop{}, err
		}
		at, gain, err := s.at(p)
		if err != nil {
			return analysis.LinearLoop{}, err
		}
		loop := newLoop(at)
		loop.W = scaled(at.Net, at.Weights, gain)
		if s.subject.Scenario.Stability.Map.At == "feedforward" {
			return loop.Linear(s.states[index].feedforward), nil
		}
		sample := analysis.SampleLoop{
			Loop: loop, Input: input,
			Target: analysis.TargetOf(at.Net, at.Weights, input, label, at.Settings.TargetStepsize*tile.LossWeight),
		}
		y, err := sample.Rest(make([]float64, at.Net.Outputs()))
		if err != nil {
			return analysis.LinearLoop{}, err
		}
		return sample.Linear(y), nil
	}
}
