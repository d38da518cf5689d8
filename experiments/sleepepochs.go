package experiments

import "context"

// sleepEpochs returns how many sleep epochs go with an epoch of training.
func (r *run) sleepEpochs() int {
	if r.trainer.sleeper == nil {
		return 0
	}
	return r.scenario.Feedback.Epochs
}

// sleepUntil completes the sleep epochs of the epoch under way, up to so many:
// one before its first minibatch and the others after its last. In the paper
// and its released program, "X" of them go with an epoch.
func (r *run) sleepUntil(ctx context.Context, epochs int) error {
	for ; r.progress.SleepEpochs < epochs; r.progress.SleepEpochs++ {
		if err := r.sleepEpoch(ctx); err != nil {
			return err
		}
		r.progress.SleepUpdates = 0
	}
	return nil
}

// sleepEpoch goes on with the sleep epoch under way: it updates the feedback
// weights on all training samples, in an order of its own.
func (r *run) sleepEpoch(ctx context.Context) error {
	tr, f := r.trainer, r.scenario.Feedback
	order := tr.permutation("sleep order", r.progress.Epoch*f.Epochs+r.progress.SleepEpochs)
	for first := r.progress.SleepUpdates * f.Samples; first < len(order); first += f.Samples {
		var err error
		samples := order[first:min(first+f.Samples, len(order))]
		if r.timed(func() { err = r.sleep(ctx, tr.sleeper.stepper, samples) }); err != nil {
			return err
		}
		r.progress.SleepUpdates++
		r.talk.Presented(r.progress.Running.Samples + r.asleep())
	}
	return nil
}

// asleep returns how many samples the sleep epochs of the epoch under way have shown.
func (r *run) asleep() int {
	n := r.trainer.data.Train.Len()
	return r.progress.SleepEpochs*n + min(r.progress.SleepUpdates*r.scenario.Feedback.Samples, n)
}
