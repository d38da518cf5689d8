package dataset

import (
	"math/rand/v2"

	"credo/internal/stream"
	"credo/models"
)

// Teacher is a random network whose outputs a student learns: the student-teacher
// regressions of Meulemans et al. (2021), figure 3, and of Lillicrap et al. (2016),
// figure 3d.
type Teacher struct {
	Layers     []int      // neurons a layer, input first
	Activation string     // of its hidden layers; the output is linear
	Init       string     // distribution of the weights, as models.Weights.Init has them
	Gain       float64    // factor on the weights
	BiasScale  float64    // biases are uniform within so much of 0; 0: it has none
	Inputs     string     // uniform, in InputRange, or normal
	InputRange [2]float64 // ends of the uniform inputs
}

// teacherTask is a teacher at work.
type teacherTask struct {
	Teacher
	net     *models.Network
	w       *models.Weights
	forward *models.Feedforward
	batch   *models.Batch
}

// newTeacherTask draws the teacher, from other streams than the student's weights.
func newTeacherTask(spec Spec) (task, error) {
	t := teacherTask{Teacher: spec.Teacher}
	switch {
	case len(t.Layers) < 2:
		return nil, keyErrorf("data.teacher.layers", "needs an input and an output layer, not %v", t.Layers)
	case !(t.InputRange[0] < t.InputRange[1]):
		return nil, keyErrorf("data.teacher.input_range", "must be a lower and an upper end, not %v", t.InputRange)
	}
	hidden := make([]string, len(t.Layers)-2)
	for i := range hidden {
		hidden[i] = t.Activation
	}
	var err error
	if t.net, err = models.NewNetwork(t.Layers, hidden, "linear", "squared-error", t.BiasScale > 0); err != nil {
		return nil, &KeyError{"data.teacher", err.Error()}
	}
	t.w = models.NewWeights(t.net)
	seed := stream.New(spec.Seed, "teacher").Uint64()
	if err := t.w.Init(seed, t.Init, t.Gain); err != nil {
		return nil, &KeyError{"data.teacher", err.Error()}
	}
	t.w.InitBiases(seed, t.BiasScale)
	t.forward, t.batch = models.NewFeedforward(t.net), models.NewBatch(t.net)
	return &t, nil
}

// draw draws n inputs and asks the teacher for its outputs.
func (t *teacherTask) draw(n int, rng *rand.Rand) *samples {
	s := &samples{dim: t.net.Inputs(), targetDim: t.net.Outputs()}
	if t.Inputs == "normal" {
		s.numbers = normal(n*s.dim, rng)
	} else {
		s.numbers = uniform(n*s.dim, t.InputRange[0], t.InputRange[1], rng)
	}
	for first := 0; first < n; first += models.TileRows {
		t.batch.N = min(models.TileRows, n-first)
		copy(t.batch.Input.Data, s.numbers[first*s.dim:(first+t.batch.N)*s.dim])
		t.forward.Run(t.w, t.batch)
		for b := range t.batch.N {
			s.targets = append(s.targets, t.forward.Output(b)...)
		}
	}
	return s
}
