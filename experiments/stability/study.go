package stability

import (
	"context"
	"errors"
	"fmt"

	"credo/analysis"
	"credo/experiments"
	"credo/experiments/dataset"
	"credo/experiments/schema"
	"credo/models"
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
	Worst          *Worst         `json:"worst,omitempty"`
	Map            *Map           `json:"map,omitempty"`
	Epochs         []Epoch        `json:"epochs,omitempty"` // of the weights that a run kept
	Out            string         `json:"out"`
	Warnings       []string       `json:"warnings"`

	subject *Subject
	start   *experiments.Start
	states  []states // by index
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
	s, err := begin(ctx, subject, opt)
	if err != nil {
		return nil, err
	}
	err = s.finish(ctx)
	if err != nil && s.Status == "done" {
		return nil, err
	}
	return s, err
}

// finish looks and writes what was found.
func (s *Study) finish(ctx context.Context) error {
	if err := s.open(); err != nil {
		return err
	}
	cause := s.look(ctx)
	switch {
	case cause != nil && ctx.Err() == nil:
		return cause
	case cause != nil:
		s.Status = "interrupted"
	}
	return errors.Join(cause, s.write())
}

// begin loads what the subject begins with.
func begin(ctx context.Context, subject *Subject, opt Options) (*Study, error) {
	start, err := experiments.NewStart(ctx, subject.Scenario, opt.Say)
	if err != nil {
		return nil, err
	}
	s := &Study{Status: "done", Samples: []Sample{}, Warnings: []string{}, subject: subject, start: start, opt: opt}
	if start.Settings.Delay > 0 {
		s.Warnings = append(s.Warnings, "timescales.delay counts in what is stable, abscissas, margins and the map; eigenvalues, who moves in a mode, the numerical abscissa and the closer look are those of the loop without it")
	}
	return s, s.check()
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

// look takes the samples apart, then those under the weights of other epochs.
func (s *Study) look(ctx context.Context) error {
	var err error
	s.Samples, s.states, err = s.analyse(ctx, s.start)
	s.conclude()
	if err != nil {
		return err
	}
	if err := s.lookCloser(ctx); err != nil {
		return err
	}
	if err := s.drawMap(ctx); err != nil {
		return err
	}
	return s.followTraining(ctx)
}

// analyse returns the samples under the weights of start, but for those that an
// interruption or an error left out; and the states of all.
func (s *Study) analyse(ctx context.Context, start *experiments.Start) ([]Sample, []states, error) {
	at, err := s.findStates(start)
	if err != nil {
		return nil, nil, err
	}
	found := make([]*Sample, len(at))
	err = together(ctx, s.opt.Workers, len(at), func(k int) (err error) {
		if found[k], err = newSample(newLoop(start), start.Settings.Delay, k, at[k]); err != nil {
			return fmt.Errorf("sample %d: %w", k, err)
		}
		return nil
	})
	done := []Sample{}
	for _, sample := range found {
		if sample != nil {
			done = append(done, *sample)
		}
	}
	return done, at, err
}

// findStates finds the states of all samples.
func (s *Study) findStates(start *experiments.Start) ([]states, error) {
	var all []states
	for _, tile := range s.tiles(start) {
		found, err := findStates(start.Net, start.Weights, start.Settings, tile)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// tiles are the samples, with the targets of training.
func (s *Study) tiles(start *experiments.Start) []*models.Batch {
	index := make([]int, s.subject.Scenario.Stability.Samples)
	for k := range index {
		index[k] = k
	}
	tiles := start.Tiles(s.samples(), index)
	if s.subject.Scenario.Method.TargetScale == "batch" {
		for _, tile := range tiles {
			tile.LossWeight = 1 / float64(s.subject.Scenario.Data.Batch) // not of so many samples
		}
	}
	return tiles
}

func newLoop(start *experiments.Start) analysis.Loop {
	return analysis.Loop{Net: start.Net, W: start.Weights, Controller: start.Settings.Controller, TauV: start.Settings.TauV}
}

// conclude counts.
func (s *Study) conclude() {
	s.StableFraction = stableFraction(s.Samples)
	for _, sample := range s.Samples {
		s.Condition3.Feedforward.count(sample.Feedforward)
		s.Condition3.Rest.count(sample.Rest)
	}
}

func stableFraction(samples []Sample) StableFraction {
	feedforward, rest := 0, 0
	for _, sample := range samples {
		if sample.Feedforward.Stable {
			feedforward++
		}
		if sample.Stable() {
			rest++
		}
	}
	n := float64(max(1, len(samples)))
	return StableFraction{float64(feedforward) / n, float64(rest) / n}
}

func (s *Study) say(line string) {
	if s.opt.Say != nil {
		s.opt.Say(line)
	}
}
