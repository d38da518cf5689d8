package dataset

import (
	"credo/internal/stream"
	"credo/models"
)

// Teacher is a random network without biases whose outputs a student learns:
// the student-teacher regression of Meulemans et al. (2021), figure 3.
type Teacher struct {
	Layers     []int      // neurons a layer, input first
	Activation string     // of its hidden layers; the output is linear
	Gain       float64    // factor of the Xavier-normal weights
	InputRange [2]float64 // inputs are uniform in it
}

// newTeacher draws a teacher and its samples. Training and validation samples
// are drawn from one stream, test samples from another.
func newTeacher(spec Spec) (train, test *samples, err error) {
	t := spec.Teacher
	switch {
	case spec.Train < 0:
		return nil, nil, keyErrorf("data.train", "a teacher makes as many samples as it is asked for: give their number")
	case spec.Test < 0:
		return nil, nil, keyErrorf("data.test", "a teacher makes as many samples as it is asked for: give their number")
	case len(t.Layers) < 2:
		return nil, nil, keyErrorf("data.teacher.layers", "needs an input and an output layer, not %v", t.Layers)
	case !(t.InputRange[0] < t.InputRange[1]):
		return nil, nil, keyErrorf("data.teacher.input_range", "must be a lower and an upper end, not %v", t.InputRange)
	}
	net, w, err := t.network(spec.Seed)
	if err != nil {
		return nil, nil, err
	}
	train = t.teach(net, w, spec.Train+max(spec.Validation, 0), spec.Seed, "training inputs")
	test = t.teach(net, w, spec.Test, spec.Seed, "test inputs")
	return train, test, nil
}

// network draws the teacher, from another stream than the student's weights.
func (t Teacher) network(seed uint64) (*models.Network, *models.Weights, error) {
	hidden := make([]string, len(t.Layers)-2)
	for i := range hidden {
		hidden[i] = t.Activation
	}
	net, err := models.NewNetwork(t.Layers, hidden, "linear", "squared-error", false)
	if err != nil {
		return nil, nil, &KeyError{"data.teacher", err.Error()}
	}
	w := models.NewWeights(net)
	if err := w.Init(stream.New(seed, "teacher").Uint64(), "xavier-normal", t.Gain); err != nil {
		return nil, nil, &KeyError{"data.teacher", err.Error()}
	}
	return net, w, nil
}

// teach draws n inputs and asks the teacher for its outputs.
func (t Teacher) teach(net *models.Network, w *models.Weights, n int, seed uint64, purpose string) *samples {
	s := &samples{dim: net.Inputs(), targetDim: net.Outputs()}
	rng, low, high := stream.New(seed, purpose), t.InputRange[0], t.InputRange[1]
	for range n * s.dim {
		s.numbers = append(s.numbers, low+(high-low)*rng.Float64())
	}
	forward, batch := models.NewFeedforward(net), models.NewBatch(net)
	for first := 0; first < n; first += models.TileRows {
		batch.N = min(models.TileRows, n-first)
		copy(batch.Input.Data, s.numbers[first*s.dim:(first+batch.N)*s.dim])
		forward.Run(w, batch)
		for b := range batch.N {
			s.targets = append(s.targets, forward.Output(b)...)
		}
	}
	return s
}
