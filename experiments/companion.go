package experiments

import (
	"context"
	"fmt"
	"math"
	"time"

	"credo/models"
)

// noise returns what node perturbation adds.
func noise(s *Scenario) models.NodeNoise {
	m := s.Method
	return models.NodeNoise{
		Amplitude: m.Noise, Voltage: m.NoiseSite == "voltage", Running: m.NoiseBaseline == "running",
		Tau: s.Timescales.TauNoise, TauBaseline: s.Timescales.TauBaseline,
	}
}

// companionSettings returns how feedback weights learn awake.
func companionSettings(s *Scenario) models.CompanionSettings {
	f := s.Feedback
	return models.CompanionSettings{
		Optimizer: f.Optimizer, LearningRate: f.LR, Gamma: f.Gamma, Forget: f.Forget,
		Sigma: f.Sigma, Beta: f.Beta, Samples: f.Samples,
	}
}

// addCompanion makes what moves the feedback weights awake, if they learn so.
func (tr *trainer) addCompanion(set models.Settings) error {
	c, err := models.NewCompanion(tr.net, set)
	if err != nil || c == nil || tr.coupled != nil {
		return err
	}
	for _, t := range tr.tiles {
		c.Join(t.presenter)
	}
	tr.companion = c
	return nil
}

// gather and accompany go before and after the step of the forward weights.
func (tr *trainer) gather(tiles int) {
	if tr.companion != nil {
		tr.companion.Gather(tr.w, tiles)
	}
}

func (tr *trainer) accompany(samples int, decay float64) {
	if tr.companion != nil {
		tr.companion.Step(tr.w, samples, decay)
	}
}

// warmsUp says whether feedback weights learn by themselves before the first epoch.
func (tr *trainer) warmsUp() bool {
	if !tr.scenario.HasFeedback() {
		return false
	}
	return tr.companion != nil || tr.coupled != nil && tr.scenario.LearnsAwake()
}

// firstWarmUp numbers the presentations before the first epoch apart from those
// of all epochs.
const firstWarmUp = 1 << 63

// warmUp presents minibatches from which the feedback weights alone learn: the
// next samples of an order of their own.
func (r *run) warmUp(ctx context.Context) error {
	tr, n := r.trainer, r.scenario.Feedback.Pretrain
	if !tr.warmsUp() || r.progress.Pretrained >= n {
		return nil
	}
	if err := tr.warm(); err != nil {
		return err
	}
	order, begin, first := tr.order(0), time.Now(), r.progress.Pretrained
	samples := make([]int, min(r.scenario.Data.Batch, len(order)))
	r.talk.Epoch(0, r.scenario.Training.Epochs, n*len(samples))
	for ; r.progress.Pretrained < n; r.progress.Pretrained++ {
		if ctx.Err() != nil {
			return r.interrupted(ctx.Err())
		}
		from := r.progress.Pretrained * len(samples)
		for k := range samples {
			samples[k] = order[(from+k)%len(order)]
		}
		if err := tr.warmUp(samples, firstWarmUp+uint64(from)); err != nil {
			return fmt.Errorf("minibatch %d before the first epoch: %w", r.progress.Pretrained+1, err)
		}
		r.talk.Presented(from + len(samples))
	}
	tr.warming = nil // its memory
	line := fmt.Sprintf("feedback: %d minibatches of its own in %.1f s", n-first, time.Since(begin).Seconds())
	r.talk.Say(line)
	return logEvent(r.dir, event{Event: "pretrained", Message: line})
}

// warm makes the system of level coupled whose forward weights hold still.
func (tr *trainer) warm() error {
	if tr.coupled == nil {
		return nil
	}
	set, err := settings(tr.scenario)
	if err != nil {
		return err
	}
	set.Stop, set.TauW = tr.stop, math.Inf(1)
	tr.warming, err = newCoupled(tr.scenario, tr.net, len(tr.tiles), set)
	return err
}

// warmUp presents one such minibatch.
func (tr *trainer) warmUp(samples []int, number uint64) error {
	tr.number = number
	if tr.warming != nil {
		tr.gatherBatches(tr.fill(samples))
		_, err := tr.warming.Present(tr.w, tr.batches)
		return err
	}
	if _, err := tr.present(samples, false, 0); err != nil {
		return err
	}
	tr.gather((len(samples) + models.TileRows - 1) / models.TileRows)
	tr.accompany(len(samples), 0)
	return nil
}
