package experiments

import (
	"context"
	"fmt"
	"iter"

	"credo/models"
)

// sleepPart is the memory of a few samples of the sleep phase. Where that is not
// averaged, learning measures Condition 2 alone.
type sleepPart struct {
	learning   models.SleepPhase
	simulation *models.FeedbackSimulation // nil unless the phase is simulated
	drift      *models.FeedbackDrift
	batch      *models.Batch
	index      []int
	first      int      // the place of the first among all samples
	numbers    []uint64 // of the presentations
	condition2 float64  // summed over samples
	err        error
}

func newSleepPart(ctx context.Context, s *Scenario, net *models.Network, set models.FeedbackSettings) (*sleepPart, error) {
	p := &sleepPart{drift: models.NewFeedbackDrift(net), batch: models.NewBatch(net)}
	var err error
	if p.learning, err = models.NewSleepPhase(net, set); err != nil || s.Feedback.Phase != "simulated" {
		return p, err
	}
	p.simulation, err = models.NewFeedbackSimulation(net, set, models.FeedbackRun{
		Seed: s.Seed, Step: s.Feedback.H, BurnIn: s.Feedback.BurnIn, Length: s.Feedback.Presentation, Stop: ctx.Err,
	})
	return p, err
}

// rows returns how many samples a part is to have.
func (p *sleepPart) rows() int {
	if p.simulation != nil {
		return models.RowsTogether()
	}
	return p.learning.Rows()
}

// how says how the sleep phase is worked out.
func (p *sleepPart) how() string {
	if p.simulation != nil {
		return "simulated"
	}
	return fmt.Sprintf("of loops in %d dimensions", p.learning.Dim())
}

// average sets drift to what the sleep phase makes of the part's samples, whose
// presentations are numbered from first on.
func (p *sleepPart) average(w *models.Weights, first uint64) error {
	p.drift.Clear()
	if p.simulation == nil {
		p.learning.Add(p.drift, w, p.batch)
		return nil
	}
	p.numbers = p.numbers[:0]
	for k := range p.index {
		p.numbers = append(p.numbers, first+uint64(k))
	}
	return p.simulation.Add(p.drift, w, p.batch, p.numbers)
}

// mostSleepParts bounds the memory of the sleep phase: parts of a wide output
// take tens of megabytes each.
const mostSleepParts = 8

// eachPart has do look at all samples, part by part, a wave of parts at a time,
// and yields the parts, in order.
func (tr *trainer) eachPart(samples []int, do func(*sleepPart)) iter.Seq[*sleepPart] {
	return func(yield func(*sleepPart) bool) {
		for first := 0; first < len(samples); {
			wave := tr.sleeper.fill(samples, first)
			tr.each(len(wave), func(k int) {
				load(wave[k].batch, tr.data.Train, wave[k].index)
				do(wave[k])
			})
			for _, p := range wave {
				if !yield(p) {
					return
				}
				first += len(p.index)
			}
		}
	}
}

// fill gives samples from first on to parts, as many as there are, and returns
// those in use.
func (sl *sleeper) fill(samples []int, first int) []*sleepPart {
	used := 0
	for ; used < len(sl.parts) && first < len(samples); used++ {
		p := sl.parts[used]
		p.first, p.index = first, samples[first:min(first+sl.rows, len(samples))]
		first += len(p.index)
	}
	return sl.parts[:used]
}
