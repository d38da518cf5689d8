package continuation

import (
	"fmt"
	"math"
)

// Options of a continuation. The zero value does.
type Options struct {
	// Scale is the typical size of a component of y, by which f bends: it makes steps of
	// states and of parameters comparable and sets the step of finite differences; 0: 1.
	// Of tanh(10 y) it is 0.1.
	Scale float64
	// Step is the first step of arclength, MinStep the smallest and MaxStep the
	// largest; 0: 0.01, 1e-7 and 0.05. The unit of a parameter is its range.
	Step, MinStep, MaxStep float64
	// MaxPoints bounds the points on either side of the start; 0: 1000.
	MaxPoints int
}

func (o Options) complete() (Options, error) {
	for _, s := range []struct {
		name     string
		value    *float64
		standard float64
	}{{"Scale", &o.Scale, 1}, {"Step", &o.Step, 0.01}, {"MinStep", &o.MinStep, 1e-7}, {"MaxStep", &o.MaxStep, 0.05}} {
		if *s.value == 0 {
			*s.value = s.standard
		}
		if !(*s.value > 0) || math.IsInf(*s.value, 1) {
			return o, fmt.Errorf("continuation: %s is %g: want a positive number", s.name, *s.value)
		}
	}
	if o.MaxPoints == 0 {
		o.MaxPoints = 1000
	}
	if o.MaxPoints < 0 || o.MinStep > o.MaxStep {
		return o, fmt.Errorf("continuation: MaxPoints is %d, MinStep %g and MaxStep %g: want MaxPoints > 0 and MinStep <= MaxStep", o.MaxPoints, o.MinStep, o.MaxStep)
	}
	o.Step = min(max(o.Step, o.MinStep), o.MaxStep)
	return o, nil
}

// Ending is why a curve ends.
type Ending int

const (
	LeftTheBox    Ending = iota // a free parameter, or an unknown, reached its bound; the last point lies on it
	Closed                      // the curve came back to its start
	StepTooSmall                // no step of MinStep could be made
	TooManyPoints               // MaxPoints were made
	AtTheAxis                   // a Hopf curve ends in a Bogdanov-Takens point: neutral saddles follow
)

func (e Ending) String() string {
	return [...]string{
		"left the box",
		"closed",
		"step too small: a singular point or the edge of where the system is defined; try another start, a smaller MinStep, or another Scale",
		"too many points: the curve goes on; try a larger MaxPoints or MaxStep",
		"Bogdanov-Takens point",
	}[e]
}
