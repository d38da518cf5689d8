package stability

import (
	"context"
	"errors"
	"fmt"

	"credo/analysis"
	"credo/experiments"
	"credo/experiments/dataset"
	"credo/experiments/schema"
)

// Options of a study that are not the scenario's: they change no result.
type Options struct {
	Dir     string            // folder of what is written; empty: a fresh one under runs/
	Workers int               // goroutines; 0: one a processor
	Say     func(line string) // passes on lines for people; nil: silence
}

// Study is what credo stability prints with --json, and leaves in stability.json.
type Study struct {
	Status         string         `json:"status"` // done, interrupted
	Samples        []Sample       `json:"samples"`
	StableFraction StableFraction `json:"stable_fraction"`
	Condition3     Proxies        `json:"condition3"`
	Out            string         `json:"out"`
	Warnings       []string       `json:"warnings"`

	subject *Subject
	start   *experiments.Start
	states0 []states
	opt     Options
}

// StableFraction is how many of the samples are stable at either state; a sample
// without a rest state is not stable there.
type StableFraction struct {
	Feedforward float64 `json:"feedforward"`
	Rest        float64 `json:"rest"`
}

// Run studies a subject and writes what it finds. After an interruption the study
// has the samples that were done, and is written too.
func Run(ctx context.Context, subject *Subject, opt Options) (*Study, error) {
	s := &Study{Status: "done", Samples: []Sample{}, Warnings: []string{}, subject: subject, opt: opt}
	var err error
	if s.start, err = experiments.NewStart(ctx, subject.Scenario, opt.Say); err != nil {
		return nil, err
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if err := s.open(); err != nil {
		return nil, err
	}
	cause := s.look(ctx)
	if cause != nil && !errors.Is(cause, ctx.Err()) {
		return nil, cause
	}
	if cause != nil {
		s.Status = "interrupted"
	}
	return s, errors.Join(cause, s.write())
}

// check refuses what the data do not have.
func (s *Study) check() error {
	want, split := s.subject.Scenario.Stability.Samples, s.subject.Scenario.Stability.Split
	has := s.samples().Len()
	if want <= has {
		return nil
	}
	return schema.Problems{s.subject.Scenario.Problem("stability.samples", fmt.Sprintf("must be at most %d, as many as the %s split has, not %d", has, split, want), "")}
}

// samples returns the split that is looked at.
func (s *Study) samples() *dataset.Set {
	switch data := s.start.Data; s.subject.Scenario.Stability.Split {
	case "train":
		return data.Train
	case "validation":
		return data.Validation
	default:
		return data.Test
	}
}

// look takes the samples apart.
func (s *Study) look(ctx context.Context) error {
	found, err := s.analyse(ctx, s.start)
	for _, sample := range found {
		if sample != nil {
			s.Samples = append(s.Samples, *sample)
		}
	}
	s.conclude()
	return err
}

// analyse returns the samples under the weights of start; those that an interruption
// or an error left out are nil.
func (s *Study) analyse(ctx context.Context, start *experiments.Start) ([]*Sample, error) {
	points, err := s.states(start)
	if err != nil {
		return nil, err
	}
	s.states0 = points
	found := make([]*Sample, len(points))
	return found, together(ctx, s.opt.Workers, len(points), func(k int) (err error) {
		if found[k], err = newSample(s.loop(start), k, points[k]); err != nil {
			return fmt.Errorf("sample %d: %w", k, err)
		}
		return nil
	})
}

// states finds the states of all samples.
func (s *Study) states(start *experiments.Start) ([]states, error) {
	index := make([]int, s.subject.Scenario.Stability.Samples)
	for k := range index {
		index[k] = k
	}
	var all []states
	for _, tile := range start.Tiles(s.samples(), index) {
		if s.subject.Scenario.Method.TargetScale == "batch" { // that of training, not of so many samples
			tile.LossWeight = 1 / float64(s.subject.Scenario.Data.Batch)
		}
		found, err := findStates(start.Net, start.Weights, start.Settings, tile)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

func (s *Study) loop(start *experiments.Start) analysis.Loop {
	return analysis.Loop{Net: start.Net, W: start.Weights, Controller: start.Settings.Controller, TauV: start.Settings.TauV}
}

// conclude counts.
func (s *Study) conclude() {
	feedforward, rest := 0, 0
	for _, sample := range s.Samples {
		if sample.Feedforward.Stable() {
			feedforward++
		}
		if sample.Stable() {
			rest++
		}
		s.Condition3.Feedforward.count(sample.Feedforward)
		s.Condition3.Rest.count(sample.Rest)
	}
	if n := float64(len(s.Samples)); n > 0 {
		s.StableFraction = StableFraction{float64(feedforward) / n, float64(rest) / n}
	}
}
