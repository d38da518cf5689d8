package experiments

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"credo/internal/npz"
	"credo/models"
)

// finish writes what there is, whether or not the run came to its end.
func (r *run) finish(cause error) (*Result, error) {
	cause = errors.Join(cause, r.writeArrays(), r.drawFigures())
	result := r.result(cause)
	entry := event{Event: result.Status}
	if cause != nil {
		entry.Message, r.manifest.Error = cause.Error(), cause.Error()
	}
	now := time.Now()
	r.manifest.End, r.manifest.Status, r.manifest.Final = &now, result.Status, result
	return result, errors.Join(cause, logEvent(r.dir, entry), writeJSON(filepath.Join(r.dir, "manifest.json"), r.manifest))
}

func (r *run) result(cause error) *Result {
	result := &Result{Status: "done", Epochs: r.progress.Epoch, SamplesPerSecond: r.rate(), Out: r.dir, Best: best(r.progress.History)}
	result.Presentations = r.progress.Epoch*r.presentations() + r.progress.Presentation
	result.Seconds = r.progress.Seconds
	switch {
	case errors.Is(cause, ErrInterrupted):
		result.Status = "interrupted"
	case cause != nil:
		result.Status = "failed"
	}
	for _, m := range r.progress.History {
		result.UnstableSamples += m.Unstable
	}
	if n := len(r.progress.History); n > 0 {
		last := r.progress.History[n-1]
		result.TrainLoss, result.TestLoss, result.TestError = last.Train.Loss, last.Test.Loss, last.Test.Error
		result.ValidationLoss, result.ValidationError = last.Validation.Loss, last.Validation.Error
	}
	if result.UnstableSamples > 0 {
		r.warn(fmt.Sprintf("%d presentations of samples had no stable rest state (method.unstable = %q)", result.UnstableSamples, r.scenario.Method.Unstable))
	}
	r.warnOfSkippedFeedback()
	result.Warnings = append([]string{}, r.warnings...)
	return result
}

// writeArrays writes the weights and what was recorded.
func (r *run) writeArrays() error {
	var arrays []npz.Array
	for _, a := range r.weights() {
		arrays = append(arrays, npz.Array{Name: a.Name, Shape: a.Shape, Data: a.Data})
	}
	return npz.Write(filepath.Join(r.dir, "arrays.npz"), append(arrays, r.recorder.arrays()...))
}

// presentations returns how many an epoch has: minibatches, or windows of streams.
func (r *run) presentations() int {
	if r.stream != nil {
		return r.stream.windows()
	}
	return r.trainer.presentations()
}

// weights returns the network's weights by name.
func (r *run) weights() []models.Array {
	if r.stream != nil {
		return r.stream.weights()
	}
	r.trainer.settle()
	return slices.Concat(r.trainer.w.Arrays(), r.trainer.w.Feedback())
}

func (r *run) warn(line string) {
	if !slices.Contains(r.warnings, line) {
		r.warnings = append(r.warnings, line)
		r.talk.Say("warning: " + line)
	}
}
