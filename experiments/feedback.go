package experiments

import (
	"context"
	"fmt"
	"time"

	"credo/models"
)

// sleeper learns the feedback weights of a trainer's network in the sleep
// phase. Its samples are cut into parts, which are its unit of work: their
// sums are added in order, so that the number of workers changes no bit.
type sleeper struct {
	parts   []*sleepPart          // the memory of as many as are under way together
	rows    int                   // samples of a part
	drift   *models.FeedbackDrift // the sum of all parts
	stepper *models.FeedbackStepper
}

type sleepPart struct {
	learning   models.SleepPhase
	drift      *models.FeedbackDrift
	batch      *models.Batch
	index      []int
	condition2 float64 // summed over samples
}

// mostSleepParts bounds the memory of the sleep phase: parts of a wide output
// take tens of megabytes each.
const mostSleepParts = 8

func newSleeper(s *Scenario, net *models.Network, batch int) (*sleeper, error) {
	set, err := feedbackSettings(s)
	if err != nil {
		return nil, err
	}
	sl := &sleeper{drift: models.NewFeedbackDrift(net)}
	for samples := max(s.Feedback.Samples, min(batch, judged)); samples > 0 && len(sl.parts) < mostSleepParts; samples -= sl.rows {
		p := &sleepPart{drift: models.NewFeedbackDrift(net), batch: models.NewBatch(net)}
		if p.learning, err = models.NewSleepPhase(net, set); err != nil {
			return nil, err
		}
		sl.parts, sl.rows = append(sl.parts, p), p.learning.Rows()
	}
	sl.stepper, err = models.NewFeedbackStepper(net, models.FeedbackStep{
		Optimizer: s.Feedback.Optimizer, LearningRate: s.Feedback.LR,
		Sigma: set.Sigma, Beta: set.Beta, FreezeOutput: s.Feedback.FreezeOutput,
	})
	return sl, err
}

// feedbackSettings returns the constants of the sleep phase. Its controller is
// of the same kind as the one awake, with its own leak and proportional gain.
func feedbackSettings(s *Scenario) (models.FeedbackSettings, error) {
	asleep, f := *s, s.Feedback
	asleep.Controller.Alpha, asleep.Controller.KP = f.Alpha, f.KP
	c, err := controller(&asleep)
	return models.FeedbackSettings{
		Controller: c, TauV: f.TauV, TauA: f.TauA, TauU: s.Timescales.TauU,
		Sigma: f.Sigma, SigmaOutput: f.SigmaOutput, Beta: f.Beta,
	}, err
}

// eachPart has do look at all samples, part by part, and collect what came of
// them, in order.
func (tr *trainer) eachPart(samples []int, do, collect func(*sleepPart)) {
	sl := tr.sleeper
	for len(samples) > 0 {
		used := 0
		for ; used < len(sl.parts) && len(samples) > 0; used++ {
			n := min(sl.rows, len(samples))
			sl.parts[used].index, samples = samples[:n], samples[n:]
		}
		tr.each(used, func(k int) {
			p := sl.parts[k]
			load(p.batch, tr.data.Train, p.index)
			do(p)
		})
		for _, p := range sl.parts[:used] {
			collect(p)
		}
	}
}

// sleep updates the feedback weights once, averaged over samples, and returns
// how many of them were left out.
func (tr *trainer) sleep(samples []int) (skipped int) {
	sl := tr.sleeper
	sl.drift.Clear()
	tr.eachPart(samples, func(p *sleepPart) {
		p.drift.Clear()
		p.learning.Add(p.drift, tr.w, p.batch)
	}, func(p *sleepPart) { sl.drift.Add(p.drift) })
	sl.stepper.Step(tr.w, sl.drift)
	return sl.drift.Skipped
}

// judged is over how many samples the ratio of Condition 2 is averaged.
const judged = 64

// condition2 returns the mean ratio of Condition 2 over the first of samples.
func (tr *trainer) condition2(samples []int) float64 {
	samples = samples[:min(judged, len(samples))]
	sum := 0.0
	tr.eachPart(samples, func(p *sleepPart) { p.condition2 = p.learning.Condition2(tr.w, p.batch) },
		func(p *sleepPart) { sum += p.condition2 })
	return sum / float64(len(samples))
}

// pretrain updates the feedback weights before the first epoch, each time on
// the next samples of an order of its own.
func (r *run) pretrain(ctx context.Context) error {
	tr, f := r.trainer, r.scenario.Feedback
	if tr.sleeper == nil || r.progress.Pretrained >= f.Pretrain {
		return nil
	}
	order, begin, first := tr.order(0), time.Now(), r.progress.Pretrained
	samples := make([]int, min(f.Samples, len(order)))
	for ; r.progress.Pretrained < f.Pretrain; r.progress.Pretrained++ {
		if ctx.Err() != nil {
			return r.interrupted(ctx.Err())
		}
		for k := range samples {
			samples[k] = order[(r.progress.Pretrained*len(samples)+k)%len(order)]
		}
		r.progress.FeedbackSkipped += tr.sleep(samples)
	}
	line := fmt.Sprintf("feedback: %d updates in %.1f s, of loops in %d dimensions; Condition 2 holds to %.3f, %d samples left out",
		r.progress.Pretrained-first, time.Since(begin).Seconds(), tr.sleeper.parts[0].learning.Dim(), tr.condition2(tr.minibatch(tr.order(1), 0)), r.progress.FeedbackSkipped)
	r.progress.FeedbackSkipped = 0
	r.talk.Say(line)
	return logEvent(r.dir, event{Event: "pretrained", Message: line})
}

// sleepBefore updates the feedback weights if it is their turn before the
// minibatch of samples.
func (r *run) sleepBefore(samples []int) {
	f := r.scenario.Feedback
	if r.trainer.sleeper == nil || r.progress.Presentation%f.Every != 0 || r.progress.Slept {
		return
	}
	r.progress.Slept = true
	r.progress.FeedbackSkipped += r.trainer.sleep(samples[:min(f.Samples, len(samples))])
}

// measureFeedback adds to m how far the feedback weights have come.
func (r *run) measureFeedback(m *Metrics, order []int) {
	if r.trainer.sleeper == nil {
		return
	}
	skipped := r.progress.FeedbackSkipped
	m.FeedbackSkipped = &skipped
	if ratio := r.trainer.condition2(r.trainer.minibatch(order, 0)); finite(ratio) {
		m.Condition2 = &ratio
	}
}

// warnOfSkippedFeedback tells of samples left out of the sleep phase.
func (r *run) warnOfSkippedFeedback() {
	skipped := 0
	for _, m := range r.progress.History {
		if m.FeedbackSkipped != nil {
			skipped += *m.FeedbackSkipped
		}
	}
	if skipped > 0 {
		r.warn(fmt.Sprintf("%d samples were left out of the sleep phase, where their loop was unstable; a larger feedback.alpha makes it stable", skipped))
	}
}
