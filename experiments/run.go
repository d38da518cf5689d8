package experiments

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime"

	"credo/experiments/dataset"
	"credo/experiments/schema"
	"credo/internal/wholefile"
	"credo/models"
)

// Options of a run that are not the scenario's: they change no result.
type Options struct {
	Dir      string   // run directory; empty: a fresh one under runs/
	Workers  int      // goroutines; 0: one a processor
	Progress Progress // nil: silence
}

// Progress is told how a run goes on.
type Progress interface {
	// Epoch begins: epoch of epochs, with so many samples, its sleep epochs'
	// counted. Epoch 0 is what feedback weights learn before the first.
	Epoch(epoch, epochs, samples int)
	// Presented says that so many samples of the epoch have been presented.
	Presented(samples int)
	// Say passes on a line for people.
	Say(line string)
}

type silence struct{}

func (silence) Epoch(int, int, int) {}
func (silence) Presented(int)       {}
func (silence) Say(string)          {}

// run is a run under way.
type run struct {
	scenario *Scenario
	dir      string
	trainer  *trainer
	stream   *streamTrainer // in place of trainer, of a recurrent network
	recorder *recorder
	progress progress
	saving   saving
	feedback *feedbackTheory // nil unless [record] theory wants it
	talk     Progress
	manifest Manifest
	warnings []string
}

// ErrInterrupted reports a run that was stopped with a checkpoint saved.
var ErrInterrupted = errors.New("interrupted; a checkpoint is saved")

// Run runs s in a fresh run directory. A cancelled context ends the run after
// the minibatch under way, with a checkpoint: the error is then ErrInterrupted,
// and Resume goes on. The result is never nil after the run directory exists.
func Run(ctx context.Context, s *Scenario, opt Options) (*Result, error) {
	if err := refuseFull(opt.Dir); opt.Dir != "" && err != nil {
		return nil, err
	}
	r, err := prepare(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	if r.dir, err = newRunDir(opt.Dir, s); err != nil {
		return nil, err
	}
	release, err := lock(r.dir)
	if err != nil {
		return nil, err
	}
	defer release()
	err = wholefile.Write(filepath.Join(r.dir, "scenario.toml"), func(w io.Writer) error {
		_, err := w.Write(s.Encode())
		return err
	})
	if err != nil {
		return nil, err
	}
	return r.finish(r.do(ctx, "start"))
}

// Resume goes on with the run in dir from its checkpoint, or from the beginning
// if it was killed before its first. It ends with the same bits as a run that
// was never interrupted. A run that is done is left as it is.
func Resume(ctx context.Context, dir string, opt Options) (*Result, error) {
	var before Manifest
	if err := readJSON(filepath.Join(dir, "manifest.json"), &before); err != nil {
		return nil, &InputError{fmt.Errorf("%s is not a run that can be resumed: %w", dir, err)}
	}
	if before.Status == "done" && before.Final != nil {
		before.Final.Out = dir
		return before.Final, nil
	}
	release, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer release()
	s, err := Load(filepath.Join(dir, "scenario.toml"))
	if err != nil {
		return nil, fmt.Errorf("%s is not a run that can be resumed: %w", dir, err)
	}
	r, err := prepare(ctx, s, opt)
	if err != nil {
		return nil, err
	}
	r.dir = dir
	if err := r.follow(before); err != nil {
		return nil, err
	}
	if err := r.restore(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &InputError{err}
	}
	return r.finish(r.do(ctx, "resume"))
}

// follow compares this run with the manifest of the one it goes on with.
func (r *run) follow(before Manifest) error {
	now := &r.manifest
	now.Start = before.Start
	text, err := os.ReadFile(filepath.Join(r.dir, "scenario.toml"))
	if err != nil {
		return err
	}
	// The file, not what it is read as: a newer credo knows more keys.
	if now.Scenario = fileHash(text); now.Scenario != before.Scenario {
		return inputErrorf("%s has changed since the run began: begin a new run instead", filepath.Join(r.dir, "scenario.toml"))
	}
	if !maps.Equal(now.Data, before.Data) {
		return inputErrorf("the data have changed since the run began: their SHA-256 are %v, and were %v", now.Data, before.Data)
	}
	if now.BLAS != before.BLAS {
		r.warn(fmt.Sprintf("this run began with %s and goes on with %s: its bits will differ from an uninterrupted run's", before.BLAS, now.BLAS))
	}
	if now.Version != before.Version || now.Revision != before.Revision {
		r.warn(fmt.Sprintf("this run began with credo %s (%s) and goes on with %s (%s)", before.Version, before.Revision, now.Version, now.Revision))
	}
	return nil
}

// prepare loads data and weights and builds the trainer.
func prepare(ctx context.Context, s *Scenario, opt Options) (*run, error) {
	r := &run{scenario: s, talk: opt.Progress, recorder: newRecorder(s.Record)}
	if r.talk == nil {
		r.talk = silence{}
	}
	workers := opt.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	if s.Network.Recurrent {
		return r, r.prepareStreams(workers)
	}
	data, err := dataset.Load(ctx, dataSpec(s), r.talk.Say)
	if err != nil {
		return nil, placed(s, err)
	}
	if err := checkEnds(s, data); err != nil {
		return nil, err
	}
	net, err := network(s)
	if err != nil {
		return nil, err
	}
	w := models.NewWeights(net)
	if r.trainer, err = newTrainer(ctx, s, net, data, w, workers); err != nil {
		return nil, placed(s, err)
	}
	if s.MeasuresFeedback() {
		if r.feedback, err = newFeedbackTheory(s, net, data.Test); err != nil {
			return nil, err
		}
	}
	r.manifest = newManifest(s, workers, data.Hashes)
	return r, r.trainer.initialize()
}

// placed gives an error about a key of the scenario its place in the file.
func placed(s *Scenario, err error) error {
	var fault *dataset.KeyError
	if errors.As(err, &fault) {
		return schema.Problems{s.Problem(fault.Key, fault.Message, "")}
	}
	if errors.Is(err, models.ErrWideFeedback) {
		return schema.Problems{s.Problem("feedback.activation", err.Error(), "")}
	}
	return err
}

// checkEnds refuses a network whose first or last layer does not fit the data.
func checkEnds(s *Scenario, data *dataset.Data) error {
	var problems schema.Problems
	first, last := s.Network.Layers[0], s.Network.Layers[len(s.Network.Layers)-1]
	if n := data.Train.Dim(); n != first {
		problems = append(problems, s.Problem("network.layers", fmt.Sprintf("the first layer has %d neurons, but a sample has %d inputs", first, n), ""))
	}
	if n := data.Train.TargetDim(); n != last {
		what := fmt.Sprintf("a target has %d numbers", n)
		if data.Classes > 0 {
			what = fmt.Sprintf("the data have %d classes%s", data.Classes, s.PerClass())
		}
		problems = append(problems, s.Problem("network.layers", fmt.Sprintf("the last layer has %d neurons, but %s", last, what), ""))
	}
	if n := s.Data.OutputsPerClass; n > 1 && data.Classes == 0 {
		problems = append(problems, s.Problem("data.outputs_per_class", fmt.Sprintf("must be 1, not %d: the data have no classes", n), ""))
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}
