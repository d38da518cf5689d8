package experiments

import (
	"context"
	"fmt"

	"credo/models"
)

// prepareStreams builds the trainer of a recurrent network.
func (r *run) prepareStreams(workers int) error {
	net, err := network(r.scenario)
	if err != nil {
		return err
	}
	r.stream, err = newStreamTrainer(r.scenario, net, workers)
	r.manifest = newManifest(r.scenario, workers, nil)
	return err
}

// followStreams takes a recurrent network to the end of the scenario.
func (r *run) followStreams(ctx context.Context) error {
	for r.progress.Epoch < r.scenario.Training.Epochs {
		if err := r.streamEpoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// streamEpoch goes on with the epoch under way and completes it.
func (r *run) streamEpoch(ctx context.Context) error {
	st, s, epoch := r.stream, r.scenario, r.progress.Epoch+1
	eta := learningRate(s.Training, epoch)
	r.talk.Epoch(epoch, s.Training.Epochs, s.Data.Train*s.Data.Batch)
	for r.progress.Presentation < st.windows() {
		if ctx.Err() != nil {
			return r.interrupted(ctx.Err())
		}
		var outcome models.Outcome
		var err error
		r.timed(func() { outcome, err = st.present(r.step(), eta) })
		if err != nil {
			return fmt.Errorf("epoch %d, window %d: %w", epoch, r.progress.Presentation+1, err)
		}
		r.progress.Presentation++
		r.progress.Samples += outcome.Samples
		r.progress.Running.Add(outcome)
		r.talk.Presented(r.progress.Running.Samples)
	}
	metrics := Metrics{Epoch: epoch, LearningRate: eta, Train: newScore(r.progress.Running, 0)}
	if s.HasFeedback() {
		angle, distance := st.alignment(r.step())
		metrics.FeedbackError = &distance
		if finite(angle) {
			metrics.FeedbackAngle = &angle
		}
	}
	return r.conclude(metrics)
}

// step returns the number of the next step of every stream.
func (r *run) step() uint64 {
	return uint64(r.progress.Epoch)*uint64(r.scenario.Data.Train) + uint64(r.progress.Presentation*r.scenario.Training.Truncation)
}
