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
	parts []*sleepPart          // the memory of as many as are under way together
	rows  int                   // samples of a part
	drift *models.FeedbackDrift // the sum of all parts

	pretrainer, stepper *models.FeedbackStepper // before the first epoch, and from then on
}

func newSleeper(ctx context.Context, s *Scenario, net *models.Network, batch int) (*sleeper, error) {
	set, err := feedbackSettings(s)
	if err != nil {
		return nil, err
	}
	sl := &sleeper{drift: models.NewFeedbackDrift(net)}
	for samples := max(s.Feedback.Samples, min(batch, judged)); samples > 0 && len(sl.parts) < mostSleepParts; samples -= sl.rows {
		p, err := newSleepPart(ctx, s, net, set)
		if err != nil {
			return nil, err
		}
		sl.parts, sl.rows = append(sl.parts, p), p.rows()
	}
	f := s.Feedback
	step := models.FeedbackStep{
		Optimizer: f.Optimizer, LearningRate: f.PretrainLR, Sigma: set.Sigma, Beta: set.Beta, FreezeOutput: f.FreezeOutput,
		Clip: f.Clip, Beta1: f.Beta1, Beta2: f.Beta2, Epsilon: f.Epsilon,
	}
	if sl.pretrainer, err = models.NewFeedbackStepper(net, step); err != nil {
		return nil, err
	}
	step.LearningRate = f.LR
	sl.stepper, err = models.NewFeedbackStepper(net, step)
	return sl, err
}

// feedbackSettings returns the constants of the phase in which feedback weights
// learn. Asleep, the controller is of the same kind as the one awake, with its
// own leak and proportional gain.
func feedbackSettings(s *Scenario) (models.FeedbackSettings, error) {
	if s.SinglePhase() {
		c, err := controller(s)
		return singlePhase(s, models.Settings{Controller: c, TauV: s.Timescales.TauV}).Noise(), err
	}
	asleep, f := *s, s.Feedback
	asleep.Controller.Alpha, asleep.Controller.KP = f.Alpha, f.KP
	c, err := controller(&asleep)
	return models.FeedbackSettings{
		Controller: c, TauV: f.TauV, TauA: f.TauA, TauU: s.Timescales.TauU,
		Sigma: f.Sigma, SigmaOutput: f.SigmaOutput, Beta: f.Beta,
	}, err
}

// sleep lets stepper move the feedback weights once, averaged over samples,
// whose presentations are numbered from first on, and returns how many of them
// were left out. After an error the weights have not moved.
func (tr *trainer) sleep(stepper *models.FeedbackStepper, samples []int, first uint64) (skipped int, err error) {
	sl := tr.sleeper
	sl.drift.Clear()
	for p := range tr.eachPart(samples, func(p *sleepPart) { p.err = p.average(tr.w, first+uint64(p.first)) }) {
		if p.err != nil {
			return 0, p.err
		}
		sl.drift.Add(p.drift)
	}
	stepper.Step(tr.w, sl.drift)
	return sl.drift.Skipped, nil
}

// judged is over how many samples the ratio of Condition 2 is averaged.
const judged = 64

// condition2 returns the mean ratio of Condition 2 over the first of samples.
func (tr *trainer) condition2(samples []int) float64 {
	samples = samples[:min(judged, len(samples))]
	sum := 0.0
	for p := range tr.eachPart(samples, func(p *sleepPart) { p.condition2 = p.learning.Condition2(tr.w, p.batch) }) {
		sum += p.condition2
	}
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
	r.talk.Epoch(0, r.scenario.Training.Epochs, f.Pretrain*len(samples))
	for ; r.progress.Pretrained < f.Pretrain; r.progress.Pretrained++ {
		for k := range samples {
			samples[k] = order[(r.progress.Pretrained*len(samples)+k)%len(order)]
		}
		if err := r.sleep(ctx, tr.sleeper.pretrainer, samples); err != nil {
			return err
		}
		r.talk.Presented((r.progress.Pretrained + 1) * len(samples))
	}
	line := fmt.Sprintf("feedback: %d updates in %.1f s, %s; Condition 2 holds to %.3f, %d samples left out",
		r.progress.Pretrained-first, time.Since(begin).Seconds(), tr.sleeper.parts[0].how(), tr.condition2(tr.minibatch(tr.order(1), 0)), r.progress.FeedbackSkipped)
	r.progress.FeedbackSkipped = 0
	r.talk.Say(line)
	return logEvent(r.dir, event{Event: "pretrained", Message: line})
}

// sleep updates the feedback weights once and keeps count, or leaves a
// checkpoint of how things were before.
func (r *run) sleep(ctx context.Context, stepper *models.FeedbackStepper, samples []int) error {
	if ctx.Err() != nil {
		return r.interrupted(ctx.Err())
	}
	skipped, err := r.trainer.sleep(stepper, samples, r.progress.SleepPresented)
	if err != nil {
		return r.interrupted(err)
	}
	r.progress.SleepPresented += uint64(len(samples))
	r.progress.FeedbackSkipped += skipped
	return nil
}

// sleepBefore updates the feedback weights if it is their turn before the
// minibatch of samples.
func (r *run) sleepBefore(ctx context.Context, samples []int) error {
	f := r.scenario.Feedback
	if r.trainer.sleeper == nil || f.Epochs > 0 || r.progress.Presentation%f.Every != 0 || r.progress.Slept {
		return nil
	}
	if err := r.sleep(ctx, r.trainer.sleeper.stepper, samples[:min(f.Samples, len(samples))]); err != nil {
		return err
	}
	r.progress.Slept = true
	return nil
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
