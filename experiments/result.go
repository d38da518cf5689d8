package experiments

import (
	"fmt"
	"strings"

	"credo/models"
)

// Metrics are what one epoch came to. The training figures are running: each
// minibatch is judged before the network learns from it.
type Metrics struct {
	Epoch        int     `json:"epoch"`
	LearningRate float64 `json:"lr"`
	Train        Score   `json:"train"`
	Validation   Score   `json:"validation"`
	Test         Score   `json:"test"`
	Unstable     int     `json:"unstable_samples"`

	// What [record] theory names, of the epoch's first minibatch.
	Theory []*float64 `json:"theory,omitempty"`

	// Where feedback weights are learned: the mean ratio of Condition 2, and
	// the samples left out of the sleep phase for want of a stable loop.
	Condition2      *float64 `json:"condition2,omitempty"`
	FeedbackSkipped *int     `json:"feedback_skipped,omitempty"`

	// Of a recurrent network with feedback weights: the mean angle, in degrees,
	// between B d and W^T d, nil where none of them has one, and |B - W^T|/|W|.
	FeedbackAngle *float64 `json:"feedback_angle,omitempty"`
	FeedbackError *float64 `json:"feedback_error,omitempty"`
}

// Score is the mean loss and the fraction of misclassified samples; nil where
// there is none, for want of samples or of classes.
type Score struct {
	Loss  *float64 `json:"loss,omitempty"`
	Error *float64 `json:"error,omitempty"`
}

func newScore(o models.Outcome, classes int) Score {
	if o.Samples == 0 {
		return Score{}
	}
	n := float64(o.Samples)
	loss, errors := o.Loss/n, float64(o.Errors)/n
	if classes == 0 {
		return Score{Loss: &loss}
	}
	return Score{Loss: &loss, Error: &errors}
}

// Result is what credo run prints with --json. Errors are fractions, absent
// for regression; figures are the last epoch's.
type Result struct {
	Status           string   `json:"status"` // done, interrupted, failed
	Epochs           int      `json:"epochs"`
	TrainLoss        *float64 `json:"train_loss,omitempty"`
	TestLoss         *float64 `json:"test_loss,omitempty"`
	TestError        *float64 `json:"test_error,omitempty"`
	ValidationLoss   *float64 `json:"validation_loss,omitempty"`
	ValidationError  *float64 `json:"validation_error,omitempty"`
	Best             *Best    `json:"best,omitempty"`
	SamplesPerSecond float64  `json:"samples_per_second"`
	Presentations    int      `json:"presentations"` // of minibatches, in training
	Seconds          float64  `json:"seconds"`       // that they took
	UnstableSamples  int      `json:"unstable_samples"`
	Out              string   `json:"out"`
	Warnings         []string `json:"warnings"`
}

// Best is the epoch with the lowest validation error, or loss for regression;
// without validation data there is none.
type Best struct {
	Epoch           int      `json:"epoch"`
	ValidationError *float64 `json:"validation_error,omitempty"`
	TestError       *float64 `json:"test_error,omitempty"`
	ValidationLoss  *float64 `json:"validation_loss,omitempty"`
	TestLoss        *float64 `json:"test_loss,omitempty"`
}

// best finds the best epoch, the earliest of equals.
func best(history []Metrics) *Best {
	var found *Metrics
	for k := range history {
		m := &history[k]
		if m.Epoch == 0 || m.Validation.Loss == nil {
			continue
		}
		if found == nil || m.Validation.key() < found.Validation.key() {
			found = m
		}
	}
	if found == nil {
		return nil
	}
	v, t := found.Validation, found.Test
	return &Best{Epoch: found.Epoch, ValidationError: v.Error, ValidationLoss: v.Loss, TestError: t.Error, TestLoss: t.Loss}
}

// key is what epochs are compared by.
func (s Score) key() float64 {
	if s.Error != nil {
		return *s.Error
	}
	return *s.Loss
}

// sentence is the epoch in a line for people.
func (m Metrics) sentence(epochs int) string {
	parts := []string{fmt.Sprintf("epoch %d of %d", m.Epoch, epochs)}
	for _, s := range []struct {
		name string
		Score
	}{{"train", m.Train}, {"validation", m.Validation}, {"test", m.Test}} {
		switch {
		case s.Error != nil:
			parts = append(parts, fmt.Sprintf("%s loss %.4g, error %.2f %%", s.name, *s.Loss, 100**s.Error))
		case s.Loss != nil:
			parts = append(parts, fmt.Sprintf("%s loss %.4g", s.name, *s.Loss))
		}
	}
	if m.Condition2 != nil {
		parts = append(parts, fmt.Sprintf("Condition 2 holds to %.3f", *m.Condition2))
	}
	if m.FeedbackAngle != nil {
		parts = append(parts, fmt.Sprintf("feedback %.1f degrees off", *m.FeedbackAngle))
	}
	return strings.Join(parts, "; ")
}
