package experiments

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"credo/experiments/dataset"
	"credo/models"
)

// do trains to the end of the scenario, or to an interruption.
func (r *run) do(ctx context.Context, begin string) error {
	if err := writeJSON(filepath.Join(r.dir, "manifest.json"), r.manifest); err != nil {
		return err
	}
	if err := logEvent(r.dir, event{Event: begin}); err != nil {
		return err
	}
	if err := writeMetrics(r.dir, r.scenario, r.progress.History); err != nil {
		return err
	}
	if r.stream != nil {
		if err := r.keepFirstWeights(); err != nil {
			return err
		}
		return r.followStreams(ctx)
	}
	if len(r.scenario.Record.Theory) > 0 && r.scenario.Training.Epochs > 0 {
		if err := writeTheory(r.dir, r.scenario, r.progress.History); err != nil {
			return err
		}
	}
	if r.scenario.Training.Epochs == 0 {
		if err := r.keepFirstWeights(); err != nil {
			return err
		}
		return r.simulate(ctx)
	}
	if !r.scenario.SinglePhase() {
		if err := r.pretrain(ctx); err != nil {
			return err
		}
	}
	if err := r.warmUp(ctx); err != nil {
		return err
	}
	if err := r.keepFirstWeights(); err != nil {
		return err
	}
	for r.progress.Epoch < r.scenario.Training.Epochs {
		if err := r.epoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// simulate presents what is to be recorded and learns nothing.
func (r *run) simulate(ctx context.Context) error {
	tr := r.trainer
	order := tr.order(1)
	n := min(max(r.scenario.Record.Presentations, 1), tr.presentations())
	r.talk.Epoch(0, 0, n*r.scenario.Data.Batch)
	for r.progress.Presentation < n {
		if err := r.present(ctx, order, false, 0); err != nil {
			return err
		}
	}
	metrics, err := r.measure(ctx)
	if err != nil {
		return r.interrupted(err)
	}
	r.progress.History = []Metrics{metrics}
	return nil
}

// epoch goes on with the epoch under way and completes it.
func (r *run) epoch(ctx context.Context) error {
	tr, epoch := r.trainer, r.progress.Epoch+1
	tr.begin(epoch)
	order, eta := tr.order(epoch), learningRate(r.scenario.Training, epoch)
	sleeping := r.sleepEpochs()
	r.talk.Epoch(epoch, r.scenario.Training.Epochs, len(order)*(1+sleeping))
	if err := r.sleepUntil(ctx, min(1, sleeping)); err != nil {
		return err
	}
	for r.progress.Presentation < tr.presentations() {
		if err := r.present(ctx, order, true, eta); err != nil {
			return err
		}
	}
	if err := r.sleepUntil(ctx, sleeping); err != nil {
		return err
	}
	metrics, err := r.measure(ctx)
	if err != nil {
		return r.interrupted(err)
	}
	metrics.Epoch, metrics.LearningRate, metrics.Theory = epoch, eta, r.progress.Theory
	r.measureFeedback(&metrics, order)
	return r.conclude(metrics)
}

// conclude ends the epoch under way with its metrics and a checkpoint.
func (r *run) conclude(metrics Metrics) error {
	r.progress.Epoch, r.progress.Presentation, r.progress.Running = metrics.Epoch, 0, models.Outcome{}
	r.progress.FeedbackSkipped, r.progress.SleepEpochs = 0, 0
	r.progress.History = append(r.progress.History, metrics)
	if err := appendLine(filepath.Join(r.dir, "metrics.csv"), metrics.csv()); err != nil {
		return err
	}
	if len(r.scenario.Record.Theory) > 0 {
		if err := appendLine(filepath.Join(r.dir, "theory.csv"), metrics.theoryCSV()); err != nil {
			return err
		}
	}
	if err := logEvent(r.dir, event{Event: "epoch", Metrics: &metrics, Rate: r.rate()}); err != nil {
		return err
	}
	r.talk.Say(metrics.sentence(r.scenario.Training.Epochs))
	if err := r.keepWeights(metrics.Epoch); err != nil {
		return err
	}
	if metrics.Epoch < r.scenario.Training.Epochs && !r.saving.due() {
		return nil
	}
	return r.checkpoint()
}

// present shows the next minibatch to the network.
func (r *run) present(ctx context.Context, order []int, learn bool, eta float64) error {
	if ctx.Err() != nil {
		return r.interrupted(ctx.Err())
	}
	samples := r.trainer.minibatch(order, r.progress.Presentation)
	r.trainer.number = uint64(r.progress.Epoch*len(order) + r.progress.Presentation*r.scenario.Data.Batch)
	var err error
	if learn && !r.scenario.SinglePhase() {
		if r.timed(func() { err = r.sleepBefore(ctx, samples) }); err != nil {
			return err
		}
	}
	var seen *before
	first := learn && r.progress.Presentation == 0
	if first {
		r.trainer.forget()
	}
	if first && len(r.scenario.Record.Theory) > 0 {
		if seen, err = r.lookBefore(samples); err != nil {
			return err
		}
	}
	var outcome models.Outcome
	r.timed(func() { outcome, err = r.show(samples, learn, eta) })
	switch {
	case err != nil && ctx.Err() != nil: // stopped on the way: the weights have not moved
		return r.interrupted(ctx.Err())
	case err != nil:
		return fmt.Errorf("epoch %d, presentation %d: %w", r.progress.Epoch+1, r.progress.Presentation+1, err)
	case seen != nil:
		if r.progress.Theory, err = r.theory(seen); err != nil {
			return err
		}
	}
	r.progress.Samples += len(samples)
	r.progress.Presentation++
	r.progress.Slept = false
	r.progress.Running.Add(outcome)
	r.talk.Presented(r.progress.Running.Samples + r.asleep())
	return nil
}

// show presents samples by way of the recorder, as long as it wants to see them.
func (r *run) show(samples []int, learn bool, eta float64) (models.Outcome, error) {
	if r.recorder.wanted() {
		return r.recorder.present(r.trainer, samples, learn, eta)
	}
	return r.trainer.present(samples, learn, eta)
}

// timed adds the time that work takes to what training takes.
func (r *run) timed(work func()) {
	start := time.Now()
	work()
	r.progress.Seconds += time.Since(start).Seconds()
}

// interrupted saves a checkpoint on the way out.
func (r *run) interrupted(cause error) error {
	if !errors.Is(cause, context.Canceled) && !errors.Is(cause, context.DeadlineExceeded) {
		return cause
	}
	if err := r.checkpoint(); err != nil {
		return err
	}
	return ErrInterrupted
}

// measure evaluates the network on what it does not learn from.
func (r *run) measure(ctx context.Context) (Metrics, error) {
	tr, classes := r.trainer, r.trainer.data.Classes
	m := Metrics{Train: newScore(r.progress.Running, classes), Unstable: r.progress.Running.Unstable}
	tested := tr.tested(r.progress.Epoch + 1)
	for _, split := range []struct {
		name  string
		set   *dataset.Set
		score *Score
	}{{"validation", tr.data.Validation, &m.Validation}, {"test", tr.data.Test, &m.Test}} {
		outcome, err := tr.evaluate(ctx, split.set, tested)
		if err != nil {
			return m, err
		}
		if !finite(outcome.Loss) {
			return m, fmt.Errorf("epoch %d: the %s loss is %g: %s", r.progress.Epoch+1, split.name, outcome.Loss, outOfRange)
		}
		*split.score = newScore(outcome, classes)
	}
	return m, nil
}

func (r *run) rate() float64 {
	if r.progress.Seconds == 0 {
		return 0
	}
	return float64(r.progress.Samples) / r.progress.Seconds
}
