package experiments

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"credo/internal/npz"
	"credo/models"
)

// progress is how far a run has come: everything that, beside weights, the
// optimizer and what was recorded, decides how it goes on. Random streams have
// no state: they are functions of the seed and the epoch.
type progress struct {
	Epoch        int            `json:"epoch"`            // complete ones
	Presentation int            `json:"presentation"`     // of the epoch under way
	Slept        bool           `json:"slept,omitempty"`  // the feedback update before the next presentation is done
	Running      models.Outcome `json:"running"`          // of the epoch under way
	Theory       []*float64     `json:"theory,omitempty"` // of the epoch under way
	History      []Metrics      `json:"history"`
	Samples      int            `json:"samples"` // presented in training
	Seconds      float64        `json:"seconds"` // spent in training

	Pretrained      int `json:"pretrained,omitempty"`       // updates of the feedback weights before the first epoch
	FeedbackSkipped int `json:"feedback_skipped,omitempty"` // samples left out of them, in the epoch under way

	SleepPresented uint64 `json:"sleep_presented,omitempty"` // samples presented in all updates of the feedback weights: the number of the next
	SleepEpochs    int    `json:"sleep_epochs,omitempty"`    // complete ones, of the epoch under way
	SleepUpdates   int    `json:"sleep_updates,omitempty"`   // of the sleep epoch under way
}

// saving is when the last checkpoint was made and how long it took.
type saving struct {
	done time.Time
	took time.Duration
}

// savingShare is how much of a run's time checkpoints may take where epochs are
// shorter than they are.
const savingShare = 0.05

// due reports whether an epoch that ends now is worth a checkpoint: the work since
// the last outweighs it. When that is changes no result, only how much a killed run
// does again.
func (s saving) due() bool {
	return time.Since(s.done).Seconds()*savingShare >= s.took.Seconds()
}

func checkpointPath(dir string) string { return filepath.Join(dir, "checkpoint", "checkpoint.npz") }

// checkpoint saves the run so that it can go on from here, in one file that
// appears whole or not at all.
func (r *run) checkpoint() error {
	start := time.Now()
	defer func() { r.saving = saving{time.Now(), time.Since(start)} }()
	state, err := json.Marshal(r.progress)
	if err != nil {
		return err
	}
	recorded, err := r.recorder.save()
	if err != nil {
		return err
	}
	arrays := []npz.Array{
		{Name: "progress", Shape: []int{len(state)}, Bytes: state},
		{Name: "recorded", Shape: []int{len(recorded)}, Bytes: recorded},
	}
	for _, a := range r.saved() {
		arrays = append(arrays, npz.Array{Name: a.Name, Shape: a.Shape, Data: a.Data})
	}
	if err := os.MkdirAll(filepath.Dir(checkpointPath(r.dir)), 0o777); err != nil {
		return err
	}
	return npz.Write(checkpointPath(r.dir), arrays)
}

// restore takes up a run where its checkpoint left it.
func (r *run) restore() error {
	path := checkpointPath(r.dir)
	arrays, err := npz.Read(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(arrays["progress"].Bytes, &r.progress); err != nil {
		return fmt.Errorf("%s: progress: %w", path, err)
	}
	if err := r.recorder.load(arrays["recorded"].Bytes); err != nil {
		return fmt.Errorf("%s: recorded: %w", path, err)
	}
	for _, a := range r.saved() {
		found, ok := arrays[a.Name]
		if !ok || len(found.Data) != len(a.Data) {
			return fmt.Errorf("%s: %s is missing or of another size: the checkpoint is not of this scenario", path, a.Name)
		}
		copy(a.Data, found.Data)
	}
	if r.trainer != nil {
		r.trainer.w.Compose()
		r.trainer.unsettle()
	}
	return nil
}

// saved returns the arrays that a checkpoint holds, by name.
func (r *run) saved() []models.Array {
	if r.stream != nil {
		return r.stream.saved()
	}
	arrays := r.weights()
	for _, a := range r.trainer.optimizer.State() {
		a.Name = "optimizer " + a.Name
		arrays = append(arrays, a)
	}
	if r.trainer.spiking != nil {
		for _, a := range r.trainer.spiking.State() {
			a.Name = "spiking " + a.Name
			arrays = append(arrays, a)
		}
	}
	if r.trainer.sleeper != nil {
		for _, a := range r.trainer.sleeper.pretrainer.State() {
			a.Name = "feedback pretraining optimizer " + a.Name
			arrays = append(arrays, a)
		}
		for _, a := range r.trainer.sleeper.stepper.State() {
			a.Name = "feedback optimizer " + a.Name
			arrays = append(arrays, a)
		}
	}
	return arrays
}
